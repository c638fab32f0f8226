/**
 * What was read lately, by number: at most so many, and at least the last half of that. Two maps take turns: letting the first of one map go,
 * one by one, steps over the holes of those that went before, 23 µs each time for 20,000.
 */
export class Recent<T> {
	#young = new Map<number, T>();
	#old = new Map<number, T>();
	readonly #turn: number;

	constructor(most: number) {
		this.#turn = Math.max(1, Math.floor(most / 2));
	}

	/** What stands for these numbers; `ask` is asked, once, for those that are not held. A number that it does not know is not in the answer. */
	async of(
		numbers: readonly number[],
		ask: (missing: readonly number[]) => Promise<Iterable<readonly [number: number, value: T]>>,
	): Promise<ReadonlyMap<number, T>> {
		const found = new Map<number, T>();
		const missing: number[] = [];
		for (const number of numbers) {
			const value = this.#young.get(number) ?? this.#old.get(number);
			if (value === undefined) missing.push(number);
			else found.set(number, value);
		}
		if (missing.length === 0) return found;
		for (const [number, value] of await ask(missing)) {
			found.set(number, value);
			this.set(number, value);
		}
		return found;
	}

	set(number: number, value: T): void {
		this.#young.set(number, value);
		if (this.#young.size < this.#turn) return;
		this.#old = this.#young;
		this.#young = new Map();
	}

	forget(number: number): void {
		this.#young.delete(number);
		this.#old.delete(number);
	}
}
