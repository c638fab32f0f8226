import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DUMP_FORMATS, dumpBatch } from '../../src/catalogue/dump-batch.ts';
import { DumpFolder } from '../../src/catalogue/dump-folder.ts';
import type { DumpManifest } from '../../src/catalogue/dump-manifest.ts';
import { exportUnions } from '../../src/catalogue/export.ts';
import { DumpFile } from '../../src/jobs/dump-file.ts';
import { DumpSchedule } from '../../src/jobs/dump-schedule.ts';
import { makeDumps } from '../../src/jobs/make-dumps.ts';
import { call } from '../support/command-line.ts';
import { sha256Hex } from '../support/digest.ts';
import { AGENCY, applied, type DumpedRecords, dumpDeps, dumpedRecords } from '../support/dumps.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { addSource, emptyCatalogue, harvestList, matchAll, quiet, type WorldRecord } from '../support/world.ts';

const CHILD = resolve(import.meta.dirname, '../support/dump-child.ts');
const RUNS = process.env['DEEP'] === '1' ? 40 : 5;
const SOURCES = ['tp', 'th', 'kin'] as const;
const BOOK = { title: 'Đất rừng phương Nam', author: 'Đoàn Giỏi', year: 2019, isbn: '9786042123456', pages: 300 };

let made: TestDatabase;
let folder: string;
beforeAll(async () => {
	made = await testDatabase();
});
afterAll(() => made.drop());
beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), 'lienthong-dumps-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Sources of three libraries, the last of which shares nothing, in a catalogue without records. */
async function sources(): Promise<number[]> {
	await emptyCatalogue(made.database);
	const ids: number[] = [];
	for (const code of SOURCES) ids.push(await addSource(made.database, code));
	await made.database.pool.query("update source set share = 'none' where code = 'kin'");
	await made.database.pool.query(
		"update source set share = 'metadata', licence = 'https://creativecommons.org/licenses/by/4.0/' where code = 'th'",
	);
	return ids;
}

async function harvest(source: number | undefined, records: readonly WorldRecord[], whole = false): Promise<void> {
	await harvestList(made.database, source as number, records, { whole });
	await matchAll(made.database);
}

/** The union as it is handed on now, one line of JSON for each record. */
async function union(): Promise<DumpedRecords> {
	const found: DumpedRecords = new Map();
	for await (const line of exportUnions(made.database.pool, { format: 'jsonl', library: null, agency: AGENCY, onRefused: () => undefined }))
		found.set((JSON.parse(String(line)) as { id: string }).id, String(line).trimEnd());
	return found;
}

const of = (dumps: readonly DumpManifest[], kind: DumpManifest['kind']): DumpManifest | undefined => dumps.find((one) => one.kind === kind);

const description = fc.record(
	{
		title: fc.constantFrom('Đất rừng phương Nam', 'Dat rung phuong Nam', 'Toán 6', 'Toán 7', 'Dế Mèn phiêu lưu ký'),
		author: fc.constantFrom('Đoàn Giỏi', 'Tô Hoài'),
		isbn: fc.constantFrom('9786042012348', '9786041234567'),
		callNumber: fc.constantFrom('VN 1', 'VN 2'),
	},
	{ requiredKeys: ['title'] },
);
const step = fc.record({
	source: fc.nat({ max: SOURCES.length - 1 }),
	records: fc.array(
		fc.tuple(fc.integer({ min: 1, max: 6 }), description).map(([n, d]) => ({ identifier: `r${n}`, ...d })),
		{ maxLength: 6 },
	),
	whole: fc.boolean(),
	dump: fc.boolean(),
});

