import { LIMITS } from '../../lib/limits.ts';
import { isEndOfContents, readHeader } from './header.ts';
import { BerError } from './node.ts';

/**
 * Cuts a stream of elements into whole ones, however it arrives. Every octet is looked at once: contents of definite length are passed
 * over. Holds one element of at most LIMITS.apduBytesMax.
 */
export class BerFramer {
	readonly #bytesMax: number;
	#buffer = new Uint8Array(0);
	#length = 0;
	/** Where the next header or the end of passed-over contents is. */
	#at = 0;
	/** Open elements of indefinite length. */
	#open = 0;

	constructor(bytesMax: number = LIMITS.apduBytesMax) {
		this.#bytesMax = bytesMax;
	}

	/** Octets of an element that is not whole yet. */
	get waiting(): number {
		return this.#length;
	}

	/** The elements that are whole now, each in memory of its own. Throws BerError when none can ever be. */
	feed(bytes: Uint8Array): Uint8Array[] {
		this.#append(bytes);
		const whole: Uint8Array[] = [];
		for (let end = this.#scan(); end > 0; end = this.#scan()) {
			whole.push(this.#buffer.slice(0, end));
			this.#buffer.copyWithin(0, end, this.#length);
			this.#length -= end;
			this.#at = 0;
		}
		return whole;
	}

	#append(bytes: Uint8Array): void {
		const needed = this.#length + bytes.length;
		if (needed > this.#buffer.length) {
			const grown = new Uint8Array(Math.max(needed, Math.min(this.#buffer.length * 2, this.#bytesMax)));
			grown.set(this.#buffer.subarray(0, this.#length));
			this.#buffer = grown;
		}
		this.#buffer.set(bytes, this.#length);
		this.#length = needed;
	}

	/** Where the first element ends, or 0 while that has not come. */
	#scan(): number {
		for (;;) {
			if (this.#at > this.#bytesMax) throw new BerError(`a message is longer than ${this.#bytesMax} bytes`, 0);
			if (this.#open > 0 && isEndOfContents(this.#buffer, this.#at, this.#length)) {
				this.#at += 2;
				if (--this.#open === 0) return this.#at;
				continue;
			}
			// one octet of zero may be half of an end
			if (this.#open > 0 && this.#length - this.#at < 2) return 0;
			const header = this.#at < this.#length ? readHeader(this.#buffer, this.#at, this.#length) : null;
			if (header === null) return 0;
			const to = header.contents + Math.max(header.length, 0);
			if (to > this.#bytesMax) throw new BerError(`a message is longer than ${this.#bytesMax} bytes`, 0);
			if (this.#open === 0 && header.length >= 0) return this.#length >= to ? to : 0;
			if (header.length < 0 && ++this.#open > LIMITS.berDepthMax)
				throw new BerError(`elements are nested deeper than ${LIMITS.berDepthMax}`, this.#at);
			if (header.length >= 0 && to > this.#length) return 0;
			this.#at = to;
		}
	}
}
