/** Codes of MARC for languages as BCP 47 writes them: two letters where ISO 639-1 has two, else the terminological code of ISO 639-2. */
const TAGS: Readonly<Record<string, string>> = {
	vie: 'vi',
	eng: 'en',
	fre: 'fr',
	ger: 'de',
	rus: 'ru',
	chi: 'zh',
	jpn: 'ja',
	kor: 'ko',
	spa: 'es',
	ita: 'it',
	por: 'pt',
	lat: 'la',
	lao: 'lo',
	khm: 'km',
	tha: 'th',
	ind: 'id',
	may: 'ms',
	bur: 'my',
	tgl: 'tl',
	ara: 'ar',
	hin: 'hi',
	san: 'sa',
	tib: 'bo',
	mon: 'mn',
	ukr: 'uk',
	pol: 'pl',
	cze: 'cs',
	slo: 'sk',
	hun: 'hu',
	rum: 'ro',
	bul: 'bg',
	gre: 'el',
	dut: 'nl',
	swe: 'sv',
	dan: 'da',
	nor: 'no',
	fin: 'fi',
	tur: 'tr',
	heb: 'he',
	per: 'fa',
};
/** Codes of MARC that stand in the table. */
export const LANGUAGE_CODES: readonly string[] = Object.keys(TAGS);

const CODE = /^[a-z]{3}$/;

/** The tag of a language of MARC; undefined for what is no code. */
export const languageTag = (code: string): string | undefined => (CODE.test(code) ? (TAGS[code] ?? code) : undefined);
