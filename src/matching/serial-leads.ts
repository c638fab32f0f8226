/** What some catalogues put before the name of a serial and others leave out, folded. */
const LEAD = /^(tap chi|t ?c|bao|tap san|ban tin) (?=.)/;

const SPELLED: Readonly<Record<string, string>> = { tc: 'tap chi', 't c': 'tap chi' };

const leadOf = (title: string): string => LEAD.exec(title)?.[1] ?? '';

/** The folded name of a serial without such a word: what keys are made of. */
export const withoutLead = (title: string): string => title.replace(LEAD, '');

/** Two folded names of serials without the word that only one begins with, or both; a newspaper and a journal of one name keep theirs. */
export function withoutLeads(a: string, b: string): readonly [string, string] {
	const [x, y] = [leadOf(a), leadOf(b)];
	const differ = x !== '' && y !== '' && (SPELLED[x] ?? x) !== (SPELLED[y] ?? y);
	return differ ? [a, b] : [withoutLead(a), withoutLead(b)];
}
