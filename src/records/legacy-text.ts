import iconv from 'iconv-lite';
import { bytesOfText, signsAgain } from './latin-text.ts';
import type { LegacyEncoding } from './legacy-bytes.ts';
import { mendCapitals } from './tcvn3-capitals.ts';
import { isVietnameseSyllable } from './vietnamese-syllable.ts';
import { UNMISTAKABLE, vniToUnicode } from './vni.ts';

/** Vietnamese in encodings of one byte a letter (or a letter and a mark) that a sender's system read as Latin-1: `§Þa chÝ tØnh §ång Nai`. */

interface Written {
	readonly name: LegacyEncoding;
	/** A word of bytes as it was meant. */
	readonly convert: (word: string) => string;
	/** What no language written in Latin-1 has within a word. */
	readonly telling: RegExp;
	/** Whether two words that become Vietnamese speak for it as well as one that tells. */
	readonly byNumber: boolean;
}

/** TCVN 5712-3 (ABC) has the seven capitals without a tone only. */
const TCVN3_CAPITALS = 'ĂÂÊÔƠƯĐ';
const isToned = (letter: string): boolean => letter !== letter.toLowerCase() && !TCVN3_CAPITALS.includes(letter);

function lettersOf(encoding: string, from: number, wanted: (letter: string) => boolean): (word: string) => string {
	const letters = new Map<string, string>();
	for (let byte = from; byte < 0x100; byte++) {
		const latin = String.fromCharCode(byte);
		const letter = iconv.decode(Buffer.of(byte), encoding);
		if (wanted(letter)) letters.set(latin, letter);
	}
	return (word) => {
		let out = '';
		for (const letter of word) out += letters.get(letter) ?? letter;
		return out.normalize('NFC');
	};
}

/** A letter beside a sign, or a capital with an accent behind a small letter. */
const SIGN_IN_WORD =
	/[A-Za-z\u00c0-\u00ff][\u0080-\u00bf\u00d7\u00f7]|[\u0080-\u00bf\u00d7\u00f7][A-Za-z\u00c0-\u00ff]|[a-z][\u00c0-\u00d6\u00d8-\u00de]/;

const ENCODINGS: readonly Written[] = [
	{
		name: 'tcvn3',
		convert: lettersOf('tcvn', 0xa1, (letter) => /\p{L}/u.test(letter) && !isToned(letter)),
		telling: SIGN_IN_WORD,
		byNumber: false,
	},
	{ name: 'viscii', convert: lettersOf('viscii', 0x80, (letter) => /\p{L}/u.test(letter)), telling: SIGN_IN_WORD, byNumber: false },
	{
		name: 'windows-1258',
		convert: lettersOf('win1258', 0xc0, (letter) => /[\p{L}\p{M}]/u.test(letter)),
		telling: /[aeiouyâêôãõý][ÌÒÞìò]|ýõ|[AEIOUYÂÊÔÃÕÝ][ÌÒÞ]|ÝÕ/,
		byNumber: false,
	},
	{ name: 'vni', convert: vniToUnicode, telling: UNMISTAKABLE, byNumber: true },
];

const WORD = /[A-Za-z\u0080-\u009f\u00a1-\u00ff]+/g;
const ASCII_WORD = /^[A-Za-z]+$/;
const LETTER = /[A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff]/;
/** Not `m²`, nor `°C`. */
const SIGN_AMONG_LETTERS = /[A-Za-z][\u0080-\u00ff]+[A-Za-z]|^[A-Za-z].*[\u00c0-\u00ff]$/;
const ONLY_LETTERS = /^\p{L}+$/u;
/** Vietnamese letters that Latin-1 does not have. */
const UNICODE_ONLY = /[ăđĩũơưĂĐĨŨƠƯ\u1ea0-\u1ef9]|[\u0300-\u0323]/;

