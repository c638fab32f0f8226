import fc from 'fast-check';
import { expect, test } from 'vitest';
import { packUnion, unpackUnion } from '../../src/records/compact.ts';
import type { MarcField } from '../../src/records/marc.ts';
import { openPackedUnion, packedUnionToMarcXml } from '../../src/records/packed-marcxml.ts';
import { publicUnion } from '../../src/records/public-view.ts';
import { renderUnionMarcXml } from '../../src/records/render-marcxml.ts';
import { SHARES, type UnionRecord } from '../../src/records/union.ts';

const text = fc.oneof(
	fc.string({ maxLength: 20 }),
	fc.string({ unit: 'binary', maxLength: 8 }),
	fc.constantFrom('Nguyễn Văn An', 'Tom & Jerry', '<b>"x"</b>', 'a\u0000b\u001c\u001d\u001e\u001fc', '\ufffe', '\ud800', '', 'line\r\nend'),
);
const indicator = fc.constantFrom(' ', '0', '1', '#', 'ê');
const field: fc.Arbitrary<MarcField> = fc.oneof(
	fc.record({
		tag: fc.constantFrom('001', '003', '005', '008', '00x', '000', '00é'),
		ind1: fc.constant(' '),
		ind2: fc.constant(' '),
		value: text,
		subfields: fc.constant([]),
	}),
	fc.record({
		tag: fc.constantFrom('245', '541', '561', '590', '852', '952', '999', '1X0', 'abc', '65_', 'đ45'),
		ind1: indicator,
		ind2: indicator,
		value: fc.constant(''),
		subfields: fc.array(fc.record({ code: fc.constantFrom('a', 'b', '&', '<', '9', '"', 'é'), value: text }), {
			minLength: 1,
			maxLength: 4,
		}),
	}),
	fc.record({
		tag: fc.constant('650'),
		ind1: indicator,
		ind2: indicator,
		value: fc.constant(''),
		subfields: fc.array(fc.record({ code: fc.constant('a'), value: text }), { minLength: 1, maxLength: 2 }),
		origin: text,
	}),
);
const union: fc.Arbitrary<UnionRecord> = fc
	.array(
		fc.record({
			share: fc.oneof({ weight: 4, arbitrary: fc.constant('full' as const) }, { weight: 1, arbitrary: fc.constantFrom(...SHARES) }),
			library: text,
			identifier: text,
		}),
		{
			minLength: 1,
			maxLength: 3,
		},
	)
	.chain((members) =>
		fc.record({
			kind: fc.constant('monograph' as const),
			leader: fc.constantFrom('00000nam a2200000 a 4500', '01234<&> x2200000 a 4500', '00000nám a2200000 a 4500'),
			members: fc.constant(
				members.map((m, i) => ({
					record: i + 1,
					version: 1,
					run: 1,
					source: `s${i}`,
					library: m.library,
					identifier: m.identifier,
					share: m.share,
					licence: null,
				})),
			),
			fields: fc.array(
				fc.record({
					field,
					sources: fc.uniqueArray(fc.nat(members.length - 1), { minLength: 1 }),
					rule: fc.constantFrom('lead' as const, 'fill' as const, 'unite' as const),
				}),
				{ maxLength: 8 },
			),
			holdings: fc.array(
				fc.record({
					member: fc.nat(members.length - 1),
					path: fc.constant('952'),
					barcodes: fc.array(text, { maxLength: 2 }),
					copies: fc.nat(3),
					callNumber: text,
				}),
				{
					maxLength: 3,
				},
			),
		}),
	);

test('the packed form renders as the unpacked and published record does', () => {
	fc.assert(
		fc.property(union, (record) => {
			const bytes = Buffer.from(packUnion(record), 'utf8');
			const name = { id: 'abcdefghj', agency: 'lienthong.example.vn' };
			const published = publicUnion(unpackUnion(bytes.toString('utf8')));
			expect(packedUnionToMarcXml(openPackedUnion(bytes), name)?.toString('utf8')).toBe(
				published === null ? undefined : renderUnionMarcXml(published, name),
			);
		}),
		{ numRuns: 500 },
	);
});
