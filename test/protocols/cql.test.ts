import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../src/lib/limits.ts';
import { CqlError } from '../../src/protocols/cql/error.ts';
import { parseCql } from '../../src/protocols/cql/parser.ts';
import { printCql } from '../../src/protocols/cql/print.ts';
import { CqlTermError, readCqlTerm } from '../../src/protocols/cql/term.ts';
import {
	BOOLEAN_OPERATORS,
	COMPARISONS,
	type CqlModifier,
	type CqlNode,
	type CqlPrefix,
	type CqlQuery,
	NAMED_RELATIONS,
} from '../../src/protocols/cql/tree.ts';
import { printXcql, XCQL_1, XCQL_2 } from '../../src/protocols/cql/xcql.ts';
import { yazXcql } from '../support/libyaz-cql.ts';
import { hasPeer } from '../support/peers.ts';
import { meaning, readXml } from '../support/xcql-meaning.ts';
import { CQL_QUERIES } from './cql-queries.ts';

/** A text as it may stand between quotation marks: a backslash always has something after it. */
const raw = fc
	.array(
		fc.oneof(
			fc.string({ unit: 'binary', minLength: 1, maxLength: 6 }).map((text) => text.replaceAll(/["\\]/g, 'x')),
			fc.constantFrom('\\"', '\\\\', '\\*', 'and', 'or', 'sortBy', ' ', '(', ')', '=', '/', '>', 'dc.title', 'any', 'lý'),
		),
		{ maxLength: 4 },
	)
	.map((parts) => parts.join(''));
const modifier: fc.Arbitrary<CqlModifier> = fc.oneof(
	raw.map((name): CqlModifier => ({ name, comparison: null, value: null })),
	fc.record({ name: raw, comparison: fc.constantFrom(...COMPARISONS), value: raw }),
);
const modifiers = fc.array(modifier, { maxLength: 2 });
const prefixes: fc.Arbitrary<CqlPrefix[]> = fc.array(fc.record({ name: fc.option(raw), identifier: raw }), { maxLength: 2 });
const relation = fc.record({ name: fc.constantFrom(...COMPARISONS, ...NAMED_RELATIONS, 'zthes.bt', 'CQL.Any'), modifiers });
const { node } = fc.letrec<{ node: CqlNode }>((tie) => ({
	node: fc.oneof(
		{ maxDepth: 4, depthIdentifier: 'cql' },
		fc.record({
			kind: fc.constant('clause' as const),
			prefixes,
			index: fc.oneof(raw, fc.constant('cql.serverChoice')),
			relation,
			term: raw,
		}),
		fc.record({
			kind: fc.constant('boolean' as const),
			prefixes,
			operator: fc.constantFrom(...BOOLEAN_OPERATORS),
			modifiers,
			left: tie('node'),
			right: tie('node'),
		}),
	),
}));
const query: fc.Arbitrary<CqlQuery> = fc.record({ root: node, sort: fc.array(fc.record({ index: raw, modifiers }), { maxLength: 2 }) });

const refusal = (text: string): CqlError => {
	try {
		parseCql(text);
	} catch (error) {
		if (error instanceof CqlError) return error;
		throw error;
	}
	throw new Error(`${text} was not refused`);
};

describe('parsing and printing', () => {
	it('gives the same tree for any tree', () => {
		fc.assert(
			fc.property(query, (tree) => {
				expect(parseCql(printCql(tree))).toEqual(tree);
			}),
			{ numRuns: 1000 },
		);
	});

	it('reads any text, or says where it is wrong', () => {
		const parts = fc.constantFrom(
			'mưa',
			'"',
			'\\',
			'(',
			')',
			'=',
			'>',
			'<',
			'/',
			' ',
			' and ',
			' any ',
			'sortBy ',
			'dc.title',
			'*',
			'\0',
			'\ud800',
		);
		fc.assert(
			fc.property(
				fc.oneof(
					fc.string({ unit: 'binary', maxLength: 60 }),
					fc.array(parts, { maxLength: 20 }).map((all) => all.join('')),
				),
				(text) => {
					try {
						const tree = parseCql(text);
						expect(parseCql(printCql(tree))).toEqual(tree);
					} catch (error) {
						if (!(error instanceof CqlError)) throw error;
						expect(error.position).toBeGreaterThanOrEqual(1);
						expect(error.position).toBeLessThanOrEqual(text.length + 1);
					}
				},
			),
			{ numRuns: 3000 },
		);
	});

	it.each([
		['  title  =  "mưa"  ', 'title = mưa'],
		['MƯA AND (nắng)', 'MƯA and nắng'],
		['a or (b and (c))', 'a or (b and c)'],
		['(a or b) and c', 'a or b and c'],
		['>dc = "urn:dc" dc.title=x', '>dc=urn:dc dc.title = x'],
		['cql.serverChoice = "a b"', '"a b"'],
		['x SORTBY dc.title / sort.descending', 'x sortBy dc.title/sort.descending'],
	])('prints %s in one way', (text, canonical) => {
		expect(printCql(parseCql(text))).toBe(canonical);
	});
});

describe('what is wrong', () => {
	it.each([
		['mưa and', 10, 8, 'the query ends where a term is expected'],
		['title = ', 10, 9, 'a term is missing after "="'],
		['(mưa or (nắng)', 10, 1, 'a parenthesis is not closed'],
		['mưa) or nắng', 10, 4, 'a parenthesis is closed that was not opened'],
		['mưa "nắng', 10, 5, 'a quotation mark is not closed'],
		['title =/ mưa =', 10, 15, 'the value of the modifier "mưa" is missing'],
		['mưa sortBy', 10, 11, 'an index is missing after sortBy'],
		['mưa nắng\\', 26, 9, 'a backslash has nothing after it'],
		['or mưa', 10, 1, '"or" must stand between two terms'],
		['title = (mưa)', 10, 9, 'a term is missing after "="'],
	])('is said of %s', (text, number, position, message) => {
		const error = refusal(text);
		expect([error.number, error.position]).toEqual([number, position]);
		expect(error.message).toContain(message);
	});

	it('is what goes over the limits', () => {
		expect(refusal('ế'.repeat(LIMITS.cqlBytesMax)).number).toBe(12);
		expect(refusal(`${'('.repeat(LIMITS.queryDepthMax + 1)}a${')'.repeat(LIMITS.queryDepthMax + 1)}`).number).toBe(38);
		expect(parseCql(`${'('.repeat(LIMITS.queryDepthMax)}a${')'.repeat(LIMITS.queryDepthMax)}`).root).toMatchObject({ term: 'a' });
		expect(refusal(Array.from({ length: LIMITS.queryClausesMax + 1 }, () => 'a').join(' and ')).number).toBe(38);
	});
});

describe('terms', () => {
	it.each([
		['mưa', { text: 'mưa', anchoredStart: false, anchoredEnd: false, openAt: [], masks: [] }],
		['mưa* rào*', { text: 'mưa rào', anchoredStart: false, anchoredEnd: false, openAt: [3, 7], masks: [] }],
		['^mưa rào^', { text: 'mưa rào', anchoredStart: true, anchoredEnd: true, openAt: [], masks: [] }],
		['mưa*^', { text: 'mưa', anchoredStart: false, anchoredEnd: true, openAt: [3], masks: [] }],
		[
			'm?a *ào*',
			{
				text: 'ma ào',
				anchoredStart: false,
				anchoredEnd: false,
				openAt: [],
				masks: [
					{ at: 1, sign: '?' },
					{ at: 3, sign: '*' },
					{ at: 5, sign: '*' },
				],
			},
		],
		['\\*\\?\\^\\"\\\\', { text: '*?^"\\', anchoredStart: false, anchoredEnd: false, openAt: [], masks: [] }],
	])('%s', (text, expected) => {
		expect(readCqlTerm(text)).toEqual(expected);
	});

	it.each([
		['?', 28],
		['mưa *', 28],
		['* mưa', 28],
		['mưa^rào', 32],
		['\\n', 26],
	])('%s is refused', (text, number) => {
		expect(() => readCqlTerm(text)).toThrow(CqlTermError);
		expect(() => readCqlTerm(text)).toThrow(expect.objectContaining({ number }));
	});
});

const ours = (cql: string, namespace = XCQL_2): object | null => {
	try {
		return meaning(readXml(printXcql(parseCql(cql), namespace)), new Map());
	} catch (error) {
		if (error instanceof CqlError) return null;
		throw error;
	}
};

describe('XCQL', () => {
	it('is the tree in XML', () => {
		expect(printXcql(parseCql('>d="urn:d" d.title any/stem/x>1 "a & b" or c sortBy d.date/sort.descending'), XCQL_1)).toBe(
			'<triple xmlns="http://www.loc.gov/zing/cql/xcql/"><prefixes><prefix><name>d</name><identifier>urn:d</identifier></prefix></prefixes><boolean><value>or</value></boolean><leftOperand><searchClause><index>d.title</index><relation><value>any</value><modifiers><modifier><type>stem</type></modifier><modifier><type>x</type><comparison>&gt;</comparison><value>1</value></modifier></modifiers></relation><term>a &amp; b</term></searchClause></leftOperand><rightOperand><searchClause><index>cql.serverChoice</index><relation><value>=</value></relation><term>c</term></searchClause></rightOperand><sortKeys><key><index>d.date</index><modifiers><modifier><type>sort.descending</type></modifier></modifiers></key></sortKeys></triple>',
		);
	});

	it('is well-formed for any tree', () => {
		fc.assert(fc.property(query, (tree) => void readXml(printXcql(tree, XCQL_2))));
	});
});

describe.runIf(hasPeer('libyaz'))("YAZ's parser", () => {
	const answers = hasPeer('libyaz') ? yazXcql(CQL_QUERIES.map(([cql]) => cql)) : [];
	const theirs = answers.map((xml) => (xml === null ? null : meaning(readXml(xml), new Map())));

	it.each(CQL_QUERIES.map(([cql, agreement], i) => ({ cql, agreement, i })))('$cql: $agreement', ({ cql, agreement, i }) => {
		const mine = ours(cql);
		if (agreement === 'refused') expect([mine, theirs[i]]).toEqual([null, null]);
		else if (agreement === 'same') {
			expect(mine).not.toBeNull();
			expect(mine).toEqual(theirs[i]);
		} else expect(mine).not.toEqual(theirs[i]);
	});
});
