/**
 * A look at something that changes, shared by all who want one at about the same time. What anybody is given was looked at after they asked: who comes
 * while a look is under way waits for the next.
 */
export class SharedLook<T> {
	readonly #look: () => Promise<T>;
	#current: Promise<T> | null = null;
	#next: Promise<T> | null = null;

	constructor(look: () => Promise<T>) {
		this.#look = look;
	}

	/** @throws what the look throws, to all who share it */
	ask(): Promise<T> {
		if (this.#current === null) return this.#begin();
		const begin = (): Promise<T> => {
			this.#next = null;
			return this.#begin();
		};
		this.#next ??= this.#current.then(begin, begin);
		return this.#next;
	}

	#begin(): Promise<T> {
		const current = this.#look();
		this.#current = current;
		const end = (): void => {
			if (this.#current === current) this.#current = null;
		};
		current.then(end, end);
		return current;
	}
}
