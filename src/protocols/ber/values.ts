import { LIMITS } from '../../lib/limits.ts';
import { BerError, type BerNode, CONTEXT, TAG, UNIVERSAL } from './node.ts';

const NO_CHILDREN: readonly BerNode[] = [];
const NO_BYTES = new Uint8Array(0);
const ARC_MAX = Number.MAX_SAFE_INTEGER;
const utf8 = new TextDecoder();
const encoder = new TextEncoder();

export const primitive = (tag: number, bytes: Uint8Array, cls: number = CONTEXT): BerNode => ({
	cls,
	tag,
	constructed: false,
	bytes,
	children: NO_CHILDREN,
});

/** A constructed element; children that are null are left out. */
export const constructed = (tag: number, children: readonly (BerNode | null)[], cls: number = CONTEXT): BerNode => ({
	cls,
	tag,
	constructed: true,
	bytes: NO_BYTES,
	children: children.filter((child) => child !== null),
});

export const sequence = (children: readonly (BerNode | null)[]): BerNode => constructed(TAG.sequence, children, UNIVERSAL);

export const isUniversal = (node: BerNode, tag: number): boolean => node.cls === UNIVERSAL && node.tag === tag;

/** The child with this context tag. */
export const child = (node: BerNode, tag: number): BerNode | undefined =>
	node.children.find((one) => one.cls === CONTEXT && one.tag === tag);

export const universalChild = (node: BerNode, tag: number): BerNode | undefined => node.children.find((one) => isUniversal(one, tag));

/** The contents of a string, also of one in pieces (X.690 §8.7.3). */
export function octets(node: BerNode): Uint8Array {
	if (!node.constructed) return node.bytes;
	if (node.children.length === 1) return octets(node.children[0] as BerNode);
	const pieces = node.children.map(octets);
	const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
	let at = 0;
	for (const piece of pieces) {
		whole.set(piece, at);
		at += piece.length;
	}
	return whole;
}

/** A VisibleString or InternationalString as text; UTF-8 is read whatever was agreed, other bytes become U+FFFD. */
export const text = (node: BerNode): string => utf8.decode(octets(node).subarray(0, LIMITS.leafTextMax));

export const textNode = (tag: number, value: string, cls: number = CONTEXT): BerNode => primitive(tag, encoder.encode(value), cls);

/** An integer of at most 53 bits (X.690 §8.3). */
export function integer(node: BerNode): number {
	const { bytes } = node;
	if (node.constructed || bytes.length === 0) throw new BerError('an integer has no contents', 0);
	let value = (bytes[0] as number) < 0x80 ? 0 : -1;
	for (const octet of bytes) value = value * 256 + octet;
	if (!Number.isSafeInteger(value)) throw new BerError('an integer is larger than any that is used', 0);
	return value;
}

export function integerNode(tag: number, value: number, cls: number = CONTEXT): BerNode {
	const octetsBack: number[] = [];
	let rest = value;
	do {
		octetsBack.push(((rest % 256) + 256) % 256);
		rest = Math.floor(rest / 256);
	} while (rest !== 0 && rest !== -1);
	const top = octetsBack.at(-1) as number;
	// the first bit tells the sign
	if (rest === 0 && top >= 0x80) octetsBack.push(0);
	if (rest === -1 && top < 0x80) octetsBack.push(0xff);
	return primitive(tag, Uint8Array.from(octetsBack.reverse()), cls);
}

export function boolean(node: BerNode): boolean {
	if (node.constructed || node.bytes.length !== 1) throw new BerError('a boolean is not one octet', 0);
	return node.bytes[0] !== 0;
}

export const booleanNode = (tag: number, value: boolean, cls: number = CONTEXT): BerNode =>
	primitive(tag, Uint8Array.of(value ? 0xff : 0), cls);

/** The numbers of the bits that are set, the first bit being 0 (X.690 §8.6). */
export function bits(node: BerNode): ReadonlySet<number> {
	const bytes = octets(node);
	const set = new Set<number>();
	const count = Math.min(bytes.length - 1, 16) * 8;
	for (let i = 0; i < count; i++) if (((bytes[1 + (i >> 3)] as number) & (0x80 >> (i & 7))) !== 0) set.add(i);
	return set;
}

export function bitsNode(tag: number, set: ReadonlySet<number>): BerNode {
	const last = Math.max(0, ...set);
	const bytes = new Uint8Array(2 + (last >> 3));
	bytes[0] = 7 - (last & 7);
	for (const bit of set) bytes[1 + (bit >> 3)] = (bytes[1 + (bit >> 3)] as number) | (0x80 >> (bit & 7));
	return primitive(tag, bytes);
}

/** An object identifier as text: `1.2.840.10003.5.10` (X.690 §8.19). */
export function oid(node: BerNode): string {
	const arcs: number[] = [];
	let arc = 0;
	let open = false;
	for (const octet of octets(node)) {
		arc = arc * 128 + (octet & 0x7f);
		if (arc > ARC_MAX) throw new BerError('an object identifier has a number larger than any that is used', 0);
		open = octet >= 0x80;
		if (open) continue;
		if (arcs.length === 0) {
			const root = Math.min(2, Math.floor(arc / 40));
			arcs.push(root, arc - root * 40);
		} else arcs.push(arc);
		arc = 0;
	}
	if (open || arcs.length === 0) throw new BerError('an object identifier breaks off', 0);
	return arcs.join('.');
}

export function oidNode(value: string, tag: number = TAG.oid, cls: number = UNIVERSAL): BerNode {
	const [root = 0, second = 0, ...arcs] = value.split('.').map(Number);
	const bytes: number[] = [];
	for (const arc of [root * 40 + second, ...arcs]) {
		const back: number[] = [];
		for (let rest = arc; back.length === 0 || rest > 0; rest = Math.floor(rest / 128))
			back.push((rest % 128) | (back.length === 0 ? 0 : 0x80));
		bytes.push(...back.reverse());
	}
	return primitive(tag, Uint8Array.from(bytes), cls);
}
