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

const LOCALES: Readonly<Record<Language, string>> = { vi: 'vi-VN', en: 'en-GB' };
const NUMBERS = { vi: new Intl.NumberFormat(LOCALES.vi), en: new Intl.NumberFormat(LOCALES.en) };
const timeFormat = (language: Language): Intl.DateTimeFormat =>
	new Intl.DateTimeFormat(LOCALES[language], { dateStyle: 'long', timeStyle: 'short', timeZone: 'Asia/Ho_Chi_Minh' });
const TIMES = { vi: timeFormat('vi'), en: timeFormat('en') };

export const number = (language: Language, value: number): string => NUMBERS[language].format(value);
export const time = (language: Language, ms: number): string => TIMES[language].format(ms);

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
