import { LIMITS } from '../lib/limits.ts';
import type { MarcField, Repair, Subfield } from './marc.ts';

export const NO_SUBFIELDS: readonly Subfield[] = Object.freeze([]);
const NUMERIC_TAGS: readonly string[] = Array.from({ length: 1000 }, (_, n) => String(n).padStart(3, '0'));
const DELIMITER = '\u001f';

/** The tag with this number as a shared string. */
export const numericTag = (n: number): string => NUMERIC_TAGS[n] as string;

const isTagCharacter = (c: number): boolean => (c >= 48 && c <= 57) || (c >= 65 && c <= 90) || (c >= 97 && c <= 122);

/**
 * A tag of three letters or digits: as it stands, or mended and named (`tag`). Blanks around it go, a short number gets its
 * leading zeros, other characters become 9, and what is too long is cut.
 */
export function mendTag(tag: string, repairs: Repair[]): string {
	if (tag.length === 3 && isTagCharacter(tag.charCodeAt(0)) && isTagCharacter(tag.charCodeAt(1)) && isTagCharacter(tag.charCodeAt(2)))
		return tag;
	let mended = tag.trim();
	mended = mended.length < 3 && mended !== '' ? mended.padStart(3, '0') : mended.slice(0, 3).padEnd(3, '9');
	mended = mended.replace(/[^0-9A-Za-z]/g, '9');
	repairs.push({ code: 'tag', at: mended, detail: JSON.stringify(tag) });
	return mended;
}

/** An indicator of one ASCII graphic character or blank; anything else becomes blank and is named (`indicator`). */
export function mendIndicator(indicator: string, tag: string, repairs: Repair[]): string {
	if (indicator.length === 1) {
		const c = indicator.charCodeAt(0);
		if (c >= 0x20 && c < 0x7f) return indicator;
	}
	repairs.push({ code: 'indicator', at: tag, detail: JSON.stringify(indicator) });
	return ' ';
}

/** A subfield code: one ASCII graphic character (capitals are local codes of their own). Anything else becomes `a` and is named (`subfield-code`). */
export function mendCode(code: string, tag: string, repairs: Repair[]): string {
	if (code.length === 1) {
		const c = code.charCodeAt(0);
		if (c > 0x20 && c < 0x7f) return code;
	}
	repairs.push({ code: 'subfield-code', at: tag, detail: JSON.stringify(code) });
	return 'a';
}

/** A leader for a record that came without one: a printed monograph in Unicode, lengths to be computed. */
const DEFAULT_LEADER = '00000nam a2200000   4500';

/** The leader with 24 characters and `a` in 09; what was missing is taken from the default one and named. */
export function mendLeader(text: string, repairs: Repair[]): string {
	let leader = text;
	if (leader.length !== 24) {
		repairs.push(
			text.trim() === '' ? { code: 'leader-missing', at: 'leader' } : { code: 'leader-length', at: 'leader', detail: JSON.stringify(text) },
		);
		leader = text.trim();
		// the record length is blank in many exports and goes with the white space
		if (/^[a-z][a-z ]/i.test(leader)) leader = `00000${leader}`;
		leader = leader.slice(0, 24);
		leader += DEFAULT_LEADER.slice(leader.length);
	}
	if (/[^ -~]/.test(leader)) {
		repairs.push({ code: 'leader-characters', at: 'leader', detail: JSON.stringify(leader) });
		leader = leader.replace(/[^ -~]/gu, ' ').padEnd(24, ' ');
	}
	return leader[9] === 'a' ? leader : `${leader.slice(0, 9)}a${leader.slice(10)}`;
}

/** A control field from text[from, to); null when it is empty. Subfields in it are flattened. */
function readControl(tag: string, text: string, from: number, to: number, repairs: Repair[]): MarcField | null {
	let value = text.slice(from, to);
	if (value.includes(DELIMITER)) {
		repairs.push({ code: 'control-field-subfields', at: tag });
		value = value
			.split(DELIMITER)
			.map((part, i) => (i === 0 ? part.trim() : part.slice(1)))
			.join('');
	}
	if (value === '') {
		repairs.push({ code: 'field-empty', at: tag });
		return null;
	}
	return { tag, ind1: ' ', ind2: ' ', value, subfields: NO_SUBFIELDS };
}

