import { describe, expect, it } from 'vitest';
import { contentQuirks } from './quirks/content.ts';
import { dateQuirks } from './quirks/dates.ts';
import { httpQuirks } from './quirks/http.ts';
import { listQuirks } from './quirks/lists.ts';

const quirks = [...contentQuirks, ...listQuirks, ...dateQuirks, ...httpQuirks].sort((a, b) => a.row - b.row);

describe('what providers do wrong, and what comes out', () => {
	it('has a case for each of the 48 known misbehaviours', () => {
		expect(quirks.map((quirk) => quirk.row)).toEqual(Array.from({ length: 48 }, (_, i) => i + 1));
	});

	it.each(quirks.map((quirk) => [quirk.row, quirk.name, quirk] as const))('row %i: %s', async (_row, _name, quirk) => await quirk.run());
});