/** How a text reads in an encoding. */
interface Reading {
	readonly text: string;
	/** Words that become Vietnamese, and those of them that are not Vietnamese as they stand. */
	readonly fits: number;
	readonly betters: number;
	/** Words that do not; of them those that are no words of Latin-1 either, such as `Bªt«`. */
	readonly against: number;
	readonly foreign: number;
	/** Whether any word tells of the encoding. */
	readonly tells: boolean;
}

/** A foreign word in the encoding: signs stand within it, and letters in their place. */
const isForeign = (word: string, better: string, { telling, byNumber }: Written): boolean =>
	(byNumber || SIGN_AMONG_LETTERS.test(word)) && telling.test(word) && ONLY_LETTERS.test(better);

function read(bytes: string, written: Written): Reading {
	const count = { fits: 0, betters: 0, against: 0, foreign: 0, tells: false };
	const mended = bytes.replace(WORD, (word) => {
		if (ASCII_WORD.test(word) || (!LETTER.test(word) && word.length === 1)) return word;
		const better = written.convert(word);
		if (!isVietnameseSyllable(better)) {
			count.against++;
			if (!isForeign(word, better, written)) return word;
			count.foreign++;
			return better;
		}
		count.fits++;
		if (!isVietnameseSyllable(word)) {
			count.betters++;
			if (written.telling.test(word)) count.tells = true;
		}
		return better;
	});
	return { text: written.name === 'tcvn3' ? mendCapitals(mended) : mended, ...count };
}

/** Texts of one record with what was mended in each, `null` where nothing was. */
export interface LegacyRepair {
	readonly encoding: LegacyEncoding;
	readonly texts: readonly (string | null)[];
}

/** A text of a record: the bytes it was, null when it was none; `right` when it holds letters of Vietnamese in Unicode. */
interface Source {
	readonly text: string;
	readonly bytes: string | null;
	readonly right: boolean;
}

function sourceOf(text: string): Source {
	const right = UNICODE_ONLY.test(text);
	return { text, bytes: right ? null : bytesOfText(text), right };
}

interface Verdict {
	readonly written: Written;
	readonly readings: readonly (Reading | null)[];
	readonly fits: number;
	readonly against: number;
}

function judge(sources: readonly Source[], written: Written): Verdict {
	const readings = sources.map(({ bytes }) => (bytes === null ? null : read(bytes, written)));
	let fits = 0;
	let against = 0;
	for (const r of readings) {
		fits += r?.fits ?? 0;
		against += r?.against ?? 0;
	}
	return { written, readings, fits, against };
}

/** One text speaks for the encoding and nothing in it against; or many words of the record do, and few against. */
function isBelieved({ readings, written, fits, against }: Verdict): boolean {
	const speaks = (r: Reading): boolean => r.tells || (written.byNumber && r.betters >= 2);
	if (readings.some((r) => r !== null && r.against === 0 && speaks(r))) return true;
	const betters = readings.reduce((sum, r) => sum + (r?.betters ?? 0), 0);
	return betters >= 3 && against * 4 <= fits && readings.some((r) => r?.tells === true);
}

/**
 * Mends the texts of one record that are in an encoding of bytes. An encoding is believed when every word with marks of some text becomes a
 * Vietnamese syllable in it and one could stand in no language of Latin-1; of several, the one that fewest words speak against. Other
 * texts of the record follow when they read better so, or as well (`Bé` may be `Bộ`) and little in the record speaks against it.
 */
export function mendLegacy(texts: readonly string[]): LegacyRepair | null {
	const sources = texts.map(sourceOf);
	let best: Verdict | undefined;
	for (const written of ENCODINGS) {
		const verdict = judge(sources, written);
		if (!isBelieved(verdict)) continue;
		if (best === undefined || verdict.fits - 2 * verdict.against > best.fits - 2 * best.against) best = verdict;
	}
	if (best === undefined) return null;
	const { written, readings, fits, against } = best;
	const whole = against * 4 <= fits && !sources.some(({ right }) => right);
	const mended = readings.map((r, i) => {
		const text = texts[i] as string;
		if (r === null || (r.against - r.foreign) * 2 > r.fits + r.foreign) return null;
		const follows = r.betters + r.foreign > 0 || (whole && r.fits > 0);
		return follows && r.text !== text ? signsAgain(r.text, text) : null;
	});
	return { encoding: written.name, texts: mended };
}

