/** Puts an entry last, and lets the first go when there are more than `max`: of a map that is always written so, those that were used last are kept. */
export function keepLast<K, V>(entries: Map<K, V>, key: K, value: V, max: number): void {
	entries.delete(key);
	entries.set(key, value);
	for (const oldest of entries.keys()) {
		if (entries.size <= max) return;
		entries.delete(oldest);
	}
}
