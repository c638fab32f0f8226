import iconv from 'iconv-lite';
import { isVietnameseSyllable } from './vietnamese-syllable.ts';

/** Vietnamese in encodings of one byte a letter (or a letter and a mark) that a sender's system read as Latin-1: `§Þa chÝ tØnh §ång Nai`. */

interface LegacyEncoding {
	readonly name: 'tcvn3' | 'viscii' | 'windows-1258';
	/** By Latin-1 letter: what it stands for; a combining mark for windows-1258. */
	readonly letters: ReadonlyMap<string, string>;
	/** What no language written in Latin-1 has within a word. */
	readonly telling: RegExp;
	/** Capitals have no codes with a tone, so they come in lower case among capitals. */
	readonly mixesCase: boolean;
}

/** TCVN 5712-3 (ABC) has the seven capitals without a tone only. */
const TCVN3_CAPITALS = 'ĂÂÊÔƠƯĐ';
const isToned = (letter: string): boolean => letter !== letter.toLowerCase() && !TCVN3_CAPITALS.includes(letter);

function lettersOf(encoding: string, from: number, wanted: (letter: string) => boolean): Map<string, string> {
	const letters = new Map<string, string>();
	for (let byte = from; byte < 0x100; byte++) {
		const latin = String.fromCharCode(byte);
		const letter = iconv.decode(Buffer.of(byte), encoding);
		if (letter !== latin && wanted(letter)) letters.set(latin, letter);
		else if (/\p{L}/u.test(letter) && letter === latin) letters.set(latin, letter);
	}
	return letters;
}

/** A letter beside a sign, or a capital with an accent behind a small letter. */
const SIGN_IN_WORD = /[A-Za-z][\u0080-\u00bf\u00d7\u00f7]|[\u0080-\u00bf\u00d7\u00f7][A-Za-z]|[a-z][\u00c0-\u00d6\u00d8-\u00de]/;

const ENCODINGS: readonly LegacyEncoding[] = [
	{
		name: 'tcvn3',
		letters: lettersOf('tcvn', 0xa1, (letter) => /\p{L}/u.test(letter) && !isToned(letter)),
		telling: SIGN_IN_WORD,
		mixesCase: true,
	},
	{ name: 'viscii', letters: lettersOf('viscii', 0x80, (letter) => /\p{L}/u.test(letter)), telling: SIGN_IN_WORD, mixesCase: false },
	{
		name: 'windows-1258',
		letters: lettersOf('win1258', 0xc0, (letter) => /[\p{L}\p{M}]/u.test(letter)),
		telling: /[aeiouyâêôãõý][ÌÒÞìò]/i,
		mixesCase: false,
	},
];

const WORD = /[A-Za-z\u0080-\u009f\u00a1-\u00ff]+/g;
const ASCII_WORD = /^[A-Za-z]+$/;
const LETTER = /[A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff]/;
/** Two capitals and no small ASCII letter. */
const CAPITALS = /^[^a-z]*[A-Z\u00a1-\u00a7][^a-z]*[A-Z\u00a1-\u00a7][^a-z]*$/;
/** Vietnamese letters that Latin-1 does not have. */
const UNICODE_ONLY = /[ăđĩũơưĂĐĨŨƠƯ\u1ea0-\u1ef9]|[\u0300-\u0323]/;

function converted(word: string, encoding: LegacyEncoding): string {
	let out = '';
	for (const letter of word) out += encoding.letters.get(letter) ?? letter;
	const composed = out.normalize('NFC');
	return encoding.mixesCase && CAPITALS.test(word) ? composed.toUpperCase() : composed;
}

/** How a text reads in an encoding: words that become syllables, words that do not, and whether any word tells of the encoding. */
interface Reading {
	readonly text: string;
	/** Words that become Vietnamese, and those of them that are not Vietnamese as they stand. */
	readonly fits: number;
	readonly betters: number;
	readonly against: number;
	readonly tells: boolean;
}

function read(text: string, encoding: LegacyEncoding): Reading {
	let fits = 0;
	let betters = 0;
	let against = 0;
	let tells = false;
	const mended = text.replace(WORD, (word) => {
		if (ASCII_WORD.test(word) || (!LETTER.test(word) && word.length === 1)) return word;
		const better = converted(word, encoding);
		if (!isVietnameseSyllable(better)) {
			against++;
			return word;
		}
		fits++;
		if (!isVietnameseSyllable(word)) {
			betters++;
			if (encoding.telling.test(word)) tells = true;
		}
		return better;
	});
	return { text: mended, fits, betters, against, tells };
}

