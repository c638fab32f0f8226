/** The one way to ask for the time: handed in, so that pure code takes none and tests choose it. */
export interface Clock {
	/** Milliseconds since 1970-01-01T00:00:00Z. */
	now(): number;
	/** Resolves after so many milliseconds, or rejects with the signal's reason. */
	sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
