import { PairSet } from '../lib/pair-set.ts';
import { KEY_HOLDERS_MAX, type MatchKeys, rungOf } from './keys.ts';

function groupBy(places: readonly number[], key: (place: number) => number): number[][] {
	const groups = new Map<number, number[]>();
	for (const place of places) {
		const group = groups.get(key(place));
		if (group === undefined) groups.set(key(place), [place]);
		else group.push(place);
	}
	return [...groups.values()];
}

/**
 * The pairs of a whole catalogue that are compared, as places in it: holders of one key; where a key has too many, those of one year too;
 * where these are too many, those of one first title word too; then none. What src/store/match-candidates.ts reads off the key table.
 */
export function candidatesOf(all: readonly MatchKeys[]): [a: number, b: number][] {
	const holders = new Map<number, number[]>();
	for (const [place, { keys }] of all.entries()) {
		for (const key of keys) {
			const known = holders.get(key);
			if (known === undefined) holders.set(key, [place]);
			else known.push(place);
		}
	}
	const seen = new PairSet();
	const pairs: [number, number][] = [];
	const steps = [(i: number) => rungOf(all[i] as MatchKeys) >> 16, (i: number) => rungOf(all[i] as MatchKeys)];
	const climb = (group: readonly number[], step: number): void => {
		if (group.length <= KEY_HOLDERS_MAX) {
			for (const [i, a] of group.entries()) for (const b of group.slice(i + 1)) if (seen.add(a, b)) pairs.push([a, b]);
			return;
		}
		const next = steps[step];
		if (next !== undefined) for (const part of groupBy(group, next)) climb(part, step + 1);
	};
	for (const group of holders.values()) if (group.length > 1) climb(group, 0);
	return pairs;
}
