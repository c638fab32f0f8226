import type { Random } from './random.ts';

const PUBLISHER_PREFIXES: Readonly<Record<string, string>> = {
	'Giáo dục Việt Nam': '604-0',
	'Giáo dục': '604-0',
	Trẻ: '604-1',
	'Kim Đồng': '604-2',
	'Penguin Books': '0-14',
	'Puffin Books': '0-14',
	'Oxford University Press': '0-19',
	HarperCollins: '0-06',
	Harper: '0-06',
	'Cambridge University Press': '0-521',
	'Simon & Schuster': '0-684',
	Vintage: '0-09',
	'Bantam Books': '0-553',
	'Faber and Faber': '0-571',
	Scribner: '0-684',
};

/** The check digit of the first twelve digits of an ISBN-13. */
function checkDigit13(twelve: string): string {
	let sum = 0;
	for (let i = 0; i < 12; i++) sum += Number(twelve[i]) * (i % 2 === 0 ? 1 : 3);
	return String((10 - (sum % 10)) % 10);
}

/** A made-up but valid ISBN-13 with hyphens, in the range of the publisher or of its country. */
export function makeIsbn(random: Random, publisher: string, english: boolean): string {
	const fallback = english ? `0-${random.between(201, 699)}` : `604-${random.between(50, 89)}`;
	const prefix = PUBLISHER_PREFIXES[publisher] ?? fallback;
	const length = 9 - prefix.replace('-', '').length;
	let title = '';
	for (let i = 0; i < length; i++) title += random.between(0, 9);
	return `978-${prefix}-${title}-${checkDigit13(`978${prefix}${title}`.replaceAll('-', ''))}`;
}

/** The ten-digit form with hyphens of a hyphenated ISBN-13 that begins with 978. */
export function isbn10(isbn13: string): string {
	const parts = isbn13.split('-').slice(1, -1);
	const nine = parts.join('');
	let sum = 0;
	for (let i = 0; i < 9; i++) sum += Number(nine[i]) * (10 - i);
	const check = (11 - (sum % 11)) % 11;
	return `${parts.join('-')}-${check === 10 ? 'X' : check}`;
}

/** A made-up but valid ISSN, in the range 0866 and 1859 that Viet Nam uses. */
export function makeIssn(random: Random): string {
	const seven = `${random.pick(['0866', '1859'])}${String(random.between(0, 999)).padStart(3, '0')}`;
	let sum = 0;
	for (let i = 0; i < 7; i++) sum += Number(seven[i]) * (8 - i);
	const check = (11 - (sum % 11)) % 11;
	return `${seven.slice(0, 4)}-${seven.slice(4)}${check === 10 ? 'X' : check}`;
}
