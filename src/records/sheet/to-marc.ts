import { entryOf } from '../../lib/entry-of.ts';
import { foldText } from '../../lib/fold.ts';
import type { MarcField, MarcRecord } from '../marc.ts';
import type { SheetField } from './fields.ts';

/** The texts of a row by field, trimmed, none empty, in the order of the columns. */
export type SheetRow = ReadonlyMap<SheetField, readonly string[]>;

type Part = readonly [code: string, value: string];

const LEADER = '00000nam a2200000   4500';
const SERIAL_LEADER = '00000nas a2200000   4500';

function field(tag: string, indicators: string, ...parts: Part[]): MarcField[] {
	const subfields = parts.filter(([, value]) => value !== '').map(([code, value]) => ({ code, value }));
	if (subfields.length === 0) return [];
	return [{ tag, ind1: indicators.charAt(0), ind2: indicators.charAt(1), value: '', subfields }];
}

/** SLiMS writes `<Nguyễn Du><Tố Hữu>`. */
const IN_BRACKETS = /^(?:<[^<>]*>\s*)+$/;

/** Several values in one cell: in lines, in brackets, or with semicolons or bars between. */
const values = (texts: readonly string[] = []): string[] =>
	texts
		.flatMap((text) => (IN_BRACKETS.test(text) ? text.split(/[<>]/) : [text]))
		.flatMap((text) => text.split(/[;|\n\r\u2028]+/))
		.map((text) => text.trim())
		.filter((text) => text !== '');

const NOBODY = new Set(['nhieu tac gia', 'tap the tac gia', 'nhieu nguoi', 'khuyet danh', 'khong ro', 'many authors', 'various']);

/** Names in one cell. A comma parts them only where each part is a whole name: `Nguyễn, Nhật Ánh` is one. */
function names(texts: readonly string[] | undefined): string[] {
	return values(texts)
		.flatMap((text) => {
			const parts = text.split(/\s*,\s*/).filter((part) => part !== '');
			return parts.length > 1 && parts.every((part) => /\S\s+\S/.test(part)) ? parts : [text];
		})
		.map((name) => name.replace(/[\s,]*(?:\.\.\.|…)$|\s*\[?et al\.?\]?$/i, '').trim())
		.filter((name) => name !== '' && !NOBODY.has(foldText(name)));
}

const CORPORATE = /^(?:bộ|sở|ủy ban|uỷ ban|trường|viện|hội|công ty|ban|cục|tổng cục|trung tâm|đảng|ngân hàng|tỉnh uỷ|tỉnh ủy|thư viện)\s/i;

/** A name as main (1xx) or added (7xx) entry. */
function nameField(name: string, main: boolean, role: string): MarcField[] {
	const corporate = CORPORATE.test(name);
	const tag = `${main ? '1' : '7'}${corporate ? '10' : '00'}`;
	return field(tag, corporate ? '2 ' : name.includes(',') ? '1 ' : '0 ', ['a', name], ['e', role]);
}

const LANGUAGES: Readonly<Record<string, string>> = {
	viet: 'vie',
	'viet nam': 'vie',
	vn: 'vie',
	vi: 'vie',
	vietnamese: 'vie',
	anh: 'eng',
	en: 'eng',
	english: 'eng',
	phap: 'fre',
	fr: 'fre',
	french: 'fre',
	nga: 'rus',
	ru: 'rus',
	russian: 'rus',
	trung: 'chi',
	'trung quoc': 'chi',
	hoa: 'chi',
	han: 'chi',
	zh: 'chi',
	chinese: 'chi',
	nhat: 'jpn',
	ja: 'jpn',
	japanese: 'jpn',
	'han quoc': 'kor',
	ko: 'kor',
	korean: 'kor',
	duc: 'ger',
	de: 'ger',
	german: 'ger',
	khmer: 'khm',
	cham: 'cjm',
	tay: 'tyz',
	thai: 'tai',
	hmong: 'hmn',
	mong: 'hmn',
};

function languageFields(texts: readonly string[] | undefined): MarcField[] {
	return values(texts?.flatMap((text) => text.split(/[,\-/]/))).flatMap((text) => {
		const word = foldText(text).replace(/^(?:tieng|chu) /, '');
		const code = entryOf(LANGUAGES, word) ?? (/^[a-z]{3}$/.test(word) ? word : '');
		return code === '' ? field('546', '  ', ['a', text]) : field('041', '  ', ['a', code]);
	});
}

/** `25000`, `25.000đ` and `25,000 VND` as they stand; a bare number gets its đồng. */
const price = (text: string): string => (/^\d[\d.,]*$/.test(text) ? `${text}đ` : text);

