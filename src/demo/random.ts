/** A repeatable source of choices: the same seed and purpose give the same sequence on every machine. */
export interface Random {
	/** From 0 (included) to 1 (excluded). */
	next(): number;
	/** A whole number from `low` to `high`, both included. */
	between(low: number, high: number): number;
	chance(probability: number): boolean;
	pick<T>(list: readonly T[]): T;
	shuffle<T>(list: readonly T[]): T[];
}

/** FNV-1a, to turn a purpose into a seed. */
function hash(text: string): number {
	let h = 0x811c9dc5;
	for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
	return h >>> 0;
}

/** The mulberry32 generator. Each purpose has its own sequence, so that a change in one place moves nothing elsewhere. */
export function randomFor(seed: number, purpose: string): Random {
	let state = (seed ^ hash(purpose)) >>> 0;
	const next = (): number => {
		state = (state + 0x6d2b79f5) >>> 0;
		let t = state;
		t = Math.imul(t ^ (t >>> 15), t | 1);
		t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
		return ((t ^ (t >>> 14)) >>> 0) / 0x100000000;
	};
	const between = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1));
	return {
		next,
		between,
		chance: (probability) => next() < probability,
		pick: (list) => {
			const chosen = list[Math.floor(next() * list.length)];
			if (chosen === undefined) throw new RangeError('nothing to pick from');
			return chosen;
		},
		shuffle: <T>(list: readonly T[]): T[] => {
			const out = [...list];
			for (let i = out.length - 1; i > 0; i--) {
				const j = between(0, i);
				[out[i], out[j]] = [out[j] as T, out[i] as T];
			}
			return out;
		},
	};
}
