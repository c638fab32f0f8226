import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { FileRecordReader } from '../../../src/harvesters/file-records.ts';
import { lookAtTable, type TableReading } from '../../../src/records/sheet/look.ts';

function read(text: string | Buffer): { readonly table: TableReading; readonly records: string[]; readonly repairs: string[] } {
	const bytes = Buffer.from(text as string);
	const look = lookAtTable(bytes, {}, { copies: 'together' });
	if (!look.ok) throw new Error(`no title in ${look.headings.join('|')}`);
	const reader = new FileRecordReader({ format: 'rows', table: look.reading });
	const all = [...reader.feed(bytes), ...reader.end().records];
	return {
		table: look.reading,
		records: all.map(({ decoded }) =>
			decoded?.ok
				? decoded.record.fields.map((f) => `${f.tag} ${f.value}${f.subfields.map((s) => `$${s.code}${s.value}`).join('')}`).join(' | ')
				: `${decoded?.code}`,
		),
		repairs: all.flatMap(({ decoded }) => (decoded?.repairs ?? []).map(({ code, detail }) => `${code} ${detail}`)),
	};
}

describe('headings', () => {
	const text = 'Số ĐKCB,Nhan đề,Tác giả,Năm XB,Kí hiệu phân loại\nTK.1,Tắt đèn,Ngô Tất Tố,1939,895.9223\n';
	const asLatin1 = (encoding: string): Buffer => Buffer.from(iconv.decode(iconv.encode(text, encoding), 'win1252'));
	it.each([
		['TCVN3', asLatin1('tcvn')],
		['VISCII', asLatin1('viscii')],
		['VNI', Buffer.from(text.replace(/^.*/, 'Soá ÑKCB,Nhan ñeà,Taùc giaû,Naêm XB,Kí hieäu phaân loaïi'))],
		['UTF-8, encoded twice', Buffer.from(Buffer.from(text).toString('latin1'))],
	])('that were written in %s and came as Unicode, as from an old workbook, are understood', (_, bytes) => {
		expect(read(bytes).table.columns.join(' ')).toBe('barcode title author year class-number');
	});

	it('of the tables that SLiMS writes are understood, and its lists of names', () => {
		const { table, records } = read(
			'"title","gmd_name","isbn_issn","publisher_name","publish_year","collation","call_number","place_name","classification","authors","topics","item_code"\n' +
				'"Tắt đèn","Text","","Văn học","1939","200 tr.","895 T","Hà Nội","895.922","<Ngô Tất Tố><Nam Cao>","<Nông thôn><Thuế>","<B001><B002>"\n',
		);
		expect(table.columns.join(' ')).toBe('title ignore isbn publisher year extent call-number place class-number author subject barcode');
		expect(records[0]).toMatch(/100 \$aNgô Tất Tố .* 650 \$aNông thôn \| 650 \$aThuế \| 700 \$aNam Cao \| 852 \$j895 T\$pB001\$pB002$/);
	});

	it('in two rows are read as one', () => {
		const { table, records } = read('STT,Nhan đề,Tác giả,Xuất bản,,,Giá\n,,,Nơi XB,NXB,Năm XB,\n1,Tắt đèn,Ngô Tất Tố,H.,Văn học,1939,\n');
		expect(table).toMatchObject({ headingLine: 2, headings: ['STT', 'Nhan đề', 'Tác giả', 'Nơi XB', 'NXB', 'Năm XB', 'Giá'] });
		expect(records).toEqual(['100 $aNgô Tất Tố | 245 $aTắt đèn | 264 $aH.$bVăn học$c1939']);
	});

	it('above a book that is called like one are not taken for two rows', () => {
		expect(read('Nhan đề,Tác giả\nTạp chí,Chủ biên\nPhụ đề,Nam Cao\n').records).toHaveLength(2);
	});

	it('have no record in the row that numbers the columns below them', () => {
		for (const numbers of ['(1),(2),(3),(4)', '1,2,3,4', 'A,B,1,2', '(1), (2) ,,(3)'])
			expect(read(`STT,Tên sách,Tác giả,Năm XB\n${numbers}\n1,Tắt đèn,Ngô Tất Tố,1939\n`).records).toEqual([
				'100 $aNgô Tất Tố | 245 $aTắt đèn | 264 $c1939',
			]);
		expect(read('STT,Tên sách,Năm XB\n1,1984,1949\n2,22,2001\n').records).toEqual(['245 $a1984 | 264 $c1949', '245 $a22 | 264 $c2001']);
	});
});

describe('a number that Excel has rounded', () => {
	it('of a copy or a record refuses its row, which is told from others all the same', () => {
		const { records } = read('Mã vạch,Nhan đề\n8.93E+12,Tắt đèn\n"8,93604E+12",Số đỏ\n8.93E+12,Chí Phèo\n8936040000001,Lão Hạc\n');
		expect(records).toEqual(['number-rounded', 'number-rounded', 'number-rounded', '245 $aLão Hạc | 852 $p8936040000001']);
	});

	it('of an ISBN is left out, and named', () => {
		const { records, repairs } = read('Nhan đề,ISBN\nTắt đèn,9.79E+12\nSố đỏ,9786041234567\n');
		expect(records).toEqual(['245 $aTắt đèn', '020 $a9786041234567 | 245 $aSố đỏ']);
		expect(repairs).toContain('number-rounded 9.79E+12');
	});
});

it('a number with an empty decimal place is the number', () => {
	expect(read('Mã vạch,Nhan đề,ISBN,Năm XB\n8936040000001.0,Tắt đèn,9786041234567.0,1939.0\n').records).toEqual([
		'020 $a9786041234567 | 245 $aTắt đèn | 264 $c1939 | 852 $p8936040000001',
	]);
});
