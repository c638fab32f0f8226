import type { Query } from '../index/query.ts';
import { LIMITS } from '../lib/limits.ts';
import { areForms, isTitled, numbersOf } from '../matching/links.ts';
import { volumeSet } from '../matching/normal-forms.ts';
import {
	controlKey,
	endOf,
	LINK_RELATIONS,
	type LinkRelation,
	numberKey,
	type Reference,
	type ReferenceRelation,
	referenceKeys,
	referenceText,
	titleKey,
} from '../records/references.ts';
import { keptControls } from '../store/linked-records.ts';
import { setOf, targetOf } from './find-target.ts';
import { briefOf, type LinkedRecord, LinkFinder, NoAnswer, withNumbers } from './link-finder.ts';
import type { Reading } from './reading.ts';
import type { BriefRecord } from './render-record.ts';

const INVERSE: Readonly<Record<ReferenceRelation | 'set', LinkRelation>> = {
	host: 'part',
	set: 'volume',
	series: 'series-volume',
	preceding: 'succeeding',
	succeeding: 'preceding',
	'other-format': 'other-format',
};

/** A link of a union record, stated by it or by the other one. */
export interface RecordLink {
	readonly relation: LinkRelation;
	/** The other record; null when none can be told with certainty from what is stated. */
	readonly to: BriefRecord | null;
	/** What this record says of the other; '' where the other says it, or shared numbers and titles do. */
	readonly text: string;
}

export interface RecordLinks {
	readonly links: readonly RecordLink[];
	/** Whether more records refer to this one than were looked at. */
	readonly cut: boolean;
}

/** A link before it is put in its place; `stated` by this record. */
interface Found {
	readonly relation: LinkRelation;
	readonly to: LinkedRecord | null;
	readonly stated?: Reference;
}

/**
 * The links of a live union record as the catalogue is now: what it refers to, and what refers to it. A record refers to another when its own
 * references lead there, so both ends always tell the same. Null when the search engine gives no answer; a record can be shown without its links.
 */
export async function linksOf(reading: Reading, id: number): Promise<RecordLinks | null> {
	const finder = new LinkFinder(reading);
	try {
		const [record] = await finder.read([id]);
		// a record that is not handed on says nothing of others
		if (record === undefined || !record.row.shared) return { links: [], cut: false };
		const own = await statedLinks(finder, record);
		const { found, cut } = await referringLinks(finder, record);
		return { links: inOrder([...own, ...found]), cut };
	} catch (error) {
		if (error instanceof NoAnswer) return null;
		throw error;
	}
}

async function statedLinks(finder: LinkFinder, record: LinkedRecord): Promise<Found[]> {
	const found: Found[] = [];
	for (const reference of record.references) {
		const to = (await targetOf(finder, reference, record)) ?? null;
		const relation = reference.relation === 'series' && to?.bib.kind === 'set' ? 'set' : reference.relation;
		found.push({ relation, to, stated: reference });
	}
	const set = await setOf(finder, record);
	if (set !== undefined) found.push({ relation: 'set', to: set });
	return found;
}

/** Keys of what a record may be called by those that refer to it. */
async function keysOf(finder: LinkFinder, { bib, members }: LinkedRecord): Promise<string[]> {
	const some = members.slice(0, MEMBERS_MAX);
	const kept = await keptControls(
		finder.reading.database,
		some.map(({ record }) => record),
	);
	const oclc = bib.identifiers.flatMap(({ type, role, normal }) => (type === 'oclc' && role === 'own' ? [`oclc ${normal}`] : []));
	const titles = [bib.title.proper, ...bib.title.variants].slice(0, TITLES_MAX).map((one) => one?.value ?? '');
	return [
		...[...numbersOf(bib, 'own', 'set'), ...oclc].slice(0, NUMBERS_MAX).map(numberKey),
		...some.flatMap(({ source, identifier }) => [controlKey(source, identifier), controlKey(source, endOf(identifier))]),
		...kept.map(({ source, control }) => controlKey(source, control)),
		...titles.filter((title) => title !== '').map(titleKey),
	];
}

