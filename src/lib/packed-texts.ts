import type { BytePack } from './byte-pack.ts';

/** Texts by number, one behind the other in UTF-8: what many short texts travel as. */
export interface PackedTexts {
	/** The place of each number in `texts`. */
	readonly places: ReadonlyMap<number, number>;
	readonly texts: BytePack;
}

/** Puts texts one behind the other. */
export class TextPacker {
	readonly #places = new Map<number, number>();
	readonly #offsets: Uint32Array<ArrayBuffer>;
	#bytes: Buffer<ArrayBuffer>;
	#length = 0;

	/** For at most so many texts; `sizeHint` is how many bytes they may have together. */
	constructor(most: number, sizeHint: number) {
		this.#offsets = new Uint32Array(most + 1);
		this.#bytes = Buffer.allocUnsafeSlow(Math.max(sizeHint, 256));
	}

	#room(more: number): void {
		if (this.#length + more <= this.#bytes.length) return;
		const grown = Buffer.allocUnsafeSlow(Math.max(this.#bytes.length * 2, this.#length + more));
		this.#bytes.copy(grown, 0, 0, this.#length);
		this.#bytes = grown;
	}

	#ends(number: number): void {
		this.#places.set(number, this.#places.size);
		this.#offsets[this.#places.size] = this.#length;
	}

	/** A number that is not there yet. */
	add(number: number, text: string): void {
		this.#room(text.length * 3);
		this.#length += this.#bytes.write(text, this.#length, 'utf8');
		this.#ends(number);
	}

	/** The same for a text that is in UTF-8 already. */
	addBytes(number: number, utf8: Uint8Array): void {
		this.#room(utf8.length);
		this.#bytes.set(utf8, this.#length);
		this.#length += utf8.length;
		this.#ends(number);
	}

	/** What was added; the packer is not to be used afterwards. */
	finish(): PackedTexts {
		const texts = { bytes: this.#bytes.subarray(0, this.#length), offsets: this.#offsets.subarray(0, this.#places.size + 1) };
		return { places: this.#places, texts };
	}
}

export function packTexts(texts: Iterable<readonly [number: number, text: string]>): PackedTexts {
	const all = [...texts];
	const packer = new TextPacker(
		all.length,
		all.reduce((sum, [, text]) => sum + text.length * 3, 0),
	);
	for (const [number, text] of all) packer.add(number, text);
	return packer.finish();
}

/** Reads the text at a place. */
export function textReader({ bytes, offsets }: BytePack): (place: number) => string {
	const utf8 = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
	return (place) => utf8.toString('utf8', offsets[place], offsets[place + 1]);
}
