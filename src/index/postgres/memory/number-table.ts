import { grownTo } from './typed-arrays.ts';

/** Whole numbers of at most 53 bits, each with a code, from 0 in the order in which they came. */
export class NumberTable {
	#numbers = new Float64Array(1024);
	#size = 0;
	/** Code + 1 by hash; 0 is empty. */
	#table = new Uint32Array(2048);

	get size(): number {
		return this.#size;
	}

	get bytes(): number {
		return this.#numbers.length * 8 + this.#table.length * 4;
	}

	/** The code of a number, which becomes known if it was not. */
	add(number: number): number {
		let at = this.#place(number);
		const known = this.#table[at] as number;
		if (known > 0) return known - 1;
		const code = this.#size++;
		if (this.#size * 2 > this.#table.length) {
			this.#rehash();
			at = this.#place(number);
		}
		this.#table[at] = this.#size;
		this.#numbers = grownTo(this.#numbers, this.#size);
		this.#numbers[code] = number;
		return code;
	}

	/** The code of a number; -1 when it is unknown. */
	find(number: number): number {
		return (this.#table[this.#place(number)] as number) - 1;
	}

	number(code: number): number {
		return this.#numbers[code] as number;
	}

	#place(number: number): number {
		const mask = this.#table.length - 1;
		for (let at = hash(number) & mask; ; at = (at + 1) & mask) {
			const known = this.#table[at] as number;
			if (known === 0 || this.#numbers[known - 1] === number) return at;
		}
	}

	#rehash(): void {
		this.#table = new Uint32Array(this.#table.length * 2);
		const mask = this.#table.length - 1;
		for (let code = 0; code < this.#size - 1; code++) {
			let at = hash(this.#numbers[code] as number) & mask;
			while (this.#table[at] !== 0) at = (at + 1) & mask;
			this.#table[at] = code + 1;
		}
	}
}

function hash(number: number): number {
	const mixed = Math.imul((number % 0x1_0000_0000) ^ Math.imul(Math.floor(number / 0x1_0000_0000), 0x9e37_79b1), 0x85eb_ca6b);
	return (mixed ^ (mixed >>> 15)) >>> 0;
}
