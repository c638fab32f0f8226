import { keepLast } from '../lib/recently-used.ts';

/** Answers to questions, kept for as long as the index stays the same: those that were asked last. */
export class KeptAnswers<T> {
	readonly #max: number;
	readonly #kept = new Map<string, T>();
	#version = '';

	constructor(max: number) {
		this.#max = max;
	}

	has(version: string, question: string): boolean {
		return version === this.#version && this.#kept.has(question);
	}

	/** The answer to a question at a version of the index; made when it is not known. */
	at(version: string, question: string, make: () => T): T {
		if (version !== this.#version) this.#kept.clear();
		this.#version = version;
		const answer = this.#kept.get(question) ?? make();
		keepLast(this.#kept, question, answer, this.#max);
		return answer;
	}

	/** Lets an answer go that turned out to be none. */
	forget(question: string, answer: T): void {
		if (this.#kept.get(question) === answer) this.#kept.delete(question);
	}
}
