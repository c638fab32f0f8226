import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { setSourceSettings } from '../../src/store/source.ts';
import { ImportRig } from '../support/import-rig.ts';

const rig = new ImportRig();

const HEADINGS = 'Số ĐKCB,Nhan đề,Tác giả,Năm XB,Kho sách lưu\n';
const copy = (title: number, number: number, name = 'Sách số'): string =>
	`TK.${number},${name} ${title},Nguyễn Văn ${title},2001,Kho ${number % 2 === 0 ? 'đọc' : 'mượn'}\n`;
/** Three copies of each title: the copies of title n are 3n, 3n + 1 and 3n + 2. */
const copies = (from: number, to: number): string[] =>
	Array.from({ length: to - from }, (_, i) => from + i).flatMap((n) => [copy(n, 3 * n), copy(n, 3 * n + 1), copy(n, 3 * n + 2)]);
const table = (rows: readonly string[]): string => HEADINGS + rows.join('');

let files = 0;
const sent = async (code: string, rows: readonly string[], options: { snapshot?: boolean; rejects?: string } = {}) =>
	await rig.harvester.importFile(rig.file(`copies-${++files}.csv`, table(rows)), code, options);

interface Source {
	readonly id: number;
	readonly settings: Record<string, unknown>;
}
const sourceOf = async (code: string): Promise<Source | undefined> =>
	(await rig.made.database.pool.query<Source>('select id, settings from source where library = $1', [code])).rows[0];
const living = async (code: string): Promise<{ id: number; identifier: string }[]> =>
	(
		await rig.made.database.pool.query<{ id: number; identifier: string }>(
			`select r.id, r.identifier from source_record r join source s on s.id = r.source_id
			where s.library = $1 and not r.deleted and r.current_no > 0 order by r.id`,
			[code],
		)
	).rows;
const identifiers = async (code: string): Promise<string[]> => (await living(code)).map((record) => record.identifier);

