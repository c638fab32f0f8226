/** Tag classes of X.690 §8.1.2.2. */
export const UNIVERSAL = 0;
export const CONTEXT = 2;

/** Universal tags that Z39.50 uses (X.680 §8.6). */
export const TAG = {
	boolean: 1,
	integer: 2,
	bitString: 3,
	octetString: 4,
	null: 5,
	oid: 6,
	external: 8,
	sequence: 16,
	visibleString: 26,
	generalString: 27,
} as const;

/**
 * One element (X.690 §8.1). A primitive one has its contents in `bytes` (a view, not a copy) and no children; a constructed one has
 * children and no bytes.
 */
export interface BerNode {
	readonly cls: number;
	readonly tag: number;
	readonly constructed: boolean;
	readonly bytes: Uint8Array;
	readonly children: readonly BerNode[];
}

/** What stands in the way of reading an element; `at` is its place in the bytes. */
export class BerError extends Error {
	override readonly name = 'BerError';
	readonly at: number;

	constructor(message: string, at: number) {
		super(`${message} (at byte ${at})`);
		this.at = at;
	}
}
