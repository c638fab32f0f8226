import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packRecord, packUnion, unpackDescription, unpackRecord, unpackUnion } from '../../src/records/compact.ts';
import { anyRecord, anyUnion } from './arbitrary.ts';

describe('the compact form', () => {
	it('gives every record back', () => {
		fc.assert(fc.property(anyRecord, (r) => void expect(unpackRecord(packRecord(r))).toEqual(r)));
	});

	it('gives every union record back', () => {
		fc.assert(fc.property(anyUnion, (u) => void expect(unpackUnion(packUnion(u))).toEqual(u)));
	});

	it('gives the description of every union record, whatever its members and holdings are called', () => {
		const hostile = fc.constantFrom(',"h":[', '","h":[', '\\","h":[', '"],"h":[]}', '\\');
		const named = fc.tuple(anyUnion, hostile, hostile).map(([union, name, path]) => ({
			...union,
			members: union.members.map((member) => ({ ...member, identifier: name, source: `${name}${path}` })),
			holdings: union.holdings.map((holding) => ({ ...holding, path })),
		}));
		fc.assert(
			fc.property(fc.oneof(anyUnion, named), (union) => {
				const { holdings: _, ...description } = union;
				expect(unpackDescription(packUnion(union))).toEqual(description);
			}),
		);
	});

	it('keeps the structure of a record whose text holds delimiters', () => {
		const hostile = {
			tag: '245',
			ind1: '1',
			ind2: '0',
			value: '',
			subfields: [{ code: 'a', value: 'One\x1e650  \x1faTwo\x1dthree\x1cfour' }],
		};
		const back = unpackRecord(packRecord({ leader: '00000nam a2200000 a 4500', fields: [hostile] }));
		expect(back.fields).toEqual([{ ...hostile, subfields: [{ code: 'a', value: 'One 650   aTwo three four' }] }]);
	});

	it('makes something of any text', () => {
		fc.assert(fc.property(fc.string(), (s) => void expect(unpackRecord(s).fields.length).toBeGreaterThanOrEqual(0)));
	});
});