const MEMBERS_MAX = 30;
const TITLES_MAX = 6;
const NUMBERS_MAX = 12;

async function referringLinks(finder: LinkFinder, record: LinkedRecord): Promise<{ readonly found: Found[]; readonly cut: boolean }> {
	const keys = new Set(await keysOf(finder, record));
	const shared = numbersOf(record.bib, 'own', 'other-format', 'set').slice(0, NUMBERS_MAX);
	const named = withNumbers([...keys, ...shared]) as Query;
	const others = new Map<number, LinkedRecord>();
	const ask = async (query: Query): Promise<boolean> => {
		const { found, total } = await finder.search(query, LIMITS.linksMax);
		for (const one of found) if (one.id !== record.id) others.set(one.id, one);
		return total <= LIMITS.linksMax;
	};
	let whole = await ask(named);
	// of a periodical with many articles, what is no article is asked for apart
	if (!whole) await ask({ op: 'and', of: [named, { op: 'not', of: { op: 'value', facet: 'kind', value: 'component' } }] });
	const { kind, title } = record.bib;
	if (kind === 'set' && title.proper !== undefined) {
		const text = title.proper.value;
		const titled: Query = {
			op: 'or',
			of: [
				{ op: 'phrase', field: 'title', text, anchor: 'whole' },
				{ op: 'phrase', field: 'series', text },
			],
		};
		whole = (await ask({ op: 'and', of: [titled, { op: 'value', facet: 'kind', value: 'volume' }] })) && whole;
	}
	const found: Found[] = [];
	for (const other of others.values()) found.push(...(await linksTo(finder, record, keys, other)));
	return { found, cut: !whole };
}

/** The links that another record has to this one, as this one sees them. */
async function linksTo(finder: LinkFinder, record: LinkedRecord, keys: ReadonlySet<string>, other: LinkedRecord): Promise<Found[]> {
	const found: Found[] = [];
	if (!other.row.shared) return found;
	const add = (relation: LinkRelation): void => void found.push({ relation, to: other });
	for (const reference of other.references) {
		if (!referenceKeys(reference).some((key) => keys.has(key))) continue;
		if ((await targetOf(finder, reference, other))?.id !== record.id) continue;
		add(INVERSE[reference.relation === 'series' && record.bib.kind === 'set' ? 'set' : reference.relation]);
	}
	if (record.bib.kind === 'set' && (await setOf(finder, other))?.id === record.id) add('volume');
	if (areForms(record, other)) add('other-format');
	return found;
}

/** Each other record once for each relation, and what leads to none unless a record that was found is what it says. */
function inOrder(found: readonly Found[]): RecordLink[] {
	const links = new Map<string, Found>();
	for (const one of found) {
		const { relation, to, stated } = one;
		if (to === null && stated !== undefined && found.some((other) => other.relation === relation && isOf(stated, other.to))) continue;
		const key = `${relation} ${to?.id ?? textOf(one)}`;
		if (links.get(key)?.stated === undefined) links.set(key, one);
	}
	return [...links.values()]
		.sort((a, b) => LINK_RELATIONS.indexOf(a.relation) - LINK_RELATIONS.indexOf(b.relation) || placeOf(a) - placeOf(b))
		.map((one) => ({ relation: one.relation, to: one.to === null ? null : briefOf(one.to), text: textOf(one) }));
}

const textOf = ({ stated }: Found): string => (stated === undefined ? '' : referenceText(stated));

function isOf(stated: Reference, to: LinkedRecord | null): boolean {
	if (to === null) return false;
	const numbers = numbersOf(to.bib, 'own');
	return [...stated.isbns, ...stated.issns].some((number) => numbers.includes(number)) || isTitled(stated.title, to.bib);
}

/** Volumes stand in the order of their numbers. */
const placeOf = ({ relation, to }: Found): number =>
	relation === 'volume' || relation === 'series-volume' ? Number(volumeSet(to?.bib.title.volume?.value ?? '')[0] ?? 0) || 0 : 0;
