import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BerError } from '../../src/protocols/ber/node.ts';
import { readBer } from '../../src/protocols/ber/read.ts';
import * as values from '../../src/protocols/ber/values.ts';
import { writeBer } from '../../src/protocols/ber/write.ts';
import { type Apdu, decodeApdu, encodeApdu } from '../../src/protocols/z3950/apdu.ts';
import { describeDiagnostic } from '../../src/protocols/z3950/diagnostics.ts';
import { BIB1_ATTRIBUTES, BIB1_DIAGNOSTICS, SYNTAX } from '../../src/protocols/z3950/oids.ts';
import { type OpacRecord, readOpac, writeOpac } from '../../src/protocols/z3950/opac.ts';
import { PqfError, parsePqf } from '../../src/protocols/z3950/pqf.ts';
import type { Rpn } from '../../src/protocols/z3950/rpn.ts';
import { indefinite } from '../support/ber-bytes.ts';
import { mutated, mutations } from '../support/mutated.ts';

const DEEP = process.env['DEEP'] === '1';
const numRuns = DEEP ? 5_000 : 300;

const word = fc.string({ maxLength: 20, unit: 'binary' }).map((text) => text.toWellFormed());
const count = fc.nat(2 ** 31);
const bytes = fc.uint8Array({ maxLength: 60 });
const oid = fc.constantFrom(BIB1_ATTRIBUTES, '1.2.840.10003.3.2', ...Object.values(SYNTAX));
const flags = fc.uniqueArray(fc.nat(21)).map((set) => new Set(set));
const refs = { referenceId: bytes };
type Arbitraries = Readonly<Record<string, fc.Arbitrary<unknown>>>;
const part = (needed: Arbitraries, optional: Arbitraries): fc.Arbitrary<Record<string, unknown>> =>
	fc.record({ ...needed, ...optional }, { requiredKeys: Object.keys(needed) });

const attribute = part({ type: fc.nat(20), value: fc.oneof(fc.nat(5_000), word) }, { set: oid });
const operand = fc.record({
	kind: fc.constant('term' as const),
	attributes: fc.array(attribute, { maxLength: 4 }),
	term: fc.oneof(bytes, count, word, fc.constant(null)),
});
const rpn = fc.letrec<{ rpn: Rpn }>((tie) => ({
	rpn: fc.oneof(
		{ depthSize: 'small', withCrossShrink: true },
		operand as fc.Arbitrary<unknown> as fc.Arbitrary<Rpn>,
		fc.record({ kind: fc.constant('set' as const), name: word }) as fc.Arbitrary<Rpn>,
		fc.record({ kind: fc.constantFrom('and', 'or', 'and-not'), left: tie('rpn'), right: tie('rpn') }) as fc.Arbitrary<Rpn>,
		fc.record({
			kind: fc.constant('prox' as const),
			left: tie('rpn'),
			right: tie('rpn'),
			proximity: part({ distance: count, ordered: fc.boolean(), relation: fc.nat(6), unit: fc.nat(11) }, { exclusion: fc.boolean() }),
		}) as fc.Arbitrary<unknown> as fc.Arbitrary<Rpn>,
	),
})).rpn;
const query = fc.record({ attributeSet: oid, root: rpn });
const diagnostic = fc.record({ set: fc.constant(BIB1_DIAGNOSTICS), condition: fc.nat(1_100), addinfo: word });
const external = fc.oneof(
	fc.record({ oid: fc.option(oid), octets: bytes, value: fc.constant(null) }),
	fc.record({ oid: fc.option(oid), octets: fc.constant(null), value: fc.constant(values.sequence([values.textNode(27, 'x')])) }),
);
const responseRecord = fc.oneof(
	part({ kind: fc.constant('record'), record: external }, { database: word }),
	part({ kind: fc.constant('diagnostic'), diagnostic }, { database: word }),
);
const records = fc.oneof(
	fc.record({ kind: fc.constant('records'), records: fc.array(responseRecord, { maxLength: 4 }) }),
	fc.record({ kind: fc.constant('diagnostics'), diagnostics: fc.array(diagnostic, { minLength: 1, maxLength: 3 }) }),
);
const charset = fc.record({ role: fc.constantFrom('proposal', 'response'), utf8: fc.boolean(), records: fc.boolean() });
const init = { protocolVersion: flags, options: flags, preferredMessageSize: count, exceptionalRecordSize: count };
const names = { implementationId: word, implementationName: word, implementationVersion: word, charset };
const authentication = fc.oneof(
	fc.record({ kind: fc.constant('open'), text: word }),
	part({ kind: fc.constant('password') }, { group: word, user: word, password: word }),
	fc.record({ kind: fc.constant('anonymous') }),
);
const termInfo = part({ term: bytes }, { display: word, attributes: fc.array(attribute, { maxLength: 2 }), occurrences: count });
const scanEntry = fc.oneof(
	fc.record({ kind: fc.constant('term'), info: termInfo }),
	fc.record({ kind: fc.constant('diagnostic'), diagnostic }),
);
const sortKey = fc.oneof(fc.record({ field: word }), fc.record({ attributeSet: oid, attributes: fc.array(attribute, { maxLength: 2 }) }));
const set = fc.record({ set: word, status: fc.nat(10) });

