import type { Clock } from '../lib/clock.ts';

/** Parts that wait at most; a thread of its own fetches and reads on meanwhile. */
const QUEUE_MAX = 6;
/** Parts that one transaction waits for, and how long. */
const TOGETHER = 4;
const GATHER_MS = 200;

/**
 * Parts in line for their commit, in order. While one transaction is under way the next wait; those that wait, and those that come within a moment,
 * share the next: a transaction costs as much as fifty records. After a failure nothing more is committed.
 */
export class SharedCommits<Part> {
	readonly #commit: (parts: readonly Part[]) => Promise<void>;
	readonly #clock: Clock;
	#waiting: readonly Part[] = [];
	#committing: Promise<void> | null = null;
	/** The transaction under way or the last; never rejects. */
	#transaction: Promise<void> = Promise.resolve();
	#enough: () => void = () => undefined;
	#flushing = false;
	#failure: { readonly error: unknown } | null = null;

	/** `commit` writes parts in one transaction. */
	constructor(commit: (parts: readonly Part[]) => Promise<void>, clock: Clock) {
		this.#commit = commit;
		this.#clock = clock;
	}

	/** Parts that are not committed yet. */
	get waiting(): readonly Part[] {
		return this.#waiting;
	}

	add(part: Part): void {
		if (this.#failure !== null) return;
		this.#waiting = [...this.#waiting, part];
		if (this.#waiting.length >= TOGETHER) this.#enough();
		this.#committing ??= this.#commitAll();
	}

	/** Keeps the first failure, here or of a commit. */
	fail(error: unknown): void {
		this.#failure ??= { error };
	}

	throwFailure(): void {
		if (this.#failure !== null) throw this.#failure.error;
	}

	/** Resolves when there is room for another part; never rejects. */
	async room(): Promise<void> {
		while (this.#waiting.length >= QUEUE_MAX && this.#failure === null) await this.#transaction;
	}

	/** Commits what waits and what `rest` still adds, without waiting for more; never rejects. */
	async flush(rest: () => Promise<void>): Promise<void> {
		this.#flushing = true;
		this.#enough();
		try {
			await rest();
			while (this.#committing !== null) await this.#committing;
		} finally {
			this.#flushing = false;
		}
	}

	async #gather(): Promise<void> {
		if (this.#waiting.length >= TOGETHER || this.#flushing) return;
		const { promise, resolve } = Promise.withResolvers<void>();
		this.#enough = resolve;
		await Promise.race([promise, this.#clock.sleep(GATHER_MS)]);
	}

	async #commitAll(): Promise<void> {
		try {
			while (this.#waiting.length > 0 && this.#failure === null) {
				await this.#gather();
				this.#transaction = this.#commitTogether(this.#waiting);
				await this.#transaction;
			}
		} finally {
			this.#committing = null;
		}
	}

	async #commitTogether(parts: readonly Part[]): Promise<void> {
		try {
			await this.#commit(parts);
			this.#waiting = this.#waiting.slice(parts.length);
		} catch (error) {
			this.fail(error);
		}
	}
}
