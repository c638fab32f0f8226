import iconv from 'iconv-lite';

/** Text that a system took for windows-1252 or Latin-1, as the bytes it was: each a letter up to U+00FF. */

const WINDOWS_1252 =
	/[\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013\u2014\u2018-\u201a\u201c-\u201e\u2020-\u2022\u2026\u2030\u2039\u203a\u20ac\u2122]/g;
const C1 = /[\u0080-\u009f]/g;
const NOT_A_BYTE = /[^\0-\u00ff]/;

/** The bytes, or null when the text has a letter that is none of that page. */
export function bytesOfText(text: string): string | null {
	const bytes = text.replaceAll(WINDOWS_1252, (c) => iconv.encode(c, 'win1252').toString('latin1'));
	return NOT_A_BYTE.test(bytes) ? null : bytes;
}

/** The signs of windows-1252 (quotation marks, dashes) that are left among bytes, as text again, where they stood in `text`. */
export const signsAgain = (bytes: string, text: string): string =>
	text.search(WINDOWS_1252) < 0 ? bytes : bytes.replaceAll(C1, (c) => iconv.decode(Buffer.from(c, 'latin1'), 'win1252'));
