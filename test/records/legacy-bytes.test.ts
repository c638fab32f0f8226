import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { detectFile } from '../../src/records/encoding.ts';
import { decodeIso2709, encodeIso2709 } from '../../src/records/iso2709.ts';
import { fromLegacy, LEGACY_ENCODINGS, type LegacyEncoding } from '../../src/records/legacy-bytes.ts';
import type { MarcRecord } from '../../src/records/marc.ts';
import { repairText } from '../../src/records/repair-text.ts';
import { hasPeer } from '../support/peers.ts';
import { toTcvn3 } from '../support/vietnamese-encoders.ts';

const TITLE = 'Đất rừng phương Nam: truyện dài dành cho thiếu nhi';
const NOTE = 'Nguyễn Thị Ngọc Ánh kể chuyện những người đi mở đất ở miền sông nước Cửu Long';

/** What a text is in each encoding, by the system's iconv: no table of ours. */
function bytesIn(text: string, encoding: LegacyEncoding): Buffer {
	const iconv = (input: string | Buffer, from: string, to: string): Buffer => execFileSync('iconv', ['-f', from, '-t', to], { input });
	if (encoding === 'tcvn3') return iconv(text.normalize('NFC'), 'UTF-8', 'TCVN');
	if (encoding === 'viscii') return iconv(text.normalize('NFC'), 'UTF-8', 'VISCII');
	if (encoding === 'windows-1258') return iconv(text.normalize('NFC'), 'UTF-8', 'CP1258');
	// by hand, from the font's own table: letter, then mark
	return Buffer.from('Ñaát röøng phöông Nam: truyeän daøi daønh cho thieáu nhi', 'latin1');
}

const record = (...values: string[]): MarcRecord => ({
	leader: '00000nam a2200000   4500',
	fields: [
		{ tag: '001', ind1: ' ', ind2: ' ', value: 'x1', subfields: [] },
		...values.map((value, i) => ({ tag: i === 0 ? '245' : '500', ind1: ' ', ind2: ' ', value: '', subfields: [{ code: 'a', value }] })),
	],
});
const titles = ({ fields }: MarcRecord): string[] => fields.flatMap((f) => f.subfields.map((s) => s.value));

/** A record in ISO 2709 whose text is these bytes. */
function iso(...values: Buffer[]): Buffer {
	const plain = Buffer.from(encodeIso2709(record(...values.map((v) => 'x'.repeat(v.length)))));
	let at = 0;
	for (const value of values) {
		at = plain.indexOf('x'.repeat(value.length), at);
		value.copy(plain, at);
		at += value.length;
	}
	return plain;
}

describe.runIf(hasPeer('iconv'))('Vietnamese of before Unicode', () => {
	it.each(LEGACY_ENCODINGS)('in %s is known by its bytes and converted as iconv does, and named', (encoding) => {
		const bytes = bytesIn(TITLE, encoding);
		const decoded = decodeIso2709(iso(bytes));
		const record = decoded.ok ? repairText(decoded.record) : null;
		expect(titles(record?.record as MarcRecord)).toEqual([TITLE]);
		const repairs = [...decoded.repairs, ...(record?.repairs ?? [])].filter(({ code }) => code === 'encoding');
		expect(repairs).toEqual([
			{ code: 'encoding', at: 'record', detail: expect.stringMatching(new RegExp(`^${encoding}, confidence 1\\.00: \\d+ of \\d+ words`)) },
		]);
	});

	it('of a record too short to tell is read as the file it stands in', () => {
		const file = Buffer.concat([iso(bytesIn(TITLE, 'tcvn3')), iso(bytesIn(NOTE, 'tcvn3'))]);
		expect(detectFile(file)).toBe('tcvn3');
		const short = iso(bytesIn('Đá', 'tcvn3'));
		const decoded = decodeIso2709(short, { hint: 'tcvn3' });
		expect(decoded.ok && titles(decoded.record)).toEqual(['Đá']);
		expect(decoded.repairs).toContainEqual({ code: 'encoding', at: 'record', detail: 'tcvn3, as the rest of the file' });
	});

	it('in any encoding is read so when the source says it', () => {
		for (const encoding of LEGACY_ENCODINGS) {
			const decoded = decodeIso2709(iso(bytesIn(TITLE, encoding)), { encoding });
			expect(decoded.ok && titles(decoded.record), encoding).toEqual([TITLE]);
			expect(decoded.repairs).toContainEqual({ code: 'encoding', at: 'record', detail: `${encoding}, as the source states` });
		}
	});

	it('with short names, which are in capitals only where words beside them are', () => {
		const back = (text: string): string => fromLegacy(bytesIn(text, 'tcvn3').toString('latin1'), 'tcvn3');
		expect(back('Ngô Tất Tố; Số đỏ, Kỳ 1')).toBe('Ngô Tất Tố; Số đỏ, Kỳ 1');
		expect(back('NGÔ TấT Tố, Tắt đèn')).toBe('NGÔ TẤT TỐ, Tắt đèn');
		expect(back('Truyện KIềU ở Hà Nội, Tố Hữu')).toBe('Truyện KIỀU ở Hà Nội, Tố Hữu');
	});

	it('in capitals, of which TCVN3 has none with tones', () => {
		const bytes = bytesIn('TIẾNG VIỆT', 'tcvn3').toString('latin1');
		expect(fromLegacy(Buffer.from('TI\u00d5NG VI\u00d6T', 'latin1').toString('latin1'), 'tcvn3')).toBe('TIẾNG VIỆT');
		expect(fromLegacy(bytes, 'tcvn3')).toMatch(/TIẾNG/);
		for (const title of ['TỪ ẤY', 'AI VÀ KY Ở XỨ SỞ NHỮNG CON SỐ', 'ĐỖ ĐỨC THÁI', 'VỠ BỜ. TRỌN BỘ', 'THÉP ĐÃ TÔI THẾ ĐẤY'])
			expect(fromLegacy(toTcvn3(title), 'tcvn3')).toBe(title);
	});
});

describe('bytes that are right', () => {
	const kept: [string, Buffer, string][] = [
		['MARC-8 of French', Buffer.from('\u00e1\u0065 \u00e2\u0065t\u00e2\u0065 na\u00e8\u0069f', 'latin1'), 'è été naïf'],
		['MARC-8 of Vietnamese', Buffer.from('\u00a3\u00e3\u00e2at n\u00bd\u00e2\u00bcc Vi\u00e3\u00f2et Nam', 'latin1'), 'Đất nước Việt Nam'],
	];
	it.each(kept)('%s is not taken for an encoding of before Unicode', (_, bytes, text) => {
		const decoded = decodeIso2709(Buffer.from(iso(bytes)).fill(' ', 9, 10));
		expect(decoded.ok && titles(decoded.record)[0]).toContain(text);
		expect(decoded.repairs.filter(({ code }) => code === 'encoding')).toEqual([]);
	});

	it('of a file in Latin-1 gives no hint', () => {
		const latin = (text: string): Buffer => iso(Buffer.from(text, 'latin1'));
		const file = Buffer.concat(
			['Les misérables: édition intégrale, garçon', 'Über die Größe', 'El niño español ¿qué?', 'coração e nação'].map(latin),
		);
		expect(detectFile(file)).toBeUndefined();
	});
});
