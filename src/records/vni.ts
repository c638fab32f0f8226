import { isVietnameseSyllable } from './vietnamese-syllable.ts';

/** VNI: a letter and a mark character after it, as the font shows them (VNI for Windows). Rows: letter, marks, results. */
const PAIRS: readonly (readonly [string, string, string])[] = [
	['a', 'ùøûõïâáàåãäêéèúüë', 'áàảãạâấầẩẫậăắằẳẵặ'],
	['e', 'ùøûõïâáàåãä', 'éèẻẽẹêếềểễệ'],
	['o', 'ùøûõïâáàåãä', 'óòỏõọôốồổỗộ'],
	['u', 'ùøûõï', 'úùủũụ'],
	['y', 'ùøûõ', 'ýỳỷỹ'],
	['ô', 'ùøûõï', 'ớờởỡợ'],
	['ö', 'ùøûõï', 'ứừửữự'],
];
const SINGLES: readonly (readonly [string, string])[] = [
	['ô', 'ơ'],
	['ö', 'ư'],
	['ñ', 'đ'],
	['æ', 'ỉ'],
	['ó', 'ĩ'],
	['ò', 'ị'],
	['î', 'ỵ'],
];

function makeTable(): Map<string, string> {
	const table = new Map<string, string>();
	for (const [letter, marks, results] of PAIRS)
		for (let i = 0; i < marks.length; i++) {
			const mark = marks[i] as string;
			const result = results[i] as string;
			table.set(letter + mark, result);
			for (const written of [mark, mark.toUpperCase()]) table.set(letter.toUpperCase() + written, result.toUpperCase());
		}
	for (const [from, to] of SINGLES) {
		table.set(from, to);
		table.set(from.toUpperCase(), to.toUpperCase());
	}
	return table;
}

const TABLE = makeTable();

/** Pairs of letter and mark that are neither Vietnamese in Unicode nor usual in French, German, Spanish, Irish or Portuguese. */
export const UNMISTAKABLE = /[aA][ùøàáâåÙØÀÁÂ]|[eE][ùøåâÙØÂ]|[oO][øâØÂ]|[uUyY][ùøÙØ]|[ôÔöÖ][ùøûõïÙØÛÕÏ]/;

/** Letters that a mark character can stand after, as bits. */
const LETTER_BITS: Readonly<Record<string, number>> = { a: 1, e: 2, o: 4, u: 8, y: 8, ô: 16, ö: 16 };
const ALONE = 32;

/** By character from U+00C0 to U+00FF: after which letters it may be a VNI mark, leaving out pairs that Vietnamese in Unicode has (`oà`). */
const MARKS: Uint8Array = makeMarks();

function makeMarks(): Uint8Array {
	const marks = new Uint8Array(64);
	for (const [letter, written] of PAIRS)
		for (const mark of written) {
			if (letter === 'o' && 'áàã'.includes(mark)) continue;
			for (const c of [mark, mark.toUpperCase()])
				marks[c.charCodeAt(0) - 0xc0] = (marks[c.charCodeAt(0) - 0xc0] as number) | (LETTER_BITS[letter] as number);
		}
	for (const c of 'öÖñÑ') marks[c.charCodeAt(0) - 0xc0] = (marks[c.charCodeAt(0) - 0xc0] as number) | ALONE;
	return marks;
}

/** Bits of the letter before a mark, by character code below U+0100. */
const BEFORE: Uint8Array = makeBefore();

function makeBefore(): Uint8Array {
	const before = new Uint8Array(256);
	for (const [letter, bit] of Object.entries(LETTER_BITS)) for (const c of [letter, letter.toUpperCase()]) before[c.charCodeAt(0)] = bit;
	return before;
}

/** Whether the character `c` at `i` of a text, from U+00C0 to U+00FF, may be a VNI letter or mark. */
export function mayBeVni(text: string, i: number, c: number): boolean {
	const mark = MARKS[c - 0xc0] as number;
	return mark !== 0 && ((mark & ALONE) !== 0 || (i > 0 && (mark & (BEFORE[text.charCodeAt(i - 1)] ?? 0)) !== 0));
}

function hasVni(text: string): boolean {
	for (let i = 0; i < text.length; i++) {
		const c = text.charCodeAt(i);
		if (c >= 0xc0 && c <= 0xff && mayBeVni(text, i, c)) return true;
	}
	return false;
}

/** Letters of Vietnamese in Unicode that VNI text cannot hold. */
const UNICODE_ONLY = /[ăđĩũơưĂĐĨŨƠƯ\u1ea0-\u1ef9]/;
const WORD = /\p{L}[\p{L}\p{M}]*/gu;
const ASCII_WORD = /^[A-Za-z]+$/;

/** Text with every VNI letter of it in Unicode, whatever it means. */
export function vniToUnicode(text: string): string {
	let out = '';
	for (let i = 0; i < text.length; i++) {
		const pair = TABLE.get(text.slice(i, i + 2));
		if (i + 1 < text.length && pair !== undefined) {
			out += pair;
			i++;
		} else out += TABLE.get(text[i] as string) ?? text[i];
	}
	return out;
}

export type VniVerdict = { readonly kind: 'clean' | 'suspected' } | { readonly kind: 'repaired'; readonly text: string };

const CLEAN: VniVerdict = { kind: 'clean' };

/**
 * Whether a text holds leftovers of VNI read as Latin letters (`Phaàn 1: töø chöông`), and the text mended. A word is taken for VNI when it is no
 * Vietnamese syllable and its conversion is one. Mended only when all words with marks agree and one pair is unmistakable or
 * two words speak for it; otherwise `suspected` (also French in VNI: `Meùcanique`). French, German, Spanish and correct Vietnamese stay as they are.
 */
export function mendVni(text: string): VniVerdict {
	if (!hasVni(text)) return CLEAN;
	const mixed = UNICODE_ONLY.test(text);
	let candidates = 0;
	let against = 0;
	let unmistakable = false;
	let leftOver = false;
	const mended = text.replace(WORD, (word) => {
		if (ASCII_WORD.test(word)) return word;
		const converted = vniToUnicode(word);
		const valid = isVietnameseSyllable(word);
		if (converted !== word && isVietnameseSyllable(converted)) {
			if (valid) return mixed ? word : converted;
			candidates++;
			if (UNMISTAKABLE.test(word)) unmistakable = true;
			return converted;
		}
		if (!valid) {
			against++;
			if (UNMISTAKABLE.test(word)) leftOver = true;
		}
		return word;
	});
	const certain = candidates > 0 && (unmistakable || candidates >= 2);
	if (certain && against === 0) return { kind: 'repaired', text: mended };
	return certain || leftOver ? { kind: 'suspected' } : CLEAN;
}
