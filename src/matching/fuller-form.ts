import { exactText, foldText, hasVietnameseMarks } from '../lib/fold.ts';
import { type MarcField, type Subfield, subfield } from '../records/marc.ts';

/** What a fuller form may say beyond another, by group: subtitle and responsibility, dates of a person, publisher; never a part or volume. */
const MAY_ADD: Readonly<Record<string, string>> = { '1XX': 'cdeq4', '245': 'bc', '250': 'b', '26X': 'abcefg', '300': 'bc' };

const isLinkage = (code: string): boolean => code === '6' || code === '8' || code === '9';

/** Whether two values are the same words; where the first has Vietnamese marks the other has the same. */
function sameWords(value: string, other: string): boolean {
	if (value === other) return true;
	const words = foldText(value);
	if (words === '' || words !== foldText(other)) return false;
	return !hasVietnameseMarks(value) || exactText(value) === exactText(other);
}

/** Whether any form of a group can say more than another. */
export const hasFullerForms = (group: string): boolean => MAY_ADD[group] !== undefined || group === '008';

const textOf = (subfields: readonly Subfield[]): string => subfields.map((s) => s.value).join(' ');

function countOf(fields: readonly MarcField[]): number {
	let n = 0;
	for (const { subfields } of fields) for (const { code } of subfields) if (!isLinkage(code)) n++;
	return n;
}

/**
 * Whether one form of a group says all that another says, in the same words, and more, or the same in more subfields. A form that is linked to
 * another script is left as it is.
 */
export function saysMore(fields: readonly MarcField[], than: readonly MarcField[], group: string): boolean {
	const mayAdd = MAY_ADD[group];
	if (mayAdd === undefined || countOf(fields) <= countOf(than)) return false;
	const [more, said] = [fields, than].map((form) => form.flatMap((f) => f.subfields).filter((s) => !isLinkage(s.code))) as [
		Subfield[],
		Subfield[],
	];
	if (said.length === 0) return false;
	if (than.some((f) => subfield(f, '6') !== undefined)) return false;
	if (group === '1XX' && fields[0]?.tag !== than[0]?.tag) return false;
	const left: (Subfield | undefined)[] = [...more];
	for (const { code, value } of said) {
		const at = left.findIndex((s) => s !== undefined && s.code === code && sameWords(value, s.value));
		if (at < 0) return sameWords(textOf(said), textOf(more));
		left[at] = undefined;
	}
	const added = left.filter((s) => s !== undefined);
	return added.some((s) => foldText(s.value) !== '') && added.every((s) => mayAdd.includes(s.code));
}

const NO_LANGUAGE = 'und';

const statesLanguage = (value: string): boolean => /^[a-z]{3}$/.test(value.slice(35, 38)) && value.slice(35, 38) !== NO_LANGUAGE;
const statesYear = (value: string): boolean => /^\d{4}$/.test(value.slice(7, 11));

/** Whether one 008 states the language that another leaves open, and a year if that one does. */
export const statesMore = (value: string, than: string): boolean =>
	!statesLanguage(than) && statesLanguage(value) && (statesYear(value) || !statesYear(than));
