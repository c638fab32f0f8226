import fc from 'fast-check';
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

/** Input with a few octets changed, taken out, put in, and cut off. */
export function mutated(input: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> {
	const change = fc.tuple(fc.nat(), fc.nat(255), fc.constantFrom('set', 'flip', 'insert', 'remove', 'cut', 'double'));
	return fc.tuple(input, fc.array(change, { minLength: 1, maxLength: 6 })).map(([bytes, changes]) => {
		let out = Array.from(bytes);
		for (const [place, value, how] of changes) {
			const at = place % (out.length + 1);
			if (how === 'set') out[at] = value;
			else if (how === 'flip') out[at] = (out[at] ?? 0) ^ (1 << (value & 7));
			else if (how === 'insert') out.splice(at, 0, value);
			else if (how === 'remove') out.splice(at, 1 + (value & 7));
			else if (how === 'cut') out.length = Math.min(out.length, at);
			else out = [...out.slice(0, at), ...out.slice(0, 400)];
		}
		return Uint8Array.from(out.slice(0, 5_000));
	});
}
