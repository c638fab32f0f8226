/**
 * Many small byte strings as one: a message between threads copies every buffer it names whole, and small Buffers share large
 * ones, so they travel packed and the one buffer is handed over.
 */
export interface BytePack {
	readonly bytes: Uint8Array<ArrayBuffer>;
	/** Where each begins, and the end of the last. */
	readonly offsets: Uint32Array<ArrayBuffer>;
}

export function packBytes(items: readonly Uint8Array[]): BytePack {
	const offsets = new Uint32Array(items.length + 1);
	let size = 0;
	for (const [i, item] of items.entries()) {
		offsets[i] = size;
		size += item.length;
	}
	offsets[items.length] = size;
	const bytes = new Uint8Array(size);
	for (const [i, item] of items.entries()) bytes.set(item, offsets[i]);
	return { bytes, offsets };
}

/** The byte strings again, as views into the one buffer. */
export function unpackBytes({ bytes, offsets }: BytePack): Uint8Array[] {
	const items: Uint8Array[] = [];
	for (let i = 0; i + 1 < offsets.length; i++) items.push(bytes.subarray(offsets[i], offsets[i + 1]));
	return items;
}

/** The buffers to hand over with a message that holds the pack. */
export const packBuffers = (pack: BytePack): ArrayBuffer[] => [pack.bytes.buffer, pack.offsets.buffer];
