import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { decide } from '../../src/catalogue/decide.ts';
import { explainPair, explainUnion } from '../../src/catalogue/explain.ts';
import { drainDirty, type MatchOptions, type MatchWork, waitingToMatch } from '../../src/catalogue/match.ts';
import { dryRun } from '../../src/catalogue/match-dry-run.ts';
import { mergeBatch } from '../../src/catalogue/merge-batch.ts';
import { type ScoreRequest, scoreBatch } from '../../src/catalogue/score-batch.ts';
import { systemClock } from '../../src/jobs/system-clock.ts';
import { publicId } from '../../src/lib/ids.ts';
import { textReader } from '../../src/lib/packed-texts.ts';
import { unpackFeatures } from '../../src/matching/packed-features.ts';
import { RULES_VERSION } from '../../src/matching/weights.ts';
import { type Database, openDatabase, withTransaction } from '../../src/store/database.ts';
import { touchSources } from '../../src/store/touch.ts';
import { answered, ask, askAll, readResponse, serverOver } from '../api/catalogue.ts';
import { OaiClient } from '../api/oai-client.ts';
import { testDatabase } from '../support/postgres.ts';
import { addSource, emptyCatalogue, harvestList, matchAll, quiet, unionImage, type WorldRecord } from '../support/world.ts';

let database: Database;
let drop: () => Promise<void>;

beforeAll(async () => {
	const made = await testDatabase();
	database = openDatabase(made.url, { max: 8, applicationName: 'going-live' });
	drop = made.drop;
});

afterAll(async () => {
	await database.close();
	await drop();
});

const sql = async <T extends object>(text: string): Promise<T[]> => (await database.pool.query<T>(text)).rows;

beforeEach(async () => {
	await emptyCatalogue(database);
	await sql('truncate setting');
});

const book = (identifier: string, title: string, more: Partial<WorldRecord> = {}): WorldRecord => ({
	identifier,
	title,
	author: 'Tô Hoài',
	year: 2000,
	pages: 100,
	...more,
});

/** Two copies of one book, two of another that the older rules keep apart, and two books that they put together. */
const FIRST = [
	book('a1', 'Dế Mèn phiêu lưu ký'),
	book('a2', 'Dế Mèn phiêu lưu ký'),
	book('b1', 'Đất rừng phương Nam', { author: 'Đoàn Giỏi' }),
	book('b2', 'Dat rung phuong Nam', { author: 'Doan Gioi' }),
	book('c1', 'Nhà nghèo', { year: 1942 }),
	book('c2', 'O chuột', { year: 1942 }),
];
const SECOND = [book('a3', 'Dế Mèn phiêu lưu ký'), book('d1', 'Vang bóng một thời', { author: 'Nguyễn Tuân', isbn: '9786042012348' })];
const LATER = [book('a3', 'Dế Mèn phiêu lưu ký', { callNumber: 'V23' }), book('d2', 'Vang bóng một thời', { author: 'Nguyễn Tuân' })];

/** Older rules: marks tell titles apart, and all that an author published in 1942 is one book. */
function oldScores(request: ScoreRequest): Uint16Array {
	const scores = scoreBatch(request);
	const read = textReader(request.features);
	return scores.map((score, i) => {
		const [a, b] = [0, 1].map((end) => unpackFeatures(read(request.pairs[2 * i + end] as number)));
		if (a?.years[0] === 1942 && b?.years[0] === 1942) return 9_500;
		return a?.exact === b?.exact ? score : 0;
	});
}

const merge: MatchWork['merge'] = async (clusters) => mergeBatch(clusters);
const NOW: MatchWork = { score: async (request) => scoreBatch(request), merge };
const OLD: MatchWork = { score: async (request) => oldScores(request), merge };

async function match(options: Partial<MatchOptions> = {}): Promise<void> {
	await drainDirty({ database, work: NOW, clock: systemClock, logger: quiet, ...options });
}

/** Clusters made by older rules, whose features and keys had another form. */
async function olderCatalogue(): Promise<number[]> {
	const sources = [await addSource(database, 'hp-01'), await addSource(database, 'hp-02')];
	await harvestList(database, sources[0] as number, FIRST);
	await harvestList(database, sources[1] as number, SECOND);
	await match({ work: OLD });
	await sql("update version set features = features || '|former field'");
	await sql('update match_key set key = key + 1');
	await sql('delete from match_key where record_id % 3 = 0');
	await sql('update edge set rules = 0');
	await sql(`update setting set value = '{"version": 0}' where name = 'rules'`);
	return sources;
}