describe('full dumps and deltas', () => {
	it('the first full dump with every delta since is the union, in each format, whatever was harvested in between', async () => {
		await fc.assert(
			fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 8 }), async (steps) => {
				const ids = await sources();
				const place = await mkdtemp(join(folder, 'run-'));
				const deps = dumpDeps(made.database, place, { kept: 100 });
				const first = of(await makeDumps(deps), 'full') as DumpManifest;
				const held = new Map<string, DumpedRecords>();
				for (const format of DUMP_FORMATS) held.set(format, await dumpedRecords(place, first, format));
				let at = first.to;
				for (const { source, records, whole, dump } of [...steps, { source: 0, records: [], whole: false, dump: true }]) {
					await harvest(ids[source], [...new Map(records.map((r) => [r.identifier, r])).values()], whole);
					if (!dump) continue;
					const fresh = await makeDumps(deps);
					const [delta, full] = [of(fresh, 'delta'), of(fresh, 'full')];
					if (delta === undefined || full === undefined) continue;
					expect([delta.from, delta.to, full.to]).toEqual([at, full.to, delta.to]);
					at = delta.to;
					for (const format of DUMP_FORMATS) {
						const followed = applied(held.get(format) as DumpedRecords, await dumpedRecords(place, delta, format));
						held.set(format, followed);
						expect(followed).toEqual(await dumpedRecords(place, full, format));
					}
				}
				const now = await union();
				expect(held.get('jsonl')).toEqual(now);
				expect([...(held.get('marcxml') as DumpedRecords).keys()].sort()).toEqual([...now.keys()].sort());
				expect([...(held.get('marc') as DumpedRecords).keys()].sort()).toEqual([...now.keys()].sort());
			}),
			{ numRuns: RUNS },
		);
	});

	it('are of one moment, whatever is committed while they are written', async () => {
		const [tp] = await sources();
		await harvest(tp, [{ identifier: 'a', ...BOOK }]);
		const first = of(await makeDumps(dumpDeps(made.database, folder)), 'full') as DumpManifest;
		await harvest(tp, [{ identifier: 'b', title: 'Toán 6' }]);
		const before = await union();
		let meanwhile: Promise<void> | undefined;
		const render: typeof dumpBatch = (batch) => dumpBatch(batch);
		const fresh = await makeDumps(
			dumpDeps(made.database, folder, {
				render: async (batch) => {
					// the delta comes first: the full dump is read after this
					meanwhile ??= harvest(tp, [
						{ identifier: 'c', title: 'Toán 7' },
						{ identifier: 'a', deleted: true },
					]);
					await meanwhile;
					return render(batch);
				},
			}),
		);
		const [delta, full] = [of(fresh, 'delta') as DumpManifest, of(fresh, 'full') as DumpManifest];
		expect(await dumpedRecords(folder, full, 'jsonl')).toEqual(before);
		const followed = applied(await dumpedRecords(folder, first, 'jsonl'), await dumpedRecords(folder, delta, 'jsonl'));
		expect(followed).toEqual(before);
		expect(await union()).not.toEqual(before);
	});

	it('say what they are: counts, checksums, licences; a record too large for ISO 2709 is named', async () => {
		const [tp, th, kin] = await sources();
		await harvest(tp, [
			{ identifier: 'a', ...BOOK, callNumber: 'VN 1' },
			{ identifier: 'long', title: `Dài ${'g'.repeat(12_000)}` },
		]);
		await harvest(th, [{ identifier: 'b', ...BOOK, callNumber: 'TH 9' }]);
		await harvest(kin, [{ identifier: 'c', title: 'Không ai được lấy' }]);
		const full = of(await makeDumps(dumpDeps(made.database, folder)), 'full') as DumpManifest;
		expect(full).toMatchObject({ name: `full-${full.to}`, kind: 'full', from: null, records: 2, deletions: 0, agency: AGENCY });
		expect(full.files.map(({ format, records, leftOut }) => [format, records, leftOut.length])).toEqual([
			['marcxml', 2, 0],
			['marc', 1, 1],
			['jsonl', 2, 0],
		]);
		expect(JSON.parse(await readFile(join(folder, full.name, 'manifest.json'), 'utf8'))).toEqual(full);
		const sums = await readFile(join(folder, full.name, 'SHA256SUMS'), 'utf8');
		for (const { name, sha256, bytes } of full.files) {
			const content = await readFile(join(folder, full.name, name));
			expect([content.length, sha256Hex(content)]).toEqual([bytes, sha256]);
			expect(sums).toContain(`${sha256}  ${name}\n`);
		}
		expect(full.libraries.map(({ code, sources: list }) => [code, list[0]?.share, list[0]?.licence])).toEqual([
			['kin', 'none', null],
			['th', 'metadata', 'https://creativecommons.org/licenses/by/4.0/'],
			['tp', 'full', null],
		]);
		const terms = await readFile(join(folder, full.name, 'licences.txt'), 'utf8');
		expect(terms).toContain(
			'Nguồn th: chia sẻ biểu ghi, không chia sẻ thông tin bản sách; giấy phép https://creativecommons.org/licenses/by/4.0/.',
		);
		expect(terms).toContain('Source kin: does not share its records; the files say only what it holds; states no licence.');
		const everything = [...(await dumpedRecords(folder, full, 'marcxml')).values()].join();
		expect(everything).toContain('VN 1');
		expect(everything).not.toMatch(/TH 9|Không ai được lấy/);
	});

	it('are not written again when nothing has changed, and only the newest are kept', async () => {
		const [tp] = await sources();
		const deps = dumpDeps(made.database, folder, { kept: 1 });
		for (let n = 0; n < 13; n++) {
			await harvest(tp, [{ identifier: `r${n}`, title: `Sách ${n}` }]);
			expect(await makeDumps(deps)).toHaveLength(n === 0 ? 1 : 2);
		}
		expect(await makeDumps(deps)).toEqual([]);
		const dumps = await new DumpFolder(folder).list();
		expect(dumps.map(({ kind }) => kind)).toEqual(['full', ...Array.from({ length: 10 }, () => 'delta')]);
		for (const [i, { from }] of dumps.slice(1, -1).entries()) expect(from).toBe(dumps[i + 2]?.to);
		const removed = (await new DumpFolder(folder).removed()).map(({ name }) => name.split('-')[0]);
		expect(removed.sort()).toEqual(['delta', 'delta', ...Array.from({ length: 12 }, () => 'full')]);
	});
});

