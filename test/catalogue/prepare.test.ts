import { zstdDecompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { makeReady, type PrepareRequest, prepare, type RawContext, type RawRecord } from '../../src/catalogue/prepare.ts';
import type { MarcRecord } from '../../src/records/marc.ts';

const marc = (title: string, leader = '00000nam a2200000   4500'): MarcRecord => ({
	leader,
	fields: [
		{ tag: '001', ind1: ' ', ind2: ' ', value: 'x', subfields: [] },
		{ tag: '245', ind1: '1', ind2: '0', value: '', subfields: [{ code: 'a', value: title }] },
	],
});

const raw = (identifier: string, text: string, rest: Partial<RawRecord>): RawRecord => ({
	identifier,
	datestamp: '2026-01-01T00:00:00Z',
	raw: `<record>${text}</record>`,
	digest: Uint8Array.of(1, 2, 3),
	decoded: null,
	...rest,
});

const RECORDS: readonly RawRecord[] = [
	raw('a', 'Số đỏ', { decoded: { ok: true, record: marc('Số đỏ'), repairs: [] } }),
	raw('b', 'byte \udce9 as received', {
		decoded: { ok: true, record: marc('Sè ®á'), repairs: [{ code: 'control-character', at: 'record' }] },
	}),
	raw('c', 'an authority record', { decoded: { ok: true, record: marc('x', '00000nz  a2200000   4500'), repairs: [] } }),
	raw('d', 'a broken one', { decoded: { ok: false, code: 'no-fields', reason: 'the record has no fields', repairs: [] } }),
	raw('e', 'another', { problem: { code: 'not-well-formed', reason: 'an end tag is missing' } }),
];

const REQUEST: PrepareRequest = {
	runId: 1,
	parcelId: 2,
	receivedAtMs: Date.parse('2026-01-02T00:00:00Z'),
	format: 0,
	wanted: RECORDS.map((_, index) => ({ index, record: 100 + index, no: 1 })),
};

const UTF8: RawContext = { namespaces: {}, encoding: null };

describe('preparing a part', () => {
	it('gives the same of records that were made ready as they were read', () => {
		const late = prepare(RECORDS, REQUEST, UTF8);
		const early = prepare(RECORDS.map(makeReady), REQUEST, UTF8);
		expect(early).toEqual(late);
		expect(late.ignored).toHaveLength(1);
		expect(late.failures.map((f) => f.code)).toEqual(['no-fields', 'not-well-formed']);
	});

	it('keeps the bytes as received, also of a page whose encoding showed after some of its records', () => {
		const [first, second] = [raw('a', 'ascii alone', { decoded: { ok: true, record: marc('One'), repairs: [] } }), RECORDS[0] as RawRecord];
		const late = raw('b', 'é', { decoded: { ok: true, record: marc('é'), repairs: [] } });
		const wanted = [0, 1].map((index) => ({ index, record: index + 1, no: 1 }));
		const bytesOf = (records: Parameters<typeof prepare>[0], context: RawContext) => {
			const { parcel, context: kept } = prepare(records, { ...REQUEST, wanted }, context);
			return { bytes: zstdDecompressSync(parcel), encoding: kept.encoding };
		};
		const single = bytesOf([makeReady(first), late], { namespaces: {}, encoding: 'windows-1252' });
		expect(single.encoding).toBe('windows-1252');
		expect(single.bytes.toString('latin1')).toBe('<record>ascii alone</record><record>é</record>');
		expect(bytesOf([makeReady(first), second], UTF8).bytes.toString('utf8')).toBe('<record>ascii alone</record><record>Số đỏ</record>');
	});
});