/** Texts of one record with what was mended in each, `null` where nothing was. */
export interface LegacyRepair {
	readonly encoding: LegacyEncoding['name'];
	readonly texts: readonly (string | null)[];
}

/**
 * Mends the texts of one record that are in an encoding of bytes. An encoding is believed when every word with marks of some text becomes a
 * Vietnamese syllable in it and one could stand in no language of Latin-1; of several, the one that fewest words speak against. Other
 * texts of the record follow when they read better so, or as well (`Bé` may be `Bộ`) and nothing in the record speaks against it.
 */
export function mendLegacy(texts: readonly string[]): LegacyRepair | null {
	let best: { name: LegacyEncoding['name']; readings: (Reading | null)[]; against: number } | undefined;
	for (const encoding of ENCODINGS) {
		const readings = texts.map((text) => (UNICODE_ONLY.test(text) ? null : read(text, encoding)));
		if (!readings.some((r) => r?.tells === true && r.against === 0)) continue;
		let against = 0;
		for (const r of readings) against += r?.against ?? 0;
		if (best === undefined || against < best.against) best = { name: encoding.name, readings, against };
	}
	if (best === undefined) return null;
	const whole = best.against === 0 && !best.readings.includes(null);
	const mended = best.readings.map((r, i) => {
		const follows = r !== null && r.against === 0 && r.fits > 0 && (r.betters > 0 || whole);
		return follows && r.text !== texts[i] ? r.text : null;
	});
	return { encoding: best.name, texts: mended };
}

const WINDOWS_1252 = /[\u0152-\u0178\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]/g;
const utf8 = new TextDecoder('utf-8', { fatal: true });
const TWO_BYTES = /[\u00c3-\u00e1][\u0080-\u00bf\u0152-\u0178\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]/;

/** UTF-8 that was read as Latin-1 or windows-1252 and encoded again (`Kho tÃ ng truyá»‡n`), read as it was meant; null when it is none. */
export function mendTwiceEncoded(text: string): string | null {
	if (!TWO_BYTES.test(text)) return null;
	const latin = text.replaceAll(WINDOWS_1252, (c) => iconv.encode(c, 'win1252').toString('latin1'));
	for (let i = 0; i < latin.length; i++) if (latin.charCodeAt(i) > 0xff) return null;
	try {
		return utf8.decode(Buffer.from(latin, 'latin1')).normalize('NFC');
	} catch {
		return null;
	}
}

/** VIQR: marks typed in ASCII behind their letter, `dd` for đ. RFC 1456. */
const VIQR_MARKS: Readonly<Record<string, string>> = {
	'^': '\u0302',
	'(': '\u0306',
	'+': '\u031b',
	"'": '\u0301',
	'`': '\u0300',
	'?': '\u0309',
	'~': '\u0303',
	'.': '\u0323',
};
const VIQR_WORD = /(?:[aeiouyAEIOUY][\^(+]?[`'?~.]?|[A-Za-z])+/g;
const VIQR_TELLING = /[aeo]\^/i;
const SENTENCE_MARK = /[.?']$/;

const fromViqr = (word: string): string =>
	word
		.replaceAll(/[\^(+`'?~.]/g, (mark) => VIQR_MARKS[mark] as string)
		.replaceAll('dd', 'đ')
		.replaceAll(/D[dD]/g, 'Đ')
		.normalize('NFC');

/** Text in VIQR (`Nguye^~n Nha^.t A'nh`) as it was meant; null when a word with marks is no syllable, or fewer than two are. */
export function mendViqr(text: string): string | null {
	if (!VIQR_TELLING.test(text)) return null;
	let fits = 0;
	let against = 0;
	const mended = text.replace(VIQR_WORD, (word) => {
		const whole = fromViqr(word);
		if (whole === word) return word;
		// the mark behind the last letter may be punctuation
		const bare = SENTENCE_MARK.test(word) ? word.slice(0, -1) : word;
		const better = isVietnameseSyllable(whole) ? whole : fromViqr(bare) + word.slice(bare.length);
		if (isVietnameseSyllable(better.replace(SENTENCE_MARK, ''))) fits++;
		else against++;
		return better;
	});
	return against === 0 && fits >= 2 ? mended : null;
}

/** Whether the character `c` at `i` of a text, from U+0080 to U+00FF, may be a byte of such text: a sign, a capital behind a small letter. */
export function mayBeLegacy(text: string, i: number, c: number): boolean {
	const before = i > 0 ? text.charCodeAt(i - 1) : 0;
	if (c < 0xc0) return c !== 0xa0 || (before >= 0xc3 && before <= 0xe1);
	if (c === 0xec || c === 0xf2) return before >= 0xc0;
	return c < 0xdf && before >= 0x61 && before <= 0x7a;
}
