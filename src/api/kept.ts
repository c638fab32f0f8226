import type { Clock } from '../lib/clock.ts';

/** A value that is loaded when it is asked for and kept for a while; one that failed to load is not kept. */
export function kept<T>(clock: Clock, forMs: number, load: () => Promise<T>): () => Promise<T> {
	let value: Promise<T> | undefined;
	let until = 0;
	return () => {
		const now = clock.now();
		if (value !== undefined && now < until) return value;
		until = now + forMs;
		const loading = load();
		value = loading;
		loading.catch(() => {
			if (value === loading) value = undefined;
		});
		return loading;
	};
}