describe('when something goes wrong', () => {
	it('a dump that was broken off is never seen, and the next one clears it away', async () => {
		const [tp] = await sources();
		await harvest(tp, [{ identifier: 'a', ...BOOK }]);
		const stop = new AbortController();
		const broken = makeDumps(
			dumpDeps(made.database, folder, {
				render: async () => {
					stop.abort();
					throw new Error('the thread died');
				},
			}),
		);
		await expect(broken).rejects.toThrow('the thread died');
		expect(await readdir(folder)).toEqual([]);
		expect(await makeDumps(dumpDeps(made.database, folder))).toHaveLength(1);
	});

	/** A server process notices a moment later that its client is gone. */
	const locksHeld = async (): Promise<number> => {
		const { rows } = await made.database.pool.query<{ n: number }>(
			`select count(*)::int as n from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())`,
		);
		return rows[0]?.n ?? 0;
	};

	it('a process that is killed leaves nothing that can be seen, and the next one writes what was due', async () => {
		const [tp] = await sources();
		await harvest(tp, [{ identifier: 'a', ...BOOK }]);
		const first = await makeDumps(dumpDeps(made.database, folder));
		await harvest(tp, [{ identifier: 'b', title: 'Toán 6' }]);
		const now = await union();
		// in the delta, then in the full dump after it
		for (const parts of ['0', '1']) {
			const killed = call(process.execPath, [CHILD, made.url, folder, parts], {});
			expect(await killed).toMatchObject({ code: null });
			expect((await new DumpFolder(folder).list()).map(({ name }) => name)).toEqual(first.map(({ name }) => name));
			expect(await readdir(folder)).toContainEqual(expect.stringContaining('unfinished'));
			await expect.poll(locksHeld, { timeout: 10_000 }).toBe(0);
		}
		const fresh = await makeDumps(dumpDeps(made.database, folder));
		expect(fresh.map(({ kind }) => kind)).toEqual(['delta', 'full']);
		expect(await dumpedRecords(folder, of(fresh, 'full') as DumpManifest, 'jsonl')).toEqual(now);
		expect((await readdir(folder)).filter((name) => name.startsWith('.'))).toEqual([]);
	});

	it('a full disk is said as what it is, nothing half is there, and what was there stays', async () => {
		const [tp] = await sources();
		await harvest(tp, [{ identifier: 'a', ...BOOK }]);
		await makeDumps(dumpDeps(made.database, folder));
		const before = await readdir(folder);
		await harvest(tp, [{ identifier: 'b', title: 'Toán 6' }]);
		const warnings: string[] = [];
		const deps = dumpDeps(made.database, folder, { reserveBytes: 2 ** 60 });
		await expect(makeDumps(deps)).rejects.toMatchObject({
			code: 'busy',
			message: expect.stringMatching(/no room for dumps .* MB are free/),
		});
		let now = Date.parse('2026-03-02T00:00:00Z');
		const clock = { now: () => now, sleep: async () => undefined };
		const logger = { ...quiet, warn: (_: object, message: string) => warnings.push(message) };
		const schedule = new DumpSchedule({ ...deps, clock, logger, schedule: '0 * * * *', timeZone: 'UTC' });
		now += 3_600_000;
		await schedule.tick(new AbortController().signal);
		// not at every look
		await schedule.tick(new AbortController().signal);
		expect(warnings).toEqual([expect.stringMatching(/no room for dumps/)]);
		expect(await readdir(folder)).toEqual(before);
	});

	it('the kernel saying that the disk is full is a message for a person', async () => {
		const file = await DumpFile.create('/dev/full', 0);
		await expect(file.write(Buffer.from('x'))).rejects.toMatchObject({
			code: 'busy',
			message: expect.stringContaining('the disk is full'),
		});
		await file.close();
	});
});

