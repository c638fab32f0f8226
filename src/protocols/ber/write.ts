import type { BerNode } from './node.ts';

type Node = Pick<BerNode, 'cls' | 'tag' | 'constructed' | 'bytes' | 'children'>;

/** The octets of an element and all inside it, with definite lengths in their shortest form (X.690 §8.1, §10.1). */
export function writeBer(node: Node): Uint8Array {
	const lengths = new Map<Node, number>();
	const bytes = new Uint8Array(measure(node, lengths));
	put(node, lengths, bytes, 0);
	return bytes;
}

function measure(node: Node, lengths: Map<Node, number>): number {
	const contents = node.constructed ? node.children.reduce((sum, child) => sum + measure(child, lengths), 0) : node.bytes.length;
	lengths.set(node, contents);
	return tagSize(node.tag) + lengthSize(contents) + contents;
}

function tagSize(tag: number): number {
	if (tag < 31) return 1;
	let size = 1;
	for (let rest = tag; rest > 0; rest = Math.floor(rest / 128)) size++;
	return size;
}

function lengthSize(length: number): number {
	if (length < 0x80) return 1;
	let size = 1;
	for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) size++;
	return size;
}

function put(node: Node, lengths: ReadonlyMap<Node, number>, bytes: Uint8Array, from: number): number {
	const contents = lengths.get(node) as number;
	const lead = (node.cls << 6) | (node.constructed ? 0x20 : 0);
	let at = from;
	if (node.tag < 31) bytes[at++] = lead | node.tag;
	else {
		bytes[at] = lead | 0x1f;
		const size = tagSize(node.tag) - 1;
		for (let i = size, rest = node.tag; i > 0; i--, rest = Math.floor(rest / 128)) bytes[at + i] = (rest % 128) | (i === size ? 0 : 0x80);
		at += size + 1;
	}
	const size = lengthSize(contents);
	if (size === 1) bytes[at] = contents;
	else {
		bytes[at] = 0x80 | (size - 1);
		for (let i = size - 1, rest = contents; i > 0; i--, rest = Math.floor(rest / 256)) bytes[at + i] = rest % 256;
	}
	at += size;
	if (!node.constructed) {
		bytes.set(node.bytes, at);
		return at + contents;
	}
	for (const child of node.children) at = put(child, lengths, bytes, at);
	return at;
}
