import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FileRecordReader } from '../../src/harvesters/file-records.ts';
import { readRawRecord } from '../../src/harvesters/raw-record.ts';
import { decodeRecord, type RecordFormat } from '../../src/records/decode.ts';
import { encodeIso2709, Iso2709Reader } from '../../src/records/iso2709.ts';
import type { MarcRecord } from '../../src/records/marc.ts';
import { JsonSplitter } from '../../src/records/marc-json.ts';
import { MarcXmlReader } from '../../src/records/marcxml-reader.ts';
import { marcToJson } from '../../src/records/render-marc-json.ts';
import { renderMarcXml } from '../../src/records/render-marcxml.ts';
import { marcRecord } from '../support/marc-bytes.ts';
import { amid, mutated, mutations } from '../support/mutated.ts';

type FileFormat = 'iso2709' | 'marcxml' | 'marc-json';

/** Results of one cutter, as texts that can be compared. */
interface Cutter {
	feed(bytes: Uint8Array): unknown[];
	end(): unknown[];
}

interface Codec {
	readonly format: FileFormat & RecordFormat;
	readonly write: (records: readonly MarcRecord[]) => Uint8Array;
	readonly cutter: () => Cutter;
	/** How many results may come of so much text at most. */
	readonly most: (text: string) => number;
}

const timesIn = (text: string, part: RegExp): number => text.match(part)?.length ?? 0;

const CODECS: readonly Codec[] = [
	{
		format: 'iso2709',
		write: (records) => Buffer.concat(records.map(encodeIso2709)),
		cutter: () => new Iso2709Reader(),
		most: (text) => timesIn(text, /\u001d/g) + 1,
	},
	{
		format: 'marcxml',
		write: (records) =>
			Buffer.from(
				`<?xml version="1.0"?>\n<collection xmlns="http://www.loc.gov/MARC21/slim">${records.map((r) => renderMarcXml(r)).join('\n')}</collection>`,
			),
		cutter: () => new MarcXmlReader(),
		// a bad record, and what stands between it and the next
		most: (text) => 2 * timesIn(text, /record/g) + 2,
	},
	{
		format: 'marc-json',
		write: (records) => Buffer.from(JSON.stringify(records.map(marcToJson))),
		cutter: () => new JsonSplitter(),
		most: (text) => timesIn(text, /\{/g),
	},
];

function read(cutter: Cutter, bytes: Uint8Array, size: number): unknown[] {
	const out: unknown[] = [];
	for (let at = 0; at < bytes.length; at += size) out.push(...cutter.feed(bytes.subarray(at, at + size)));
	return [...out, ...cutter.end()];
}

describe.each(CODECS)('$format, mutated', ({ format, write, cutter, most }) => {
	const input = mutated(fc.array(marcRecord, { minLength: 1, maxLength: 3 }).map((records) => Uint8Array.from(write(records))));
	// more of the same stands around it: read, it would give other results
	const others = write([
		{ leader: '00000nam a2200000 a 4500', fields: [{ tag: '001', ind1: ' ', ind2: ' ', value: 'never', subfields: [] }] },
	]);

	it('is read to its end, within its bounds, never without getting on, whole and in pieces', { timeout: 500_000 }, () => {
		fc.assert(
			fc.property(input, fc.integer({ min: 1, max: 700 }), (bytes, size) => {
				const results = read(cutter(), bytes, bytes.length || 1);
				expect(results.length).toBeLessThanOrEqual(most(Buffer.from(bytes).toString('latin1')));
				const within = amid(bytes, others);
				expect(read(cutter(), within, size)).toEqual(results);
				expect(decodeRecord(format, within)).toEqual(decodeRecord(format, bytes));
			}),
			mutations(),
		);
	});

	it('never throws, as a record of a target or a file', () => {
		fc.assert(
			fc.property(input, (bytes) => {
				if (format !== 'marc-json') readRawRecord({ format, bytes, identifier: '', problem: null }, null);
				const reader = new FileRecordReader({ format });
				const records = [...reader.feed(bytes), ...reader.end().records];
				for (const { identifier, digest } of records) expect([identifier === '', digest.length]).toEqual([false, 16]);
			}),
			{ ...mutations(), numRuns: 1_000 },
		);
	});
});
