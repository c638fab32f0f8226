import { hasBit, type Rows } from './row-sets.ts';
import { grownTo } from './typed-arrays.ts';

/*
 * Many lists of records, one for each word or value, each growing at its end, in a few large blocks of memory. A list is a chain of slices, as in the
 * indexing chain of Lucene: each longer than the one before, its last bytes saying where the next begins. What is written are numbers of seven bits a byte.
 */
const CHUNK_BITS = 20;
const CHUNK = 1 << CHUNK_BITS;
const SLICES = [8, 16, 24, 40, 64, 104, 168, 272, 440, 712, 1152, 1864, 3016, 4096] as const;
const LAST_LEVEL = SLICES.length - 1;
/** Bytes at the end of a slice that give way to the address of the next. */
const POINTER = 4;

/** Places of a word in a record: `place * 16 + flags`, in the order of places. */
export interface Places {
	/** Row and place, one entry for each place. */
	readonly rows: Uint32Array;
	readonly at: Uint32Array;
}

export class PostingLists {
	readonly #chunks: Uint8Array[] = [];
	/** Of the list of each code: where it begins, where it is written on, and the row last written. */
	#first = new Uint32Array(1024);
	#next = new Uint32Array(1024);
	#end = new Uint32Array(1024);
	#level = new Uint8Array(1024);
	#lastRow = new Uint32Array(1024);
	#counts = new Uint32Array(1024);
	#free = 0;
	#unpacked = new Uint8Array(4096);

	/** Bytes held. */
	get bytes(): number {
		return this.#chunks.length * CHUNK + this.#first.length * 21;
	}

	/** Rows in the list of a code. */
	count(code: number): number {
		return this.#counts[code] ?? 0;
	}

	/**
	 * Adds a row, which is none that was added to this list before and comes after all of them, with the places of the word in it, those from `from`
	 * on, `length` of them in ascending order.
	 */
	add(code: number, row: number, places: Uint32Array, from: number, length: number): void {
		const gap = this.#begin(code, row);
		if (length === 1) this.#writeNumber(code, gap * 2 + 1);
		else {
			this.#writeNumber(code, gap * 2);
			this.#writeNumber(code, length);
		}
		let before = 0;
		for (let i = from; i < from + length; i++) {
			const place = places[i] as number;
			this.#writeNumber(code, place - (before & ~15));
			before = place;
		}
	}

	/** Adds a row to a list that has rows alone. */
	addRow(code: number, row: number): void {
		this.#writeNumber(code, this.#begin(code, row));
	}

