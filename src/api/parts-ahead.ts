const PARTS_MAX = 4;
const LIFE_MS = 10_000;

/**
 * Answers made before they are asked for: who follows a list asks for its next part as soon as the last is read, so that part is made
 * meanwhile. One is handed out once, within LIFE_MS, like an answer that was long on its way; at most PARTS_MAX wait.
 */
export class PartsAhead<T> {
	readonly #parts = new Map<string, { readonly answer: Promise<T | undefined>; readonly madeMs: number }>();

	/** The answer made for this request; undefined when there is none, it is too old or could not be made. */
	async take(request: string, nowMs: number): Promise<T | undefined> {
		const part = this.#parts.get(request);
		if (part === undefined) return undefined;
		this.#parts.delete(request);
		return nowMs >= part.madeMs && nowMs - part.madeMs <= LIFE_MS ? part.answer : undefined;
	}

	/** Begins to make an answer; the oldest that nobody came for gives way. A failure is left for the request itself to meet. */
	prepare(request: string, nowMs: number, make: () => Promise<T>): void {
		for (const oldest of this.#parts.keys()) {
			if (this.#parts.size < PARTS_MAX) break;
			this.#parts.delete(oldest);
		}
		this.#parts.set(request, { answer: make().catch(() => undefined), madeMs: nowMs });
	}
}
