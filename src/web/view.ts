import { TEXTS, type TextName } from './texts.ts';

export const LANGUAGES = ['vi', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Names and values of an address, a name as often as it has values. */
export type Params = readonly (readonly [name: string, value: string])[];

/** Who looks at a page and where: what every page is made with. */
export interface View {
	readonly language: Language;
	/** The address names the language (`lang`): links carry it on, since nothing else remembers it. */
	readonly chosen: boolean;
	/** What the world calls this server, without a slash at the end. */
	readonly publicUrl: string;
	/** The address of the page: its path and its parameters but `lang`. */
	readonly path: string;
	readonly params: Params;
}

/** A text of the table in the language of the page; `{name}` in it is filled from `values`. */
export function say({ language }: View, name: TextName, values: Readonly<Record<string, string | number>> = {}): string {
	const text = TEXTS[name][language === 'vi' ? 0 : 1];
	return text.replaceAll(/\{(\w+)\}/g, (whole, key: string) => {
		const value = values[key];
		return value === undefined ? whole : typeof value === 'number' ? number(language, value) : value;
	});
}

/** A name as it stands within a sentence: `Chủ đề` is `chủ đề` there. */
export const inSentence = (name: string): string => name.charAt(0).toLocaleLowerCase('vi') + name.slice(1);

const LOCALES: Readonly<Record<Language, string>> = { vi: 'vi-VN', en: 'en-GB' };
const NUMBERS = { vi: new Intl.NumberFormat(LOCALES.vi), en: new Intl.NumberFormat(LOCALES.en) };
const ZONE = { timeZone: 'Asia/Ho_Chi_Minh' } as const;
const HOURS = new Intl.DateTimeFormat('en-GB', { timeStyle: 'short', ...ZONE });
const DAYS = {
	vi: new Intl.DateTimeFormat(LOCALES.vi, { day: '2-digit', month: '2-digit', year: 'numeric', ...ZONE }),
	en: new Intl.DateTimeFormat(LOCALES.en, { dateStyle: 'long', ...ZONE }),
};

export const number = (language: Language, value: number): string => NUMBERS[language].format(value);
/** `28/11/2026`, `28 November 2026`: the day in Vietnam. */
export const day = (language: Language, ms: number): string => DAYS[language].format(ms);
/** `03:38 ngày 28/11/2026`, `28 November 2026 at 03:38`: what a sentence may go on with, and what stands in a table. */
export const time = (language: Language, ms: number): string =>
	language === 'vi' ? `${HOURS.format(ms)} ngày ${day(language, ms)}` : `${day(language, ms)} at ${HOURS.format(ms)}`;

/** An address on this server, with the language carried on. */
export function href(view: View, path: string, params: Params = []): string {
	const query = new URLSearchParams(params.map(([name, value]): [string, string] => [name, value]));
	if (view.chosen) query.append('lang', view.language);
	return query.size === 0 ? path : `${path}?${query}`;
}

/** The same page in the other language. */
export function otherLanguage(view: View): { readonly language: Language; readonly href: string } {
	const language = view.language === 'vi' ? 'en' : 'vi';
	return { language, href: href({ ...view, language, chosen: true }, view.path, view.params) };
}
