import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Bib } from '../../src/records/bib.ts';
import { bibFromMarc } from '../../src/records/bib-from-marc.ts';
import type { MarcRecord } from '../../src/records/marc.ts';
import { LEADER, marc } from './marc-lines.ts';

function read(record: MarcRecord): Bib {
	const found = bibFromMarc(record);
	if ('ignoredAs' in found) throw new Error(`ignored as ${found.ignoredAs}`);
	return found.bib;
}
const bib = (...lines: string[]): Bib => read(marc(lines));
const led = (change: readonly [at: number, letter: string][], ...lines: string[]): Bib => {
	const leader = [...LEADER];
	for (const [at, letter] of change) leader[at] = letter;
	return read(marc(lines, leader.join('')));
};

describe('volumes', () => {
	it.each([
		['$aToán 6. Tập 1', 'Toán 6', '1'],
		['$aToán 6 T.1', 'Toán 6', '1'],
		['$aGiải tích. T. 02', 'Giải tích', '2'],
		['$aĐại số Q.2', 'Đại số', '2'],
		['$aVăn học P.02', 'Văn học', '2'],
		['$aLịch sử Việt Nam. Tập I', 'Lịch sử Việt Nam', '1'],
		['$aVật lý. Phần thứ hai', 'Vật lý', '2'],
		['$aBài tập toán 10 tập hai', 'Bài tập toán 10', '2'],
		['$aTruyện Kiều (Quyển 3)', 'Truyện Kiều', '3'],
		['$aSách T.1-2', 'Sách', '1-2'],
		['$aToán 7. Tập hai / Nguyễn Văn A', 'Toán 7', '2'],
		['$aHồ Chí Minh toàn tập. Tập 12', 'Hồ Chí Minh toàn tập', '12'],
		['$aX. Tập 4, Quyển 1: Crystal', 'X', '4.1'],
		['$aWar and peace. Vol. III', 'War and peace', '3'],
		['$aHenry IV, part 2', 'Henry IV', '2'],
		['$aGeschichte Bd. 2', 'Geschichte', '2'],
		['$aTitle.$nTập mười hai', 'Title', '12'],
		['$aTitle.$nTập I, q.2', 'Title', '1.2'],
		['$aTitle.$nQuyển thượng', 'Title', 'thượng'],
		['$aTitle.$pTập 3: Hình học', 'Title', '3'],
		['$aToán 6 :$bSách giáo khoa. Tập 1', 'Toán 6', '1'],
		['$aToán 6. Tập hai (Cánh Diều)', 'Toán 6', '2'],
		['$aToan 6 Tap hai', 'Toan 6', '2'],
		['$aLich su Son La. Phan thu nhat', 'Lich su Son La', '1'],
		['$aTu dien. Quyen 3', 'Tu dien', '3'],
		['$aTitle.$nTap mot', 'Title', '1'],
	])('%s', (line, proper, volume) => {
		const { title, kind } = bib(`245 10 ${line}`);
		expect([title.proper?.value, title.volume?.value, kind]).toEqual([proper, volume, 'volume']);
	});

	it.each([
		'$aBài tập 6',
		'$aLuyện tập 2',
		'$aTuyển tập 3',
		'$aPhần mềm 2',
		'$aMột trăm',
		'$aTập hai',
		'$aNiên giám thống kê 2019',
		'$aToán$nLớp 6',
		'$aBill H.R No. 12]',
		'$aHồi ký Phan Tư',
		'$aBai tap 6',
		'$aTuyen tap 3',
		'$aToán 6 (Cánh Diều)',
	])('%s is none', (line) => expect([bib(`245 10 ${line}`).title.volume, bib(`245 10 ${line}`).kind]).toEqual([undefined, 'monograph']));

	it('number a series without making a volume', () => {
		const { title, kind } = bib('245 10 $aTitle', '490 0_ $aSeries$v5');
		expect([title.volume, kind]).toEqual([{ value: '5', path: '490$v' }, 'monograph']);
	});
});

