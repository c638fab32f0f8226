/** What a memory begins with: most hold little. */
const FIRST_BYTES = 65_536;

/** Texts in UTF-8, one behind the other, until there is no room. */
class Sheet {
	readonly #most: number;
	#bytes: Buffer;
	readonly #spans = new Map<number, readonly [start: number, end: number]>();
	#length = 0;

	constructor(most: number) {
		this.#most = most;
		this.#bytes = Buffer.allocUnsafeSlow(Math.min(most, FIRST_BYTES));
	}

	/** Whether there was room for it. */
	add(number: number, text: string): boolean {
		const needed = this.#length + text.length * 3;
		if (needed > this.#most) return false;
		if (needed > this.#bytes.length) this.#grow(needed);
		const end = this.#length + this.#bytes.write(text, this.#length, 'utf8');
		this.#spans.set(number, [this.#length, end]);
		this.#length = end;
		return true;
	}

	#grow(needed: number): void {
		const grown = Buffer.allocUnsafeSlow(Math.min(this.#most, Math.max(2 * this.#bytes.length, needed)));
		this.#bytes.copy(grown, 0, 0, this.#length);
		this.#bytes = grown;
	}

	get(number: number): Buffer | undefined {
		const span = this.#spans.get(number);
		return span === undefined ? undefined : this.#bytes.subarray(span[0], span[1]);
	}

	delete(number: number): void {
		this.#spans.delete(number);
	}

	clear(): void {
		this.#spans.clear();
		this.#length = 0;
	}
}

/**
 * Texts by number in `bytes` of memory, of which the half that came last is kept at least. They are no strings, which many thousands of them would
 * be for the garbage collector to walk.
 */
export class RecentTexts {
	#young: Sheet;
	#old: Sheet;

	constructor(bytes: number) {
		this.#young = new Sheet(bytes / 2);
		this.#old = new Sheet(bytes / 2);
	}

	/** A text that there is no room for even alone is forgotten. */
	set(number: number, text: string): void {
		this.forget(number);
		if (this.#young.add(number, text)) return;
		const full = this.#young;
		this.#young = this.#old;
		this.#young.clear();
		this.#old = full;
		this.#young.add(number, text);
	}

	/** In UTF-8, as long as nothing is set. */
	get(number: number): Buffer | undefined {
		return this.#young.get(number) ?? this.#old.get(number);
	}

	forget(number: number): void {
		this.#young.delete(number);
		this.#old.delete(number);
	}
}
