import type { Identifier } from '../bib.ts';
import type { Fields, Place } from './fields.ts';
import { head, trimIsbd } from './trim.ts';

type Role = Identifier['role'];

const digitAt = (text: string, i: number): number => text.charCodeAt(i) - 0x30;

function isIsbn13(digits: string): boolean {
	if (!digits.startsWith('978') && !digits.startsWith('979')) return false;
	let sum = 0;
	for (let i = 0; i < 13; i++) sum += digitAt(digits, i) * (i % 2 === 0 ? 1 : 3);
	return sum % 10 === 0 && !digits.includes('X');
}

function isIsbn10(digits: string): boolean {
	let sum = 0;
	for (let i = 0; i < 10; i++) {
		const isX = digits.charAt(i) === 'X';
		if (isX && i < 9) return false;
		sum += (isX ? 10 : digitAt(digits, i)) * (10 - i);
	}
	return sum % 11 === 0;
}

/** The ISBN-13 with prefix 978 of an ISBN-10, or of its first nine digits. */
export function isbn13Of(isbn10: string): string {
	const body = `978${isbn10.slice(0, 9)}`;
	let sum = 0;
	for (let i = 0; i < 12; i++) sum += digitAt(body, i) * (i % 2 === 0 ? 1 : 3);
	return body + ((10 - (sum % 10)) % 10);
}

/** Characters that stand between the groups of a number. */
const isSeparator = (code: number): boolean => code === 0x2d || code === 0x20 || (code >= 0x2010 && code <= 0x2015) || code === 0x2212;

interface NumberRead {
	/** Digits and X. */
	readonly digits: string;
	/** Where the number begins and ends in the text. */
	readonly start: number;
	readonly end: number;
}

/** The first run of digits, X and separators, up to `max` digits; an X ends the number. */
function readNumber(text: string, max = 13): NumberRead {
	let start = 0;
	while (start < text.length && !(digitAt(text, start) >= 0 && digitAt(text, start) <= 9)) start++;
	let digits = '';
	let end = start;
	for (let i = start; i < text.length && digits.length < max; i++) {
		const code = text.charCodeAt(i);
		if (code >= 0x30 && code <= 0x39) digits += text.charAt(i);
		else if (code === 0x58 || code === 0x78) {
			digits += 'X';
			end = i + 1;
			break;
		} else if (!isSeparator(code)) break;
		else continue;
		end = i + 1;
	}
	return { digits, start, end };
}

const SET = /trọn bộ|toàn bộ|cả bộ|\bbộ\b|^bộ|\bset\b|complete|koko teos|hela verket|gesamt/i;
const ELECTRONIC = /e-?book|electronic|epub|e-?pub|pdf|online|điện tử|kindle|mobi\b|web/i;
const ON_PAPER = /print|paper|hbk|pbk|hard|soft|bìa|cloth|cased/i;
const BRACKETED = /[([]([^)\]]*)[)\]]?/g;

function roleOf(qualifier: string, electronic: boolean): Role {
	if (qualifier === '') return 'own';
	if (SET.test(qualifier)) return 'set';
	return (electronic ? ON_PAPER.test(qualifier) && !ELECTRONIC.test(qualifier) : ELECTRONIC.test(qualifier)) ? 'other-format' : 'own';
}

/** The first number of a text as an ISBN of 13 digits when its check digit is right, and the text behind the number. */
export function isbnApart(text: string): { readonly normal: string | undefined; readonly behind: string } {
	const read = readNumber(text);
	if (read.digits.length === 13 && isIsbn13(read.digits)) return { normal: read.digits, behind: text.slice(read.end) };
	const ten = read.digits.length === 10 ? read : readNumber(text, 10);
	const normal = ten.digits.length === 10 && isIsbn10(ten.digits) ? isbn13Of(ten.digits) : undefined;
	return { normal, behind: text.slice(ten.end) };
}

/** An ISBN as 13 digits when its check digit is right, else undefined. */
export const isbnOf = (text: string): string | undefined => isbnApart(text).normal;

function readIsbn(text: string, path: string, stated: Role | undefined, qualifiers: readonly string[], electronic: boolean): Identifier {
	const value = head(text);
	const normal = isbnOf(value);
	const thirteen = readNumber(value);
	const { digits, start, end } = normal === undefined || thirteen.digits === normal ? thirteen : readNumber(value, 10);
	const inBrackets = Array.from(value.slice(end).matchAll(BRACKETED), (m) => (m[1] as string).trim());
	const qualifier = [...qualifiers.map((q) => trimIsbd(q).replace(/^\(|\)$/g, '')), ...inBrackets].filter((q) => q !== '').join(', ');
	const identifier: Identifier = {
		type: 'isbn',
		value: digits === '' ? trimIsbd(value) : value.slice(start, end),
		path,
		valid: normal !== undefined,
		role: stated ?? roleOf(qualifier, electronic),
	};
	return { ...identifier, ...(normal === undefined ? {} : { normal }), ...(qualifier === '' ? {} : { qualifier }) };
}

const ISSN = /(\d{4})[-–‐ ]?(\d{3}[\dXx])(?!\d)/;

