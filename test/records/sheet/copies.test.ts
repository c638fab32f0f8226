import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FileRecordReader } from '../../../src/harvesters/file-records.ts';
import { rowsOfRecord } from '../../../src/harvesters/table-row.ts';
import { LIMITS } from '../../../src/lib/limits.ts';
import { receivedBytes, receivedUtf8 } from '../../../src/lib/undecoded.ts';
import { compareBarcodes } from '../../../src/records/sheet/copies.ts';
import { lookAtTable, type TableReading } from '../../../src/records/sheet/look.ts';

function looked(bytes: Uint8Array, copies: 'together' | 'apart' = 'together'): TableReading {
	const look = lookAtTable(bytes, {}, copies === 'apart' ? {} : { copies });
	if (!look.ok) throw new Error(`no title in ${look.headings.join('|')}`);
	return look.reading;
}

function read(bytes: Uint8Array, table: TableReading, piece = bytes.length) {
	const reader = new FileRecordReader({ format: 'rows', table });
	const records = [];
	for (let at = 0; at < bytes.length; at += piece) records.push(...reader.feed(bytes.subarray(at, at + piece)));
	const { records: last, end } = reader.end();
	return { records: [...records, ...last], end, context: reader.context };
}

type Read = ReturnType<typeof read>['records'][number];
const fieldsOf = ({ decoded }: Read, tags: RegExp): string[] =>
	decoded?.ok
		? decoded.record.fields
				.filter(({ tag }) => tags.test(tag))
				.map((f) => `${f.tag} ${f.value}${f.subfields.map((s) => `$${s.code}${s.value}`).join('')}`)
		: [String(decoded?.code)];
const known = (records: readonly Read[]): string[] => records.map((r) => `${r.identifier} ${Buffer.from(r.digest).toString('hex')}`);

const HEAD = 'STT,Số ĐKCB,Nhan đề,Tác giả,Năm XB,Kho sách lưu,Giá,Số lượng\n';
const TITLES = [
	'1,TK.10,Tắt đèn,Ngô Tất Tố,1939,Kho mượn,12000,1\n',
	'2,TK.9,Tắt đèn,Ngô Tất Tố,1939,Kho mượn,,1\n',
	'3,TK.11,Tắt đèn,Ngô Tất Tố,1939,Kho đọc,15000,1\n',
	'4,TK.12,Số đỏ,Vũ Trọng Phụng,1936,Kho đọc,,1\n',
];
const sheet = (...rows: string[]): Buffer => Buffer.from(HEAD + rows.join(''));

