import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EVIDENCE, pairOneToOne, type Reidentifiable } from '../../src/matching/reidentify.ts';

const record = (id: number, signs: Reidentifiable['signs']): Reidentifiable => ({ id, signs });
const pairsOf = (gone: Reidentifiable[], come: Reidentifiable[]): string[] =>
	pairOneToOne(gone, come).pairs.map(({ old, fresh, evidence }) => `${old}=${fresh} ${evidence}`);

describe('records under other identifiers', () => {
	it('are paired by the surest evidence first', () => {
		const gone = [record(1, { digest: ['x'], bib: ['t'] }), record(2, { bib: ['t'] })];
		const come = [record(11, { bib: ['t'] }), record(12, { digest: ['x'], bib: ['t'] })];
		expect(pairsOf(gone, come)).toEqual(['1=12 digest', '2=11 bib']);
	});

	it('are not guessed where two are alike', () => {
		const twins = [record(1, { description: ['t'] }), record(2, { description: ['t'] })];
		expect(pairOneToOne(twins, [record(11, { description: ['t'] })])).toEqual({ pairs: [], ambiguous: [1, 2] });
		expect(pairOneToOne([record(1, { number: ['a', 'b'] })], [record(11, { number: ['a'] }), record(12, { number: ['b'] })])).toEqual({
			pairs: [],
			ambiguous: [1],
		});
	});

	it('that were alike are told apart once surer evidence has taken one of them away', () => {
		const gone = [record(1, { digest: ['same'], number: ['n1'] }), record(2, { digest: ['same'] })];
		const come = [record(11, { digest: ['same'], number: ['n1'] }), record(12, { digest: ['same'] })];
		expect(pairsOf(gone, come)).toEqual(['1=11 number', '2=12 digest']);
	});

	const sign = fc.constantFrom('p', 'q', 'r', 's', 't');
	const side = (from: number): fc.Arbitrary<Reidentifiable[]> =>
		fc
			.array(fc.dictionary(fc.constantFrom(...EVIDENCE), fc.uniqueArray(sign, { maxLength: 2 }), { maxKeys: 3 }), { maxLength: 8 })
			.map((all) => all.map((signs, i) => record(from + i, signs)));

	it('are paired one to one, only on shared signs, and the same in any order', () => {
		fc.assert(
			fc.property(side(1), side(100), fc.infiniteStream(fc.nat()), (gone, come, dice) => {
				const { pairs, ambiguous } = pairOneToOne(gone, come);
				expect(new Set(pairs.map((p) => p.old)).size).toBe(pairs.length);
				expect(new Set(pairs.map((p) => p.fresh)).size).toBe(pairs.length);
				for (const { old, fresh, evidence } of pairs) {
					const a = gone.find(({ id }) => id === old)?.signs[evidence] ?? [];
					const b = come.find(({ id }) => id === fresh)?.signs[evidence] ?? [];
					expect(a.some((s) => b.includes(s))).toBe(true);
					expect(ambiguous).not.toContain(old);
				}
				const shuffled = <T>(list: readonly T[]): T[] =>
					list
						.map((item) => ({ item, at: dice.next().value as number }))
						.sort((x, y) => x.at - y.at)
						.map(({ item }) => item);
				expect(pairOneToOne(shuffled(gone), shuffled(come))).toEqual({ pairs, ambiguous });
			}),
		);
	});
});
