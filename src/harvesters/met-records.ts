import { hash53 } from '../lib/hash.ts';
import { LIMITS } from '../lib/limits.ts';
import type { ListedItem } from './page.ts';

/** Slices are told apart by their number modulo this; what a record was is kept in the 32 bits above. */
const SLICES = 2 ** 20;

/** The records that a harvest has met: tells two under one control number apart, and a target that hands out the same over and over. */
export class MetRecords {
	/** Of each identifier, what its record was and in which slice it came last. */
	readonly #met = new Map<number, number>();
	#slice = 0;
	#repeated = 0;

	/** Different records so far. */
	get size(): number {
		return this.#met.size;
	}

	/** Records at the end of what was taken that this slice had brought before. */
	get repeated(): number {
		return this.#repeated;
	}

	/** What follows is another slice, or the same once more. */
	begin(): void {
		this.#slice = (this.#slice + 1) % SLICES;
		this.#repeated = 0;
	}

	/** The item under a name of its own: of two records with one control number the second is told by its contents too. */
	take(item: ListedItem): ListedItem {
		if (item.identifier === '') return item;
		const identifier = this.#name(item);
		const known = contentsOf(item) * SLICES + this.#slice;
		const key = hash53(identifier);
		this.#repeated = this.#met.get(key) === known ? this.#repeated + 1 : 0;
		this.#met.set(key, known);
		return identifier === item.identifier ? item : { ...item, identifier };
	}

	#name(item: ListedItem): string {
		const before = this.#met.get(hash53(item.identifier));
		if (before === undefined || Math.floor(before / SLICES) === contentsOf(item)) return item.identifier;
		const digest = Buffer.from(item.digest.buffer, item.digest.byteOffset, item.digest.length);
		return `${item.identifier.slice(0, LIMITS.identifierBytesMax - 20)}#${digest.toString('hex', 0, 8)}`;
	}
}

const contentsOf = ({ digest }: ListedItem): number => Buffer.from(digest.buffer, digest.byteOffset, digest.length).readUInt32BE(0);
