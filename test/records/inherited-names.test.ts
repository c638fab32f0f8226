import { describe, expect, it } from 'vitest';
import { recordForm } from '../../src/api/z3950/records.ts';
import { readSruResponse, SruSyntaxError } from '../../src/protocols/sru/response-reader.ts';
import { SYNTAX } from '../../src/protocols/z3950/oids.ts';
import { parsePqf } from '../../src/protocols/z3950/pqf.ts';
import { decodeRecord } from '../../src/records/decode.ts';
import { numberOf } from '../../src/records/normalise/numbers.ts';
import { marcOfRows } from '../../src/records/sheet/to-marc.ts';
import { lines } from '../support/marc-bytes.ts';

describe.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])('what a stranger calls %s is a word like any other', (name) => {
	it('as a language of Dublin Core, and as an element', () => {
		const decoded = decodeRecord(
			'oai_dc',
			`<dc:dc xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>${name}</dc:title><dc:language>${name}</dc:language><dc:${name}>x</dc:${name}></dc:dc>`,
		);
		if (!decoded.ok) throw new Error(decoded.reason);
		expect(lines(decoded.record).slice(1)).toEqual(expect.arrayContaining([`245 00$a${name}`, `546   $a${name}`]));
		expect(decoded.repairs).toEqual([{ code: 'element-unknown', at: name }]);
	});

	it('as a language in a table', () => {
		const record = marcOfRows([
			new Map([
				['title', [name]],
				['language', [name]],
			]),
		]);
		expect(lines(record)).toContain(`546   $a${name}`);
	});

	it('as a number in words', () => {
		expect([numberOf(`mười ${name}`), numberOf(`hai mươi ${name}`)]).toEqual([undefined, undefined]);
	});

	it('as an answer over SRU, an element set of Z39.50, and a word of a query', () => {
		expect(() => readSruResponse(`<${name}/>`)).toThrow(SruSyntaxError);
		expect(recordForm(SYNTAX.xml, name, false)).toBe(25);
		expect(parsePqf(name, Buffer.from)).toEqual(expect.anything());
	});
});
