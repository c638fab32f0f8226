import type { Fields } from './fields.ts';
import { head } from './trim.ts';

/** What tells one edition on discs, tapes or in files from another, by words of several languages. */
const WORDS: readonly (readonly [format: string, pattern: RegExp])[] = [
	['daisy', /daisy/i],
	['pdf', /\bpdf\b/i],
	['epub', /\be-?pub\b/i],
	['blu-ray', /blu-?ray/i],
	['dvd', /\bdvd\b/i],
	['cd', /\bcd(?!-?rom)|compact disc|đĩa cd/i],
	['lp', /\blp\b|vinyl|đĩa than/i],
	['cassette', /[ck]assett|kasetti|\bmc\b|băng (?:cát|từ)/i],
];

const MAY_TELL = /daisy|pdf|e-?pub|blu-?ray|dvd|\bcd|compact disc|\blp\b|vinyl|[ck]assett|\bmc\b|băng|đĩa/i;

/** Libraries for people who cannot read print: what bears their name alone is a talking book. */
const TALKING_BOOK_HOUSE = /^\[?(?:celia|mtm|myndigheten för tillgängliga medier|nota|norsk lyd- og blindeskriftbibliotek)\b/i;

/** Where formats are told: qualifiers of 020, extent, digital file, type of file, system; Daisy also in the rest of title. */
const PLACES: readonly (readonly [tag: string, codes: string])[] = [
	['020', 'q'],
	['300', 'a'],
	['347', 'ab'],
	['516', 'a'],
	['538', 'a'],
];

/** 007: a sound disc of 1.4 m/s or 33 revolutions, a sound cassette, a video disc or cassette. */
function formatOf007(text: string): string {
	if (text.startsWith('sd')) return text.charAt(3) === 'f' ? 'cd' : text.charAt(3) === 'b' ? 'lp' : '';
	if (text.startsWith('ss')) return 'cassette';
	if (text.startsWith('vd')) return text.charAt(4) === 'v' ? 'dvd' : text.charAt(4) === 's' ? 'blu-ray' : '';
	return '';
}

function isTalkingBook(fields: Fields): boolean {
	if (fields.all('245').some((p) => /daisy/i.test(head(p.text('b'))))) return true;
	if (fields.all('028').some((p) => TALKING_BOOK_HOUSE.test(p.text('b')))) return true;
	return !fields.has('020') && ['260', '264'].some((tag) => fields.all(tag).some((p) => TALKING_BOOK_HOUSE.test(p.text('b'))));
}

/** `cd`, `lp`, `cassette`, `dvd`, `blu-ray`, `pdf`, `epub`, `daisy`: those that the record tells, in order. */
export function readFormats(fields: Fields): string[] {
	const found = new Set<string>();
	for (const place of fields.all('007')) {
		const format = formatOf007(place.field.value);
		if (format !== '') found.add(format);
	}
	for (const [tag, codes] of PLACES) {
		for (const place of fields.all(tag)) {
			for (const s of place.field.subfields) {
				if (!codes.includes(s.code)) continue;
				const text = head(s.value);
				if (MAY_TELL.test(text)) for (const [format, pattern] of WORDS) if (pattern.test(text)) found.add(format);
			}
		}
	}
	if (isTalkingBook(fields)) found.add('daisy');
	return [...found].sort();
}