describe('titles', () => {
	it.each([
		['$aA : b / c', 'A', 'b', 'c'],
		['$aThư mục Nguyễn Trãi: Đến năm 2005', 'Thư mục Nguyễn Trãi', 'Đến năm 2005', undefined],
		['$aSổ tay/ Nguyễn Văn An', 'Sổ tay', undefined, 'Nguyễn Văn An'],
		['$aCông nghệ IP/ MPLS và các mạng riêng ảo', 'Công nghệ IP/ MPLS và các mạng riêng ảo', undefined, undefined],
		['$aWindows 95 / 98', 'Windows 95 / 98', undefined, undefined],
		['$aTitle :$brest of it /$cby A. B.', 'Title', 'rest of it', 'by A. B.'],
		['$aLục Vân Tiên.', 'Lục Vân Tiên', undefined, undefined],
		['$aTitle of X. Y.', 'Title of X. Y.', undefined, undefined],
		['$aWhat now ...', 'What now ...', undefined, undefined],
	])('%s', (line, proper, rest, responsibility) => {
		const { title } = bib(`245 10 ${line}`);
		expect([title.proper?.value, title.rest?.value, title.responsibility?.value]).toEqual([proper, rest, responsibility]);
	});
});

describe('creators', () => {
	it.each([
		['Nguyễn Nhật Ánh', ['Nguyễn Nhật Ánh']],
		['Võ Xuân Đàn sưu tầm và giới thiệu', ['Võ Xuân Đàn: sưu tầm và giới thiệu']],
		['GS.TS. Trần Văn An (chủ biên)', ['Trần Văn An: chủ biên']],
		['PGS. TS Lê Bình', ['Lê Bình']],
		['ThS. Đỗ Khải', ['Đỗ Khải']],
		['Trần An ch.b.', ['Trần An: ch.b.']],
		['Hoàng Văn Cầu b.s., s.t.', ['Hoàng Văn Cầu: b.s.: s.t.']],
		['Vũ Lan [h.đ.]', ['Vũ Lan: h.đ.']],
		['Dịch: Nguyễn Danh', ['Nguyễn Danh: Dịch']],
		['Peggy McColl; Lưu Văn Hy dịch', ['Peggy McColl', 'Lưu Văn Hy: dịch']],
		['Đặng Như Giang, Cao Như Phúc', ['Đặng Như Giang', 'Cao Như Phúc']],
		['Nguyễn Văn An, chủ biên', ['Nguyễn Văn An: chủ biên']],
		['Nguyễn Văn An (tác giả)', ['Nguyễn Văn An: tác giả']],
		['Nguyễn Văn An, tác giả', ['Nguyễn Văn An: tác giả']],
		['Nguyễn Văn An (tổng ch.b.)', ['Nguyễn Văn An: tổng ch.b.']],
		['Nguyễn Văn An, Chủ biên', ['Nguyễn Văn An: Chủ biên']],
		['Nguyễn Văn An - Chủ biên', ['Nguyễn Văn An: Chủ biên']],
		['Nguyễn Văn An (CB)', ['Nguyễn Văn An: CB']],
		['Nguyễn Văn An, minh hoạ', ['Nguyễn Văn An: minh hoạ']],
		['Nguyễn Văn An (sưu tầm, biên soạn)', ['Nguyễn Văn An: sưu tầm, biên soạn']],
		['Nguyễn Văn An, người hướng dẫn khoa học', ['Nguyễn Văn An: người hướng dẫn khoa học']],
		['Nguyễn Văn An [và những người khác] (ch.b.)', ['Nguyễn Văn An: ch.b.']],
		['Nguyễn Văn An (ch.b.), Trần Văn Bảy', ['Nguyễn Văn An: ch.b.', 'Trần Văn Bảy']],
		['Nguyen Van An (tac gia)', ['Nguyen Van An: tac gia']],
		['Nguyen Van An, chu bien', ['Nguyen Van An: chu bien']],
		['Tác giả: Nguyễn Văn An', ['Nguyễn Văn An: Tác giả']],
		['Chủ biên Nguyễn Văn An', ['Nguyễn Văn An: Chủ biên']],
		['Smith, John (author)', ['Smith, John: author']],
		['Lê Minh Hoạ', ['Lê Minh Hoạ']],
		['Lê, Minh Hoạ', ['Lê, Minh Hoạ']],
		['Trần Dịch Vân (Dịch Vân)', ['Trần Dịch Vân (Dịch Vân)']],
		['Nguyen, S.T.', ['Nguyen, S.T.']],
		['Nguyễn Văn An (nhà thơ)', ['Nguyễn Văn An (nhà thơ)']],
		['Rowling (Anh)', ['Rowling (Anh)']],
		['Phan Giang... [và những người khác]', ['Phan Giang']],
		['Nguyễn Văn Tuyển', ['Nguyễn Văn Tuyển']],
		['Nguyễn, Nhật Ánh', ['Nguyễn, Nhật Ánh']],
		['Smith, John A.', ['Smith, John A.']],
		['Smith, John,', ['Smith, John']],
		['Nhiều tác giả', []],
		['Tập thể tác giả.', []],
		['Nhieu tac gia', []],
	])('%s', (name, expected) => {
		const found = bib(`100 1_ $a${name}`).creators.map((c) => [c.name.value, ...c.roles.map((r) => r.value)].join(': '));
		expect(found).toEqual(expected);
	});
});

