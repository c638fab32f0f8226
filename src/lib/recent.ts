import { keepLast } from './recently-used.ts';

/** What was read lately, by number: at most so many, and the first that came go first. */
export class Recent<T> {
	readonly #held = new Map<number, T>();
	readonly #most: number;

	constructor(most: number) {
		this.#most = most;
	}

	/** What stands for these numbers; `ask` is asked, once, for those that are not held. A number that it does not know is not in the answer. */
	async of(
		numbers: readonly number[],
		ask: (missing: readonly number[]) => Promise<Iterable<readonly [number: number, value: T]>>,
	): Promise<ReadonlyMap<number, T>> {
		const found = new Map<number, T>();
		const missing: number[] = [];
		for (const number of numbers) {
			const value = this.#held.get(number);
			if (value === undefined) missing.push(number);
			else found.set(number, value);
		}
		if (missing.length === 0) return found;
		for (const [number, value] of await ask(missing)) {
			found.set(number, value);
			keepLast(this.#held, number, value, this.#most);
		}
		return found;
	}
}
