import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type MergeMember, mergeRecords } from '../../src/matching/merge.ts';
import type { MarcField, MarcRecord } from '../../src/records/marc.ts';
import { isbnOf, issnOf } from '../../src/records/normalise/identifiers.ts';
import type { UnionRecord } from '../../src/records/union.ts';
import { field, marc, member } from './build.ts';

const line = (f: MarcField): string =>
	f.subfields.length === 0 ? `${f.tag} ${f.value}` : `${f.tag} ${f.subfields.map((s) => `$${s.code} ${s.value}`).join(' ')}`;
const lines = (u: UnionRecord, tag?: string): string[] =>
	u.fields.filter((f) => tag === undefined || f.field.tag === tag).map((f) => line(f.field));
const sourcesOf = (u: UnionRecord, tag: string): (readonly number[])[] => u.fields.filter((f) => f.field.tag === tag).map((f) => f.sources);

const someLines = fc.subarray([
	'008 210101s2021    vm a     b    000 0 vie d',
	'020    $a 9786041234567',
	'020    $a 604-1-23456-4 $c 25000 đ',
	'035    $a (OCoLC)123',
	'035    $a (VN)7',
	'022    $a 1234-5679',
	'041 0  $a vie',
	'041 0  $a vie $a eng',
	'082 04 $2 23 $a 895.92234',
	'100 1  $a Nguyễn, Nhật Ánh',
	'100 1  $a Nguyen Nhat Anh $e tác giả',
	'245 10 $a Kính vạn hoa',
	'245 10 $a Kinh van hoa : $b truyện',
	'250    $a Tái bản lần thứ 2',
	'260    $a H. : $b Trẻ, $c 2021',
	'264  1 $a Hà Nội $b Nxb. Trẻ $c 2021',
	'300    $a 320 tr. ; $c 20 cm',
	'490 0  $a Tủ sách vàng',
	'520    $a Một câu chuyện',
	'520    $a Mot cau chuyen',
	'650  7 $a Văn học $2 btkkhcn',
	'650  4 $a Văn học',
	'700 1  $a Nguyễn Nhật Ánh',
	'700 1  $a Trần Văn B $e dịch',
	'852    $a L1 $p 123',
	'952    $p 5',
	'999    $c 1',
	'856 40 $u http://example.org/a',
]);
const someMembers = fc
	.array(
		fc.record({
			lines: someLines,
			source: fc.constantFrom('a', 'b', 'c'),
			share: fc.constantFrom('full' as const, 'metadata' as const, 'none' as const),
			modified: fc.constantFrom('', '2020', '2024'),
		}),
		{ minLength: 1, maxLength: 5 },
	)
	.map((all) =>
		all.map((m, i) => member(m.source, marc(`001 ${i}`, ...m.lines), { share: m.share, modified: m.modified, identifier: String(i) })),
	);

/** Fields of numbers of MARC 21, but ISBN. */
const NUMBER_TAGS = ['010', '013', '015', '016', '017', '022', '024', '026', '027', '028', '030', '032', '035', '036', '074', '088'];

const isbn = fc.constantFrom(
	'9786041001237',
	'978-604-1-00123-7 (bìa cứng)',
	'6041001236',
	'604-1-00123-6 : 25000đ',
	'9786041001230',
	'6041001231',
	'604100123',
	'9786041001237 (T.1) 9786041140646 (T.2)',
	'ISBN 9786041001237',
	'9786041140646',
	'Không có',
	'8935077008',
);
const otherNumber = fc.oneof(
	fc.constantFrom(
		'A1',
		'a1',
		'A 1',
		'(A)1',
		'(A1)',
		'Đ1',
		'D1',
		'đ-1',
		'1/23',
		'12/3',
		'1859-2228',
		'18592228',
		'1859-2229',
		'10.1/X',
		'10.1/x',
		'(OCoLC)7',
	),
	fc.string({ minLength: 1, maxLength: 6 }),
);
const numberField = fc.oneof(
	fc
		.tuple(fc.constantFrom('a', 'z'), isbn, fc.constantFrom('', 'bìa mềm', 'Tập 1'), fc.constantFrom('', '25000đ'))
		.map(([code, value, q, c]) => ({
			...field('020    $a x'),
			subfields: [{ code, value }, ...(q === '' ? [] : [{ code: 'q', value: q }]), ...(c === '' ? [] : [{ code: 'c', value: c }])],
		})),
	fc
		.tuple(fc.constantFrom(...NUMBER_TAGS), fc.constantFrom('a', 'z'), otherNumber, fc.constantFrom('0', '3', '7', ' '))
		.map(([tag, code, value, ind1]) => ({ ...field('035    $a x'), tag, ind1: tag === '024' ? ind1 : ' ', subfields: [{ code, value }] })),
);
const numberedMembers = fc
	.array(
		fc.record({
			fields: fc.array(numberField, { maxLength: 5 }),
			share: fc.constantFrom('full' as const, 'full' as const, 'none' as const),
		}),
		{ minLength: 1, maxLength: 4 },
	)
	.map((all) =>
		all.map(({ fields, share }, i) =>
			member('a', { leader: '00000nam a2200000 a 4500', fields: [...fields, field('245 10 $a A')] }, { share, identifier: String(i) }),
		),
	);

