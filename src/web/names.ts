import { CODE_NAMES, codeName, languageName } from '../records/code-names.ts';
import type { Language } from './view.ts';

/** Names of coded values, by facet. A value that is not here is shown as it is. */
const NAMES: Readonly<Record<string, Readonly<Record<string, readonly [vi: string, en: string]>>>> = {
	kind: CODE_NAMES.kind,
	material: CODE_NAMES.material,
	carrier: CODE_NAMES.carrier,
	classLevel: Object.fromEntries(Array.from({ length: 12 }, (_, i) => [String(i + 1), [`Lớp ${i + 1}`, `Class ${i + 1}`]])),
	libraryKind: CODE_NAMES.libraryKind,
	identifier: { other: ['Số khác', 'Other number'], system: ['Số hệ thống', 'System number'] },
};

/** The name of a coded value of a facet, or of `carrier`, `libraryKind` and `identifier`, for people. */
export function nameOf(language: Language, facet: string, value: string): string {
	if (facet === 'language') return languageName(language, value);
	if (facet === 'decade') return value.replace('-', '–');
	return codeName(Object.hasOwn(NAMES, facet) ? (NAMES[facet] ?? {}) : {}, language, value);
}
