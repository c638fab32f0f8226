/**
 * Public ids of source and union records: nine characters of Crockford's base 32, the last a check character.
 * They are a fixed permutation of the internal number, so they need no column, no index, and give away no order.
 */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const BITS = 40n;
const MASK = (1n << BITS) - 1n;
const HALF_MASK = (1n << 20n) - 1n;
const ROUND_KEYS = [0x9e379n, 0x7f4a7n, 0xc15d3n, 0x58c8bn] as const;

const round = (half: bigint, key: bigint): bigint => {
	const x = (half ^ key) * 0x2c1b3n;
	return (x ^ (x >> 11n)) & HALF_MASK;
};

/** A Feistel network over 40 bits: a bijection, so that no two numbers share an id. */
function permute(number: bigint, keys: readonly bigint[]): bigint {
	let left = number >> 20n;
	let right = number & HALF_MASK;
	for (const key of keys) [left, right] = [right, left ^ round(right, key)];
	return (right << 20n) | left;
}

const FORWARD = ROUND_KEYS;
const BACKWARD = [...ROUND_KEYS].reverse();

/** ISO 7064 MOD 37,36 needs 36 letters; this is its MOD 33,32 sibling: catches every single wrong or swapped letter. */
function checkCharacter(body: string): string {
	let product = 32;
	for (const letter of body) {
		let sum = (product + ALPHABET.indexOf(letter)) % 32;
		if (sum === 0) sum = 32;
		product = (sum * 2) % 33;
	}
	return ALPHABET.charAt((33 - product) % 32);
}

/** The public id of record `number` (1 to 2^40 - 1). */
export function publicId(number: number | bigint): string {
	const n = BigInt(number);
	if (n <= 0n || n > MASK) throw new RangeError(`record number ${number} is outside 1 to 2^40 - 1`);
	let rest = permute(n, FORWARD);
	let body = '';
	for (let i = 0; i < 8; i++) {
		body = ALPHABET.charAt(Number(rest & 31n)) + body;
		rest >>= 5n;
	}
	return body + checkCharacter(body);
}

/** The number behind a public id, or undefined when it is not one (also when the check character is wrong). */
export function recordNumber(id: string): number | undefined {
	const text = id.toLowerCase().replaceAll('o', '0').replaceAll(/[il]/g, '1');
	if (!/^[0-9a-hjkmnp-tv-z]{9}$/.test(text)) return undefined;
	const body = text.slice(0, 8);
	if (checkCharacter(body) !== text[8]) return undefined;
	let n = 0n;
	for (const letter of body) n = (n << 5n) | BigInt(ALPHABET.indexOf(letter));
	const number = permute(n, BACKWARD);
	return number === 0n ? undefined : Number(number);
}
