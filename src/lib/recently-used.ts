/** Part of the entries that go at once: to find the first, a map steps over the holes of all that went before, 23 µs for 20,000 entries. */
const GOING = 8;

/**
 * Puts an entry last, and lets the first eighth go when there are more than `max`: of a map that is always written so, those that were used last
 * are kept, seven eighths of `max` at least.
 */
export function keepLast<K, V>(entries: Map<K, V>, key: K, value: V, max: number): void {
	entries.delete(key);
	entries.set(key, value);
	if (entries.size <= max) return;
	const left = max - Math.floor(max / GOING);
	for (const oldest of entries.keys()) {
		if (entries.size <= left) return;
		entries.delete(oldest);
	}
}