/** What matching keeps, with records named by their source and identifier. */
async function matchImage(): Promise<unknown> {
	const named = (id: string): string =>
		`(select s.code || '/' || r.identifier from source_record r join source s on s.id = r.source_id where r.id = ${id})`;
	return {
		unions: await unionImage(database),
		features: await sql(`select ${named('record_id')} as it, no, features from version order by 1, 2`),
		keys: await sql(`select ${named('record_id')} as it, key, rung from match_key order by 1, 2, 3`),
		edges: await sql(
			`select least(x, y) as x, greatest(x, y) as y, score, rules from (select ${named('a')} as x, ${named('b')} as y, score, rules from edge) e order by 1, 2`,
		),
		dirty: await sql('select record_id from dirty'),
	};
}

/** What the same versions give when they are matched for the first time. */
async function fromNothing(): Promise<unknown> {
	await sql('truncate match_key, edge, cluster_member, union_record, change, setting');
	await sql('update source_record set heir = null');
	await sql('insert into dirty (record_id, priority) select id, 1 from source_record where not deleted on conflict do nothing');
	await match();
	return await matchImage();
}

describe('a catalogue matched under older rules', () => {
	it('goes live to what matching from nothing gives, whatever the size of the steps', async () => {
		for (const batchMax of [1, 3, 1000]) {
			await sql(
				'truncate source, library, run, source_record, version, parcel, dirty, match_key, edge, cluster_member, union_record, setting cascade',
			);
			const [, second] = await olderCatalogue();
			await harvestList(database, second as number, LATER);
			const before = await unionImage(database);
			expect(await waitingToMatch(database)).toBeGreaterThan(0);
			await matchAll(database, batchMax);
			const live = await matchImage();
			expect(await sql("select value from setting where name = 'rules'")).toEqual([{ value: { version: RULES_VERSION } }]);
			expect(await unionImage(database)).not.toEqual(before);
			expect(live).toEqual(await fromNothing());
		}
	});

	it('leaves tables, indexes and constraints as the migrations made them', async () => {
		const schema = async (): Promise<unknown> => [
			await sql("select tablename, indexname, indexdef from pg_indexes where schemaname = 'public' order by 1, 2"),
			await sql(
				"select conrelid::regclass::text as of, conname, pg_get_constraintdef(oid) as def from pg_constraint where connamespace = 'public'::regnamespace order by 1, 2",
			),
			await sql(
				"select table_name, column_name, data_type, is_nullable from information_schema.columns where table_schema = 'public' order by 1, ordinal_position",
			),
		];
		await olderCatalogue();
		const before = await schema();
		await match();
		expect(await schema()).toEqual(before);
	});

	it('is worth a drain although nothing is dirty, but not one for decisions alone', async () => {
		await olderCatalogue();
		expect(await sql('select * from dirty')).toEqual([]);
		expect(await waitingToMatch(database)).toBe(1);
		const decided = await drainDirty({ database, work: NOW, clock: systemClock, logger: quiet, decisionsOnly: true });
		expect(decided).toBeNull();
	});

	it('gets there when it is cut off after any step, and when comparing fails', async () => {
		await olderCatalogue();
		let cuts = 0;
		for (let done = false; !done; ) {
			// a harvest comes in between
			if (cuts === 4)
				await harvestList(database, (await sql<{ id: number }>("select id from source where code = 'hp-02'"))[0]?.id ?? 0, LATER);
			let failed = false;
			const work: MatchWork = {
				merge,
				score: async (request) => {
					if (cuts++ % 2 === 0 && cuts < 60) throw new Error('killed');
					return scoreBatch(request);
				},
			};
			const onLiveStep = (): void => {
				cuts++;
				throw new Error('killed');
			};
			await match({ work, batchMax: 2, ...(cuts < 60 ? { onLiveStep } : {}) }).catch((error: Error) => {
				expect(error.message).toBe('killed');
				failed = true;
			});
			done = !failed && (await waitingToMatch(database)) === 0;
		}
		expect(cuts).toBeGreaterThan(10);
		const live = await matchImage();
		expect(live).toEqual(await fromNothing());
	});

	it('tells consumers of what changed and of nothing else', async () => {
		await olderCatalogue();
		const [last] = await sql<{ seq: number }>('select seq from change_counter');
		const members = async (): Promise<Map<number, string>> => {
			const rows = await sql<{ id: number; state: string; body: string }>(
				"select id, state, coalesce(encode(body, 'hex'), '') as body from union_record order by id",
			);
			return new Map(rows.map((r) => [r.id, `${r.state} ${r.body}`]));
		};
		const before = await members();
		await match();
		const after = await members();
		const told = await sql<{ id: number }>(`select id from change where seq > ${last?.seq} and entity = 1 order by id`);
		const changed = [...new Set([...before.keys(), ...after.keys()])].filter((id) => before.get(id) !== after.get(id));
		expect(changed.length).toBeGreaterThan(0);
		expect(changed.length).toBeLessThan(after.size);
		expect(told.map((c) => c.id)).toEqual(changed.sort((x, y) => x - y));
	});

	it('serves what it served until the new clusters are there, and tells harvesters of exactly what changed', async () => {
		await olderCatalogue();
		await sql("update union_record set stamp = stamp - interval '1 hour'");
		const app = serverOver(database);
		const harvester = new OaiClient(app, null);
		await harvester.finish();
		const before = new Map(harvester.mirror);
		const [last] = await sql<{ seq: number }>('select seq from change_counter');
		const since = readResponse(await ask(app, { verb: 'Identify' })).responseDate;
		const list = { verb: 'ListIdentifiers', metadataPrefix: 'marc21', from: since };
		let steps = 0;
		for (let done = false; !done; ) {
			const stopped = new AbortController();
			await match({
				batchMax: 4,
				signal: stopped.signal,
				onLiveStep: () => {
					steps++;
					stopped.abort();
				},
			});
			done = (await sql<{ value: { stage?: string } }>("select value from setting where name = 'rules'"))[0]?.value.stage === undefined;
			expect(readResponse(await ask(app, list)).errors).toEqual(['noRecordsMatch']);
			expect((await answered(app, `/api/v1/changes?after=${last?.seq}`)).json().changes).toEqual([]);
			const now = new OaiClient(app, null);
			await now.finish();
			expect(now.mirror).toEqual(before);
		}
		expect(steps).toBeGreaterThan(5);
		await match();
		const told = (await askAll(app, list)).records.map(({ identifier }) => identifier);
		await harvester.finish();
		const fresh = new OaiClient(app, null);
		await fresh.finish();
		expect([...harvester.mirror].sort()).toEqual([...fresh.mirror].sort());
		const changed = [...new Set([...before.keys(), ...fresh.mirror.keys()])].filter((id) => before.get(id) !== fresh.mirror.get(id));
		expect(changed.length).toBeGreaterThan(0);
		expect(changed.length).toBeLessThan(before.size);
		expect(told.sort()).toEqual(changed.sort());
		const { changes } = (await answered(app, `/api/v1/changes?after=${last?.seq}`)).json();
		const ids = changes.map((c: { entity: string; id: string }) => `${c.entity} ${c.id}`);
		expect(ids.sort()).toEqual(changed.map((identifier) => `record ${identifier.split(':').at(-1)}`).sort());
		await app.close();
	});

	it('takes decisions and explains by the rules of the code before it is live', async () => {
		await olderCatalogue();
		const rows = await sql<{ id: number; identifier: string }>('select id, identifier from source_record');
		const id = (identifier: string): string => publicId(rows.find((r) => r.identifier === identifier)?.id ?? 0);
		const judgement = { a: id('a1'), by: 'Lan', reason: 'đã xem sách', confirm: [] };
		await decide(database, { ...judgement, verdict: 'same', b: id('a2') });
		await decide(database, { ...judgement, verdict: 'not-same', b: id('a3') });
		const before = await explainPair(database, id('b1'), id('b2'), 'vi');
		expect([before.together, before.score > 0.75]).toEqual([false, true]);
		expect((await explainUnion(database, id('a1'), 'vi', { after: null, limit: 9 })).members).toHaveLength(3);
		await match();
		expect(await explainPair(database, id('b1'), id('b2'), 'vi')).toMatchObject({
			together: true,
			score: before.score,
			parts: before.parts,
		});
		expect((await explainPair(database, id('a1'), id('a3'), 'vi')).together).toBe(false);
	});

	it('knows the records of a library that gives them all other numbers before it is live', async () => {
		const [first] = await olderCatalogue();
		const numbers = async (like: string): Promise<number[]> =>
			(await sql<{ id: number }>(`select id from source_record where source_id = ${first} and identifier like '${like}' order by id`)).map(
				({ id }) => id,
			);
		// a1 and a2 are alike, so which is which cannot be told
		const before = await numbers('b%');
		const renamed = FIRST.map((one) => ({ ...one, identifier: `new-${one.identifier}` }));
		await harvestList(database, first as number, renamed, { whole: true, renamed: true });
		expect(await numbers('new-b%')).toEqual(before);
	});

	it('still tells of what is shown with a record, when that changed meanwhile', async () => {
		const sources = await olderCatalogue();
		const stopped = new AbortController();
		await match({ signal: stopped.signal, onLiveStep: (state) => state.stage === undefined && stopped.abort() });
		const [waiting] = await sql<{ n: number }>('select count(*) as n from dirty where quiet');
		expect(waiting?.n).toBe(8);
		const [last] = await sql<{ seq: number }>('select seq from change_counter');
		await withTransaction(database, (client) => touchSources(client, [sources[1] as number]));
		await match();
		const untold = await sql(
			`select record_id from cluster_member m join source_record r on r.id = m.record_id
			where r.source_id = ${sources[1]} and not exists (select 1 from change c where c.seq > ${last?.seq} and c.entity = 1 and c.id = m.union_id)`,
		);
		expect(untold).toEqual([]);
	});

	it('is refused by a program of older rules, and made anew when asked', async () => {
		await olderCatalogue();
		await sql(`update setting set value = '{"version": ${RULES_VERSION + 1}}' where name = 'rules'`);
		await expect(match()).rejects.toMatchObject({ code: 'schema-newer' });
		await match({ afresh: true });
		expect(await matchImage()).toEqual(await fromNothing());
	});
});