/**
 * The texts of a record whose encoding is known from elsewhere. `certain`: the source states it, and everything is converted that is not
 * Vietnamese in Unicode; else only what is Vietnamese then and not as it stands.
 */
export function mendAs(texts: readonly string[], encoding: LegacyEncoding, certain: boolean): readonly (string | null)[] {
	const written = ENCODINGS.find(({ name }) => name === encoding) as Written;
	const sources = texts.map(sourceOf);
	const free = certain && !sources.some(({ right }) => right);
	return sources.map(({ text, bytes }) => {
		if (bytes === null) return null;
		const r = read(bytes, written);
		if (free) {
			const all = bytes.replace(WORD, (word) => (LETTER.test(word) || word.length > 1 ? written.convert(word) : word));
			return all === bytes ? null : signsAgain(written.name === 'tcvn3' ? mendCapitals(all) : all, text);
		}
		return r.against === 0 && r.betters > 0 ? signsAgain(r.text, text) : null;
	});
}

const utf8 = new TextDecoder('utf-8', { fatal: true });
const TWO_BYTES = /[\u00c3-\u00e1][\u0080-\u00bf\u0152-\u0178\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]/;
/** Letters of another script within a Latin word: bytes of another encoding that happen to be UTF-8 (`Kim аng`). */
const SCRIPTS_MIXED = /\p{Script=Latin}[\u0370-\u07ff]|[\u0370-\u07ff]\p{Script=Latin}/u;
const TIMES_MAX = 3;

/** Whether a text holds what looks like a letter of UTF-8 taken for two or three. */
export const mayBeTwiceEncoded = (text: string): boolean => TWO_BYTES.test(text);

function oneLess(text: string): string | null {
	if (!TWO_BYTES.test(text)) return null;
	const bytes = bytesOfText(text);
	if (bytes === null) return null;
	try {
		const read = utf8.decode(Buffer.from(bytes, 'latin1')).normalize('NFC');
		return SCRIPTS_MIXED.test(read) ? null : read;
	} catch {
		return null;
	}
}

/** UTF-8 that was read as Latin-1 or windows-1252 and encoded again, up to three times (`Kho tÃ ng truyá»‡n`), read as it was meant; null when it is none. */
export function mendTwiceEncoded(text: string): string | null {
	let read = oneLess(text);
	for (let time = 1; read !== null && time < TIMES_MAX; time++) {
		const again = oneLess(read);
		if (again === null) break;
		read = again;
	}
	return read;
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

/** Whether the character `c` at `i` of a text, from U+0080 to U+00FF, may be a byte of such text: a sign, a capital behind a small letter, a mark. */
export function mayBeLegacy(text: string, i: number, c: number): boolean {
	const before = i > 0 ? text.charCodeAt(i - 1) : 0;
	if (c < 0xc0) return c !== 0xa0 || (before >= 0xc3 && before <= 0xe1);
	// tones of windows-1258 behind a vowel, which has a circumflex or stands for ơ, ư, ă
	if (c === 0xec || c === 0xf2) return before >= 0xc0 || before === 0x61 || before === 0x65 || before === 0x6f || before === 0x75;
	if (c === 0xf7 || c === 0xd7) return before > 0x40;
	if (c === 0xf5) return before === 0xfd;
	if (c === 0xcc || c === 0xd2 || c === 0xde) return before > 0x40;
	return c < 0xdf && before >= 0x61 && before <= 0x7a;
}
