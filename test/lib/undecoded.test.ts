import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PageDecoder } from '../../src/harvesters/page-decoder.ts';
import { receivedBytes, receivedUtf8, undecoded } from '../../src/lib/undecoded.ts';

describe('received bytes', () => {
	it('come back from what the page decoder made of them, whatever they were', () => {
		fc.assert(
			fc.property(
				fc.array(
					fc.oneof(
						fc.uint8Array({ maxLength: 6 }),
						fc.constantFrom(...['Đất rừng', '𠀋', '\ufffd', 'a&b'].map((text) => new Uint8Array(Buffer.from(text)))),
					),
					{ maxLength: 9 },
				),
				(pieces) => {
					const sent = Buffer.concat([Buffer.from('<OAI-PMH>'), ...pieces]);
					const decoder = new PageDecoder();
					const text =
						pieces.length % 2 === 0 ? decoder.decode(sent) : decoder.decode(sent.subarray(0, 11)) + decoder.decode(sent.subarray(11));
					expect(receivedUtf8(text + decoder.end())).toEqual(sent);
				},
			),
		);
	});

	it.each(['windows-1252', 'windows-1258', 'iso-8859-15', 'koi8-r', 'utf-16le', 'utf-16be'])('come back from %s', (encoding) => {
		const letters = encoding.startsWith('utf-16')
			? 'Đất rừng phương Nam 𠀋'
			: new TextDecoder(encoding).decode(Uint8Array.from({ length: 256 }, (_, i) => i)).replaceAll('\ufffd', '');
		const bytes = receivedBytes(letters, encoding);
		expect(bytes).not.toBeNull();
		expect(new TextDecoder(encoding).decode(bytes as Buffer)).toBe(letters);
	});

	it('are not made up: not for encodings of several bytes, letters that are not in it, or what could not be read', () => {
		expect([receivedBytes('汉字', 'gb18030'), receivedBytes('ữ', 'windows-1252'), receivedBytes('\ufffd', 'windows-1258')]).toEqual([
			null,
			null,
			null,
		]);
	});

	it('that are no text stand in it each by itself', () => {
		expect(undecoded(Uint8Array.of(0x80, 0xff))).toBe('\udc80\udcff');
	});
});
