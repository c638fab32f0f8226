import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { type FileReading, FileRecordReader } from '../../src/harvesters/file-records.ts';
import { runImport } from '../../src/jobs/import-job.ts';
import { packRecord } from '../../src/records/compact.ts';
import { repairText } from '../../src/records/repair-text.ts';
import { unpackBody } from '../../src/store/body-codec.ts';
import { ImportRig } from '../support/import-rig.ts';

const rig = new ImportRig();

const HEADINGS = 'STT,Số ĐKCB,Nhan đề,Tác giả,Năm XB';
const rows = (from: number, to: number, title = 'Sách số'): string =>
	Array.from({ length: to - from }, (_, i) => `${i + 1},TK.${from + i},${title} ${from + i},"Nguyễn Văn ${from + i}",2001\n`).join('');
const table = (...parts: string[]): string => `${HEADINGS}\n${parts.join('')}`;

const settingsOf = async (code: string): Promise<Record<string, unknown>> =>
	(await rig.made.database.pool.query<{ settings: Record<string, unknown> }>('select settings from source where library = $1', [code]))
		.rows[0]?.settings ?? {};

describe('a table is imported', () => {
	it('whole; again it changes nothing; as a snapshot it removes', async () => {
		const code = await rig.library();
		expect(await rig.harvester.importFile(rig.file('1.csv', table(rows(0, 1_200))), code)).toMatchObject({
			state: 'complete',
			created: 1_200,
		});
		expect(await rig.harvester.importFile(rig.file('1b.csv', table(rows(0, 1_200))), code)).toMatchObject({ created: 0, unchanged: 1_200 });
		const next = table(rows(10, 20), rows(20, 21, 'Tên mới'), rows(5_000, 5_001));
		expect(await rig.harvester.importFile(rig.file('2.csv', next), code, { snapshot: true })).toMatchObject({
			created: 1,
			updated: 1,
			unchanged: 10,
			vanished: 1_189,
		});
	});

	it('after a dry run that shows its columns and first records and writes nothing', async () => {
		const code = await rig.library();
		const path = rig.file('dry.csv', table(rows(0, 7), '8,TK.8,,Không tên,2001\n'));
		const dry = await rig.harvester.dryImport(path, code);
		expect(dry).toMatchObject({
			listed: 8,
			created: 7,
			quarantined: 1,
			refused: [{ identifier: 'TK.8', code: 'no-title', reason: expect.stringContaining('line 9') }],
			table: { encoding: 'utf-8', headingLine: 1, delimiter: ',' },
		});
		expect(dry.table?.columns[2]).toEqual({ heading: 'Nhan đề', field: 'title' });
		expect(dry.table?.first).toHaveLength(5);
		expect(await settingsOf(code)).toEqual({});
	});

	it('with columns that a person corrects, which are kept for the next time', async () => {
		const code = await rig.library();
		const path = rig.file('odd.tsv', 'Món\tAi\tNhan đề\nTắt đèn\tNgô Tất Tố\tvăn học\nSố đỏ\tVũ Trọng Phụng\tvăn học\n');
		const columns = { Món: 'title', Ai: 'author', 'Nhan đề': 'subject' };
		expect(await rig.harvester.importFile(path, code, { columns })).toMatchObject({ created: 2 });
		expect(await settingsOf(code)).toMatchObject({ columns });
		const again = await rig.harvester.dryImport(path, code);
		expect(again).toMatchObject({ unchanged: 2 });
		expect(again.table?.columns.map(({ field }) => field)).toEqual(['title', 'author', 'subject']);
	});

	it('not at all without a column of titles, under the name of one that is not there, or as a field that is not there', async () => {
		const code = await rig.library();
		const path = rig.file('none.csv', 'Tên gì,Của ai\nTắt đèn,Ngô Tất Tố\n');
		const told = (columns: Record<string, string>): Promise<unknown> =>
			rig.harvester.importFile(path, code, { columns }).catch((error: unknown) => error);
		expect(await told({})).toMatchObject({
			code: 'no-title-column',
			message: expect.stringContaining('"Tên gì", "Của ai"'),
			hint: expect.stringContaining('--column'),
		});
		expect(await told({ Không: 'title' })).toMatchObject({ code: 'usage', message: expect.stringContaining('"Không"') });
		expect(await told({ 'Tên gì': 'nhan' })).toMatchObject({ code: 'usage', hint: expect.stringContaining('title') });
		const { rowCount } = await rig.made.database.pool.query(
			'select from source_record r join source s on s.id = r.source_id where s.library = $1',
			[code],
		);
		expect(rowCount).toBe(0);
	});

	const encodings: [string, (text: string) => Buffer][] = [
		['utf-8', (text) => Buffer.from(text)],
		['utf-16le', (text) => Buffer.from(`\ufeff${text}`, 'utf16le')],
		['tcvn3', (text) => iconv.encode(text, 'tcvn')],
	];
	it.each(encodings)(
		'in %s, and the rows that failed come back with the reason, are corrected and sent again',
		async (encoding, encode) => {
			const code = await rig.library();
			const bad = '9,TK.90,,"Nguyễn Thị, Không Tên",2001\n10,TK.91,Một cuốn sách nữa,Ngô Tất Tố,1939,thừa\n';
			const path = rig.file(`bad-${encoding}.csv`, encode(table(rows(0, 5), bad, rows(5, 9))));
			const rejects = join(rig.folder, `rejects-${encoding}.csv`);
			expect(await rig.harvester.importFile(path, code, { rejects })).toMatchObject({ created: 9, quarantined: 2 });
			const back = readFileSync(rejects, 'utf8');
			// in TCVN3 "Số" and "SỐ" are the same bytes, and ĐKCB beside it is in capitals
			expect(back.toLowerCase().startsWith(`\ufeffLý do,${HEADINGS}\r\n`.toLowerCase())).toBe(true);
			expect(back).toMatch(/Thiếu nhan đề \(line 7 [^,]*,?9,TK\.90,,"Nguyễn Thị, Không Tên",2001\r\n/);
			expect(back).toContain('10,TK.91,Một cuốn sách nữa,Ngô Tất Tố,1939,thừa\r\n');
			const mended = back.replace('TK.90,,', 'TK.90,Có tên rồi,').replace(',thừa', '');
			expect(await rig.harvester.importFile(rig.file(`mended-${encoding}.csv`, mended), code)).toMatchObject({
				created: 2,
				quarantined: 0,
			});
			expect(
				(await rig.made.database.pool.query('select from quarantine q join source s on s.id = q.source_id where s.library = $1', [code]))
					.rowCount,
			).toBe(0);
		},
	);

	it('and goes on after a stop, unless its columns are read otherwise', async () => {
		const path = rig.file('long.csv', table(rows(0, 6_000)));
		for (const columns of [{}, { STT: 'note' }]) {
			const code = await rig.library();
			const stop = new AbortController();
			const onProgress = (ledger: { listed: number }): void => {
				if (ledger.listed >= 1_000) stop.abort();
			};
			const request = { path, library: code, snapshot: false };
			await runImport(rig.harvester.deps, { ...request, signal: stop.signal, onProgress }).catch(() => undefined);
			expect(await rig.harvester.importFile(path, code, { columns })).toMatchObject({ state: 'complete', listed: 6_000, created: 6_000 });
			const { rows: runs } = await rig.made.database.pool.query<{ state: string }>(
				'select r.state from run r join source s on s.id = r.source_id where s.library = $1 order by r.id',
				[code],
			);
			expect(runs.map((run) => run.state)).toEqual('STT' in columns ? ['cancelled', 'complete'] : ['complete']);
		}
	});

	it('and every record is made again from the row that was kept and what its run says of the table', async () => {
		const code = await rig.library();
		await rig.harvester.importFile(rig.file('kept.csv', Buffer.from(`\ufeff${table(rows(0, 40))}`, 'utf16le')), code);
		const { rows: kept } = await rig.made.database.pool.query<{
			identifier: string;
			parcel: Buffer;
			raw_at: number;
			raw_length: number;
			encoding: string | null;
			digest: Buffer;
			body: Buffer;
			table: Extract<FileReading, { format: 'rows' }>['table'];
		}>(
			`select r.identifier, p.body as parcel, v.raw_at, v.raw_length, p.encoding, v.digest, v.body, run.notes -> 'file' -> 'table' as table
			from version v join source_record r on r.id = v.record_id join parcel p on p.id = v.parcel_id join run on run.id = v.run_id
			join source s on s.id = r.source_id where s.library = $1`,
			[code],
		);
		expect(kept).toHaveLength(40);
		for (const version of kept) {
			const slice = zstdDecompressSync(version.parcel).subarray(version.raw_at, version.raw_at + version.raw_length);
			const reader = new FileRecordReader({ format: 'rows', table: { ...version.table, headingLine: 0 } });
			const again = [...reader.feed(slice), ...reader.end().records][0];
			if (!again?.decoded?.ok) throw new Error('not read again');
			expect(again.identifier).toBe(version.identifier);
			expect(Buffer.from(again.digest)).toEqual(version.digest);
			expect(packRecord(repairText(again.decoded.record).record)).toBe(unpackBody(version.body));
		}
	});
});