/**
 * The identifiers a field has, each with its scheme: every number of a 020 by the digits an ISBN-10 and its ISBN-13 share when both are
 * valid, all else by its letters, figures and marks.
 */
function numbersOf(f: MarcField): string[] {
	const told = f.subfields.filter((s) => s.code === 'a' || s.code === 'z');
	if (f.tag === '020')
		return told.flatMap(({ code, value }) => {
			const numbers = value.match(/\d(?:[- ]?[\dXx]){8,12}/g) ?? [value.replaceAll(/\s+/g, '')];
			return numbers.map((n) => `020${code}${isbnOf(n)?.slice(3, 12) ?? n.replaceAll(/\s+/g, '')}`);
		});
	if (!NUMBER_TAGS.includes(f.tag)) return [];
	return told.map(({ code, value }) => {
		const plain = f.tag === '022' ? (issnOf(value) ?? value) : value;
		return `${f.tag}${f.tag === '024' ? f.ind1 : ''}${code}${plain.replaceAll(/\s+/g, '')}`;
	});
}

describe('mergeRecords', () => {
	it('does not depend on the order of the members', () => {
		fc.assert(
			fc.property(someMembers, fc.nat(), (members, turn) => {
				const turned = [...members.slice(turn % members.length), ...members.slice(0, turn % members.length)].reverse();
				expect(mergeRecords(turned)).toEqual(mergeRecords(members));
			}),
			{ numRuns: 300 },
		);
	});

	it('never loses an identifier that may be seen, valid or not, in whatever form', () => {
		fc.assert(
			fc.property(numberedMembers, (members) => {
				const union = mergeRecords(members);
				const shared = members.some((m) => m.member.share !== 'none');
				const told = new Set(union.fields.flatMap((f) => numbersOf(f.field)));
				for (const m of members) {
					if (shared && m.member.share === 'none') continue;
					for (const f of m.record.fields) if (shared || f.tag === '020') for (const n of numbersOf(f)) expect(told).toContain(n);
				}
			}),
			{ numRuns: 1000 },
		);
	});

	it('has no title, imprint or extent that says less than that of a member in the same words', () => {
		const codes: Readonly<Record<string, string>> = { '245': 'ab', '260': 'abc', '300': 'abc' };
		const values = fc.constantFrom('Mắt biếc', 'Mat biec', 'Mật biếc', 'H.', '2019', '300 tr.');
		const form = fc.record({
			tag: fc.constantFrom(...Object.keys(codes)),
			values: fc.array(fc.option(values), { minLength: 3, maxLength: 3 }),
		});
		const told = (f: MarcField): string[] => f.subfields.map((s) => `${s.code} ${s.value}`);
		const description = fc.array(form, { maxLength: 4 }).map((forms): MarcField[] =>
			Object.keys(codes).flatMap((tag) => {
				const own = forms.find((f) => f.tag === tag)?.values ?? [];
				const subfields = [...(codes[tag] as string)].flatMap((code, i) => (own[i] == null ? [] : [{ code, value: own[i] }]));
				return subfields.length === 0 ? [] : [{ ...field(`${tag} 10 $a x`), subfields }];
			}),
		);
		const full = { leader: '00000nam a2200000 a 4500' };
		fc.assert(
			fc.property(fc.array(description, { minLength: 2, maxLength: 4 }), (all) => {
				const union = mergeRecords(all.map((fields, i) => member('a', { ...full, fields }, { identifier: String(i) })));
				for (const { field: f } of union.fields)
					for (const other of all.flat().filter((o) => o.tag === f.tag && o.subfields.length > f.subfields.length)) {
						if (f.tag === '260' || f.subfields.some((s) => s.code === 'a'))
							expect(told(f).every((line) => told(other).includes(line))).toBe(false);
					}
			}),
			{ numRuns: 1000 },
		);
	});

	it('takes every field from the member it names first', () => {
		fc.assert(
			fc.property(someMembers, (members) => {
				const union = mergeRecords(members);
				for (const { field: f, sources } of union.fields) {
					expect(new Set(sources).size).toBe(sources.length);
					const own = union.members[sources[0] as number];
					const of = members.find((m) => m.member === own) as MergeMember;
					expect(of.record.fields.map(line)).toContain(line(f));
				}
			}),
		);
	});

	it('gives a member merged with its own copy its own fields', () => {
		fc.assert(
			fc.property(someLines, (chosen) => {
				const record = marc(...chosen);
				const once = mergeRecords([member('a', record)]);
				const twice = mergeRecords([member('a', record), member('b', record)]);
				const thrice = mergeRecords([member('a', record), member('b', record), member('c', record)]);
				expect(lines(thrice)).toEqual(lines(twice));
				for (const l of lines(twice)) expect(lines(once)).toContain(l);
			}),
		);
	});

	it('keeps one title, author, imprint and extent: of the lead, or what says the same words and more', () => {
		const a = member(
			'a',
			marc(
				'100 1  $a Nguyễn Nhật Ánh',
				'245 10 $a Mắt biếc',
				'260    $a H. $b Trẻ $c 2019',
				'300    $a 300 tr.',
				'520    $a Truyện',
				'650  4 $a Văn học',
			),
		);
		const b = member(
			'b',
			marc('100 1  $a Nguyễn, Nhật Ánh', '245 10 $a Mắt biếc : $b truyện', '264  1 $a Hà Nội $b Nxb. Trẻ $c 2019', '300    $a 302 tr.'),
		);
		const union = mergeRecords([b, a]);
		expect(lines(union)).toEqual([
			'100 $a Nguyễn Nhật Ánh',
			'245 $a Mắt biếc : $b truyện',
			'260 $a H. $b Trẻ $c 2019',
			'300 $a 300 tr.',
			'520 $a Truyện',
			'650 $a Văn học',
		]);
		expect(union.members.map((m) => m.source)).toEqual(['a', 'b']);
	});

	it('fills from the next best what the lead does not have', () => {
		const a = member('a', marc('245 10 $a Mắt biếc', '300    $a 300 tr.', '520    $a Truyện', '500    $a Ghi chú'));
		const b = member('b', marc('245 10 $a Mắt biếc', '250    $a Tái bản'));
		const union = mergeRecords([a, b]);
		expect(union.fields.find((f) => f.field.tag === '250')).toMatchObject({ rule: 'fill', sources: [1] });
		expect(union.fields.find((f) => f.field.tag === '245')).toMatchObject({ rule: 'lead', sources: [0, 1] });
	});

	it('takes the title with diacritics when the lead was typed without', () => {
		const a = member('a', marc('100 1  $a Nguyen Nhat Anh', '245 10 $a Mat biec', '300    $a 1 tr.', '520    $a x', '500    $a y'), {});
		const full: MarcRecord = { ...a.record, leader: '00000nam a2200000 a 4500' };
		const minimal: MarcRecord = { ...marc('100 1  $a Nguyễn Nhật Ánh', '245 10 $a Mắt biếc'), leader: '00000nam a22000007a 4500' };
		const union = mergeRecords([member('a', full), member('b', minimal)]);
		expect(lines(union, '245')).toEqual(['245 $a Mắt biếc']);
		expect(lines(union, '100')).toEqual(['100 $a Nguyễn Nhật Ánh']);
		expect(lines(union, '300')).toEqual(['300 $a 1 tr.']);
	});

	it('lets no Dublin Core record lead a MARC record', () => {
		const dc: MarcRecord = {
			leader: '00000nam a2200000 a 4500',
			fields: [
				field('245 00 $a Mắt biếc / Nguyễn Nhật Ánh', 'dc:title[1]'),
				field('500    $a a', 'dc:description[1]'),
				field('653    $a b', 'dc:subject[1]'),
			],
		};
		const union = mergeRecords([member('a', dc), member('b', { ...marc('245 10 $a Mat biec'), leader: '00000nam a22000007a 4500' })]);
		expect(lines(union, '245')).toEqual(['245 $a Mat biec']);
	});

	it('unites equal fields, keeps the fuller one and remembers who said the lesser', () => {
		const a = member(
			'a',
			marc('245 10 $a A', '020    $a 9786041001237', '650  4 $a Văn học', '700 1  $a Trần, Văn B', '520    $a x', '500    $a z'),
		);
		const b = member(
			'b',
			marc('245 10 $a A', '020    $a 604-1-00123-6 $q bìa cứng', '650  7 $a Văn học $2 btkkhcn', '700 1  $a Trần Văn B $e dịch'),
		);
		const union = mergeRecords([a, b]);
		expect(lines(union, '020')).toEqual(['020 $a 604-1-00123-6 $q bìa cứng']);
		expect(sourcesOf(union, '020')).toEqual([[1, 0]]);
		expect(lines(union, '650')).toEqual(['650 $a Văn học $2 btkkhcn']);
		expect(lines(union, '700')).toEqual(['700 $a Trần Văn B $e dịch']);
		expect(sourcesOf(union, '700')).toEqual([[1, 0]]);
	});

	it('keeps words apart that differ by their marks, and prefers the form with marks', () => {
		const a = member('a', marc('245 10 $a A', '650  4 $a Ma', '650  4 $a Mạ', '500    $a z'));
		const b = member('b', marc('245 10 $a A', '650  4 $a Mã', '650  4 $a Lich su'));
		const c = member('c', marc('245 10 $a A', '650  4 $a Lịch sử'));
		expect(lines(mergeRecords([a, b, c]), '650').sort()).toEqual(['650 $a Lịch sử', '650 $a Mã', '650 $a Mạ']);
	});

	it('does not repeat the main author among the added ones', () => {
		const a = member('a', marc('100 1  $a Nguyễn Nhật Ánh', '245 10 $a A', '500    $a z'));
		const b = member('b', marc('245 00 $a A', '700 1  $a Nguyễn, Nhật Ánh', '700 1  $a Nguyễn Nhật Anh'));
		const union = mergeRecords([a, b]);
		expect(lines(union, '700')).toEqual(['700 $a Nguyễn Nhật Anh']);
		expect(sourcesOf(union, '100')).toEqual([[0, 1]]);
	});

	it('numbers the links to other scripts anew', () => {
		const a = member(
			'a',
			marc(
				'100 1  $6 880-01 $a Lev Tolstoj',
				'245 10 $6 880-02 $a Vojna i mir',
				'880 10 $6 245-02/(N $a Война и мир',
				'880 1  $6 100-01/(N $a Лев Толстой',
				'500    $a z',
			),
		);
		const b = member('b', marc('245 10 $a Vojna i mir', '490 0  $6 880-01 $a Biblioteka', '880 0  $6 490-01/(N $a Библиотека'));
		const union = mergeRecords([a, b]);
		for (const f of union.fields.filter((u) => u.field.tag !== '880' && u.field.subfields[0]?.code === '6')) {
			const number = f.field.subfields[0]?.value.slice(4, 6);
			const partners = union.fields.filter(
				(u) => u.field.tag === '880' && u.field.subfields[0]?.value.startsWith(`${f.field.tag}-${number}`),
			);
			expect(partners).toHaveLength(1);
		}
		expect(
			new Set(
				lines(union)
					.filter((l) => !l.startsWith('880') && l.includes('880-'))
					.map((l) => l.slice(7, 13)),
			).size,
		).toBe(3);
	});

	it('leaves control numbers, local fields and holdings with the member', () => {
		const union = mergeRecords([
			member(
				'a',
				marc('001 1', '003 x', '005 2', '245 10 $a A', '590    $a ours', '852    $a L', '866    $a v.1', '952    $p 5', '999    $c 1'),
			),
		]);
		expect(lines(union)).toEqual(['245 $a A']);
	});

	it('shows holdings by share', () => {
		const holdings = [{ path: '852[1]', callNumber: '895.9', barcodes: ['1', '2'], copies: 2 }];
		const record = marc('245 10 $a A', '500    $a z');
		const union = mergeRecords([
			member('a', record, { holdings }),
			member('b', record, { holdings, share: 'metadata' }),
			member('c', record, { holdings, share: 'none' }),
			member('d', record),
		]);
		expect(union.holdings).toEqual([
			{ ...holdings[0], member: 0 },
			...[1, 2, 3].map((m) => ({ path: '', barcodes: [], copies: 0, member: m })),
		]);
	});

	it('takes no description from a source that shares nothing, while another does', () => {
		const secret = member('a', marc('020    $a 9786041234563', '245 10 $a A : $b tập truyện', '520    $a hidden', '650  4 $a hidden'), {
			share: 'none',
		});
		const open = member('b', marc('245 10 $a A'));
		expect(lines(mergeRecords([secret, open]))).toEqual(['245 $a A']);
		expect(lines(mergeRecords([secret]))).toEqual(['020 $a 9786041234563', '245 $a A : $b tập truyện']);
		expect(lines(mergeRecords([secret, { ...secret, member: { ...secret.member, source: 'z' } }]))).toEqual([
			'020 $a 9786041234563',
			'245 $a A : $b tập truyện',
		]);
	});
});
