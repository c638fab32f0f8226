import { LIMITS } from '../../lib/limits.ts';
import { isEndOfContents, readHeader } from './header.ts';
import { BerError, type BerNode } from './node.ts';

const NO_CHILDREN: readonly BerNode[] = [];
const NO_BYTES = new Uint8Array(0);

/**
 * Reads one element and all inside it (X.690 §8.1): definite and indefinite lengths, tags of any size. Nothing is copied: contents are
 * views into `bytes`. Throws BerError for what is no BER, for what breaks off, and beyond LIMITS.berDepthMax and LIMITS.berElementsMax.
 */
export function readBer(bytes: Uint8Array): BerNode {
	const reader = new Reader(bytes);
	const node = reader.element(bytes.length, 0);
	if (reader.at !== bytes.length) throw new BerError('something stands behind the element', reader.at);
	return node;
}

class Reader {
	readonly #bytes: Uint8Array;
	#elements = 0;
	at = 0;

	constructor(bytes: Uint8Array) {
		this.#bytes = bytes;
	}

	element(end: number, depth: number): BerNode {
		const start = this.at;
		if (depth > LIMITS.berDepthMax) throw new BerError(`elements are nested deeper than ${LIMITS.berDepthMax}`, start);
		if (++this.#elements > LIMITS.berElementsMax) throw new BerError(`there are more than ${LIMITS.berElementsMax} elements`, start);
		const header = readHeader(this.#bytes, start, end);
		if (header === null) throw new BerError('an element breaks off', start);
		const { cls, tag, constructed, length } = header;
		this.at = header.contents;
		const to = length < 0 ? end : this.at + length;
		if (to > end) throw new BerError('an element is longer than what it stands in', start);
		if (!constructed) {
			this.at = to;
			return { cls, tag, constructed, bytes: this.#bytes.subarray(header.contents, to), children: NO_CHILDREN };
		}
		return { cls, tag, constructed, bytes: NO_BYTES, children: this.#contents(to, length < 0, depth + 1) };
	}

	#contents(to: number, indefinite: boolean, depth: number): BerNode[] {
		const children: BerNode[] = [];
		while (indefinite ? !isEndOfContents(this.#bytes, this.at, to) : this.at < to) {
			if (this.at >= to) throw new BerError('contents of indefinite length have no end', this.at);
			children.push(this.element(to, depth));
		}
		if (indefinite) this.at += 2;
		return children;
	}
}
