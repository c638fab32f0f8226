import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bibFromMarc } from '../../src/records/bib-from-marc.ts';
import { marc } from './marc-lines.ts';

interface Fixture {
	readonly about: string;
	readonly leader: string;
	readonly fields: readonly string[];
	/** Checked by hand. */
	readonly expected?: unknown;
}

const folder = new URL('bib-fixtures/', import.meta.url);

describe('the description read from whole records', () => {
	for (const file of readdirSync(folder).sort()) {
		const fixture = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Fixture;
		it(`${file}: ${fixture.about}`, () => {
			const found = bibFromMarc(marc(fixture.fields, fixture.leader));
			if (fixture.expected === undefined)
				expect.fail(`no expectation yet; review this and put it into ${file}:\n${JSON.stringify(found, null, '\t')}`);
			expect(found).toEqual(fixture.expected);
		});
	}
});
