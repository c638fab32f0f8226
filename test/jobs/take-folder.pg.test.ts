import { spawnSync } from 'node:child_process';
import {
	appendFileSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	symlinkSync,
	utimesSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Scheduler } from '../../src/jobs/scheduler.ts';
import { systemClock } from '../../src/jobs/system-clock.ts';
import { type TakenRun, takeFolder } from '../../src/jobs/take-folder.ts';
import { encodeIso2709 } from '../../src/records/iso2709.ts';
import { addSource } from '../../src/store/source.ts';
import { silentLogger } from '../support/harvest-rig.ts';
import { ImportRig } from '../support/import-rig.ts';
import type { UploadTask } from '../support/upload-child.ts';
import { marcOf } from '../support/world.ts';

const rig = new ImportRig();
const never = new AbortController().signal;
let folder: string;
let code: string;
let source: string;

const watching = async (settings: Readonly<Record<string, unknown>> = {}): Promise<void> => {
	code = await rig.library();
	const added = await addSource(rig.made.database, {
		library: code,
		kind: 'file',
		url: '',
		schedule: '*/5 * * * *',
		settings: { folder, ...settings },
	});
	source = added.code;
};
beforeEach(async () => {
	folder = mkdtempSync(join(tmpdir(), 'lienthong-folder-'));
	await watching();
});
afterEach(() => rmSync(folder, { recursive: true }));

const put = (name: string, content: string | Uint8Array): void => writeFileSync(join(folder, name), content);
const look = (meanwhile: () => void = () => undefined): Promise<TakenRun[]> => {
	const clock = { now: () => systemClock.now(), sleep: async () => meanwhile() };
	return takeFolder({ ...rig.harvester.deps, clock, restMs: 1 }, source, never);
};
const files = (place = ''): string[] => {
	const path = join(folder, place);
	return existsSync(path) ? readdirSync(path).sort() : [];
};
const iso = (from: number, to: number): Buffer =>
	Buffer.concat(
		Array.from({ length: to - from }, (_, i) =>
			encodeIso2709(marcOf({ identifier: `b${from + i}`, title: `Sách ${from + i}`, year: 2001 })),
		),
	);
const living = async (): Promise<number> =>
	(
		await rig.made.database.pool.query(
			'select from source_record r join source s on s.id = r.source_id where s.code = $1 and not r.deleted and r.current_no > 0',
			[source],
		)
	).rowCount ?? 0;

