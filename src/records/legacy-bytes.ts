import iconv from 'iconv-lite';
import { mendCapitals } from './tcvn3-capitals.ts';
import { isVietnameseSyllable } from './vietnamese-syllable.ts';
import { vniToUnicode } from './vni.ts';

/** Encodings of Vietnamese before Unicode: which of them bytes are in. Text that was decoded wrongly elsewhere is that of legacy-text.ts. */
export const LEGACY_ENCODINGS = ['tcvn3', 'viscii', 'windows-1258', 'vni'] as const;
export type LegacyEncoding = (typeof LEGACY_ENCODINGS)[number];

export const isLegacy = (name: unknown): name is LegacyEncoding => LEGACY_ENCODINGS.some((one) => one === name);

const PAGES: Readonly<Record<'tcvn3' | 'viscii' | 'windows-1258', string>> = { tcvn3: 'tcvn', viscii: 'viscii', 'windows-1258': 'win1258' };

const tables = new Map<keyof typeof PAGES, readonly string[]>();

function tableOf(page: keyof typeof PAGES): readonly string[] {
	let table = tables.get(page);
	if (table === undefined) {
		// letters below 0x20 are delimiters here, also where VISCII has capitals
		table = Array.from({ length: 256 }, (_, byte) =>
			byte < 0x80 ? String.fromCharCode(byte) : iconv.decode(Buffer.of(byte), PAGES[page]),
		);
		tables.set(page, table);
	}
	return table;
}

/** Text of bytes (each a letter up to U+00FF) as the encoding has it, NFC. */
export function fromLegacy(bytes: string, encoding: LegacyEncoding): string {
	if (encoding === 'vni') return vniToUnicode(bytes);
	const table = tableOf(encoding);
	let out = '';
	for (const letter of bytes) out += table[letter.charCodeAt(0)] ?? letter;
	out = out.normalize('NFC');
	return encoding === 'tcvn3' ? mendCapitals(out) : out;
}

/** Words with letters beyond ASCII that are Vietnamese syllables, and those that are not or have signs among their letters. */
interface Reading {
	readonly good: number;
	readonly bad: number;
}

/** Signs that stand in words only when the encoding is wrong belong to the word here. */
const WORD = /[\p{L}\p{M}\u0080-\u00a0\u00a1-\u00aa\u00ac-\u00b6\u00b8-\u00ba\u00bc-\u00bf\u20ac\u2122]+/gu;
const ASCII = /^[\0-\u007f]*$/;

/** How well a text reads as Vietnamese; letters and signs that stand alone say nothing. */
export function readingOf(text: string): Reading {
	let good = 0;
	let bad = 0;
	for (const [word] of text.matchAll(WORD)) {
		if (word.length < 2 || ASCII.test(word)) continue;
		if (isVietnameseSyllable(word)) good++;
		else bad++;
	}
	return { good, bad };
}

export interface Detected {
	readonly encoding: LegacyEncoding;
	/** Share of the words with marks that are Vietnamese syllables once converted, 0 to 1. */
	readonly confidence: number;
	readonly reading: Reading;
}

const CONFIDENT = 0.8;
/** Words that have to become Vietnamese. */
const WORDS_MIN = 2;
/** By how much the best reading has to beat the next and the text as it stands. */
const MARGIN = 2;
/** What a reading is worth: a word that is none weighs twice. */
export const weight = ({ good, bad }: Reading): number => good - 2 * bad;

/**
 * The encoding that makes Vietnamese of bytes (each a letter up to U+00FF), or null when none does so clearly better than the others and than
 * MARC-8 (`asMarc8`).
 */
export function detectLegacy(bytes: string, asMarc8: Reading): Detected | null {
	const [best, ...others] = LEGACY_ENCODINGS.map((encoding) => {
		const converted = fromLegacy(bytes, encoding);
		return { encoding, converted, reading: readingOf(converted) };
	}).sort((a, b) => weight(b.reading) - weight(a.reading));
	if (best === undefined) return null;
	const { good, bad } = best.reading;
	const confidence = good / Math.max(1, good + bad);
	if (good < WORDS_MIN || confidence < CONFIDENT || weight(best.reading) < weight(asMarc8) + MARGIN) return null;
	const rival = others.find((other) => other.converted !== best.converted);
	if (rival !== undefined && weight(best.reading) < weight(rival.reading) + MARGIN) return null;
	return { encoding: best.encoding, confidence, reading: best.reading };
}

/** In words for a repair: `tcvn3, confidence 0.97: 34 of 35 words with marks are Vietnamese`. */
export const detectedText = ({ encoding, confidence, reading }: Detected): string =>
	`${encoding}, confidence ${confidence.toFixed(2)}: ${reading.good} of ${reading.good + reading.bad} words with marks are Vietnamese`;
