import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MergedUnion, MergeMember } from '../../src/catalogue/merge-batch.ts';
import { packClusters, packUnions, unpackClusters, unpackUnions } from '../../src/jobs/merge-message.ts';
import { SHARES } from '../../src/records/union.ts';

/** Text as the database holds it: without U+0000. */
const stored = fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll('\0', ''));
const source = fc.record({
	source: stored,
	library: stored,
	libraryKind: stored,
	share: fc.constantFrom(...SHARES),
	licence: fc.option(stored),
});
const number = fc.integer({ min: 1, max: 2 ** 40 });
const body = fc.uint8Array({ maxLength: 40 });

const clusters: fc.Arbitrary<MergeMember[][]> = fc.array(source, { minLength: 1, maxLength: 3 }).chain((sources) =>
	fc.array(
		fc.array(
			fc.record({
				id: number,
				no: number,
				run: number,
				kind: fc.nat(6),
				source: fc.constantFrom(...sources),
				identifier: stored,
				received: fc.nat(),
				stamped: fc.option(fc.nat()),
				body,
				holdings: fc.array(fc.record({ identifier: stored, no: number, body }), { maxLength: 3 }),
			}),
			{ maxLength: 4 },
		),
		{ maxLength: 5 },
	),
);

const unions: fc.Arbitrary<MergedUnion[]> = fc.array(
	fc.record({ kind: fc.nat(6), shared: fc.boolean(), libraries: fc.array(stored), body }),
);

describe('messages of a merge', () => {
	it('carry clusters to a thread', () => {
		fc.assert(
			fc.property(clusters, (given) => {
				expect(unpackClusters(structuredClone(packClusters(given)))).toEqual(given);
			}),
		);
	});

	it('carry union records back', () => {
		fc.assert(
			fc.property(unions, (given) => {
				expect(unpackUnions(structuredClone(packUnions(given)))).toEqual(given);
			}),
		);
	});
});