	/** Rows of a list that was written by `addRow`. */
	rowsOnly(code: number): Rows {
		const rows = new Uint32Array(this.count(code));
		const numbers = new Numbers(this.#unpack(code));
		let row = -1;
		for (let i = 0; i < rows.length; i++) {
			row += numbers.next();
			rows[i] = row;
		}
		return rows;
	}

	/** Rows of a list that was written by `add`. */
	rows(code: number): Rows {
		const rows = new Uint32Array(this.count(code));
		const numbers = new Numbers(this.#unpack(code));
		let row = -1;
		for (let i = 0; i < rows.length; i++) {
			const head = numbers.next();
			row += head >>> 1;
			rows[i] = row;
			numbers.skip(head & 1 ? 1 : numbers.next());
		}
		return rows;
	}

	/** Places of a word in the rows whose bit is set in `within`, in all rows for null. */
	places(code: number, within: Uint8Array | null): Places {
		const count = this.count(code);
		const numbers = new Numbers(this.#unpack(code));
		let rows = new Uint32Array(Math.max(16, count + (count >> 2)));
		let places = new Uint32Array(rows.length);
		let found = 0;
		let row = -1;
		for (let i = 0; i < count; i++) {
			const head = numbers.next();
			row += head >>> 1;
			const length = head & 1 ? 1 : numbers.next();
			if (within !== null && !hasBit(within, row)) {
				numbers.skip(length);
				continue;
			}
			if (found + length > rows.length) {
				rows = grownTo(rows, found + length);
				places = grownTo(places, found + length);
			}
			let place = 0;
			for (const end = found + length; found < end; found++) {
				place = (place & ~15) + numbers.next();
				rows[found] = row;
				places[found] = place;
			}
		}
		return { rows: rows.subarray(0, found), at: places.subarray(0, found) };
	}

	#begin(code: number, row: number): number {
		if (code >= this.#first.length) this.#room(code + 1);
		if (this.#counts[code] === 0) {
			const slice = this.#allocate(0);
			this.#first[code] = slice;
			this.#next[code] = slice;
			this.#end[code] = slice + SLICES[0] - POINTER;
			this.#lastRow[code] = 0xffff_ffff;
		}
		// the row before the first is -1
		const gap = (row - (this.#lastRow[code] as number)) >>> 0;
		this.#lastRow[code] = row;
		this.#counts[code] = (this.#counts[code] as number) + 1;
		return gap;
	}

	#writeNumber(code: number, value: number): void {
		let rest = value;
		while (rest > 127) {
			this.#write(code, (rest & 127) | 128);
			rest >>>= 7;
		}
		this.#write(code, rest);
	}

	#write(code: number, byte: number): void {
		if (this.#next[code] === this.#end[code]) this.#nextSlice(code);
		const at = this.#next[code] as number;
		(this.#chunks[at >>> CHUNK_BITS] as Uint8Array)[at & (CHUNK - 1)] = byte;
		this.#next[code] = at + 1;
	}

	#nextSlice(code: number): void {
		const level = Math.min((this.#level[code] as number) + 1, LAST_LEVEL);
		const slice = this.#allocate(level);
		const end = this.#end[code] as number;
		const chunk = this.#chunks[end >>> CHUNK_BITS] as Uint8Array;
		const at = end & (CHUNK - 1);
		for (let i = 0; i < POINTER; i++) chunk[at + i] = (slice >>> (8 * i)) & 255;
		this.#level[code] = level;
		this.#next[code] = slice;
		this.#end[code] = slice + (SLICES[level] as number) - POINTER;
	}

	#allocate(level: number): number {
		const length = SLICES[level] as number;
		// no slice is cut by the end of a chunk
		if (this.#chunks.length === 0 || (this.#free & (CHUNK - 1)) + length > CHUNK || this.#free === this.#chunks.length * CHUNK) {
			this.#free = this.#chunks.length * CHUNK;
			this.#chunks.push(new Uint8Array(CHUNK));
		}
		const slice = this.#free;
		this.#free += length;
		return slice;
	}

	/** The bytes of a list one after another; the array is used again by the next call. */
	#unpack(code: number): Uint8Array {
		if (this.count(code) === 0) return this.#unpacked;
		const last = this.#next[code] as number;
		let length = 0;
		let slice = this.#first[code] as number;
		for (let level = 0; ; level = Math.min(level + 1, LAST_LEVEL)) {
			const payload = (SLICES[level] as number) - POINTER;
			const isLast = last >= slice && last <= slice + payload;
			const size = isLast ? last - slice : payload;
			if (length + size > this.#unpacked.length) this.#unpacked = grownTo(this.#unpacked, length + size);
			const chunk = this.#chunks[slice >>> CHUNK_BITS] as Uint8Array;
			const at = slice & (CHUNK - 1);
			this.#unpacked.set(chunk.subarray(at, at + size), length);
			length += size;
			if (isLast) return this.#unpacked;
			const end = at + payload;
			slice =
				((chunk[end] as number) |
					((chunk[end + 1] as number) << 8) |
					((chunk[end + 2] as number) << 16) |
					((chunk[end + 3] as number) << 24)) >>>
				0;
		}
	}

	#room(codes: number): void {
		this.#first = grownTo(this.#first, codes);
		this.#next = grownTo(this.#next, codes);
		this.#end = grownTo(this.#end, codes);
		this.#level = grownTo(this.#level, codes);
		this.#lastRow = grownTo(this.#lastRow, codes);
		this.#counts = grownTo(this.#counts, codes);
	}
}

/** Numbers of seven bits a byte, one after another. */
class Numbers {
	readonly #bytes: Uint8Array;
	#at = 0;

	constructor(bytes: Uint8Array) {
		this.#bytes = bytes;
	}

	next(): number {
		let value = 0;
		for (let shift = 0; ; shift += 7) {
			const byte = this.#bytes[this.#at++] as number;
			if (byte < 128) return value | (byte << shift);
			value |= (byte & 127) << shift;
		}
	}

	skip(count: number): void {
		for (let left = count; left > 0; left--) while ((this.#bytes[this.#at++] as number) >= 128);
	}
}
