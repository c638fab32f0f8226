import { BerError, type BerNode, CONTEXT, TAG, UNIVERSAL } from './node.ts';
import * as values from './values.ts';

/** Contents of one type, whose tag is given by where it stands (IMPLICIT). */
export interface Type<T> {
	read(node: BerNode): T;
	write(value: T, tag: number, cls?: number): BerNode;
}

/** One alternative or field with its tag. */
export interface Element<T> {
	matches(node: BerNode): boolean;
	read(node: BerNode): T;
	write(value: T): BerNode;
}

export const textType: Type<string> = { read: values.text, write: (value, tag, cls) => values.textNode(tag, value, cls) };
export const integerType: Type<number> = { read: values.integer, write: (value, tag, cls) => values.integerNode(tag, value, cls) };
export const booleanType: Type<boolean> = { read: values.boolean, write: (value, tag, cls) => values.booleanNode(tag, value, cls) };
export const octetsType: Type<Uint8Array> = { read: values.octets, write: (value, tag, cls) => values.primitive(tag, value, cls) };
export const oidType: Type<string> = { read: values.oid, write: (value, tag, cls) => values.oidNode(value, tag, cls ?? CONTEXT) };
export const bitsType: Type<ReadonlySet<number>> = { read: values.bits, write: (value, tag) => values.bitsNode(tag, value) };

/** `[tag] IMPLICIT type` */
export const implicit = <T>(tag: number, type: Type<T>): Element<T> => ({
	matches: (node) => node.cls === CONTEXT && node.tag === tag,
	read: type.read,
	write: (value) => type.write(value, tag),
});

/** `[tag] element`, where the element keeps its own tag inside. */
export const explicit = <T>(tag: number, element: Element<T>): Element<T> => ({
	matches: (node) => node.cls === CONTEXT && node.tag === tag,
	read(node) {
		const inner = node.children[0];
		if (inner === undefined || !element.matches(inner)) throw new BerError(`there is no known content in [${tag}]`, 0);
		return element.read(inner);
	},
	write: (value) => values.constructed(tag, [element.write(value)]),
});

/** A type with its universal tag. */
export const universal = <T>(tag: number, type: Type<T>): Element<T> => ({
	matches: (node) => values.isUniversal(node, tag),
	read: type.read,
	write: (value) => type.write(value, tag, UNIVERSAL),
});

/** SEQUENCE OF; elements of other kinds are passed over. */
export const listOf = <T>(element: Element<T>): Type<readonly T[]> => ({
	read: (node) => node.children.filter((one) => element.matches(one)).map((one) => element.read(one)),
	write: (items, tag, cls) =>
		values.constructed(
			tag,
			items.map((item) => element.write(item)),
			cls,
		),
});

type Fields<T> = { readonly [K in keyof Required<T>]: Element<Exclude<T[K], undefined>> };
type Written = Readonly<Record<string, Element<unknown>>>;

/** SEQUENCE of named fields, written in the order of `fields`; what is not `required` may be missing, what is not known is passed over. */
export function struct<T extends object>(fields: Fields<T>, required: readonly (keyof T & string)[] = []): Type<T> {
	const entries = Object.entries(fields as unknown as Written);
	return {
		read(node) {
			const found: Record<string, unknown> = {};
			for (const [name, element] of entries) {
				const one = node.children.find((candidate) => element.matches(candidate));
				if (one !== undefined) found[name] = element.read(one);
			}
			const missing = required.find((name) => found[name] === undefined);
			if (missing !== undefined) throw new BerError(`a message has no ${missing}`, 0);
			return found as T;
		},
		write(value, tag, cls) {
			const given = value as Readonly<Record<string, unknown>>;
			return values.constructed(
				tag,
				entries.map(([name, element]) => (given[name] === undefined ? null : element.write(given[name]))),
				cls,
			);
		},
	};
}

/** `SEQUENCE` with its universal tag. */
export const sequenceOf = <T>(type: Type<T>): Element<T> => universal(TAG.sequence, type);
