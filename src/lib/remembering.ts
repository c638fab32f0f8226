import { ownText } from './own-text.ts';
import { keepLast } from './recently-used.ts';

/** Longer texts are seldom asked for again. */
const LENGTH_MAX = 300;

/** A function of a text alone that keeps what it gave for the `max` texts, at most, that came last, as the names in a catalogue do time and again. */
export function remembering<T extends string | number | object | null>(of: (text: string) => T, max: number): (text: string) => T {
	const known = new Map<string, T>();
	return (text) => {
		if (text.length > LENGTH_MAX) return of(text);
		const before = known.get(text);
		if (before !== undefined) return before;
		// what is kept must not keep the page that it was cut from
		const own = ownText(text);
		const value = of(own);
		keepLast(known, own, value, max);
		return value;
	};
}
