import type { Query } from '../index/query.ts';
import { joinQueries } from '../index/query.ts';
import { type LinkSide, linkSide } from '../matching/links.ts';
import { bibFromMarc } from '../records/bib-from-marc.ts';
import { unpackUnion } from '../records/compact.ts';
import { publicUnion } from '../records/public-view.ts';
import { type Reference, referencesOf } from '../records/references.ts';
import type { UnionMember } from '../records/union.ts';
import { unpackBody } from '../store/body-codec.ts';
import { readUnions, resolveUnion, type UnionReadRow } from '../store/union-read.ts';
import type { Reading } from './reading.ts';
import { type BriefRecord, briefRecord } from './render-record.ts';

/** A live union record, as far as links look at it. Of one that is not shared only what lists show is read, and it refers to nothing. */
export interface LinkedRecord extends LinkSide {
	readonly id: number;
	readonly references: readonly Reference[];
	readonly members: readonly UnionMember[];
	readonly row: UnionReadRow & { readonly body: Buffer };
}

/** The search engine gives no answer, which is no reason not to show a record. */
export class NoAnswer extends Error {}

/** Union records and searches of one look for links, each read and asked once. */
export class LinkFinder {
	readonly reading: Reading;
	private readonly records = new Map<number, LinkedRecord | null>();
	private readonly answers = new Map<string, Promise<readonly LinkedRecord[] | null>>();

	constructor(reading: Reading) {
		this.reading = reading;
	}

	/** Live records with these numbers, in their order; a number that leads to another record gives that. */
	async read(ids: readonly number[]): Promise<LinkedRecord[]> {
		const unknown = ids.filter((id) => !this.records.has(id));
		for (const row of unknown.length === 0 ? [] : await readUnions(this.reading.database, unknown)) {
			const now = row.state === 'redirect' ? await resolveUnion(this.reading.database, row.id) : row;
			this.records.set(row.id, now === undefined ? null : linkedRecord(now));
		}
		const found = ids.flatMap((id) => this.records.get(id) ?? []);
		return [...new Map(found.map((one) => [one.id, one])).values()];
	}

	/** The first records that a query finds, with how many there are in all. */
	async search(query: Query, limit: number): Promise<{ readonly found: readonly LinkedRecord[]; readonly total: number }> {
		const request = { query, filters: {}, sort: 'relevance', limit, facets: [], facetLimit: 0 } as const;
		const { ids, total } = await this.reading.engine.search(request).catch((cause: unknown) => {
			throw new NoAnswer('the search engine gives no answer', { cause });
		});
		return { found: await this.read(ids), total };
	}

	/** All records that a query finds, each question asked once; null when there are too many for one of them to be told from the others. */
	all(query: Query | undefined): Promise<readonly LinkedRecord[] | null> {
		if (query === undefined) return Promise.resolve([]);
		const asked = JSON.stringify(query);
		let answer = this.answers.get(asked);
		if (answer === undefined) {
			answer = this.search(query, ALIKE_MAX).then(({ found, total }) => (total > ALIKE_MAX ? null : found));
			this.answers.set(asked, answer);
		}
		return answer;
	}
}

const ALIKE_MAX = 20;

function linkedRecord(row: UnionReadRow): LinkedRecord | null {
	if (row.state !== 'live' || row.body === null) return null;
	const union = unpackUnion(unpackBody(row.body));
	const open = publicUnion(union);
	const { leader, fields, members } = open ?? union;
	const read = bibFromMarc({ leader, fields: fields.map(({ field }) => field) });
	if (!('bib' in read)) return null;
	const libraries = [...new Set(members.map(({ library }) => library))];
	return {
		...linkSide({ ...read.bib, kind: union.kind }, libraries),
		id: row.id,
		references: open === null ? [] : referencesOf(open),
		members,
		row: { ...row, body: row.body },
	};
}

/** The record as a list shows it. */
export const briefOf = ({ row }: LinkedRecord): BriefRecord => briefRecord(row.id, row.stampMs, row.body);

const number = (text: string): Query => ({ op: 'word', field: 'identifier', text });

/** Records with one of these numbers or keys. */
export const withNumbers = (texts: readonly string[]): Query | undefined => joinQueries('or', texts.map(number));

/** Records whose title proper is one of these, with or without marks. */
export const withTitles = (titles: readonly string[]): Query | undefined =>
	joinQueries(
		'or',
		titles.map((text): Query => ({ op: 'phrase', field: 'title', text, anchor: 'whole' })),
	);

export const ofKind = (query: Query | undefined, ...kinds: readonly string[]): Query | undefined => {
	const either = joinQueries(
		'or',
		kinds.map((value): Query => ({ op: 'value', facet: 'kind', value })),
	);
	return query === undefined || either === undefined ? query : { op: 'and', of: [query, either] };
};