describe('a dry run', () => {
	it('names what would be split and joined, and changes nothing', async () => {
		await olderCatalogue();
		const image = async (): Promise<unknown> => {
			const tables = await sql<{ name: string }>("select tablename as name from pg_tables where schemaname = 'public' order by 1");
			const sums: string[] = [];
			for (const { name } of tables) {
				const [row] = await sql<{ sum: string }>(
					`select md5(coalesce(string_agg(t::text, E'\\n' order by t::text), '')) as sum from "${name}" t`,
				);
				sums.push(`${name} ${row?.sum}`);
			}
			return sums;
		};
		const before = await image();
		const found = await dryRun(database, { score: NOW.score, logger: quiet, step: 3, lang: 'vi' });
		expect(await image()).toEqual(before);
		const named = (samples: (typeof found)['split']['samples']): string[][][] =>
			samples.map((s) => s.parts.map((p) => p.first.map((m) => `${m.source} ${m.identifier} ${m.title}`)));
		expect(found.rules).toEqual({ database: 0, code: RULES_VERSION });
		expect(found).toMatchObject({ records: 8, clusters: { now: 5, foreseen: 5 }, split: { clusters: 1 }, joined: { clusters: 1 } });
		expect(named(found.split.samples)).toEqual([[['hp-01 c1 Nhà nghèo'], ['hp-01 c2 O chuột']]]);
		expect(named(found.joined.samples)).toEqual([[['hp-01 b1 Đất rừng phương Nam'], ['hp-01 b2 Dat rung phuong Nam']]]);
		const [parted, joined] = [found.split.samples[0]?.why, found.joined.samples[0]?.why];
		expect(parted).toMatchObject({ scoreNow: 0.95 });
		expect(parted?.scoreForeseen).toBeLessThan(0.75);
		expect(parted?.texts.join('\n')).toMatch(/^Nhan đề khác nhau/);
		expect(joined).toMatchObject({ scoreNow: null });
		expect(joined?.scoreForeseen).toBeGreaterThan(0.75);
		expect(joined?.texts.join('\n')).toMatch(/^Năm xuất bản giống nhau/);
		await match();
		expect(await sql('select count(distinct union_id) as n from cluster_member')).toEqual([{ n: found.clusters.foreseen }]);
		const again = await dryRun(database, { score: NOW.score, logger: quiet, lang: 'en' });
		expect(again).toMatchObject({ split: { clusters: 0, samples: [] }, joined: { clusters: 0, samples: [] } });
	});
});