it('the role of a body is read in brackets alone', () => {
	const found = bib('110 2_ $aViện Văn học (biên soạn)', '710 2_ $aSở Văn hoá (Nghệ An)', '710 2_ $aHội Biên dịch').creators;
	expect(found.map((c) => [c.name.value, ...c.roles.map((r) => r.value)])).toEqual([
		['Viện Văn học', 'biên soạn'],
		['Sở Văn hoá (Nghệ An)'],
		['Hội Biên dịch'],
	]);
});

describe('editions', () => {
	it.each([
		['Tái bản lần thứ 3', 3],
		['Tái bản lần 3, có sửa chữa, bổ sung', 3],
		['In lần thứ 2', 2],
		['Tái bản lần thứ mười hai', 12],
		['In lần thứ II', 2],
		['Xuất bản lần đầu', 1],
		['Ấn bản thứ 4', 4],
		['2nd ed.', 2],
		['2d ed., rev.', 2],
		['Second edition', 2],
		['3. Aufl.', 3],
		['Rev. ed.', undefined],
		['Tái bản có sửa chữa 2018', undefined],
	])('%s', (statement, number) => expect(bib(`250 __ $a${statement}`).edition?.number).toBe(number));
});

describe('years', () => {
	it.each([
		['2015', '2015'],
		['c2015', '2015'],
		['[2015]', '2015'],
		['2015.', '2015'],
		['2015, c2014', '2015'],
		['1999-2003', '1999'],
		['tháng 5/2015', '2015'],
		['199-', '1987'],
		['20155', '1987'],
		['2550', '1987'],
	])('%s, 1987 in 008', (date, year) => expect(bib('008 181222s1987    vm', `260 __ $c${date}`).year?.value).toBe(year));

	it('are not read from 9999 or uuuu', () =>
		expect([bib('008 181222s9999    vm').year, bib('008 181222suuuu    vm').year]).toEqual([undefined, undefined]));
	it('prefer the publication of 264 to its copyright', () =>
		expect(bib('264 _4 $c©2014', '264 _1 $aH.$c2016').year?.path).toBe('264[2]$c'));
});

describe('extent', () => {
	it.each([
		['320 tr.', 320],
		['320tr', 320],
		['320 trang', 320],
		['xviii, 782 p.', 782],
		['320, [12] p.', 320],
		['2 v. (xx, 300 p.)', 300],
		['3 v. in 4', undefined],
		['1 sound disc (72 min.)', undefined],
		['12 tr., 50 bản đồ', 12],
	])('%s', (statement, pages) => expect(bib(`300 __ $a${statement}`).extent?.pages).toBe(pages));
});

describe('kinds', () => {
	it.each(['3 tập', '3 tap', '2 v.', 'v. ;', '3 T. (560 tr.)', '5 volumes'])('%s is a set', (extent) =>
		expect(bib('245 00 $aT', `300 __ $a${extent}`).kind).toBe('set'),
	);
	it.each(['1 v.', '1 tập', '1 tap', '320 tr.'])('%s is no set', (extent) =>
		expect(bib('245 00 $aT', `300 __ $a${extent}`).kind).toBe('monograph'),
	);
	it('read leader/19', () => {
		expect(led([[19, 'a']], '245 00 $aT').kind).toBe('set');
		expect(led([[19, 'c']], '245 00 $aT').kind).toBe('volume');
	});
	it('doubt a serial that has the date and the pages of a book', () => {
		expect(led([[7, 's']], '008 181222s1998    vm', '300 __ $a320 tr.').kind).toBe('monograph');
		expect(led([[7, 's']], '008 181222s1998    vm', '022 __ $a0866-7462', '300 __ $a320 tr.').kind).toBe('serial');
	});
	it('need a host for a component', () => {
		expect(led([[7, 'a']], '773 0_ $tJournal').kind).toBe('component');
		expect(led([[7, 'a']], '245 00 $aT').kind).toBe('monograph');
	});
	it.each([
		['245 00 $aT$h[electronic resource]', '245$h'],
		['245 00 $aT$h[tài nguyên điện tử]', '245$h'],
		['007 cr |||', '007/00-01'],
		['008 181222s1998    vm |||||o||||', '008/23'],
		['338 __ $bcr', '338$b'],
		['337 __ $bc', '337$b'],
		['300 __ $a1 online resource (20 p.)', '300$a'],
	])('%s is electronic', (line, path) => {
		const found = bib(line);
		expect([found.kind, found.carrier.path]).toEqual(['electronic', path]);
	});
	it.each([
		['z', 'authority'],
		['w', 'classification'],
		['q', 'community'],
		['u', 'holdings'],
		['v', 'holdings'],
		['x', 'holdings'],
		['y', 'holdings'],
	])('leader/06 %s is no publication but %s', (type, as) =>
		expect(bibFromMarc(marc([], `00000n${type}m a2200000 a 4500`))).toEqual({ ignoredAs: as }),
	);
});

