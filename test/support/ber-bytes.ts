import { BerFramer } from '../../src/protocols/ber/framer.ts';
import type { BerNode } from '../../src/protocols/ber/node.ts';
import { writeBer } from '../../src/protocols/ber/write.ts';

/** The octets of an element, every constructed one with an indefinite length, as YAZ sends them. */
export function indefinite(node: BerNode): Uint8Array {
	if (!node.constructed) return writeBer(node);
	const tag = writeBer({ ...node, children: [] }).slice(0, -1);
	return Uint8Array.from(Buffer.concat([tag, Uint8Array.of(0x80), ...node.children.map(indefinite), Uint8Array.of(0, 0)]));
}

/** The elements of a stream that arrives in pieces of these sizes, over and over. */
export function framed(stream: Uint8Array, sizes: readonly number[]): Uint8Array[] {
	const framer = new BerFramer();
	const whole: Uint8Array[] = [];
	for (let at = 0, i = 0; at < stream.length; i++) {
		const size = sizes[i % sizes.length] as number;
		whole.push(...framer.feed(stream.subarray(at, at + size)));
		at += size;
	}
	return whole;
}
