import fc from 'fast-check';
import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { FileRecordReader } from '../../../src/harvesters/file-records.ts';
import { LIMITS } from '../../../src/lib/limits.ts';
import { receivedBytes, receivedUtf8 } from '../../../src/lib/undecoded.ts';
import type { MarcRecord } from '../../../src/records/marc.ts';
import { cellsOf, DELIMITERS, RowSplitter, rowOf } from '../../../src/records/sheet/delimited.ts';
import { lookAtTable, type TableReading } from '../../../src/records/sheet/look.ts';

const fieldsOf = (record: MarcRecord): string[] =>
	record.fields.map((f) => `${f.tag} ${f.value}${f.subfields.map((s) => `$${s.code}${s.value}`).join('')}`);

function looked(bytes: Uint8Array, corrections = {}): TableReading {
	const look = lookAtTable(bytes, corrections);
	if (!look.ok) throw new Error(`no title in ${look.headings.join('|')}`);
	return look.reading;
}

function read(bytes: Uint8Array, table: TableReading, piece = bytes.length) {
	const reader = new FileRecordReader({ format: 'rows', table });
	const records = [];
	for (let at = 0; at < bytes.length; at += piece) records.push(...reader.feed(bytes.subarray(at, at + piece)));
	return { records: [...records, ...reader.end().records], context: reader.context };
}

const SHEET = `DANH MỤC SÁCH THƯ VIỆN TRƯỜNG
STT;Số ĐKCB;Nhan đề;Tác giả;Nơi XB;NXB;Năm XB;Số trang;Khổ;Ký hiệu phân loại;Giá;Môn
1;TK.0001, TK.0002;Dế Mèn phiêu lưu ký;Tô Hoài;H.;Kim Đồng;2019;148;21;895.9223;35000;
2;TK.0003;"Tiếng Việt 1 : ""sách giáo khoa""
tập một";Nguyễn Minh Thuyết, Hoàng Hoà Bình;H.;Giáo dục Việt Nam;2020;;24;;;Tiếng Việt

3;;;Không có nhan đề;;;;;;;;
`;

