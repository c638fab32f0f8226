import { describe, expect, it } from 'vitest';
import { MERGE_FIXTURES, mergeFixture, unionLines } from './merge-fixtures.ts';

describe('union records of golden fixtures', () => {
	for (const name of MERGE_FIXTURES) {
		const fixture = mergeFixture(name);
		it(`${name}: ${fixture.what}`, () => {
			expect(unionLines(fixture)).toEqual(fixture.union);
			expect(unionLines({ ...fixture, members: [...fixture.members].reverse() }).map((line) => line.replace(/^(\w+) \S+/, '$1'))).toEqual(
				fixture.union.map((line) => line.replace(/^(\w+) \S+/, '$1')),
			);
		});
	}
});
