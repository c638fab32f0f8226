import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeMarc8 } from '../../src/records/marc8.ts';
import { eaccCharacter, marcSet } from '../../src/records/marc8-tables.ts';

const ESC = '\u001b';

/** MARC-8 written with one character for each byte. */
function read(text: string): { text: string; problems: string[] } {
	const problems: string[] = [];
	const bytes = Buffer.from(text, 'latin1');
	return { text: decodeMarc8(bytes, 0, bytes.length, (code) => problems.push(code)), problems };
}

describe('character sets of MARC-8', () => {
	it.each([
		['ASCII', 'Plain (text) & more', 'Plain (text) & more'],
		['a mark before its letter', 'caf\u00e2e, No\u00e8el, fran\u00f0cais', 'café, Noël, français'],
		['two marks on one letter', 'Vi\u00f2\u00e3et Nam', 'Việt Nam'],
		['letters with a horn', 'ch\u00bd\u00bcng S\u00bcn', 'chương Sơn'],
		['letters of ANSEL', '\u00a5\u00a2\u00a1\u00a3\u00b5\u00b2\u00b1\u00b3', 'ÆØŁĐæøłđ'],
		['the additions of 2004: eszett and euro', 'Stra\u00c7e \u00c8 5', 'Straße € 5'],
		['a ligature', '\u00ebt\u00ecsar', 't\u0361sar'],
		['a double tilde', '\u00fan\u00fbg', 'n\u0360g'],
		['non-sorting marks and joiners', '\u0088Der \u0089Tod\u008d\u008e', '\u0098Der \u009cTod\u200d\u200c'],
		['Basic Cyrillic', `${ESC}(Nwojna i mir${ESC}(B!`, 'ВОЙНА И МИР!'],
		['Extended Cyrillic as G1', `${ESC})Q\u00c6`, 'і'],
		['Greek, the accent first', `${ESC}(S"aAbB${ESC}(B`, 'άΑβΒ'],
		['Hebrew', `${ESC}(2ylem${ESC}(B`, 'שלום'],
		['Arabic', `${ESC}(3GH${ESC}(B`, '\u0627\u0628'],
		['Extended Arabic as G1', `${ESC})4\u00a1`, '\u06fd'],
		['East Asian characters', `${ESC}$1!0!!05${ESC}(B.`, '一串.'],
		['East Asian characters by the long escape', `${ESC}$,1!0!${ESC}(B`, '一'],
		['East Asian characters as G1', `${ESC}$)1\u00a1\u00b0\u00a1a`, '一a'],
		['a blank among East Asian characters', `${ESC}$1!0! !05${ESC}(B`, '一 串'],
		['subscript, superscript, Greek symbol', `H${ESC}b2${ESC}sO x${ESC}p2${ESC}s ${ESC}ga${ESC}s`, 'H₂O x² α'],
		['ANSEL named again as G1', `${ESC})!Ecaf\u00e2e`, 'café'],
		['references', 'a &#x1EA1; &#x20AC; &#x20000;', 'a ạ € \u{20000}'],
		['an ampersand that begins no reference', 'R&D &#x; &#xZZ; &amp;', 'R&D &#x; &#xZZ; &amp;'],
	])('%s', (_, bytes, expected) => {
		expect(read(bytes)).toEqual({ text: expected.normalize('NFC'), problems: [] });
	});

	it('every code of every set is one character that XML may hold', () => {
		for (const final of 'BENQ342Sbpg') {
			const set = marcSet(final);
			expect(set, final).toBeDefined();
			for (const character of set?.characters ?? []) if (character !== undefined) expect([...character]).toHaveLength(1);
		}
		expect(eaccCharacter(0x213021)).toBe('一');
		expect(eaccCharacter(0x212320)).toBe('\u3000');
		expect(eaccCharacter(0x7f7f7f)).toBeUndefined();
	});
});

