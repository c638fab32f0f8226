import type { MarcField, MarcRecord } from '../../src/records/marc.ts';

export const LEADER = '00000nam a2200000 a 4500';

/** A field from a line: `001 value`, or `245 10 $aTitle$bRest` with _ for a blank indicator. A trailing `@dc:title[1]` is its origin. */
export function field(line: string): MarcField {
	const [text = '', origin] = line.split('@dc:');
	const tag = text.slice(0, 3);
	const from = origin === undefined ? {} : { origin: `dc:${origin}` };
	if (tag.startsWith('00')) return { tag, ind1: ' ', ind2: ' ', value: text.slice(4), subfields: [], ...from };
	const subfields = text
		.slice(8)
		.split('$')
		.map((s) => ({ code: s.charAt(0), value: s.slice(1) }));
	return { tag, ind1: text.charAt(4).replace('_', ' '), ind2: text.charAt(5).replace('_', ' '), value: '', subfields, ...from };
}

/** A record from such lines. */
export const marc = (lines: readonly string[], leader = LEADER): MarcRecord => ({ leader, fields: lines.map(field) });
