import type { Kind } from '../../src/records/bib.ts';
import { type PublicUnion, publicUnion } from '../../src/records/public-view.ts';
import { type FormatName, RECORD_FORMATS, type RecordFormat, type RenderOptions } from '../../src/records/record-format.ts';
import type { UnionHolding, UnionMember } from '../../src/records/union.ts';
import { field, LEADER } from './marc-lines.ts';

const SITE = 'https://lienthong.example.vn';

export const optionsOf = (id: string, language: 'vi' | 'en' = 'vi'): RenderOptions => ({
	id,
	agency: 'lienthong.example.vn',
	url: `${SITE}/records/${id}`,
	language,
	libraryUrl: (code) => `${SITE}/api/v1/libraries/${code}`,
});

const member = (library: string): UnionMember => ({
	record: 1,
	version: 1,
	run: 1,
	source: library.toLowerCase(),
	library,
	identifier: `oai:${library}:1`,
	share: 'full',
	licence: null,
});

interface Written {
	readonly kind: Kind;
	readonly leader?: string;
	readonly lines: readonly string[];
	readonly libraries?: readonly string[];
	readonly holdings?: readonly UnionHolding[];
}

export function unionOf({ kind, leader = LEADER, lines, libraries = ['TVT'], holdings = [] }: Written): PublicUnion {
	const union = publicUnion({
		kind,
		leader,
		members: libraries.map(member),
		fields: lines.map((line) => ({ field: field(line), sources: [0], rule: 'lead' as const })),
		holdings,
	});
	if (union === null) throw new Error('its members share');
	return union;
}

