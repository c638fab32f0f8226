import fc from 'fast-check';
import type { MarcField, MarcRecord } from '../../src/records/marc.ts';
import type { UnionHolding, UnionMember, UnionRecord } from '../../src/records/union.ts';
import { LEADER } from './marc-lines.ts';

/** Text without the delimiters of ISO 2709, and with what XML has to escape or refuse. */
export const anyText: fc.Arbitrary<string> = fc
	.oneof(
		fc.string({ unit: 'grapheme' }),
		fc.string({ unit: 'binary' }),
		fc.constantFrom('<&>"\'', ']]>', '\0\u0001\u000b', '\ud800', '\ufffe\uffff', 'Tiếng Việt', '\r\n\t', ' '),
	)
	.map((s) => s.replaceAll(/[\x1c-\x1f]/g, ''));

const indicator = fc.constantFrom(' ', '0', '1', '7');
const origin = fc.option(fc.constantFrom('dc:title[2]', 'dc:creator'), { nil: undefined });
const withOrigin = (field: MarcField, from: string | undefined): MarcField => (from === undefined ? field : { ...field, origin: from });

const control = fc
	.tuple(fc.constantFrom('001', '003', '005', '008'), anyText, origin)
	.map(([tag, value, from]) => withOrigin({ tag, ind1: ' ', ind2: ' ', value, subfields: [] }, from));
const TAGS = [
	'010',
	'020',
	'041',
	'082',
	'100',
	'245',
	'264',
	'300',
	'490',
	'500',
	'541',
	'590',
	'650',
	'653',
	'700',
	'773',
	'852',
	'856',
	'909',
	'949',
	'952',
];
const data = fc
	.tuple(
		fc.constantFrom(...TAGS),
		indicator,
		indicator,
		fc.array(fc.record({ code: fc.constantFrom(...'abcptuxz9%<'), value: anyText }), { minLength: 1, maxLength: 5 }),
		origin,
	)
	.map(([tag, ind1, ind2, subfields, from]) => withOrigin({ tag, ind1, ind2, value: '', subfields }, from));

export const anyField: fc.Arbitrary<MarcField> = fc.oneof({ weight: 1, arbitrary: control }, { weight: 4, arbitrary: data });
export const anyLeader: fc.Arbitrary<string> = fc.constantFrom(
	LEADER,
	'01234cas a2200567Ii 4500',
	'00000nam|a22 # 4500     ',
	'????????????????????????',
);
export const anyRecord: fc.Arbitrary<MarcRecord> = fc.record({ leader: anyLeader, fields: fc.array(anyField, { maxLength: 20 }) });

export const anyMember: fc.Arbitrary<UnionMember> = fc.record({
	record: fc.nat(),
	version: fc.nat(),
	run: fc.nat(),
	source: anyText,
	library: anyText,
	identifier: anyText,
	share: fc.constantFrom('none' as const, 'metadata' as const, 'full' as const),
	licence: fc.option(anyText),
});

const anyHolding = (members: number): fc.Arbitrary<UnionHolding> =>
	fc.record(
		{
			path: anyText,
			barcodes: fc.array(anyText, { maxLength: 3 }),
			copies: fc.nat(9),
			member: fc.nat(members - 1),
			location: anyText,
			callNumber: anyText,
			statement: anyText,
			note: anyText,
		},
		{ requiredKeys: ['path', 'barcodes', 'copies', 'member'], noNullPrototype: true },
	);

export const anyUnion: fc.Arbitrary<UnionRecord> = fc.integer({ min: 1, max: 5 }).chain((members) =>
	fc.record({
		kind: fc.constantFrom('monograph' as const, 'serial' as const),
		leader: anyLeader,
		members: fc.array(anyMember, { minLength: members, maxLength: members }),
		fields: fc.array(
			fc.record({
				field: anyField,
				sources: fc.uniqueArray(fc.nat(members - 1), { minLength: 1 }),
				rule: fc.constantFrom('lead' as const, 'fill' as const, 'unite' as const),
			}),
			{ maxLength: 15 },
		),
		holdings: fc.array(anyHolding(members), { maxLength: 4 }),
	}),
);
