import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../src/lib/limits.ts';
import { decodeRecord } from '../../src/records/decode.ts';
import type { Decoded } from '../../src/records/marc.ts';
import { MarcXmlReader, type TextDecoded } from '../../src/records/marcxml-reader.ts';
import { renderMarcXml } from '../../src/records/render-marcxml.ts';
import { lines, marcRecord } from '../support/marc-bytes.ts';

function read(file: Uint8Array | string, size = Number.POSITIVE_INFINITY): TextDecoded[] {
	const bytes = Buffer.from(file);
	const reader = new MarcXmlReader();
	const out: TextDecoded[] = [];
	for (let i = 0; i < bytes.length; i += size) out.push(...reader.feed(bytes.subarray(i, i + size)));
	return [...out, ...reader.end()];
}
const outcome = ({ decoded }: { decoded: Decoded }): string =>
	decoded.ok ? decoded.repairs.map((r) => r.code).join(' ') || 'record' : decoded.code;
const outcomes = (file: Uint8Array | string): string[] => read(file).map(outcome);

const LEADER = '00000nam a2200000 a 4500';
const record = (title: string): string =>
	`<record><leader>${LEADER}</leader><controlfield tag="001">x1</controlfield><datafield tag="245" ind1="1" ind2="0"><subfield code="a">${title}</subfield></datafield></record>`;
const collection = (...records: string[]): string =>
	`<collection xmlns="http://www.loc.gov/MARC21/slim">${records.join('\n')}</collection>`;

const FILE = `<?xml version="1.0" encoding="UTF-8"?>\n<!-- two -->\n<marc:collection xmlns:marc="http://www.loc.gov/MARC21/slim">
<marc:record>
  <marc:leader>${LEADER}</marc:leader>
  <marc:controlfield tag="001">x&amp;1</marc:controlfield>
  <marc:datafield tag="245" ind1="1" ind2="0">
    <marc:subfield code="a">Truyện Kiều &lt;1820&gt;</marc:subfield>
    <marc:subfield code='b'><![CDATA[a & b]]>\u{20000}</marc:subfield>
  </marc:datafield>
</marc:record>${record('Đất rừng phương Nam'.normalize('NFD'))}</marc:collection>\n`;

describe('a file of MARCXML', () => {
	it('is read whatever its prefix, in NFC, with the text of each record', () => {
		const [first, second] = read(FILE) as [TextDecoded, TextDecoded];
		expect(first.decoded.ok && lines(first.decoded.record)).toEqual(['001 x&1', '245 10$aTruyện Kiều <1820>$ba & b\u{20000}']);
		expect(second.decoded.ok && lines(second.decoded.record)).toEqual(['001 x1', '245 10$aĐất rừng phương Nam']);
		expect(first.raw.startsWith('<marc:record>') && first.raw.endsWith('</marc:record>')).toBe(true);
		expect(second.raw).toBe(record('Đất rừng phương Nam'.normalize('NFD')));
	});

	it('reads the same cut in two at every byte, and byte by byte', () => {
		const bytes = Buffer.from(FILE);
		const whole = read(bytes);
		expect(whole).toHaveLength(2);
		expect(read(bytes, 1)).toEqual(whole);
		for (let cut = 1; cut < bytes.length; cut++) {
			const reader = new MarcXmlReader();
			expect([...reader.feed(bytes.subarray(0, cut)), ...reader.feed(bytes.subarray(cut)), ...reader.end()]).toEqual(whole);
		}
	});

	it('gives back what was written', () => {
		fc.assert(
			fc.property(fc.array(marcRecord, { minLength: 1, maxLength: 4 }), (records) => {
				const results = read(collection(...records.map((r) => renderMarcXml(r))), 97);
				expect(results.map((r) => r.decoded.ok && r.decoded.record.fields)).toEqual(records.map((r) => r.fields));
				for (const r of results) expect(decodeRecord('marcxml', r.raw)).toEqual(r.decoded);
			}),
		);
	});

	it.each([
		['one record without a collection', record('x'), ['record']],
		['an empty collection', collection(), []],
		['a comment with an ampersand', `<!-- R&D -->${collection(record('x'), '<!-- A & B -->', record('y'))}`, ['record', 'record']],
		['a byte order mark', `\ufeff${collection(record('x'))}`, ['record']],
		['UTF-16', Buffer.from(`\ufeff${collection(record('Việt'))}`, 'utf16le'), ['record']],
		[
			'an OAI-PMH response',
			`<OAI-PMH><ListRecords><record><header><identifier>1</identifier></header><metadata>${record('x')}</metadata></record><record><header status="deleted"/></record></ListRecords></OAI-PMH>`,
			['record'],
		],
		[
			'a declared encoding',
			Buffer.from(`<?xml version="1.0" encoding="windows-1252"?>${collection(record('caf\u00e9'))}`, 'latin1'),
			['record'],
		],
		['invalid UTF-8', Buffer.from(collection(record('caf\u00e9')), 'latin1'), ['invalid-utf8-as-windows-1252']],
	])('%s', (_, file, expected) => {
		expect(outcomes(file)).toEqual(expected);
	});
});