describe('a watched folder', () => {
	it('has its files imported, the oldest first, and moved to done, with the rows to be corrected beside', async () => {
		put('b.mrc', iso(0, 5));
		put('a.csv', 'Nhan đề;Tác giả\nTắt đèn;Ngô Tất Tố\n;Không tên\n');
		utimesSync(join(folder, 'b.mrc'), 1_000, 1_000);
		const taken = await look();
		expect(taken.map(({ file, run }) => [file, run?.state, run?.created, run?.quarantined])).toEqual([
			['b.mrc', 'complete', 5, 0],
			['a.csv', 'complete', 1, 1],
		]);
		expect([files(), files('taking'), files('done')]).toEqual([['done', 'failed', 'taking'], [], ['a.csv', 'a.rejects.csv', 'b.mrc']]);
		expect(readFileSync(join(folder, 'done/a.rejects.csv'), 'utf8')).toContain('Thiếu nhan đề');
		put('b.mrc', iso(0, 7));
		expect((await look())[0]?.run).toMatchObject({ created: 2, unchanged: 5 });
		expect(files('done')).toEqual(['a.csv', 'a.rejects.csv', 'b (2).mrc', 'b.mrc']);
		expect(await look()).toEqual([]);
	});

	it('is the whole catalogue in each file when its source says so', async () => {
		await watching({ snapshot: true });
		put('a.mrc', iso(0, 5));
		await look();
		put('b.mrc', iso(0, 3));
		expect((await look())[0]?.run).toMatchObject({ mode: 'full', unchanged: 3, vanished: 2 });
	});

	it('lets a file rest that is still written to, and what is not whole by its name', async () => {
		put('a.mrc', iso(0, 2));
		for (const name of ['.b.mrc', 'c.mrc.part', '~$d.xlsx']) put(name, iso(5, 6));
		expect(await look(() => appendFileSync(join(folder, 'a.mrc'), iso(2, 3)))).toEqual([]);
		expect(await look(() => utimesSync(join(folder, 'a.mrc'), 5, 5))).toEqual([]);
		expect(await living()).toBe(0);
		expect((await look())[0]?.run).toMatchObject({ created: 3 });
		expect(files()).toEqual(['.b.mrc', 'c.mrc.part', 'done', 'failed', 'taking', '~$d.xlsx']);
	});

	it('moves what cannot be taken to failed, with what to do, and goes on with the next', async () => {
		put('a.mrc', '%PDF-1.7 …');
		put('b.mrc', gzipSync(iso(0, 5)).subarray(0, -10));
		put('c.mrc', iso(0, 2));
		const taken = await look();
		expect(taken.map(({ file, error }) => [file, error?.code])).toEqual([
			['a.mrc', 'file-kind'],
			['b.mrc', 'file-broken'],
			['c.mrc', undefined],
		]);
		expect([files('failed'), files('done'), await living()]).toEqual([
			['a.mrc', 'a.mrc.reason.txt', 'b.mrc', 'b.mrc.reason.txt'],
			['c.mrc'],
			2,
		]);
		expect(readFileSync(join(folder, 'failed/a.mrc.reason.txt'), 'utf8')).toMatch(/^Tệp này không phải.*\nfile-kind: .*PDF.*\n.+\n$/);
	});

	it('opens no link, whether to a file or a folder outside, and takes no link for one of its own folders', async () => {
		const outside = rig.file('outside.mrc', iso(0, 5));
		symlinkSync(outside, join(folder, 'a.mrc'));
		symlinkSync(rig.folder, join(folder, 'b.mrc'));
		const taken = await look();
		expect(taken.map(({ run, error }) => [run, error?.code])).toEqual([
			[null, 'file-kind'],
			[null, 'file-kind'],
		]);
		expect([await living(), existsSync(outside)]).toEqual([0, true]);
		rmSync(join(folder, 'done'), { recursive: true });
		symlinkSync(rig.folder, join(folder, 'done'));
		put('c.mrc', iso(0, 5));
		await expect(look()).rejects.toMatchObject({ code: 'config' });
		expect([await living(), files()]).toEqual([0, ['c.mrc', 'done', 'failed', 'taking']]);
	});

	it('keeps a file while its source is busy, and a second one of its name', async () => {
		await rig.made.database.pool.query("update source set lease_until = clock_timestamp() + interval '1 hour' where code = $1", [source]);
		put('a.mrc', iso(0, 2));
		expect((await look())[0]?.error?.code).toBe('busy');
		put('a.mrc', iso(2, 4));
		await look();
		expect([files('taking'), files().includes('a.mrc')]).toEqual([['a.mrc'], true]);
		await rig.made.database.pool.query('update source set lease_until = null where code = $1', [source]);
		await look();
		await look();
		expect([files('done'), await living()]).toEqual([['a (2).mrc', 'a.mrc'], 4]);
	});

	it.each([1, 8, 15, 30, 60])(
		'loses nothing by a kill (at query %i)',
		async (dieAfter) => {
			await watching({ snapshot: true });
			put('a.mrc', iso(0, 6_000));
			const task: UploadTask = { databaseUrl: rig.made.url, source, dieAfter };
			const child = spawnSync(process.execPath, ['test/support/upload-child.ts', JSON.stringify(task)], { encoding: 'utf8' });
			expect(child.signal).toBe('SIGKILL');
			await vi.waitFor(
				async () => {
					await look();
					expect([files(), files('taking'), files('failed'), files('done')]).toEqual([['done', 'failed', 'taking'], [], [], ['a.mrc']]);
				},
				{ timeout: 30_000, interval: 200 },
			);
			expect(await living()).toBe(6_000);
		},
		60_000,
	);

	it('is looked into when it is due, and a folder that is not there is told', async () => {
		put('a.mrc', iso(0, 2));
		const { id } = (await rig.made.database.pool.query<{ id: number }>('select id from source where code = $1', [source])).rows[0] ?? {
			id: 0,
		};
		await rig.made.database.pool.query("update source set due_at = case when code = $1 then now() - interval '1 minute' end", [source]);
		const looked: number[] = [];
		const scheduler = new Scheduler({
			database: rig.made.database,
			clock: systemClock,
			logger: silentLogger,
			harvest: async (due) => {
				looked.push(due);
				await takeFolder({ ...rig.harvester.deps, restMs: 1 }, due, never);
			},
		});
		await scheduler.tick(never);
		await scheduler.settled();
		expect([looked, files('done')]).toEqual([[id], ['a.mrc']]);
		rmSync(folder, { recursive: true });
		await expect(look()).rejects.toMatchObject({ code: 'not-found', message: expect.stringContaining(folder) });
		mkdirSync(folder);
	});
});