const apdu = fc.oneof(
	part({ kind: fc.constant('initRequest'), ...init }, { ...refs, authentication, ...names }),
	part({ kind: fc.constant('initResponse'), ...init, accepted: fc.constant(true) }, { ...refs, ...names }),
	part({ kind: fc.constant('initResponse'), ...init, accepted: fc.constant(false), diagnostic }, { ...refs, ...names }),
	part(
		{
			kind: fc.constant('searchRequest'),
			smallSetUpperBound: count,
			largeSetLowerBound: count,
			mediumSetPresentNumber: count,
			replaceIndicator: fc.boolean(),
			resultSetName: word,
			databaseNames: fc.array(word, { minLength: 1, maxLength: 3 }),
			query,
		},
		{ ...refs, smallSetElements: word, mediumSetElements: word, recordSyntax: oid },
	),
	part(
		{ kind: fc.constant('searchResponse'), resultCount: count, returned: count, nextPosition: count, success: fc.boolean() },
		{ ...refs, resultSetStatus: fc.nat(4), presentStatus: fc.nat(5), records },
	),
	part({ kind: fc.constant('presentRequest'), resultSetName: word, start: count, count }, { ...refs, elements: word, recordSyntax: oid }),
	part({ kind: fc.constant('presentResponse'), returned: count, nextPosition: count, presentStatus: fc.nat(5) }, { ...refs, records }),
	part({ kind: fc.constant('deleteRequest'), function: fc.nat(1) }, { ...refs, sets: fc.array(word, { maxLength: 3 }) }),
	part({ kind: fc.constant('deleteResponse'), status: fc.nat(10) }, { ...refs, statuses: fc.array(set, { maxLength: 3 }), message: word }),
	part({ kind: fc.constant('resourceControlRequest'), responseRequired: fc.boolean() }, refs),
	part({ kind: fc.constant('resourceControlResponse'), continue: fc.boolean() }, refs),
	part(
		{ kind: fc.constant('scanRequest'), databaseNames: fc.array(word, { minLength: 1, maxLength: 2 }), start: operand, count },
		{ ...refs, attributeSet: oid, stepSize: count, position: count },
	),
	part(
		{ kind: fc.constant('scanResponse'), status: fc.nat(6), returned: count },
		{
			...refs,
			stepSize: count,
			position: count,
			entries: part({}, { entries: fc.array(scanEntry, { maxLength: 3 }), diagnostics: fc.array(diagnostic, { maxLength: 2 }) }),
		},
	),
	part(
		{
			kind: fc.constant('sortRequest'),
			inputs: fc.array(word, { minLength: 1, maxLength: 2 }),
			output: word,
			keys: fc.array(fc.record({ key: sortKey, relation: fc.nat(4), caseSensitivity: fc.nat(1) }), { maxLength: 2 }),
		},
		refs,
	),
	part(
		{ kind: fc.constant('sortResponse'), status: fc.nat(2) },
		{ ...refs, resultSetStatus: fc.nat(4), diagnostics: fc.array(diagnostic, { maxLength: 2 }), resultCount: count },
	),
	part({ kind: fc.constant('close'), reason: fc.nat(9) }, { ...refs, text: word }),
) as fc.Arbitrary<unknown> as fc.Arbitrary<Apdu>;

