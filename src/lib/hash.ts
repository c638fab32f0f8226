/** Fast hashes of text, for keys that need no secrecy. The values are stored: changing them means computing every key again. */

let high = 0;
let low = 0;

/** Two 32-bit lanes over the UTF-16 code units, each finished so that every bit of the text reaches every bit of the lane. */
function mix(text: string): void {
	let a = 0x2545f491 ^ text.length;
	let b = 0x6c078965;
	for (let i = 0; i < text.length; i++) {
		const code = text.charCodeAt(i);
		a = Math.imul(a ^ code, 0x85ebca6b);
		a ^= a >>> 15;
		b = Math.imul((b << 5) ^ (b >>> 27) ^ code, 0xc2b2ae35);
	}
	a = Math.imul(a ^ (b >>> 16), 0x9e3779b1);
	b = Math.imul(b ^ (a >>> 13), 0x7feb352d);
	a = Math.imul(a ^ (a >>> 16) ^ b, 0x846ca68b);
	b = Math.imul(b ^ (b >>> 15) ^ a, 0x21f0aaad);
	high = a ^ (a >>> 15);
	low = b ^ (b >>> 16);
}

/** A hash of 53 bits: an integer from 0 to 2^53 - 1. */
export function hash53(text: string): number {
	mix(text);
	return (high & 0x1fffff) * 4_294_967_296 + (low >>> 0);
}

/** A hash as a signed 32-bit integer. */
export function hash32(text: string): number {
	mix(text);
	return high ^ low;
}
