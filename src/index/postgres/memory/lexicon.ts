import { maskBeginning } from '../../mask.ts';
import { grownTo } from './typed-arrays.ts';

/** Words as the bytes of their UTF-8, numbered from 0 in the order in which they came. */
export class Lexicon {
	#bytes = new Uint8Array(65_536);
	#length = 0;
	/** Where the word of each number begins; the next one begins where it ends. */
	#starts = new Uint32Array(1024);
	#size = 0;
	/** Number + 1 by hash; 0 is empty. */
	#table = new Uint32Array(2048);
	/** Words that begin with the same two bytes: number + 1 of the last that came, and of the one before each. */
	readonly #heads = new Uint32Array(65_536);
	#before = new Uint32Array(1024);

	get bytes(): number {
		return this.#bytes.length + (this.#starts.length + this.#table.length + this.#before.length + this.#heads.length) * 4;
	}

	/** The number of the word in `bytes` from `from` to `to`, which becomes known if it was not. */
	add(bytes: Uint8Array, from: number, to: number): number {
		let at = this.#place(bytes, from, to);
		const known = this.#table[at] as number;
		if (known > 0) return known - 1;
		const code = this.#size++;
		if (this.#size * 2 > this.#table.length) {
			this.#rehash();
			at = this.#place(bytes, from, to);
		}
		this.#table[at] = this.#size;
		const length = to - from;
		this.#bytes = grownTo(this.#bytes, this.#length + length);
		this.#bytes.set(bytes.subarray(from, to), this.#length);
		this.#length += length;
		this.#starts = grownTo(this.#starts, this.#size + 1);
		this.#starts[this.#size] = this.#length;
		this.#before = grownTo(this.#before, this.#size);
		const head = headOf(bytes, from, to);
		this.#before[code] = this.#heads[head] as number;
		this.#heads[head] = this.#size;
		return code;
	}

	/** The number of a word; -1 when it is unknown. */
	find(word: string): number {
		const bytes = Buffer.from(word, 'utf8');
		return (this.#table[this.#place(bytes, 0, bytes.length)] as number) - 1;
	}

	/** The numbers of all words that begin so. */
	beginningWith(start: string): number[] {
		const bytes = Buffer.from(start, 'utf8');
		const found: number[] = [];
		const look = (head: number): void => {
			for (let one = this.#heads[head] as number; one > 0; one = this.#before[one - 1] as number)
				if (this.#beginsWith(one - 1, bytes)) found.push(one - 1);
		};
		if (bytes.length > 1) look(headOf(bytes, 0, bytes.length));
		else for (let head = 0; head < this.#heads.length; head++) look(head);
		return found;
	}

	/** The numbers of all words that look like a pattern (mask.ts) after a mark; without a mark, of those that have none. */
	lookingLike(mark: string, pattern: string): number[] {
		const beginning = mark + maskBeginning(pattern);
		const bytes = Buffer.from(mark + pattern, 'utf8');
		const codes = Buffer.byteLength(beginning) > 1 ? this.beginningWith(beginning) : null;
		const found: number[] = [];
		const count = codes?.length ?? this.#size;
		for (let i = 0; i < count; i++) {
			const code = codes?.[i] ?? i;
			const start = this.#starts[code] as number;
			if (mark === '' && isMark(this.#bytes[start])) continue;
			if (looksLike(bytes, this.#bytes, start, this.#starts[code + 1] as number)) found.push(code);
		}
		return found;
	}

	#beginsWith(code: number, bytes: Uint8Array): boolean {
		const start = this.#starts[code] as number;
		if ((this.#starts[code + 1] as number) - start < bytes.length) return false;
		for (let i = 0; i < bytes.length; i++) if (this.#bytes[start + i] !== bytes[i]) return false;
		return true;
	}

	/** Where a word stands in the table, or would stand. */
	#place(bytes: Uint8Array, from: number, to: number): number {
		const mask = this.#table.length - 1;
		for (let at = hash(bytes, from, to) & mask; ; at = (at + 1) & mask) {
			const known = this.#table[at] as number;
			if (known === 0 || this.#is(known - 1, bytes, from, to)) return at;
		}
	}

	#is(code: number, bytes: Uint8Array, from: number, to: number): boolean {
		const start = this.#starts[code] as number;
		if ((this.#starts[code + 1] as number) - start !== to - from) return false;
		for (let i = from, j = start; i < to; i++, j++) if (this.#bytes[j] !== bytes[i]) return false;
		return true;
	}

	#rehash(): void {
		this.#table = new Uint32Array(this.#table.length * 2);
		const mask = this.#table.length - 1;
		for (let code = 0; code < this.#size - 1; code++) {
			let at = hash(this.#bytes, this.#starts[code] as number, this.#starts[code + 1] as number) & mask;
			while (this.#table[at] !== 0) at = (at + 1) & mask;
			this.#table[at] = code + 1;
		}
	}
}

/** A capital: lexemes of one field alone begin so (tsvector.ts). */
const isMark = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x41 && byte <= 0x5a;

/** Whether the bytes from one place to another are a word of a pattern: where what follows a `*` does not fit, the `*` takes one letter more. */
function looksLike(pattern: Uint8Array, bytes: Uint8Array, from: number, to: number): boolean {
	let at = from;
	let p = 0;
	let starAt = -1;
	let starred = 0;
	while (at < to) {
		const sign = pattern[p];
		if (sign === ANY) {
			starAt = ++p;
			starred = at;
		} else if (sign === ONE) {
			at = letterEnd(bytes, at, to);
			p++;
		} else if (p < pattern.length && sign === bytes[at]) {
			at++;
			p++;
		} else if (starAt >= 0) {
			starred = letterEnd(bytes, starred, to);
			at = starred;
			p = starAt;
		} else return false;
	}
	while (pattern[p] === ANY) p++;
	return p === pattern.length;
}
const ANY = 0x2a;
const ONE = 0x3f;

/** Where the letter of UTF-8 ends that begins at a place. */
function letterEnd(bytes: Uint8Array, at: number, to: number): number {
	let end = at + 1;
	while (end < to && ((bytes[end] as number) & 0xc0) === 0x80) end++;
	return end;
}

/** FNV-1a. */
function hash(bytes: Uint8Array, from: number, to: number): number {
	let value = 0x811c_9dc5;
	for (let i = from; i < to; i++) value = Math.imul(value ^ (bytes[i] as number), 0x0100_0193);
	return (value ^ (value >>> 15)) >>> 0;
}

const headOf = (bytes: Uint8Array, from: number, to: number): number =>
	(((to > from ? bytes[from] : 0) as number) << 8) | ((to - from > 1 ? bytes[from + 1] : 0) as number);