const utf8 = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text));

describe('Z39.50 messages', () => {
	it('of both sides are read as they were written, with definite and with indefinite lengths', () => {
		fc.assert(
			fc.property(apdu, (message) => {
				const written = encodeApdu(message);
				expect(decodeApdu(written)).toEqual(message);
				expect(decodeApdu(indefinite(readBer(written)))).toEqual(message);
			}),
			{ numRuns },
		);
	});

	it('OPAC records keep their holdings', () => {
		const text = fc.record({ callNumber: word, shelvingLocation: word, publicNote: word }, { requiredKeys: [] });
		const holding = fc.oneof(
			text,
			fc.record({ marc: external }),
			fc.record({ nucCode: word, circulation: fc.array(fc.record({ availableNow: fc.boolean(), itemId: word })) }),
			fc.record({ enumAndChron: word, volumes: fc.array(fc.record({ enumeration: word })) }),
		);
		const opac = fc.record({ bibliographic: external, holdings: fc.array(holding, { maxLength: 3 }) }) as fc.Arbitrary<OpacRecord>;
		fc.assert(
			fc.property(opac, (record) => {
				expect(readOpac(readBer(writeBer(writeOpac(record))))).toEqual(record);
			}),
			{ numRuns },
		);
	});

	it('survive mutation: a message is read or refused, nothing else', { timeout: 500_000 }, () => {
		const written = fc.tuple(apdu, fc.boolean()).map(([message, open]) => {
			const plain = encodeApdu(message);
			return open ? indefinite(readBer(plain)) : plain;
		});
		fc.assert(
			fc.property(mutated(written), (input) => {
				try {
					decodeApdu(input);
				} catch (error) {
					if (!(error instanceof BerError)) throw error;
				}
			}),
			mutations(),
		);
	});

	it('reads a diagnostic that an Init answer hides in otherInfo', () => {
		const diagnosticNode = values.sequence([
			values.oidNode(BIB1_DIAGNOSTICS),
			values.integerNode(2, 1014, 0),
			values.textNode(26, 'ai', 0),
		]);
		const refused = encodeApdu({
			kind: 'initResponse',
			protocolVersion: new Set([0]),
			options: new Set([0]),
			preferredMessageSize: 1,
			exceptionalRecordSize: 1,
			accepted: false,
		});
		const node = readBer(refused);
		const other = values.constructed(201, [
			values.sequence([values.constructed(4, [values.constructed(0, [values.sequence([diagnosticNode])])])]),
		]);
		const answer = decodeApdu(writeBer({ ...node, children: [...node.children, other] }));
		expect(answer).toMatchObject({ diagnostic: { condition: 1014, addinfo: 'ai' } });
		expect(describeDiagnostic({ set: BIB1_DIAGNOSTICS, condition: 1014, addinfo: 'ai' })).toBe(
			'diagnostic 1014 (not authorized to log on): ai',
		);
	});

	it('reads queries in prefix notation', () => {
		expect(parsePqf('@and @attr 1=4 "Lý \\"Sơn\\"" @not @attr 1=31 @attr 2=4 2020 @set old', utf8).root).toEqual({
			kind: 'and',
			left: { kind: 'term', attributes: [{ type: 1, value: 4 }], term: utf8('Lý "Sơn"') },
			right: {
				kind: 'and-not',
				left: {
					kind: 'term',
					attributes: [
						{ type: 1, value: 31 },
						{ type: 2, value: 4 },
					],
					term: utf8('2020'),
				},
				right: { kind: 'set', name: 'old' },
			},
		});
		expect(parsePqf('@attr 1=_ALLRECORDS @attr 2=103 ""', utf8).root).toMatchObject({
			attributes: [{ value: '_ALLRECORDS' }, {}],
			term: utf8(''),
		});
		for (const wrong of ['', '@and a', '@attr x=y z', '@near a b', 'a b', '@attr 1=4', '@or '.repeat(100)])
			expect(() => parsePqf(wrong, utf8), wrong).toThrow(PqfError);
	});
});