/** Records of every kind that formats treat apart, by their ids. */
export const FORMAT_RECORDS: Readonly<Record<string, PublicUnion>> = {
	// several creators with roles, a volume of a series, several libraries with call numbers
	volume001: unionOf({
		kind: 'volume',
		libraries: ['TVT', 'THCS', 'TVT'],
		lines: [
			'008 200101s2020    vm            000 0 vie d',
			'020 __ $a9780306406157 (bìa cứng)',
			'020 __ $z0306406153',
			'041 0_ $avie$aeng',
			'082 04 $a959.7$223',
			'100 1_ $aTrần Quốc Vượng,$d1934-2005,$etác giả',
			'245 10 $aLịch sử & văn hoá :$btập bài giảng.$nTập 1,$pCổ đại /$cTrần Quốc Vượng ; Nguyễn Văn An chủ biên ; Lê Thị Hoa dịch',
			'250 __ $aIn lần thứ 2, có sửa chữa',
			'260 __ $aHà Nội :$bGiáo dục ;$aTP. Hồ Chí Minh :$bTrẻ,$c2020',
			'300 __ $a255 tr. ;$c21 cm',
			'490 0_ $aTủ sách Sử học ;$v3',
			'500 __ $aĐầu trang sách ghi: Trường Đại học Tổng hợp',
			'520 __ $aTừ nguồn gốc đến thế kỷ X.',
			'650 _4 $aLịch sử$zViệt Nam$yCổ đại',
			'653 __ $aVăn hoá',
			'700 1_ $aNguyễn Văn An,$4edt',
			'700 1_ $aLê Thị Hoa,$edịch',
			'700 1_ $aPhạm Minh,$eminh hoạ',
		],
		holdings: [
			{ member: 0, path: '852', location: 'Kho mở', callNumber: '959.7 L302S', barcodes: ['VV1', 'VV2'], copies: 2 },
			{ member: 1, path: '852', callNumber: '959', barcodes: [], copies: 1 },
		],
	}),
	serial002: unionOf({
		kind: 'serial',
		leader: '00000nas a2200000 a 4500',
		lines: [
			'008 750101c19659999vm mr p       0   a0vie d',
			'022 __ $a0866-160X',
			'245 00 $aNgôn ngữ :$btạp chí của Viện Ngôn ngữ học',
			'260 __ $aHà Nội :$bViện Ngôn ngữ học,$c1969-',
			'310 __ $aHàng tháng',
			'650 _4 $aNgôn ngữ học$vTạp chí',
			'710 2_ $aViện Ngôn ngữ học',
		],
	}),
	noyear003: unionOf({
		kind: 'monograph',
		lines: ['245 00 $aĐịa chí làng Cót', '260 __ $a[K.đ.] :$b[K.nxb.],$c[19--?]', '300 __ $a[12] tờ viết tay', '653 __ $aĐịa chí'],
	}),
	online004: unionOf({
		kind: 'electronic',
		lines: [
			'007 cr |||||||||||',
			'008 190101s2019    vm      o     000 0 vie d',
			'100 1_ $aPhan Huy Lê',
			'245 10 $aNgày hội làng cá Cát Bà$h[tài nguyên điện tử]',
			'264 _1 $aHải Phòng :$bThư viện Thành phố,$c2019',
			'300 __ $a1 tài liệu điện tử (PDF)',
			'856 40 $uhttps://thuvienso.example.vn/sach/0057?a=1&b=2_x$yToàn văn',
		],
	}),
	article05: unionOf({
		kind: 'component',
		leader: '00000naa a2200000 a 4500',
		lines: [
			'008 200101s2020    vm            000 0 vie d',
			'100 1_ $aNguyễn Thị Ánh Tuyết',
			'245 10 $aPhương ngữ vùng biển Hải Phòng',
			'773 0_ $tNgôn ngữ$x0866-160X$gSố 12 (2020). - tr. 38-41',
		],
	}),
	thesis006: unionOf({
		kind: 'monograph',
		lines: [
			'008 180101s2018    vm            000 0 vie d',
			'100 1_ $aĐỗ Đức Hùng',
			'245 10 $aNghiên cứu ứng dụng học máy :$bluận văn thạc sĩ',
			'260 __ $aĐà Nẵng,$c2018',
			'300 __ $a[4], 98 tr. :$bhình vẽ',
			'502 __ $aLuận văn ThS. -- Trường Đại học Bách khoa, Đại học Đà Nẵng',
		],
	}),
	foreign07: unionOf({
		kind: 'monograph',
		lines: [
			'008 030101s2003    enk           000 1 eng d',
			'020 __ $a0141439513',
			'100 1_ $aAusten, Jane,$d1775-1817',
			'245 10 $aPride and prejudice /$cJane Austen ; edited by Vivien Jones',
			'260 __ $aLondon :$bPenguin,$c2003',
			'300 __ $axxxii, 435 p.',
			'700 1_ $aJones, Vivien,$d1952-$eeditor',
			'710 2_ $aPenguin Books (Firm)',
		],
	}),
	// what formats must not run, close or end at
	hostile08: unionOf({
		kind: 'monograph',
		lines: [
			'100 1_ $a=HYPERLINK("https://evil.example.vn","x") and {Ai} and \\input',
			'245 10 $a-2+3 {ngoặc "kép", 100% & #1_2 ~^ \\end{} ER  - :$b@SUM(A1)',
			'260 __ $a+84 :$b@nxb,$c2001',
			'520 __ $aDòng một,\nER  - \n@book{x, title={y}}',
			'653 __ $a=1+1; "a"',
		],
	}),
};

/** All of them as one file, as it is sent. */
export function fileOf(format: FormatName, records = Object.entries(FORMAT_RECORDS), language: 'vi' | 'en' = 'vi'): Buffer {
	const { file, render }: RecordFormat = RECORD_FORMATS[format];
	const { head, between, foot } = file(language);
	const parts: Buffer[] = [Buffer.from(head)];
	for (const [id, union] of records) {
		const record = render(union, optionsOf(id, language));
		if (record === null) continue;
		if (parts.length > 1) parts.push(Buffer.from(between));
		parts.push(Buffer.from(record));
	}
	return Buffer.concat([...parts, Buffer.from(foot)]);
}
