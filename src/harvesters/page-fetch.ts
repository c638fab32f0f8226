import { LIMITS } from '../lib/limits.ts';
import type { HttpAnswer } from './http-transport.ts';

const TAIL = 4_096;
const PIECE_MAX = 1_048_576;

/**
 * One answer on its way: it is fetched at once, and up to LIMITS.prefetchBytesMax bytes wait here until they are read. When all
 * bytes are in, `allIn` resolves with the last of them, so that the next page can be asked for while this one is parsed.
 */
export class PageFetch {
	readonly url: string;
	#pieces: Uint8Array[] = [];
	#waiting = 0;
	#tail: Uint8Array = new Uint8Array(0);
	#state: 'running' | 'done' | 'failed' = 'running';
	#failure: unknown = null;
	#wake: () => void = () => undefined;
	readonly #abort = new AbortController();
	readonly #pump: Promise<void>;
	#answer: HttpAnswer | null = null;

	constructor(url: string, signal: AbortSignal, get: (signal: AbortSignal) => Promise<HttpAnswer>) {
		this.url = url;
		const either = AbortSignal.any([signal, this.#abort.signal]);
		this.#pump = this.#run(() => get(either));
	}

	/** Bytes that wait to be read. */
	get waiting(): number {
		return this.#waiting;
	}

	/** Known once bytes have come. */
	get answer(): HttpAnswer | null {
		return this.#answer;
	}

	/** The last bytes, or null when the fetch failed or was given up. */
	async allIn(): Promise<Uint8Array | null> {
		await this.#pump;
		return this.#state === 'done' ? this.#tail : null;
	}

	/** The bytes in pieces of up to about 1 MB, each in memory of its own; throws what the fetch failed with. */
	async *pieces(): AsyncGenerator<Uint8Array> {
		for (;;) {
			if (this.#pieces.length > 0) {
				const piece = this.#take();
				this.#wake();
				yield piece;
			} else if (this.#state === 'failed') throw this.#failure;
			else if (this.#state === 'done') return;
			else await this.#changed();
		}
	}

	discard(): void {
		this.#pieces = [];
		this.#waiting = 0;
		this.#abort.abort();
		this.#wake();
	}

	async #run(get: () => Promise<HttpAnswer>): Promise<void> {
		try {
			this.#answer = await get();
			for await (const piece of this.#answer.body) {
				this.#abort.signal.throwIfAborted();
				this.#pieces.push(piece);
				this.#waiting += piece.length;
				this.#remember(piece);
				this.#wake();
				while (this.#waiting > LIMITS.prefetchBytesMax && !this.#abort.signal.aborted) await this.#changed();
			}
			this.#abort.signal.throwIfAborted();
			this.#state = 'done';
		} catch (error) {
			this.#failure = error;
			this.#state = 'failed';
		}
		this.#wake();
	}

	#take(): Uint8Array {
		let bytes = 0;
		let count = 0;
		while (count < this.#pieces.length && (count === 0 || bytes + (this.#pieces[count] as Uint8Array).length <= PIECE_MAX))
			bytes += (this.#pieces[count++] as Uint8Array).length;
		const taken = this.#pieces.splice(0, count);
		this.#waiting -= bytes;
		const only = taken[0] as Uint8Array;
		return count === 1 && only.length === only.buffer.byteLength ? only : joined(taken, bytes);
	}

	#remember(piece: Uint8Array): void {
		this.#tail = piece.length >= TAIL ? piece.slice(-TAIL) : joined([this.#tail, piece], this.#tail.length + piece.length).slice(-TAIL);
	}

	/** Resolves at the next change; one side waits at a time, the other has what it needs. */
	async #changed(): Promise<void> {
		await new Promise<void>((resolve) => {
			this.#wake = resolve;
		});
	}
}

function joined(pieces: readonly Uint8Array[], length: number): Uint8Array {
	const whole = new Uint8Array(length);
	let at = 0;
	for (const piece of pieces) {
		whole.set(piece, at);
		at += piece.length;
	}
	return whole;
}

const TOKEN = /<(?:[\w.-]+:)?resumptionToken(?:\s[^<>]*)?>\s*([^<]*?)\s*<\/(?:[\w.-]+:)?resumptionToken\s*>(?![\s\S]*resumptionToken)/;
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** The resumption token that the last bytes of a page seem to end with, or null: a guess, to be checked against the parsed page. */
export function peekToken(tail: Uint8Array): string | null {
	const text = new TextDecoder().decode(tail);
	const token = TOKEN.exec(text)?.[1];
	if (token === undefined || token === '' || /&#|\ufffd/.test(token)) return null;
	return token.replace(/&(amp|lt|gt|quot|apos);/g, (_, name: string) => ENTITIES[name] as string);
}
