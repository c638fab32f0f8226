import { marcSet } from './marc8-tables.ts';

const CLUSTER = /\P{M}\p{M}*|\p{M}+/gu;
const HORN = '\u031b';
/** Marks over two letters take a second half after the second: left to references. */
const DOUBLE = '\u0360\u0361\ufe20\ufe21\ufe22\ufe23';
const ASCII = /^[ -~]*$/;

/** ANSEL letters and marks by their characters, as bytes. */
const LETTERS = new Map<string, string>();
const MARKS = new Map<string, string>();
const ansel = marcSet('E');
ansel?.characters.forEach((character, code) => {
	if (character === undefined || DOUBLE.includes(character)) return;
	(ansel.combining[code] === true ? MARKS : LETTERS).set(character, String.fromCharCode(code | 0x80));
});

/**
 * Text in MARC-8 (MARC 21 Specifications for Record Structure, Character Sets and Exchange Media), one character for each byte: ASCII and ANSEL, marks
 * before their letter, and what neither holds as a numeric character reference (`&#x6F22;`). Control characters are left out.
 */
export const encodeMarc8 = (text: string): string =>
	// what would be read as a reference is told from one
	text.split('&#x').map(encodePart).join('&#x0026;#x');

function encodePart(text: string): string {
	if (ASCII.test(text)) return text;
	return Array.from(text.toWellFormed().normalize('NFC').matchAll(CLUSTER), ([cluster]) => encodeCluster(cluster)).join('');
}

function encodeCluster(cluster: string): string {
	const [letter = '', ...marks] = takeApart(cluster);
	const base = /^[ -~]$/.test(letter) ? letter : LETTERS.get(letter);
	const before = marks.map((mark) => MARKS.get(mark));
	if (base !== undefined && before.every((mark) => mark !== undefined)) return before.join('') + base;
	return Array.from(cluster, reference).join('');
}

/** A letter and its marks; the horn stays with its letter, which ANSEL has whole. */
function takeApart(cluster: string): string[] {
	if (LETTERS.has(cluster)) return [cluster];
	const [letter = '', ...marks] = cluster.normalize('NFD');
	if (!marks.includes(HORN)) return [letter, ...marks];
	return [(letter + HORN).normalize('NFC'), ...marks.filter((mark) => mark !== HORN)];
}

function reference(character: string): string {
	const code = character.codePointAt(0) ?? 0;
	return code < 0x20 || code === 0x7f ? '' : `&#x${code.toString(16).toUpperCase().padStart(4, '0')};`;
}
