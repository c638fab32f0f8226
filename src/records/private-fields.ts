import type { MarcField } from './marc.ts';

/** Fields whose first indicator 0 says "private": acquisition source, ownership history, actions. */
const PRIVATE_BY_INDICATOR: ReadonlySet<string> = new Set(['541', '561', '583']);

/** Item and holdings fields that others may know. */
const HOLDINGS: ReadonlySet<string> = new Set([
	'852',
	'853',
	'854',
	'855',
	'863',
	'864',
	'865',
	'866',
	'867',
	'868',
	'876',
	'877',
	'878',
	'949',
	'952',
]);

export const isHoldingsTag = (tag: string): boolean => HOLDINGS.has(tag);

/** Whether a field is for its own library's eyes: 541, 561 and 583 with first indicator 0, local notes (59X), local fields (9XX) that hold no items. */
export function isPrivate(field: MarcField): boolean {
	const { tag } = field;
	const first = tag.charCodeAt(0);
	if (first === 0x35) return tag.charCodeAt(1) === 0x39 || (field.ind1 === '0' && PRIVATE_BY_INDICATOR.has(tag));
	return first === 0x39 && !HOLDINGS.has(tag);
}
