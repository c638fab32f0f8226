/** A set of pairs of numbers. */
export class PairSet {
	readonly #partners = new Map<number, Set<number>>();

	/** True when the pair was not there yet. */
	add(a: number, b: number): boolean {
		const partners = this.#partners.get(a);
		if (partners === undefined) {
			this.#partners.set(a, new Set([b]));
			return true;
		}
		if (partners.has(b)) return false;
		partners.add(b);
		return true;
	}
}