describe('a table with a row for each copy', () => {
	it('makes a record of each title; again, in any order of the copies, it changes nothing', async () => {
		const code = await rig.library();
		const rows = copies(0, 400);
		const dry = await rig.harvester.dryImport(rig.file('copies.csv', table(rows)), code);
		expect(dry).toMatchObject({
			listed: 400,
			created: 400,
			table: {
				copies: 'together',
				rows: 1_200,
				becomes: { vi: '1.200 dòng thành 400 biểu ghi', en: '1,200 rows make 400 records' },
			},
		});
		expect(await sourceOf(code)).toBeUndefined();
		expect(await sent(code, rows)).toMatchObject({ state: 'complete', listed: 400, created: 400, rows: 1_200 });
		expect(await identifiers(code)).toEqual(Array.from({ length: 400 }, (_, n) => `TK.${3 * n}`));
		expect((await sourceOf(code))?.settings).toMatchObject({ copies: 'together' });
		expect(await sent(code, rows)).toMatchObject({ unchanged: 400, created: 0 });
		expect(await sent(code, rows.toReversed(), { snapshot: true })).toMatchObject({ unchanged: 400, created: 0, vanished: 0 });
	});

	it('is updated when a copy is added or taken away; without its first copy a title is the record that it was', async () => {
		const code = await rig.library();
		const rows = copies(0, 40);
		await sent(code, rows);
		const before = await living(code);
		expect(await sent(code, rows.toSpliced(3, 0, copy(0, 1_000)), { snapshot: true })).toMatchObject({ updated: 1, unchanged: 39 });
		expect(await sent(code, rows.toSpliced(2, 1), { snapshot: true })).toMatchObject({ updated: 1, unchanged: 39 });
		const weeded = await sent(code, rows.slice(1), { snapshot: true });
		expect(weeded).toMatchObject({ state: 'complete', updated: 1, created: 0, vanished: 0 });
		expect(await living(code)).toEqual([{ ...before[0], identifier: 'TK.1' }, ...before.slice(1)]);
	});

	it('is told by its copies where two titles of a source are alike in all that matching reads', async () => {
		const code = await rig.library();
		const alike = (note: string, ...numbers: number[]): string[] => numbers.map((n) => `${copy(1, n).trimEnd()},${note}\n`);
		const file = (name: string, ...rows: string[][]): string =>
			rig.file(name, `${HEADINGS.trimEnd()},Ghi chú\n${[...rows.flat(), ...copies(10, 60)].join('')}`);
		await rig.harvester.importFile(file('alike.csv', alike('Sách tặng', 1, 2), alike('Sách mua', 3, 4)), code);
		const before = await living(code);
		const weeded = file('alike-weeded.csv', alike('Sách tặng', 2), alike('Sách mua', 4));
		expect(await rig.harvester.importFile(weeded, code, { snapshot: true })).toMatchObject({ updated: 2, created: 0, vanished: 0 });
		expect(await living(code)).toEqual([{ ...before[0], identifier: 'TK.2' }, { ...before[1], identifier: 'TK.4' }, ...before.slice(2)]);
	});

	it('that is sent in pieces is the same titles, one that was cut in two of two records until all of it comes', async () => {
		const code = await rig.library();
		const rows = copies(0, 100);
		expect(await sent(code, rows.slice(0, 151))).toMatchObject({ created: 51 });
		expect(await sent(code, rows.slice(151))).toMatchObject({ created: 50, updated: 0 });
		await rig.harvester.unite();
		const { rows: unions } = await rig.made.database.pool.query(
			`select from cluster_member m join source_record r on r.id = m.record_id join source s on s.id = r.source_id
			where s.library = $1 group by m.union_id`,
			[code],
		);
		expect(unions).toHaveLength(100);
		expect(await sent(code, rows, { snapshot: true })).toMatchObject({
			state: 'complete',
			updated: 1,
			created: 0,
			unchanged: 99,
			vanished: 1,
		});
	});

	it('stays row by row at a source that took tables before, until its settings say otherwise', async () => {
		const code = await rig.library();
		const rows = copies(0, 30);
		await sent(code, rows);
		const { id } = (await sourceOf(code)) as Source;
		const { pool } = rig.made.database;
		// as sources were that took their tables before copies were put together
		await pool.query("update source set settings = settings - 'copies' where id = $1", [id]);
		expect(await sent(code, rows)).toMatchObject({ listed: 90, rows: 90 });
		expect((await sourceOf(code))?.settings['copies']).toBe('apart');
		expect(await sent(code, rows, { snapshot: true })).toMatchObject({ listed: 90, unchanged: 90 });
		expect((await identifiers(code)).toSorted()).toEqual(Array.from({ length: 90 }, (_, n) => `TK.${n}`).toSorted());
		await setSourceSettings(rig.made.database, id, { copies: 'together' });
		expect(await sent(code, rows, { snapshot: true })).toMatchObject({ state: 'complete', updated: 30, vanished: 60 });
	});

	it('gives the rows of a title that is refused back one by one', async () => {
		const code = await rig.library();
		const long = 'K'.repeat(1_100);
		const refused = [1, 2].map((n) => copy(7, n).replace('TK.', long));
		const rejects = join(rig.folder, 'copies-rejects.csv');
		expect(await sent(code, [...copies(0, 2), ...refused, ',,Không tên,2001,\n'], { rejects })).toMatchObject({
			created: 2,
			quarantined: 2,
		});
		const back = readFileSync(rejects, 'utf8').split('\r\n');
		expect(back).toHaveLength(5);
		expect(back[0]).toBe(`\ufeffLý do,${HEADINGS.trimEnd()}`);
		expect(back.slice(1, 4).map((line) => line.slice(-40))).toEqual(expect.arrayContaining(refused.map((row) => row.trimEnd().slice(-40))));
		const mended = back
			.filter((line) => !line.includes('Không tên'))
			.join('\r\n')
			.replaceAll(long, 'TK.9');
		expect(await rig.harvester.importFile(rig.file('copies-mended.csv', mended), code)).toMatchObject({
			created: 1,
			quarantined: 0,
			rows: 2,
		});
		expect(await identifiers(code)).toContain('TK.91');
	});
});