describe('faulty MARC-8 is read as far as it goes, and named', () => {
	it.each([
		['a code without a character', 'a\u00ffb', 'a\ufffdb', ['marc8-unmapped']],
		['an unknown escape', `a${ESC}(Zb`, 'a(Zb', ['marc8-escape']],
		['an escape cut off', `abc${ESC}`, 'abc', ['marc8-escape']],
		['half an East Asian character', `${ESC}$1!0!!0`, '一\ufffd', ['marc8-unmapped']],
		['a mark at the end', 'cafe\u00e2', 'cafe\u0301', ['marc8-mark']],
		['a second half without the first', 't\u00ecs', 'ts', ['marc8-mark']],
		['a reference without its semicolon', 'a &#x1EA1 b', 'a ạ b', ['marc8-reference']],
	])('%s', (_, bytes, expected, problems) => {
		const result = read(bytes);
		expect(result.problems).toEqual(problems);
		expect(result.text).toBe(expected.normalize('NFC'));
	});

	it('any bytes give NFC text and end', () => {
		const byte = fc.oneof(fc.nat(255), fc.constantFrom(0x1b, 0x24, 0x31, 0x28, 0x29, 0x4e, 0x42, 0xe2, 0xeb, 0xec, 0x26, 0x23, 0x78));
		fc.assert(
			fc.property(fc.array(byte, { maxLength: 60 }), (codes) => {
				const text = decodeMarc8(Uint8Array.from(codes));
				expect(text.normalize('NFC')).toBe(text);
			}),
			{ numRuns: 3000 },
		);
	});
});

const PYTHON = `
import sys
from pymarc.marc8 import marc8_to_unicode
for line in sys.stdin:
    print(marc8_to_unicode(bytes.fromhex(line.strip()), hide_utf8_warnings=True).encode('utf-8').hex())
`;
const pymarc = spawnSync('python3', ['-c', 'import pymarc']).status === 0;

describe('pymarc as a second opinion', () => {
	// its table has the ligature and the double tilde as they were before 2004
	const mapped = (final: string, high: boolean): number[] =>
		(marcSet(final)?.characters ?? []).flatMap((c, code) =>
			c === undefined || (high && [0x6b, 0x6c, 0x7a, 0x7b].includes(code)) ? [] : [high ? code + 0x80 : code],
		);
	const sets = [...'BNS23'];
	const ansel = mapped('E', true).filter((b) => b >= 0xa1);
	const run = fc.oneof(
		fc
			.constantFrom(...sets)
			.chain((final) =>
				fc
					.array(fc.constantFrom(...mapped(final, false)), { maxLength: 8 })
					.map((codes) => [0x1b, 0x28, final.charCodeAt(0), ...codes, 0x1b, 0x28, 0x42]),
			),
		fc
			.array(fc.tuple(fc.constantFrom(...ansel), fc.constantFrom(0x61, 0x65, 0x6f, 0x75, 0x41, 0x45)), { maxLength: 8 })
			.map((pairs) => pairs.flat()),
		fc
			.array(fc.constantFrom(0x213021, 0x213022, 0x213035, 0x214a6e, 0x215061), { maxLength: 4 })
			.map((codes) => [
				0x1b,
				0x24,
				0x31,
				...codes.filter((c) => c !== 0x215061).flatMap((c) => [c >> 16, (c >> 8) & 255, c & 255]),
				0x1b,
				0x28,
				0x42,
			]),
	);

	it.runIf(pymarc)('reads the same from a thousand texts', () => {
		const texts = fc.sample(
			fc.array(run, { maxLength: 4 }).map((runs) => Buffer.from([...runs.flat(), 0x2e])),
			{ numRuns: 1000, seed: 1 },
		);
		const answer = spawnSync('python3', ['-c', PYTHON], {
			input: texts.map((t) => t.toString('hex')).join('\n'),
			encoding: 'utf8',
			maxBuffer: 1e8,
		});
		const theirs = answer.stdout
			.trim()
			.split('\n')
			.map((hex) => Buffer.from(hex, 'hex').toString('utf8'));
		expect(texts.map((t) => decodeMarc8(t))).toEqual(theirs);
	});
});
