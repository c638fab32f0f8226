import { deflateRawSync, zstdDecompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packBody, unpackBody } from '../../src/store/body-codec.ts';
import { BODY_DICTIONARY } from '../../src/store/body-dictionary.ts';

const DICTIONARY = Buffer.from(BODY_DICTIONARY, 'utf8');

describe('bodies of records', () => {
	it('come back as they were, in any order of calls', () => {
		fc.assert(
			fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 3_000 }), { maxLength: 8 }), (texts) => {
				const bodies = texts.map(packBody);
				for (const at of [...texts.keys()].reverse()) expect(unpackBody(bodies[at] as Buffer)).toBe(texts[at]);
			}),
		);
	});

	it('of millions of letters come back too, and small ones after them', () => {
		const long = Array.from({ length: 400_000 }, (_, i) => `Lý Sơn ${i % 7919}`).join(' ');
		expect(unpackBody(packBody(long))).toBe(long);
		expect(unpackBody(packBody('Mắt biếc'))).toBe('Mắt biếc');
	});

	it('can be read by another zstd with the dictionary alone', () => {
		const text = `00000nam a2200000 a 4500\x1e24510\x1faĐất rừng phương Nam`;
		expect(zstdDecompressSync(packBody(text).subarray(1), { dictionary: DICTIONARY }).toString()).toBe(text);
	});

	it('are smaller than what they hold where records say what every record says', () => {
		const text = `00000nam a2200000 a 4500\x1e264 1\x1faHà Nội :\x1fbGiáo dục Việt Nam,\x1fc2010.\x1e300  \x1fa320 tr. ;\x1fc21 cm`;
		expect(packBody(text).length).toBeLessThan(Buffer.byteLength(text) / 2);
	});

	it('written before by deflate are still read', () => {
		const deflated = deflateRawSync('Dế mèn phiêu lưu ký', { level: 1, windowBits: 12, memLevel: 5, dictionary: DICTIONARY });
		expect(unpackBody(Buffer.concat([Buffer.of(1), deflated]))).toBe('Dế mèn phiêu lưu ký');
	});

	it('of an unknown form, or damaged, are refused', () => {
		expect(() => unpackBody(Buffer.of(9, 1, 2))).toThrow('unknown form 9');
		expect(() => unpackBody(packBody('Nhan đề'.repeat(9)).subarray(0, 12))).toThrow();
	});
});
