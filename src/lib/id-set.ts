const BLOCK_BITS = 1 << 13;

/** A set of record numbers as blocks of bits: a million numbers given in order take 125 kB. */
export class IdSet {
	readonly #blocks = new Map<number, Uint8Array>();

	has(id: number): boolean {
		const block = this.#blocks.get(Math.floor(id / BLOCK_BITS));
		const bit = id % BLOCK_BITS;
		return block !== undefined && ((block[bit >> 3] ?? 0) & (1 << (bit & 7))) !== 0;
	}

	add(id: number): void {
		const key = Math.floor(id / BLOCK_BITS);
		let block = this.#blocks.get(key);
		if (block === undefined) {
			block = new Uint8Array(BLOCK_BITS / 8);
			this.#blocks.set(key, block);
		}
		const bit = id % BLOCK_BITS;
		block[bit >> 3] = (block[bit >> 3] ?? 0) | (1 << (bit & 7));
	}
}
