import fc from 'fast-check';
import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { decideEncoding, decodeFieldText, hasIllegal, toNfc, withoutIllegal } from '../../src/records/encoding.ts';
import { decodeIso2709, type Iso2709Options } from '../../src/records/iso2709.ts';
import type { Repair } from '../../src/records/marc.ts';
import { lines, rawRecord } from '../support/marc-bytes.ts';

const UTF8 = '00000nam a2200000 a 4500';
const MARC8 = '00000nam  2200000 a 4500';

/** Title and names of the repairs of a record with this 245 $a. */
function title(leader: string, value: Buffer, options: Iso2709Options = {}): string[] {
	const decoded = decodeIso2709(rawRecord([['245', Buffer.concat([Buffer.from('10\u001fa'), value])]], { leader }), options);
	return decoded.ok ? [lines(decoded.record)[0]?.slice(8) ?? '', ...decoded.repairs.map((r) => r.code)] : [decoded.code];
}
const latin = (text: string): Buffer => Buffer.from(text, 'latin1');

describe('which encoding a record is in', () => {
	it.each([
		['ASCII, says MARC-8', MARC8, latin('Plain title'), {}, ['Plain title']],
		['UTF-8, says so', UTF8, Buffer.from('Truyện Kiều'), {}, ['Truyện Kiều']],
		['UTF-8, says MARC-8', MARC8, Buffer.from('Truyện Kiều'), {}, ['Truyện Kiều', 'leader-encoding']],
		['MARC-8, says so', MARC8, latin('Caf\u00e2e \u00a1odz'), {}, ['Café Łodz']],
		['MARC-8, says UTF-8', UTF8, latin('Caf\u00e2e fran\u00f0cais, No\u00e8el'), {}, ['Café français, Noël', 'leader-encoding']],
		['MARC-8 by its escapes, says UTF-8', UTF8, latin('\u001b(Nmir\u001b(B'), {}, ['МИР', 'leader-encoding']],
		['a reference, says MARC-8', MARC8, latin('&#x1EA1;'), {}, ['ạ']],
		['a reference in Unicode is text', UTF8, latin('&#x1EA1;'), {}, ['&#x1EA1;']],
		[
			'Latin-1, says UTF-8',
			UTF8,
			latin('Le\u00e7ons \u00e0 l\u0027\u00e9t\u00e9 pass\u00e9 \u00e0 No\u00ebl'),
			{},
			["Leçons à l'été passé à Noël", 'leader-encoding'],
		],
		[
			'Latin-1 that would be Czech in MARC-8, says UTF-8',
			UTF8,
			latin('Les mis\u00e9rables, \u00e9dition int\u00e9grale, Fran\u00e7ois'),
			{},
			['Les misérables, édition intégrale, François', 'leader-encoding'],
		],
		['MARC-8 without marks, says UTF-8', UTF8, latin('\u00a3au th\u00bd\u00bcng'), {}, ['Đau thương', 'leader-encoding']],
		['MARC-8 of Vietnamese, short, says UTF-8', UTF8, latin('T\u00e1\u00bd \u00e3\u00e2ay'), {}, ['Từ ấy', 'leader-encoding']],
		[
			'TCVN3 in capitals, each with its small letters',
			UTF8,
			latin('TRUY\u00d6N KI\u00d2U, NGUY\u00d4N DU'),
			{},
			['TRUYỆN KIỀU, NGUYỄN DU', 'encoding'],
		],
		[
			'UTF-8 with one broken byte',
			UTF8,
			Buffer.concat([Buffer.from('Đất rừng '), Buffer.from([0xe1]), Buffer.from(' phương Nam')]),
			{},
			['Đất rừng \ufffd phương Nam', 'utf8-invalid'],
		],
		[
			'windows-1258 by decree',
			UTF8,
			iconv.encode('Tiê\u0301ng Viê\u0323t', 'win1258'),
			{ encoding: 'windows-1258' } as const,
			['Tiếng Việt', 'encoding'],
		],
		['TCVN3 by decree', UTF8, iconv.encode('Địa chí', 'tcvn'), { encoding: 'tcvn3' } as const, ['Địa chí', 'encoding']],
		['VISCII by decree', UTF8, iconv.encode('Tiếng Việt', 'viscii'), { encoding: 'viscii' } as const, ['Tiếng Việt', 'encoding']],
		['Latin-1 by decree though it would be UTF-8', UTF8, latin('\u00c3\u00a9'), { encoding: 'latin-1' } as const, ['Ã©', 'encoding']],
	])('%s', (_, leader, value, options, expected) => {
		expect(title(leader, value, options)).toEqual(expected);
	});

	it('valid UTF-8 is never taken for anything else', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), fc.constantFrom('a', ' '), (text, leaderCode) => {
				const bytes = Buffer.from(`${text}đ`);
				expect(decideEncoding(bytes, leaderCode).encoding).toBe('utf-8');
			}),
		);
	});

	it('any bytes in any encoding give clean NFC text', () => {
		const encoding = fc.constantFrom('utf-8', 'marc-8', 'latin-1', 'windows-1252', 'windows-1258', 'tcvn3', 'viscii');
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 80 }), encoding, (bytes, name) => {
				const repairs: Repair[] = [];
				const text = decodeFieldText(bytes, name as 'utf-8', '245', repairs);
				expect(toNfc(text)).toBe(text);
				expect(hasIllegal(text.replaceAll('\u001f', ''))).toBe(false);
			}),
			{ numRuns: 2000 },
		);
	});
});

describe('text', () => {
	it('toNfc is normalize', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'binary' }), (text) => {
				expect(toNfc(text)).toBe(text.normalize('NFC'));
			}),
			{ numRuns: 2000 },
		);
		for (let code = 0; code < 0x10000; code++) {
			const text = String.fromCharCode(code);
			expect(toNfc(text) === text.normalize('NFC')).toBe(true);
		}
	});

	it('what XML forbids goes, and the rest stays', () => {
		expect(withoutIllegal('a\u0000b\u000bc\td\n\ufffee')).toBe('abc\td\ne');
		expect(withoutIllegal('\ud800x')).toBe('\ufffdx');
	});
});
