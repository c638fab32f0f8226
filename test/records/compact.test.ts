import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packRecord, packUnion, unpackRecord, unpackUnion } from '../../src/records/compact.ts';
import type { MarcField } from '../../src/records/marc.ts';
import type { UnionRecord } from '../../src/records/union.ts';

const text = fc.string({ unit: 'grapheme' }).map((s) => s.replaceAll(/[\x1c-\x1f]/g, ''));
const indicator = fc.constantFrom(' ', '0', '1', '7');
const origin = fc.option(fc.constantFrom('dc:title[2]', 'dc:creator'), { nil: undefined });
const withOrigin = (field: MarcField, from: string | undefined): MarcField => (from === undefined ? field : { ...field, origin: from });

const control = fc
	.tuple(fc.constantFrom('001', '003', '005', '008'), text, origin)
	.map(([tag, value, from]) => withOrigin({ tag, ind1: ' ', ind2: ' ', value, subfields: [] }, from));
const data = fc
	.tuple(
		fc.constantFrom('010', '100', '245', '952', 'LKR'),
		indicator,
		indicator,
		fc.array(fc.record({ code: fc.constantFrom('a', 'b', '9', '%'), value: text }), { minLength: 1 }),
		origin,
	)
	.map(([tag, ind1, ind2, subfields, from]) => withOrigin({ tag, ind1, ind2, value: '', subfields }, from));
const field: fc.Arbitrary<MarcField> = fc.oneof(control, data);
const record = fc.record({ leader: fc.constant('00000nam a2200000 a 4500'), fields: fc.array(field) });

const member = fc.record({
	record: fc.nat(),
	version: fc.nat(),
	run: fc.nat(),
	source: text,
	library: text,
	identifier: text,
	share: fc.constantFrom('none' as const, 'metadata' as const, 'full' as const),
	licence: fc.option(text),
});
const holding = fc.record(
	{ path: text, barcodes: fc.array(text), copies: fc.nat(), member: fc.nat(9), location: text, callNumber: text, statement: text, note: text },
	{ requiredKeys: ['path', 'barcodes', 'copies', 'member'], noNullPrototype: true },
);
const union: fc.Arbitrary<UnionRecord> = fc.record({
	kind: fc.constantFrom('monograph' as const, 'serial' as const),
	leader: fc.constant('00000nam a2200000 a 4500'),
	members: fc.array(member),
	fields: fc.array(fc.record({ field, sources: fc.array(fc.nat(120), { minLength: 1 }), rule: fc.constantFrom('lead' as const, 'fill' as const, 'unite' as const) })),
	holdings: fc.array(holding),
});

describe('the compact form', () => {
	it('gives every record back', () => {
		fc.assert(fc.property(record, (r) => void expect(unpackRecord(packRecord(r))).toEqual(r)));
	});

	it('gives every union record back', () => {
		fc.assert(fc.property(union, (u) => void expect(unpackUnion(packUnion(u))).toEqual(u)));
	});

	it('keeps the structure of a record whose text holds delimiters', () => {
		const hostile = { tag: '245', ind1: '1', ind2: '0', value: '', subfields: [{ code: 'a', value: 'One\x1e650  \x1faTwo\x1dthree\x1cfour' }] };
		const back = unpackRecord(packRecord({ leader: '00000nam a2200000 a 4500', fields: [hostile] }));
		expect(back.fields).toEqual([{ ...hostile, subfields: [{ code: 'a', value: 'One 650   aTwo three four' }] }]);
	});

	it('makes something of any text', () => {
		fc.assert(fc.property(fc.string(), (s) => void expect(unpackRecord(s).fields.length).toBeGreaterThanOrEqual(0)));
	});
});