describe('a table', () => {
	it('is read by its headings into MARC', () => {
		const bytes = Buffer.from(SHEET);
		const table = looked(bytes);
		expect(table).toMatchObject({ delimiter: ';', encoding: 'utf-8', headingLine: 2 });
		expect(table.columns.join(' ')).toBe('ignore barcode title author place publisher year extent size class-number price ignore');
		const { records } = read(bytes, table);
		expect(records.map((r) => r.identifier)).toEqual(['TK.0001', 'TK.0003', expect.stringMatching(/^digest:/)]);
		expect(records.slice(0, 2).map((r) => (r.decoded?.ok ? fieldsOf(r.decoded.record) : []))).toEqual([
			[
				'020 $c35000đ',
				'082 $a895.9223',
				'100 $aTô Hoài',
				'245 $aDế Mèn phiêu lưu ký',
				'264 $aH.$bKim Đồng$c2019',
				'300 $a148 tr.$c21 cm',
				'852 $pTK.0001$pTK.0002',
			],
			[
				'100 $aNguyễn Minh Thuyết',
				'245 $aTiếng Việt 1 : "sách giáo khoa" tập một',
				'264 $aH.$bGiáo dục Việt Nam$c2020',
				'300 $c24 cm',
				'700 $aHoàng Hoà Bình',
				'852 $pTK.0003',
			],
		]);
		expect(records[2]?.decoded).toMatchObject({ ok: false, code: 'no-title', reason: expect.stringContaining('line 7') });
		expect(records.map((r) => r.raw).every((raw) => SHEET.includes(raw))).toBe(true);
	});

	const encodings: [string, (text: string) => Buffer][] = [
		['utf-8', (text) => Buffer.from(text)],
		['utf-8', (text) => Buffer.from(`\ufeff${text}`)],
		['utf-8', (text) => Buffer.from(text.normalize('NFD'))],
		['utf-16le', (text) => iconv.encode(text, 'utf16le', { addBOM: true })],
		['utf-16be', (text) => iconv.encode(text, 'utf16be', { addBOM: true })],
		['tcvn3', (text) => iconv.encode(text, 'tcvn')],
		[
			'windows-1258',
			(text) =>
				iconv.encode(
					text
						.normalize('NFD')
						.replace(/([aeoAEO])\u0302/g, (both) => both.normalize('NFC'))
						.replace(/([aA])\u0306/g, (both) => both.normalize('NFC'))
						.replace(/([ouOU])\u031b/g, (both) => both.normalize('NFC'))
						.replace(/([aeoAEO])(\u0323)\u0302/g, (_, l: string, t: string) => `${`${l}\u0302`.normalize('NFC')}${t}`),
					'win1258',
				),
		],
	];
	it.each(encodings)('in %s gives the same records, whatever it is cut into, and keeps the bytes', (encoding, encode) => {
		const text =
			'Nhan đề,Tác giả,Năm XB\nNhững ngày thơ ấu,Nguyên Hồng,2001\nTắt đèn,Ngô Tất Tố,1939\nĐất rừng phương nam,Đoàn Giỏi,1957\n';
		const bytes = encode(text);
		const table = looked(bytes);
		expect(table.encoding).toBe(encoding);
		for (const piece of [bytes.length, 1, 7]) {
			const { records, context } = read(bytes, table, piece);
			expect(records.map((r) => (r.decoded?.ok ? fieldsOf(r.decoded.record)[1] : r.decoded?.reason))).toEqual([
				'245 $aNhững ngày thơ ấu',
				'245 $aTắt đèn',
				'245 $aĐất rừng phương nam',
			]);
			for (const { raw } of records)
				expect(bytes.includes(context.encoding === null ? receivedUtf8(raw) : (receivedBytes(raw, context.encoding) as Buffer))).toBe(true);
		}
	});

	it('has the same records when columns move, are renamed or quoted, or the encoding is another', () => {
		const one = Buffer.from('STT,Nhan đề,Tác giả\n1,Tắt đèn,Ngô Tất Tố\n');
		const other = iconv.encode('Title\tTác giả\tSTT\nTắt đèn\t"Ngô Tất Tố"\t9\n', 'utf16le', { addBOM: true });
		const ids = [one, other].map((bytes) =>
			read(bytes, looked(bytes)).records.map((r) => [r.identifier, Buffer.from(r.digest).toString('hex')]),
		);
		expect(ids[0]).toEqual(ids[1]);
	});

	it('is told what a column holds, by heading or number', () => {
		const bytes = Buffer.from('Món,Ai,x\nTắt đèn,Ngô Tất Tố,2001\n');
		expect(lookAtTable(bytes, {})).toMatchObject({ ok: false, headings: ['Món', 'Ai', 'x'] });
		expect(looked(bytes, { món: 'title', 2: 'author' }).columns).toEqual(['title', 'author', 'ignore']);
		expect(lookAtTable(bytes, { món: 'title', 'Tên gì': 'author' }).unknown).toEqual(['Tên gì']);
	});

	it('tells columns by what stands in them', () => {
		const rows = [0, 1, 2, 3].map((i) => `Sách ${i},978604${i}00000${i},199${i},A,Kho ${'ABCD'[i]}`);
		const bytes = Buffer.from(`Tên sách,x,y,Mã sách,Kho\n${rows.join('\n')}\n`);
		expect(looked(bytes).columns).toEqual(['title', 'isbn', 'year', 'ignore', 'location']);
	});

	it('says why a row is not read, and goes on behind it', () => {
		const giant = 'x'.repeat(LIMITS.rowLettersMax + 10);
		const cell = 'y'.repeat(LIMITS.cellLettersMax + 1);
		const bytes = Buffer.from(`Title,Author\n${giant},a\nB,b\n${cell},c\nD,d,e\nE,e\n"F,f\nG,g\n`);
		for (const piece of [bytes.length, 1_000]) {
			const { records } = read(bytes, looked(bytes), piece);
			expect(records.map((r) => (r.decoded?.ok ? fieldsOf(r.decoded.record).at(-1) : r.decoded?.code))).toEqual([
				'row-too-long',
				'245 $aB',
				'cell-too-long',
				'too-many-cells',
				'245 $aE',
				'row-quote-open',
				'245 $aG',
			]);
		}
	});
});

describe('rows', () => {
	const cell = fc.string({ unit: fc.constantFrom('a', 'đ', '"', ',', ';', '\t', '\n', '\r', ' ', '|') });
	it('come back as they were written, whatever is in them and wherever they are cut', () => {
		fc.assert(
			fc.property(
				fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { maxLength: 5 }),
				fc.constantFrom(...DELIMITERS),
				fc.integer({ min: 1, max: 9 }),
				(rows, delimiter, piece) => {
					const text = rows.map((row) => `${rowOf(row, delimiter)}\r\n`).join('');
					const splitter = new RowSplitter(delimiter);
					const found = [];
					for (let at = 0; at < text.length; at += piece) found.push(...splitter.feed(text.slice(at, at + piece)));
					found.push(...splitter.end());
					expect(found.map((row) => cellsOf(row.text, delimiter))).toEqual(rows);
				},
			),
		);
	});

	it('end, whatever comes', () => {
		const junk = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r') });
		fc.assert(
			fc.property(junk, fc.integer({ min: 1, max: 5 }), (text, piece) => {
				const whole = new RowSplitter(',');
				const once = [...whole.feed(text), ...whole.end()];
				const cut = new RowSplitter(',');
				const found = [];
				for (let at = 0; at < text.length; at += piece) found.push(...cut.feed(text.slice(at, at + piece)));
				expect([...found, ...cut.end()]).toEqual(once);
			}),
		);
	});
});
