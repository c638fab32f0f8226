import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { fromLegacy } from '../../src/records/legacy-bytes.ts';
import { vniToUnicode } from '../../src/records/vni.ts';
import { hasPeer } from '../support/peers.ts';

/** What the system's iconv reads a byte, or bytes, as; undefined where it has nothing. */
function byIconv(bytes: Buffer, page: string): string | undefined {
	try {
		return execFileSync('iconv', ['-f', page, '-t', 'UTF-8'], { input: bytes, encoding: 'utf8', stdio: ['pipe', 'pipe', 'ignore'] });
	} catch {
		return undefined;
	}
}

/** The 67 letters with marks of Vietnamese, small. */
const LETTERS = [...'àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ'];

describe.runIf(hasPeer('iconv'))('each letter of Vietnamese', () => {
	it.each([
		['viscii', 'VISCII'],
		['windows-1258', 'CP1258'],
		['tcvn3', 'TCVN'],
	] as const)('in %s is what iconv says', (encoding, page) => {
		const read: string[] = [];
		for (let byte = 0x80; byte <= 0xff; byte++) {
			// a mark stands after a letter; iconv keeps a letter back until it has seen what comes after it
			const theirs = byIconv(Buffer.of(0x78, byte, 0x78), page)
				?.slice(1, -1)
				.normalize('NFC');
			if (theirs === undefined || !/[\p{L}\p{M}]/u.test(theirs)) continue;
			expect(fromLegacy(`x${String.fromCharCode(byte)}x`, encoding).slice(1, -1), byte.toString(16)).toBe(theirs);
			read.push(theirs);
		}
		if (encoding === 'windows-1258') return;
		expect(LETTERS.filter((letter) => !read.includes(letter))).toEqual([]);
	});

	it('in windows-1258 is a letter and a mark, as iconv writes it', () => {
		const bytes = execFileSync('iconv', ['-f', 'UTF-8', '-t', 'CP1258'], { input: LETTERS.join(' ') });
		expect(fromLegacy(bytes.toString('latin1'), 'windows-1258')).toBe(LETTERS.join(' '));
	});
});

/**
 * VNI has a rule, no table of letters: a vowel, then a character for its marks, which is the same after every vowel; ơ, ư, đ, ỉ, ĩ, ị and ỵ are
 * single characters. What each mark character stands for is seen on `a`, `e` and `ô` of the words in test/records/vni.test.ts.
 */
it('each letter of Vietnamese is in VNI once, and each mark character means the same after every letter', () => {
	const marks = [...'ùøûõïâáàåãäêéèúüë'];
	const plain = [...'aeouyôö'];
	const pairs = plain
		.flatMap((letter) => marks.map((mark) => [mark, vniToUnicode(letter + mark)] as const))
		.filter(([, text]) => text.length === 1);
	const singles = [...'ôöñæóòî'].map((letter) => vniToUnicode(letter));
	const all = [...pairs.map(([, text]) => text), ...singles];
	// í and ì are written as themselves
	expect([...all, 'í', 'ì'].sort()).toEqual([...new Set(all), 'í', 'ì'].sort());
	expect(new Set([...all, 'í', 'ì'])).toEqual(new Set(LETTERS));
	const marksOf = (letter: string): string => letter.normalize('NFD').slice(1).replace('\u031b', '');
	for (const mark of marks)
		expect(new Set(pairs.filter(([one]) => one === mark).map(([, text]) => marksOf(text))), mark).toHaveProperty('size', 1);
	for (const letter of plain)
		for (const mark of marks) {
			const small = vniToUnicode(letter + mark);
			if (small.length === 1) expect(vniToUnicode((letter + mark).toUpperCase())).toBe(small.toUpperCase());
		}
});