/** An ISSN as NNNN-NNNC when its check digit is right, else undefined. */
export function issnOf(text: string): string | undefined {
	const match = ISSN.exec(head(text));
	if (match === null) return undefined;
	const digits = `${match[1]}${match[2]}`.toUpperCase();
	let sum = 0;
	for (let i = 0; i < 8; i++) sum += (digits.charAt(i) === 'X' ? 10 : digitAt(digits, i)) * (8 - i);
	return sum % 11 === 0 ? `${digits.slice(0, 4)}-${digits.slice(4)}` : undefined;
}

function withNormal(
	type: Identifier['type'],
	value: string,
	path: string,
	role: Role,
	normal: string | undefined,
	valid = normal !== undefined,
): Identifier {
	const identifier: Identifier = { type, value, path, valid, role };
	return normal === undefined ? identifier : { ...identifier, normal };
}

const LCCN = /^[a-z]{0,3}(?:\d{8}|\d{10})$/;

/** Library of Congress control number without spaces, suffix and hyphen; https://www.loc.gov/marc/lccn-namespace.html */
function lccnOf(text: string): string | undefined {
	let value = text.replaceAll(' ', '').toLowerCase();
	const slash = value.indexOf('/');
	if (slash >= 0) value = value.slice(0, slash);
	const hyphen = value.indexOf('-');
	if (hyphen >= 0) value = value.slice(0, hyphen) + value.slice(hyphen + 1).padStart(6, '0');
	return LCCN.test(value) ? value : undefined;
}

const OCLC = /^\((?:OCoLC|ocolc|OCLC)\)\s*(?:oc[mn]|on)?\s*0*(\d+)\s*$/i;
const OCLC_BARE = /^(?:oc[mn]|on)0*(\d{6,})\s*$/;

function readSystemNumber(value: string, path: string, role: Role): Identifier {
	const oclc = OCLC.exec(value) ?? OCLC_BARE.exec(value);
	if (oclc !== null) return withNormal('oclc', value, path, role, oclc[1]);
	return withNormal('system', value, path, role, value.replace(/\)\s+/, ')'));
}

const OTHER_SCHEMES: Readonly<Record<string, string>> = { '0': 'isrc', '1': 'upc', '2': 'ismn', '3': 'ean', '4': 'sici' };

function readOther(place: Place): Identifier | undefined {
	const value = trimIsbd(head(place.text('a')));
	if (value === '') return undefined;
	const path = place.path('a');
	const isbn = place.field.ind1 === '3' ? isbnOf(value) : undefined;
	if (isbn !== undefined) return withNormal('isbn', value, path, 'own', isbn);
	const scheme = OTHER_SCHEMES[place.field.ind1] ?? (place.field.ind1 === '7' ? place.text('2') : '');
	return withNormal('other', value, path, 'own', `${scheme || 'other'}:${value}`);
}

function readStandardNumbers(fields: Fields, electronic: boolean, found: Identifier[]): void {
	for (const place of fields.all('020')) {
		const qualifiers = place.texts('q');
		for (const text of place.texts('a')) found.push(readIsbn(text, place.path('a'), undefined, qualifiers, electronic));
		for (const text of place.texts('z')) found.push(readIsbn(text, place.path('z'), 'cancelled', qualifiers, electronic));
	}
	for (const place of fields.all('022')) {
		for (const s of place.field.subfields) {
			const role: Role | undefined =
				s.code === 'a' ? 'own' : s.code === 'z' || s.code === 'y' ? 'cancelled' : s.code === 'l' ? 'other-format' : undefined;
			const value = trimIsbd(s.value.trim());
			if (role !== undefined && value !== '') found.push(withNormal('issn', head(value), place.path(s.code), role, issnOf(value)));
		}
	}
	for (const place of fields.all('776')) {
		for (const text of place.texts('z')) found.push(readIsbn(text, place.path('z'), 'other-format', [], electronic));
		for (const text of place.texts('x')) found.push(withNormal('issn', head(text), place.path('x'), 'other-format', issnOf(text)));
	}
}

/** Standard and system numbers: 010, 020, 022, 024, 035, 776 $x $z, and 001 where 003 says OCLC. `electronic`: of an electronic edition. */
export function readIdentifiers(fields: Fields, electronic: boolean): Identifier[] {
	const found: Identifier[] = [];
	readStandardNumbers(fields, electronic, found);
	for (const place of fields.all('010')) {
		for (const text of place.texts('a')) found.push(withNormal('lccn', head(text), place.path('a'), 'own', lccnOf(head(text))));
		for (const text of place.texts('z')) found.push(withNormal('lccn', head(text), place.path('z'), 'cancelled', lccnOf(head(text))));
	}
	for (const place of fields.all('024')) {
		const other = readOther(place);
		if (other !== undefined) found.push(other);
	}
	for (const place of fields.all('035')) {
		for (const text of place.texts('a')) found.push(readSystemNumber(head(text), place.path('a'), 'own'));
		for (const text of place.texts('z')) found.push(readSystemNumber(head(text), place.path('z'), 'cancelled'));
	}
	if (fields.control('003').trim() === 'OCoLC') {
		const own = /^(?:oc[mn]|on)?0*(\d+)\s*$/.exec(fields.control('001').trim());
		if (own !== null && !found.some((i) => i.type === 'oclc' && i.normal === own[1]))
			found.push(withNormal('oclc', fields.control('001').trim(), '001', 'own', own[1]));
	}
	return found.filter((i) => i.value !== '');
}