describe('ISBN and ISSN', () => {
	it.each([
		['9786041030022', '9786041030022', 'own', undefined],
		['604102015X', '9786041020153', 'own', undefined],
		['978-604-1-03002-2 (bìa cứng) : 25000đ', '9786041030022', 'own', 'bìa cứng'],
		['6041010146 25000đ', '9786041010147', 'own', undefined],
		['ISBN 978 604 1 03002 2', '9786041030022', 'own', undefined],
		['6041010146 (trọn bộ)', '9786041010147', 'set', 'trọn bộ'],
		['0-19-852663-6 (set)', '9780198526636', 'set', 'set'],
		['9786041030022 (ebook)', '9786041030022', 'other-format', 'ebook'],
		['9786041030023', undefined, 'own', undefined],
		['17', undefined, 'own', undefined],
		['25000đ', undefined, 'own', undefined],
	])('%s', (text, normal, role, qualifier) => {
		const [found] = bib(`020 __ $a${text}`).identifiers;
		expect([found?.normal, found?.valid, found?.role, found?.qualifier]).toEqual([normal, normal !== undefined, role, qualifier]);
	});

	it('accept every ISBN-13 made with its check digit, however it is written, and no other', () => {
		fc.assert(
			fc.property(
				fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 9, maxLength: 9 }),
				fc.integer({ min: 1, max: 9 }),
				(digits, wrong) => {
					const body = `978${digits.join('')}`;
					const sum = [...body].reduce((total, digit, i) => total + Number(digit) * (i % 2 === 0 ? 1 : 3), 0);
					const check = (10 - (sum % 10)) % 10;
					const written = `${body.slice(0, 3)}-${body.slice(3, 6)} ${body.slice(6)}-${check}`;
					expect(bib(`020 __ $a${written}`).identifiers[0]?.normal).toBe(`${body}${check}`);
					expect(bib(`020 __ $a${body}${(check + wrong) % 10}`).identifiers[0]?.normal).not.toBe(`${body}${check}`);
				},
			),
		);
	});

	it('read 022', () => {
		expect(bib('022 0_ $a03785955$l2049-3630').identifiers.map((i) => [i.normal, i.role])).toEqual([
			['0378-5955', 'own'],
			['2049-3630', 'other-format'],
		]);
	});
});

describe('school books', () => {
	it.each([
		['$aToán 6', '6', undefined],
		['$aSách giáo khoa Ngữ văn 12', '12', 'SGK'],
		['$aTiếng Anh 7 :$bSách giáo viên', '7', 'SGV'],
		['$aVở bài tập Tiếng Việt 3', '3', 'VBT'],
		['$aBài tập Vật lí 11', '11', 'SBT'],
		['$aHoá học 8 SBT', '8', 'SBT'],
		['$aÔn tập môn Sinh học lớp bảy', '7', undefined],
		['$aGiáo trình toán 1', undefined, undefined],
		['$aToán cao cấp 2', undefined, undefined],
		['$aLịch sử 1945', undefined, undefined],
		['$aCông nghệ: Bộ mã tiếng Việt 8-bit', undefined, undefined],
	])('%s', (line, level, type) => {
		const { classLevel, bookType } = bib(`245 10 ${line}`);
		expect([classLevel?.value, bookType?.value]).toEqual([level, type]);
	});
});

