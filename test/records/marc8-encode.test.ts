import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeIso2709, encodeIso2709, encodeIso2709Marc8 } from '../../src/records/iso2709.ts';
import { decodeMarc8 } from '../../src/records/marc8.ts';
import { encodeMarc8 } from '../../src/records/marc8-encode.ts';
import { hasPeer } from '../support/peers.ts';
import { sampleMarc } from '../support/sample-marc.ts';

const bytes = (text: string): Buffer => Buffer.from(encodeMarc8(text), 'latin1');

const ALPHABET =
	'aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ AÀẢÃÁẠĂẰẲẴẮẶÂẦẨẪẤẬĐÊỀỂỄẾỆÔỒỔỖỐỘƠỜỞỠỚỢƯỪỬỮỨỰỲỶỸÝỴ';

describe('MARC-8', () => {
	it('has every letter of Vietnamese, without a single reference', () => {
		expect(encodeMarc8(ALPHABET)).not.toContain('&');
		expect(decodeMarc8(bytes(ALPHABET))).toBe(ALPHABET);
	});

	it.each([
		['Việt Nam', 'Vi\u00f2\u00e3et Nam'],
		['chương Sơn', 'ch\u00bd\u00bcng S\u00bcn'],
		['Đường', '\u00a3\u00bd\u00e1\u00bcng'],
		['漢字', '&#x6F22;&#x5B57;'],
		['a & b', 'a & b'],
		['&#x41;', '&#x0026;#x41;'],
		['é\u0007\u007f', '\u00e2e'],
	])('writes %s', (text, marc8) => {
		expect(encodeMarc8(text)).toBe(marc8);
	});

	it('is read again as it was', () => {
		const word = fc.oneof(
			fc.string({ unit: 'grapheme', maxLength: 12 }),
			fc.string({ unit: fc.constantFrom(...ALPHABET, '&', '#', 'x', '\u0323', '\u0361', 'Æ', '漢', '😀'), maxLength: 12 }),
		);
		fc.assert(
			fc.property(word, (text) => {
				expect(decodeMarc8(bytes(text))).toBe(text.normalize('NFC').replaceAll(/[\u0000-\u001f\u007f]/g, ''));
			}),
			{ numRuns: 3000 },
		);
	});

	it('is what a record in ISO 2709 can be written in', () => {
		for (const record of sampleMarc(300)) {
			const written = encodeIso2709Marc8(record);
			expect(written[9]).toBe(0x20);
			const [marc8, utf8] = [decodeIso2709(written), decodeIso2709(encodeIso2709(record))];
			if (!marc8.ok || !utf8.ok) throw new Error('a record cannot be read');
			expect(marc8.record.fields.map(({ tag, value, subfields }) => ({ tag, value, subfields }))).toEqual(
				utf8.record.fields.map(({ tag, value, subfields }) => ({ tag, value, subfields })),
			);
		}
	});

	it.runIf(hasPeer('yaz-marcdump'))('is read by yaz-iconv', () => {
		// in pieces: it loses a mark where its own buffer ends
		for (const [piece] of `${ALPHABET} Æ ø ß €`.matchAll(/.{1,12}/gu)) {
			const out = execFileSync('yaz-iconv', ['-f', 'marc8', '-t', 'utf8'], { input: bytes(piece) }).toString('utf8');
			expect(out.normalize('NFC')).toBe(piece);
		}
	});
});