const DDC = /^\d{3}(?:\.\d+)?(?:[\s/([].*)?$/;

/** A number of Excel: `2005.0`. */
const whole = (text: string): string => text.replace(/^(\d+)\.0$/, '$1');

function publicationFields(first: (name: SheetField) => string): MarcField[] {
	const [place, publisher, year] = [first('place'), first('publisher'), whole(first('year'))];
	const imprint = first('imprint');
	if (imprint === '') return field('264', ' 1', ['a', place], ['b', publisher], ['c', year]);
	// H. : Giáo dục, 2005
	const parts = /^([^:]*?)\s*:\s*(.*?)(?:\s*,\s*([^,]*\d{4}[^,]*))?$/.exec(imprint);
	if (parts === null) return field('264', ' 1', ['a', place], ['b', publisher || imprint], ['c', year]);
	return field('264', ' 1', ['a', place || (parts[1] ?? '')], ['b', publisher || (parts[2] ?? '')], ['c', year || (parts[3] ?? '')]);
}

function identifierFields(row: SheetRow, cost: string): MarcField[] {
	const isbns = values(row.get('isbn')).flatMap((text) => text.split(/\s*,\s*/).map(whole));
	const [one = '', ...others] = isbns;
	return [
		...field('020', '  ', ['a', one], ['c', price(cost)]),
		...others.flatMap((isbn) => field('020', '  ', ['a', isbn])),
		...values(row.get('issn')).flatMap((issn) => field('022', '  ', ['a', issn])),
	];
}

/** Numbers of copies in one field, so that it fits into ISO 2709. */
const NUMBERS_IN_FIELD = 200;

/** For each place and call number one 852 with all its copies, and a statement where more copies are told of than have a number. */
function holdingFields(rows: readonly SheetRow[]): MarcField[] {
	const told = rows.map((row) => {
		const first = firstOf(row);
		return { location: first('location'), callNumber: first('call-number'), copies: whole(first('copies')), barcodes: barcodesOf(row) };
	});
	const all = new Set(told.flatMap(({ barcodes }) => barcodes)).size;
	const places = new Map<string, typeof told>();
	for (const row of told) {
		const place = `${row.location}\u001f${row.callNumber}`;
		places.set(place, [...(places.get(place) ?? []), row]);
	}
	return [...places.values()].flatMap((copies) => {
		const { location, callNumber } = copies[0] as (typeof told)[number];
		const numbers = [...new Set(copies.flatMap(({ barcodes }) => barcodes))];
		const most = Math.max(0, ...copies.map((row) => (/^\d+$/.test(row.copies) ? Number(row.copies) : 0)));
		const fields: MarcField[] = [];
		for (let at = 0; at < Math.max(1, numbers.length); at += NUMBERS_IN_FIELD)
			fields.push(
				...field(
					'852',
					'  ',
					['b', location],
					['j', callNumber],
					...numbers.slice(at, at + NUMBERS_IN_FIELD).map((code): Part => ['p', code]),
				),
			);
		return [...fields, ...(most > Math.max(1, all) ? field('866', ' 0', ['a', `${most} bản`]) : [])];
	});
}

/** The numbers of the copies (số đăng ký cá biệt) in a row. */
export const barcodesOf = (row: SheetRow): string[] =>
	values(row.get('barcode'))
		.flatMap((text) => text.split(/\s*,\s*/).map(whole))
		.filter((code) => code !== '');

const grade = (text: string): string => (/^\d{1,2}$/.test(text) ? `Lớp ${text}` : text);
const volume = (text: string): string => (/^(?:\d+|[IVX]+)$/.test(text) ? `Tập ${text}` : text);

const firstOf =
	(row: SheetRow) =>
	(name: SheetField): string =>
		(row.get(name)?.[0] ?? '').replace(/\s+/g, ' ');

/** The MARC 21 record that the rows of one title describe, one or a row for each copy: brief, nothing in it that is not in a row. */
export function marcOfRows(rows: readonly SheetRow[]): MarcRecord {
	const row = rows[0] ?? new Map<SheetField, string[]>();
	const first = firstOf(row);
	const cost = rows.map((copy) => firstOf(copy)('price')).find((text) => text !== '') ?? '';
	const authors = names(row.get('author'));
	const added = (name: SheetField, role: string): MarcField[] => names(row.get(name)).flatMap((who) => nameField(who, false, role));
	const main = authors[0] ?? '';
	const extent = whole(first('extent'));
	const size = whole(first('size'));
	const fields: MarcField[] = [
		...(first('id') === '' ? [] : [{ tag: '001', ind1: ' ', ind2: ' ', value: whole(first('id')), subfields: [] }]),
		...identifierFields(row, cost),
		...languageFields(row.get('language')),
		...values(row.get('class-number')).flatMap((number) =>
			DDC.test(number) ? field('082', '04', ['a', number]) : field('084', '  ', ['a', number]),
		),
		...(main === '' ? [] : nameField(main, true, '')),
		...field(
			'245',
			`${main === '' ? '0' : '1'}0`,
			['a', first('title')],
			['n', volume(whole(first('volume')))],
			['p', first('volume-title')],
			['b', first('subtitle')],
			['c', first('responsibility')],
		),
		...field('250', '  ', ['a', whole(first('edition'))]),
		...publicationFields(first),
		...field(
			'300',
			'  ',
			['a', /^\d+$/.test(extent) ? `${extent} tr.` : extent],
			['c', /^\d+(?:[.,]\d+)?$/.test(size) ? `${size} cm` : size],
		),
		...field('490', '0 ', ['a', first('series')]),
		...(row.get('note') ?? []).flatMap((note) => field('500', '  ', ['a', note])),
		...field('520', '  ', ['a', first('summary')]),
		...field('521', '  ', ['a', grade(whole(first('grade')))]),
		...values(row.get('subject')).flatMap((subject) => field('650', ' 4', ['a', subject])),
		...values(row.get('keyword'))
			.flatMap((text) => text.split(/\s*,\s*/))
			.flatMap((word) => field('653', '  ', ['a', word])),
		...authors.slice(1).flatMap((who) => nameField(who, false, '')),
		...added('added-author', ''),
		...added('editor', 'chủ biên'),
		...added('translator', 'dịch'),
		...holdingFields(rows),
	];
	return { leader: first('issn') === '' ? LEADER : SERIAL_LEADER, fields };
}