/** Subfields of text[from, to), where text[from] is the first delimiter; empty ones are dropped and named. */
function readSubfields(tag: string, text: string, from: number, to: number, repairs: Repair[]): Subfield[] {
	const subfields: Subfield[] = [];
	let at = from;
	while (at < to) {
		let next = text.indexOf(DELIMITER, at + 1);
		if (next < 0 || next > to) next = to;
		if (next - at > 2) {
			const c = text.charCodeAt(at + 1);
			if (c > 0x20 && c < 0x7f) subfields.push({ code: text[at + 1] as string, value: text.slice(at + 2, next) });
			else readOddCode(tag, text.slice(at + 1, next), subfields, repairs);
		} else repairs.push({ code: 'subfield-empty', at: tag, detail: JSON.stringify(text.slice(at + 1, next)) });
		at = next;
	}
	return subfields;
}

/** A subfield whose code is no code: a blank before the real code, or a letter of the text itself. */
function readOddCode(tag: string, text: string, subfields: Subfield[], repairs: Repair[]): void {
	const c = text.charCodeAt(0);
	repairs.push({ code: 'subfield-code', at: tag, detail: JSON.stringify(text[0]) });
	if (c <= 0x20 && /^\s[a-z0-9](?![a-z0-9])/.test(text) && text.length > 2)
		subfields.push({ code: text[1] as string, value: text.slice(2) });
	else subfields.push({ code: 'a', value: c <= 0x20 ? text.slice(1) : text });
}

/** A data field whose indicators are not two characters before the first delimiter. */
function readOddIndicators(tag: string, text: string, from: number, to: number, repairs: Repair[]): MarcField | null {
	let delimiter = text.indexOf(DELIMITER, from);
	if (delimiter < 0 || delimiter > to) delimiter = to;
	const head = text.slice(from, delimiter);
	if (from === to) {
		repairs.push({ code: 'field-empty', at: tag });
		return null;
	}
	const subfields: Subfield[] = [];
	let indicators = head;
	const body = head.slice(2);
	if (delimiter === to || body.trim() !== '') {
		// text without a subfield code of its own
		const bare = /^[0-9 #|]{2}/.test(head) ? body : head;
		if (bare === head) indicators = '  ';
		if (bare.trim() !== '') subfields.push({ code: 'a', value: bare });
		repairs.push({ code: 'subfield-missing', at: tag });
	} else repairs.push({ code: 'indicator', at: tag, detail: JSON.stringify(head) });
	if (delimiter < to) for (const s of readSubfields(tag, text, delimiter, to, repairs)) subfields.push(s);
	if (subfields.length === 0) {
		repairs.push({ code: 'field-empty', at: tag });
		return null;
	}
	const ind1 = indicators[0] ?? ' ';
	const ind2 = indicators[1] ?? ' ';
	return { tag, ind1: /[ -~]/.test(ind1) ? ind1 : ' ', ind2: /[ -~]/.test(ind2) ? ind2 : ' ', value: '', subfields };
}

/** Whether a field has more subfields than are read. */
export const hasTooManySubfields = (field: MarcField): boolean => field.subfields.length > LIMITS.subfieldsPerFieldMax;

/**
 * One variable field from text[from, to) as ISO 2709 has it: a control field's text, or indicators and subfields after 0x1F. The tag has
 * been mended. Null when nothing is in it; every repair is named.
 */
export function readField(tag: string, text: string, from: number, to: number, repairs: Repair[]): MarcField | null {
	if (tag.charCodeAt(0) === 48 && tag.charCodeAt(1) === 48) return readControl(tag, text, from, to, repairs);
	const c1 = text.charCodeAt(from);
	const c2 = text.charCodeAt(from + 1);
	if (to - from < 4 || text.charCodeAt(from + 2) !== 0x1f || c1 < 0x20 || c1 > 0x7e || c2 < 0x20 || c2 > 0x7e)
		return readOddIndicators(tag, text, from, to, repairs);
	const subfields = readSubfields(tag, text, from + 2, to, repairs);
	if (subfields.length === 0) {
		repairs.push({ code: 'field-empty', at: tag });
		return null;
	}
	return { tag, ind1: text[from] as string, ind2: text[from + 1] as string, value: '', subfields };
}