describe('the schedule', () => {
	it('writes dumps when they are due in the time zone, and one that was missed once', async () => {
		const [tp] = await sources();
		await harvest(tp, [{ identifier: 'a', ...BOOK }]);
		let now = Date.parse('2026-03-01T19:00:00Z');
		const clock = { now: () => now, sleep: async () => undefined };
		const signal = new AbortController().signal;
		const deps = { ...dumpDeps(made.database, folder, { clock }), logger: quiet, schedule: '30 3 * * *', timeZone: 'Asia/Ho_Chi_Minh' };
		const count = async (): Promise<number> => (await new DumpFolder(folder).list()).length;
		const schedule = new DumpSchedule(deps);
		await schedule.tick(signal);
		expect(await count()).toBe(0);
		now = Date.parse('2026-03-01T20:30:00Z');
		await schedule.tick(signal);
		expect(await count()).toBe(1);
		await harvest(tp, [{ identifier: 'b', title: 'Toán 6' }]);
		await schedule.tick(signal);
		expect(await count()).toBe(1);
		// three nights later another process takes it up
		now = Date.parse('2026-03-04T22:00:00Z');
		const next = new DumpSchedule(deps);
		await next.tick(signal);
		expect(await count()).toBe(3);
		await harvest(tp, [{ identifier: 'c', title: 'Toán 7' }]);
		await next.tick(signal);
		expect(await count()).toBe(3);
	});

	it('a schedule that is none is refused at once', () => {
		expect(() => new DumpSchedule({ ...dumpDeps(made.database, folder), logger: quiet, schedule: 'nightly', timeZone: 'UTC' })).toThrow(
			/"nightly" .* is no schedule/,
		);
	});
});
