import { foldText } from '../lib/fold.ts';
import { CODE_NAMES } from '../records/code-names.ts';
import { LANGUAGE_CODES, languageTag } from '../records/languages.ts';

/** Years as people type a range of them in several words. */
export const YEARS_JOINED = /^[0-9]{4} (?:-|–|—|\.\.|đến|den|to) [0-9]{4}$/i;
const RANGE = /^([0-9]{4})?(?:( ?(?:-|–|—|\.\.|…) ?| (?:đến|den|to) )([0-9]{4})?)?$/i;
const COMPARED = /^(>=?|<=?|≥|≤) ?([0-9]{4})$/;

/** The years of `2015`, `2010-2020`, `2010..2020`, `2010 đến 2020`, `2010-`, `-1985`, `>2010`, `<=2010`, both included; undefined for what names none. */
export function yearsTyped(text: string): { readonly from: number | null; readonly to: number | null } | undefined {
	const typed = text.trim();
	const [, sign, year] = COMPARED.exec(typed) ?? [];
	if (sign !== undefined) {
		const beyond = sign.length === 1 && '<>'.includes(sign) ? 1 : 0;
		return sign.startsWith('>') || sign === '≥' ? { from: Number(year) + beyond, to: null } : { from: null, to: Number(year) - beyond };
	}
	const [, from, dash, to] = RANGE.exec(typed) ?? [];
	if (from === undefined && to === undefined) return undefined;
	const first = from === undefined ? null : Number(from);
	return { from: first, to: dash === undefined ? first : to === undefined ? null : Number(to) };
}

/** Words that stand before the name of a language, folded. */
export const LANGUAGE_WORD: ReadonlySet<string> = new Set(['tieng']);

let codes: ReadonlyMap<string, string> | undefined;

/** Codes of languages by their names in Vietnamese and English, with and without `tiếng`, and by their tags: all folded. */
function readCodes(): ReadonlyMap<string, string> {
	const names = ['vi', 'en'].map((language) => new Intl.DisplayNames([language], { type: 'language', fallback: 'none' }));
	const found = new Map<string, string>();
	for (const code of LANGUAGE_CODES) {
		const tag = languageTag(code) as string;
		for (const name of [tag, ...names.map((one) => one.of(tag) ?? code)]) {
			const folded = foldText(name);
			found.set(folded, code).set(folded.replace(/^tieng /, ''), code);
		}
	}
	return found;
}

/** The code of a language that was typed by its name (`tiếng Anh`, `việt`, `French`) or its tag (`en`); undefined for other texts. */
export function languageTyped(text: string): string | undefined {
	codes ??= readCodes();
	return codes.get(foldText(text.trim()));
}

/** Facets whose codes have names that people type. */
export const CODED_FACETS = ['kind', 'material', 'libraryKind'] as const;
export type CodedFacet = (typeof CODED_FACETS)[number];

/** Words of a code beside its names, folded. */
const ALSO: Readonly<Record<string, string>> = {
	monograph: 'sach in|monograph',
	serial: 'an pham dinh ky|tap chi va bao',
	component: 'bai bao|article',
	sound: 'audio|sach noi',
	video: 'phim',
	school: 'truong',
	district: 'huyen|quan',
};

/** The kind of library stands in the name of the field already: `loại thư viện:trường học`. */
const SAID_BY_FIELD = /^thu vien | library$/g;

/** Each facet with its codes by their names in Vietnamese and English, by each name where commas part several, and by the code itself; folded. */
const CODED: ReadonlyMap<CodedFacet, ReadonlyMap<string, string>> = new Map(
	CODED_FACETS.map((facet) => {
		const found = new Map<string, string>();
		for (const [code, names] of Object.entries(CODE_NAMES[facet])) {
			const typed: string[] = [code, ...names, ...names.flatMap((name: string) => name.split(',')), ...(ALSO[code]?.split('|') ?? [])];
			for (const name of typed.map((one) => foldText(one))) found.set(name, code).set(name.replaceAll(SAID_BY_FIELD, ''), code);
		}
		return [facet, found];
	}),
);

/** Most words of a name above. */
export const CODED_WORDS_MAX = 5;

/**
 * What was typed as a kind of record, of material or of library by its name or code: `tạp chí`, `bản đồ`, `trường học`. Books are no material and maps no
 * kind of record, but people do not tell these two apart. undefined for other texts.
 */
export function codeTyped(field: CodedFacet, text: string): { readonly facet: CodedFacet; readonly value: string } | undefined {
	const name = foldText(text);
	const facets: readonly CodedFacet[] = field === 'libraryKind' ? [field] : field === 'kind' ? ['kind', 'material'] : ['material', 'kind'];
	for (const facet of facets) {
		const value = CODED.get(facet)?.get(name);
		if (value !== undefined) return { facet, value };
	}
	return undefined;
}
