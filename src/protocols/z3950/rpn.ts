import { BerError, type BerNode, TAG } from '../ber/node.ts';
import { type Element, implicit, integerType, listOf, oidType, sequenceOf, struct, type Type, textType } from '../ber/struct.ts';
import * as values from '../ber/values.ts';
import { BIB1_ATTRIBUTES } from './oids.ts';

/** One attribute: `value` is a number, or a string where the set allows those. */
export interface Attribute {
	/** Object identifier of its set, where it is not that of the query. */
	readonly set?: string;
	readonly type: number;
	readonly value: number | string;
}

/** A term: octets (general), a number, characters; null for forms that are not read. */
export type Term = Uint8Array | number | string | null;

export interface TermOperand {
	readonly kind: 'term';
	readonly attributes: readonly Attribute[];
	readonly term: Term;
}

export interface Proximity {
	readonly exclusion?: boolean;
	readonly distance: number;
	readonly ordered: boolean;
	readonly relation: number;
	/** KnownProximityUnit. */
	readonly unit: number;
}

/** RPNStructure (Z39.50 §3.7.1). */
export type Rpn =
	| TermOperand
	| { readonly kind: 'set'; readonly name: string }
	| { readonly kind: 'and' | 'or' | 'and-not'; readonly left: Rpn; readonly right: Rpn }
	| { readonly kind: 'prox'; readonly left: Rpn; readonly right: Rpn; readonly proximity: Proximity };

/** RPNQuery. */
export interface RpnQuery {
	readonly attributeSet: string;
	readonly root: Rpn;
}

export const term: Element<Term> = {
	matches: (node) => node.cls === 2 && (node.tag === 45 || (node.tag >= 215 && node.tag <= 221)),
	read(node) {
		if (node.tag === 45) return values.octets(node);
		if (node.tag === 215) return values.integer(node);
		return node.tag === 216 ? values.text(node) : null;
	},
	write(value) {
		if (value === null) return values.primitive(221, new Uint8Array(0));
		if (typeof value === 'number') return values.integerNode(215, value);
		return typeof value === 'string' ? values.textNode(216, value) : values.primitive(45, value);
	},
};

const attribute: Type<Attribute> = {
	read(node) {
		const set = values.child(node, 1);
		const type = values.child(node, 120);
		if (type === undefined) throw new BerError('an attribute has no type', 0);
		return { ...(set === undefined ? {} : { set: values.oid(set) }), type: values.integer(type), value: attributeValue(node) };
	},
	write: ({ set, type, value }, tag, cls) =>
		values.constructed(
			tag,
			[
				set === undefined ? null : values.oidNode(set, 1, 2),
				values.integerNode(120, type),
				typeof value === 'number'
					? values.integerNode(121, value)
					: values.constructed(224, [values.constructed(1, [values.textNode(1, value)])]),
			],
			cls,
		),
};

/** A complex value is read as the first of its list. */
function attributeValue(node: BerNode): number | string {
	const numeric = values.child(node, 121);
	if (numeric !== undefined) return values.integer(numeric);
	const complex = values.child(node, 224);
	const first = (complex === undefined ? undefined : values.child(complex, 1))?.children[0];
	if (first === undefined) throw new BerError('an attribute has no value', 0);
	return first.tag === 2 ? values.integer(first) : values.text(first);
}

export const attributeList = implicit(44, listOf(sequenceOf(attribute)));
/** AttributesPlusTerm. */
export const termOperand: Element<TermOperand> = {
	matches: (node) => node.cls === 2 && node.tag === 102,
	read(node) {
		const attributes = node.children.find((one) => attributeList.matches(one));
		const value = node.children.find((one) => term.matches(one));
		if (value === undefined) throw new BerError('a term is missing', 0);
		return { kind: 'term', attributes: attributes === undefined ? [] : attributeList.read(attributes), term: term.read(value) };
	},
	write: ({ attributes, term: value }) => values.constructed(102, [attributeList.write(attributes), term.write(value)]),
};

const proximity = struct<Proximity>(
	{
		exclusion: implicit(1, { read: values.boolean, write: (value, tag) => values.booleanNode(tag, value) }),
		distance: implicit(2, integerType),
		ordered: implicit(3, { read: values.boolean, write: (value, tag) => values.booleanNode(tag, value) }),
		relation: implicit(4, integerType),
		unit: implicit(5, {
			read: (node) => values.integer(node.children[0] ?? node),
			write: (value, tag) => values.constructed(tag, [values.integerNode(1, value)]),
		}),
	},
	['distance', 'ordered', 'relation', 'unit'],
);

const OPERATORS = ['and', 'or', 'and-not'] as const;

function readStructure(node: BerNode): Rpn {
	if (node.cls !== 2 || node.tag > 1) throw new BerError('a query has an unknown structure', 0);
	const [first, second, operator] = node.children;
	if (first === undefined) throw new BerError('a query has an empty operand', 0);
	if (node.tag === 0) {
		if (termOperand.matches(first)) return termOperand.read(first);
		if (first.tag === 31) return { kind: 'set', name: values.text(first) };
		throw new BerError('a query has an unknown operand', 0);
	}
	const kind = operator?.children[0];
	if (second === undefined || kind === undefined) throw new BerError('a query has half an operation', 0);
	const sides = { left: readStructure(first), right: readStructure(second) };
	const name = OPERATORS[kind.tag];
	return name === undefined ? { kind: 'prox', ...sides, proximity: proximity.read(kind) } : { kind: name, ...sides };
}

function writeStructure(rpn: Rpn): BerNode {
	if (rpn.kind === 'term') return values.constructed(0, [termOperand.write(rpn)]);
	if (rpn.kind === 'set') return values.constructed(0, [values.textNode(31, rpn.name)]);
	const operator =
		rpn.kind === 'prox' ? proximity.write(rpn.proximity, 3) : values.primitive(OPERATORS.indexOf(rpn.kind), new Uint8Array(0));
	return values.constructed(1, [writeStructure(rpn.left), writeStructure(rpn.right), values.constructed(46, [operator])]);
}

/** RPNQuery with the tag of a query of type 1. */
export const rpnQuery: Type<RpnQuery> = {
	read(node) {
		const set = values.universalChild(node, TAG.oid);
		const root = node.children.find((one) => one.cls === 2);
		if (root === undefined) throw new BerError('a query is empty', 0);
		return { attributeSet: set === undefined ? BIB1_ATTRIBUTES : values.oid(set), root: readStructure(root) };
	},
	write: ({ attributeSet, root }, tag) => values.constructed(tag, [values.oidNode(attributeSet), writeStructure(root)]),
};

export const databaseNames = listOf(implicit(105, textType));
export const attributeSetId: Element<string> = {
	matches: (node) => values.isUniversal(node, TAG.oid),
	read: oidType.read,
	write: (value) => values.oidNode(value),
};
