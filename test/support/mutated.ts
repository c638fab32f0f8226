import { randomInt } from 'node:crypto';
import fc from 'fast-check';

const DEEP = process.env['DEEP'] === '1';

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

/** How often a codec is given mutated input: 100,000 times in the deep tests, whose seed is printed. SEED repeats one. */
export function mutations(): { readonly numRuns: number; readonly seed: number } {
	const seed = Number(process.env['SEED'] ?? randomInt(2 ** 31));
	if (DEEP) console.info(`100,000 mutated inputs, SEED=${seed}`);
	return { numRuns: DEEP ? 100_000 : 1_000, seed };
}

/** The same octets in the middle of others, which must never be read. */
export function amid(bytes: Uint8Array, others: Uint8Array): Uint8Array {
	const around = Uint8Array.from(Buffer.concat([others, bytes, others]));
	return around.subarray(others.length, others.length + bytes.length);
}
