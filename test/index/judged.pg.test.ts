import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SearchDocument, SearchEngine } from '../../src/index/engine.ts';
import { OpenSearchEngine } from '../../src/index/opensearch/engine.ts';
import { PostgresSearchEngine } from '../../src/index/postgres/engine.ts';
import { parseSearchBox } from '../../src/index/search-box.ts';
import type { Kind } from '../../src/records/bib.ts';
import { opensearchMissing, testOpenSearch } from '../support/opensearch.ts';
import { testDatabase } from '../support/postgres.ts';
import { document } from './documents.ts';

/** Records of the sample network, and queries with what their first hits are to be (judged/queries.txt says how). */
const read = (name: string): string[] =>
	readFileSync(join(import.meta.dirname, 'judged', name), 'utf8')
		.trimEnd()
		.split('\n');
const list = (text = ''): string[] => (text === '' ? [] : text.split(' ; '));

const DOCUMENTS: readonly SearchDocument[] = read('documents.tsv')
	.slice(1)
	.map((line) => {
		const [
			id,
			kind,
			title = '',
			subtitle = '',
			titles,
			creators,
			responsibility = '',
			subjects,
			publisher,
			series,
			identifiers,
			year,
			level,
			libraries,
		] = line.split('\t');
		return document(Number(id), {
			kind: kind as Kind,
			title,
			subtitle,
			titles: list(titles),
			creators: list(creators),
			responsibility,
			subjects: list(subjects),
			publisher: list(publisher),
			series: list(series),
			identifiers: list(identifiers),
			year: year === '' ? null : Number(year),
			classLevel: level === '' ? null : (level ?? null),
			libraries: list(libraries),
		});
	});
const BY_ID = new Map(DOCUMENTS.map((one) => [one.id, one]));
const QUERIES = read('queries.txt')
	.filter((line) => line !== '' && !line.startsWith('#'))
	.map((line) => line.split(' => ') as [string, string]);
const SHOWN = 10;

const same = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();
const begins = (one: string, other: string): boolean => one.toLowerCase().startsWith(other.toLowerCase());

function isMeant(judgement: string, { title, creators, subjects }: SearchDocument): boolean {
	const text = judgement.slice(1).trim();
	if (judgement.startsWith('=')) return same(title, text);
	if (judgement.startsWith('^')) return begins(title, text);
	if (judgement.startsWith('@')) return creators.some((name) => begins(name, text));
	return subjects.some((subject) => same(subject, text));
}

/** How good a hit is: 0 for what is to come first; infinite for what is not meant. */
function grade(judgements: string, id: number): number {
	const groups = judgements.split(' > ').map((group) => group.split(' | ').map((one) => one.trim()));
	const found = groups.findIndex((group) => group.some((one) => isMeant(one, BY_ID.get(id) as SearchDocument)));
	return found < 0 ? Number.POSITIVE_INFINITY : found;
}

const hits = async (engine: SearchEngine, query: string): Promise<readonly number[]> =>
	(
		await engine.search({
			query: parseSearchBox(query).query,
			filters: {},
			sort: 'relevance',
			limit: DOCUMENTS.length,
			facets: [],
			facetLimit: 0,
		})
	).ids;

function judged(makeEngine: () => Promise<{ readonly engine: SearchEngine; close(): Promise<void> }>): void {
	let made: Awaited<ReturnType<typeof makeEngine>>;
	beforeAll(async () => {
		made = await makeEngine();
		await made.engine.apply(DOCUMENTS, []);
	}, 300_000);
	afterAll(() => made?.close());

	it.each(QUERIES)('%s => %s', async (query, judgements) => {
		const ids = await hits(made.engine, query);
		const grades = ids.map((id) => grade(judgements, id));
		const best = [...grades].sort((a, b) => a - b).slice(0, SHOWN);
		expect(best[0], 'nothing that was meant is found').toBeLessThan(Number.POSITIVE_INFINITY);
		expect(
			grades.slice(0, SHOWN),
			ids
				.slice(0, SHOWN)
				.map((id) => BY_ID.get(id)?.title)
				.join(' | '),
		).toEqual(best);
	});
}

async function onPostgres() {
	const { database, drop } = await testDatabase();
	return { engine: new PostgresSearchEngine(database.pool), close: drop };
}

async function onOpenSearch() {
	const { url, drop } = await testOpenSearch();
	const engine = new OpenSearchEngine(url);
	return {
		engine,
		close: async () => {
			await engine.close();
			await drop();
		},
	};
}

it('there are at least 60 judged queries', () => {
	expect(QUERIES.length).toBeGreaterThanOrEqual(60);
});

describe('on Postgres', () => judged(onPostgres));

describe.runIf(opensearchMissing === null)(opensearchMissing === null ? 'on OpenSearch' : `needs ${opensearchMissing}`, () => {
	judged(onOpenSearch);

	it('the first ten are those of Postgres', async () => {
		const [one, other] = [await onPostgres(), await onOpenSearch()];
		for (const { engine } of [one, other]) await engine.apply(DOCUMENTS, []);
		for (const [query] of QUERIES) {
			const first = (await hits(one.engine, query)).slice(0, SHOWN);
			expect((await hits(other.engine, query)).slice(0, SHOWN), query).toEqual(first);
		}
		await one.close();
		await other.close();
	});
});