describe('one bad record costs one record', () => {
	const good = record('good');
	const BAD: readonly (readonly [string, () => string, string])[] = [
		['a control character', () => record('a\u0007b'), 'xml-illegal'],
		['a reference to a control character', () => record('a&#x1;b'), 'xml-illegal'],
		['a bare ampersand', () => record('R&D'), 'xml-illegal'],
		['an unknown entity', () => record('a&nbsp;b'), 'xml-illegal'],
		['a tag that is not closed', () => record('x').replace('</subfield>', ''), 'xml-not-well-formed'],
		['an attribute without quotes', () => record('x').replace('"245"', '245'), 'xml-not-well-formed'],
		['a bad start tag', () => record('x').replace('<record', '<record a=b'), 'xml-not-well-formed'],
		['a record that stops', () => '<record><leader>x', 'no-fields'],
		['a section that is not closed', () => record('<![CDATA[x'), 'xml-not-well-formed'],
		['a comment that is not closed', () => record('<!-- x'), 'xml-not-well-formed'],
		['junk between records', () => 'x < y', 'xml-not-well-formed'],
		[
			'too many attributes',
			() => record('x').replace('<leader', `<leader ${Array.from({ length: 65 }, (_, i) => `attribute${i}="1"`).join(' ')}`),
			'xml-too-many-attributes',
		],
		['too deep', () => record('<b>'.repeat(LIMITS.xmlDepthMax) + '</b>'.repeat(LIMITS.xmlDepthMax)), 'xml-too-deep'],
		['too long', () => record('x'.repeat(LIMITS.recordBytesMax)), 'record-too-long'],
		[
			'too many fields',
			() => `<record>${'<controlfield tag="001">x</controlfield>'.repeat(LIMITS.recordFieldsMax + 1)}</record>`,
			'too-many-fields',
		],
	];

	it.each(BAD.map(([name]) => name))('%s', (name) => {
		const [, bad, code] = BAD.find((entry) => entry[0] === name) as (typeof BAD)[number];
		const file = collection(good, bad(), good, good);
		expect(outcomes(file)).toEqual(['record', code, 'record', 'record']);
		expect(read(file, 4096).map(outcome)).toEqual(['record', code, 'record', 'record']);
	});

	it('many bad records in a row are as many failures', () => {
		const bad = '<record a=b></record>';
		expect(outcomes(collection(good, ...Array.from({ length: 20_000 }, () => bad), good)).length).toBe(20_002);
	});

	it.each([
		['a DOCTYPE', `<!DOCTYPE c [<!ENTITY a "aaaa">]>${collection(good)}`, ['doctype-refused']],
		['a page of HTML', '<html><head><title>Login</title></head><body><p>Hello<br></body></html>', ['not-marcxml']],
		['nothing', '', ['not-marcxml']],
		['a file cut off', collection(good, good).slice(0, -60), ['record', 'xml-not-well-formed']],
	])('%s', (_, file, expected) => {
		expect(outcomes(file)).toEqual(expected);
	});

	it('an ampersand in a tag, byte by byte', () => {
		const file = collection(good, good).replace('>', '&');
		expect(read(file, 1).map(outcome)).toEqual(read(file).map(outcome));
		expect(outcomes(file)).toEqual(['record', 'record']);
	});

	it('any damage ends, and records before it arrive', () => {
		const file = Buffer.from(collection(good, record('Việt'), good));
		const edits = fc.array(
			fc.record({
				at: fc.nat(file.length - 1),
				kind: fc.constantFrom('set', 'drop', 'insert'),
				byte: fc.oneof(fc.nat(255), fc.constantFrom(60, 62, 38, 34, 47)),
			}),
			{ minLength: 1, maxLength: 4 },
		);
		fc.assert(
			fc.property(edits, fc.integer({ min: 1, max: 200 }), (list, size) => {
				let bytes = Buffer.from(file);
				for (const { at, kind, byte } of list) {
					const rest = bytes.subarray(kind === 'insert' ? at : at + 1);
					bytes = Buffer.concat([bytes.subarray(0, at), kind === 'drop' ? Buffer.alloc(0) : Buffer.from([byte]), rest]);
				}
				const results = read(bytes, size);
				expect(results.length).toBeGreaterThan(0);
				const first = Math.min(...list.map((e) => e.at));
				const before = file.subarray(0, first).toString().split('</record>').length - 1;
				expect(results.slice(0, before).every((r) => r.decoded.ok)).toBe(true);
			}),
			{ numRuns: 2000 },
		);
	});
});