describe('rows that are copies of one title', () => {
	it('make one record, known by the smallest number, with a holding for each place', () => {
		const bytes = sheet(...TITLES);
		const { records, end } = read(bytes, looked(bytes));
		expect(records.map((r) => r.identifier)).toEqual(['TK.9', 'TK.12']);
		expect(end).toMatchObject({ rows: 4, listed: 2 });
		expect(fieldsOf(records[0] as Read, /^(020|245|8)/)).toEqual([
			'020 $c12000đ',
			'245 $aTắt đèn',
			'852 $bKho mượn$pTK.9$pTK.10',
			'852 $bKho đọc$pTK.11',
		]);
	});

	it('stay records of their own where the source does not say so, with the identifiers and digests they had', () => {
		const bytes = sheet(...TITLES);
		const { records, end } = read(bytes, looked(bytes, 'apart'));
		expect(records.map((r) => r.identifier)).toEqual(['TK.10', 'TK.9', 'TK.11', 'TK.12']);
		expect(end).toMatchObject({ rows: 4, listed: 4 });
		// a row without other copies is the same either way
		expect(known(read(bytes, looked(bytes)).records)[1]).toBe(known(records)[3]);
	});

	it('need a number each, and agree in all that is read but number, place, call number, price and count', () => {
		const head = 'Số ĐKCB,Nhan đề,Năm XB,Ký hiệu xếp giá,Ghi chú\n';
		const bytes = Buffer.from(
			`${head}A1,Tắt đèn,1939,895,\nA2,Tắt đèn,1940,895,\nA3,Tắt đèn,1940,895,rách\n,Tắt đèn,1940,895,\n,Tắt đèn,1940,895,\nA4,Tắt đèn,1940,896,\nA5,Tắt đèn,1940,897,\n`,
		);
		expect(read(bytes, looked(bytes)).records.map((r) => r.identifier)).toEqual([
			'A1',
			'A2',
			expect.stringMatching(/^digest:/),
			expect.stringMatching(/^digest:/),
			'A3',
			'A4',
		]);
	});

	it('are known by the number of their record, where one comes with all rows of a title', () => {
		const head = 'Mã sách,Số ĐKCB,Nhan đề\n';
		const bytes = Buffer.from(`${head}7,A1,Tắt đèn\n7,A2,Tắt đèn\n8,A3,Số đỏ\n`);
		expect(looked(bytes).columns[0]).toBe('id');
		expect(looked(bytes, 'apart').columns[0]).toBe('ignore');
		expect(read(bytes, looked(bytes)).records.map((r) => r.identifier)).toEqual(['7', '8']);
		const classes = Buffer.from(`${head}7,A1,Tắt đèn\n7,A2,Số đỏ\n8,A3,Số đỏ\n`);
		expect(looked(classes).columns[0]).toBe('ignore');
		expect(read(classes, looked(classes)).records.map((r) => r.identifier)).toEqual(['A1', 'A2']);
	});

	it('are not parted by a row between them that stands alone or cannot be read, by a blank one or by headings that come again', () => {
		const bytes = sheet(TITLES[0] as string, '2,TK.8,,Ngô Tất Tố,1939,,,\n', '\n', HEAD, TITLES[1] as string);
		expect(read(bytes, looked(bytes)).records.map((r) => [r.identifier, r.decoded?.ok])).toEqual([
			['TK.8', false],
			['TK.9', true],
		]);
	});

	it('say how many there are only where that is more than have a number', () => {
		const head = 'Số ĐKCB,Nhan đề,Số lượng,Kho sách lưu\n';
		const statements = (...rows: string[]): string[] => {
			const bytes = Buffer.from(head + rows.join('\n'));
			return read(bytes, looked(bytes)).records.flatMap((record) => fieldsOf(record, /^866/));
		};
		expect(statements('A1,Tắt đèn,2,Mượn', 'A2,Tắt đèn,2,Đọc')).toEqual([]);
		expect(statements('A1,Tắt đèn,5,Mượn', 'A2,Tắt đèn,5,Mượn')).toEqual(['866 $a5 bản']);
		expect(statements('A1,Tắt đèn,5,Mượn')).toEqual(['866 $a5 bản']);
	});

	it('are held within limits, whatever the file', () => {
		const many = Array.from({ length: LIMITS.titleRowsMax + 1 }, (_, i) => `${i},K.${i},Toán 6,,,Kho,,\n`);
		const bytes = sheet(...many);
		expect(read(bytes, looked(bytes)).records.map((r) => r.raw.split('\n').length)).toEqual([LIMITS.titleRowsMax, 1]);
		expect(fieldsOf(read(bytes, looked(bytes)).records[0] as Read, /^852/).every((text) => Buffer.byteLength(text) < 9_999)).toBe(true);
		const long = 'x'.repeat(LIMITS.cellLettersMax);
		const letters = sheet(...Array.from({ length: 20 }, (_, i) => `${i},K.${i},${long},,,Kho,,\n`));
		for (const record of read(letters, looked(letters)).records) expect(record.raw.length).toBeLessThan(LIMITS.titleLettersMax + 20);
	});

	const encodings = [
		['utf-8', (text: string) => Buffer.from(text)],
		['utf-16le', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le')],
	] as const;
	it.each(encodings)('in %s are the same record in any order, twice, and wherever the file is cut; its rows are kept', (_, encode) => {
		const rows = fc.shuffledSubarray(TITLES.slice(0, 3), { minLength: 3, maxLength: 3 });
		const bytesOf = (lines: readonly string[]): Buffer => encode(HEAD + [...lines, TITLES[3] as string].join(''));
		const whole = known(read(bytesOf(TITLES.slice(0, 3)), looked(bytesOf(TITLES.slice(0, 3)))).records);
		fc.assert(
			fc.property(rows, fc.subarray(TITLES.slice(0, 3)), fc.integer({ min: 1, max: 200 }), (order, twice, piece) => {
				const bytes = bytesOf([...order, ...twice]);
				const table = looked(bytes);
				const { records, context } = read(bytes, table, piece);
				expect(known(records)).toEqual(whole);
				const [first] = records as [Read];
				const kept = context.encoding === null ? receivedUtf8(first.raw) : (receivedBytes(first.raw, context.encoding) as Buffer);
				expect(rowsOfRecord(kept, table).map((cells) => cells.join(','))).toEqual([...order, ...twice].map((row) => row.trimEnd()));
				const again = read(kept, { ...table, headingLine: 0 }).records;
				expect(known(again)).toEqual(whole.slice(0, 1));
				expect(again[0]?.decoded).toEqual(first.decoded);
			}),
		);
	});

	it('are ordered by number, in one way', () => {
		const code = fc.string({ unit: fc.constantFrom('T', 'K', '.', '0', '1', '9', '2'), maxLength: 8 });
		expect(['TK.10', 'TK.9', 'TK.010', 'A', 'TK.2a'].sort(compareBarcodes)).toEqual(['A', 'TK.2a', 'TK.9', 'TK.010', 'TK.10']);
		fc.assert(
			fc.property(code, code, code, (a, b, c) => {
				expect(Math.sign(compareBarcodes(a, b))).toBe(-Math.sign(compareBarcodes(b, a)) + 0);
				expect(compareBarcodes(a, b) === 0).toBe(a === b);
				if (compareBarcodes(a, b) <= 0 && compareBarcodes(b, c) <= 0) expect(compareBarcodes(a, c)).toBeLessThanOrEqual(0);
			}),
		);
	});
});