it('keeps private notes out of the description', () => {
	const lines = ['500 __ $aPublic', '541 0_ $aBought', '541 1_ $aGiven', '561 0_ $aOwned', '583 0_ $aRepaired', '590 __ $aLocal'];
	expect(bib(...lines).notes.map((n) => n.value)).toEqual(['Public', 'Given']);
});

it('reads languages of 041 in both styles and of 008', () => {
	expect(bib('041 1_ $aengvie', '008 181222s2020    vm |||||||||||||||||fre||').languages.map((l) => l.value)).toEqual([
		'eng',
		'vie',
		'fre',
	]);
	expect(bib('041 __ $aund$azxx$avi').languages.map((l) => l.value)).toEqual(['vie']);
});

it('takes 005 for an instant only when it is one', () => {
	expect(bib('005 20240229101500.0').modified).toBe('2024-02-29T10:15:00Z');
	expect(bib('005 20241301101500.0').modified).toBeUndefined();
	expect(bib('005 yesterday').modified).toBeUndefined();
});

describe('whatever comes in', () => {
	const text = fc.oneof(
		fc.string({ unit: 'grapheme' }),
		fc.constantFrom('T. 1', 'Tập', '((((', ' / : ; ', '9780198526636 (', '1999-', '[]', '3 v.', 'Lớp 6'),
	);
	const tags = [
		'001',
		'005',
		'007',
		'008',
		'020',
		'022',
		'024',
		'035',
		'041',
		'082',
		'100',
		'245',
		'250',
		'260',
		'264',
		'300',
		'490',
		'521',
		'650',
		'700',
		'773',
		'856',
		'866',
		'952',
		'XYZ',
	];
	const anyField = fc
		.tuple(fc.constantFrom(...tags), fc.array(fc.tuple(fc.constantFrom(...'abcghnptuvxz'), text), { minLength: 1, maxLength: 4 }))
		.map(([tag, subfields]) =>
			tag.startsWith('00')
				? { tag, ind1: ' ', ind2: ' ', value: subfields[0]?.[1] ?? '', subfields: [] }
				: { tag, ind1: ' ', ind2: ' ', value: '', subfields: subfields.map(([code, value]) => ({ code, value })) },
		);
	const anyRecord = fc.record({
		leader: fc.oneof(fc.constant(LEADER), fc.string({ minLength: 24, maxLength: 24 })),
		fields: fc.array(anyField, { maxLength: 30 }),
	});

	/** Every object with `value` and `path` in a bib. */
	function sourced(value: unknown): { value: string; path: string }[] {
		if (Array.isArray(value)) return value.flatMap(sourced);
		if (typeof value !== 'object' || value === null) return [];
		const own = 'value' in value && 'path' in value ? [value as { value: string; path: string }] : [];
		return [...own, ...Object.values(value).flatMap(sourced)];
	}

	it('gives no empty value, and a path to a field that is there', () => {
		fc.assert(
			fc.property(anyRecord, (record) => {
				const found = bibFromMarc(record);
				if ('ignoredAs' in found) return;
				const counts = new Map<string, number>();
				for (const f of record.fields) counts.set(f.tag, (counts.get(f.tag) ?? 0) + 1);
				for (const { value, path } of sourced(found.bib)) {
					if (!path.startsWith('leader/')) expect(value).not.toBe('');
					const match = /^(leader|[^$/[]{3})(?:\[(\d+)\])?/.exec(path);
					if (match?.[1] !== 'leader') expect(Number(match?.[2] ?? 1)).toBeLessThanOrEqual(counts.get(match?.[1] ?? '') ?? 0);
				}
			}),
			{ numRuns: 500 },
		);
	});

	it('reads texts of a million letters', () => {
		for (const long of [
			'tập '.repeat(250_000),
			'('.repeat(1_000_000),
			'1 '.repeat(500_000),
			' : '.repeat(300_000),
			'a, '.repeat(300_000),
			'9 7 8 '.repeat(160_000),
			' '.repeat(1_000_000),
		]) {
			const all = ['020', '022', '041', '082', '100', '245', '250', '260', '300', '490', '500', '650', '773', '856', '952'].map((tag) => ({
				tag,
				ind1: ' ',
				ind2: ' ',
				value: '',
				subfields: ['a', 'b', 'c', 'g', 'n', 'p', 'u', 'v', 'x'].map((code) => ({ code, value: long })),
			}));
			expect(read({ leader: LEADER, fields: all }).kind).toBeTypeOf('string');
		}
	});
});
