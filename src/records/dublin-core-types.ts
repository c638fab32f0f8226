/** What a dc:type or dc:format value says of a record: leader/06, leader/07, and the content, media and carrier types of 336-338. */
export interface DcType {
	readonly type: string;
	readonly level: 'm' | 's' | 'a' | 'c';
}

/** DCMI types, COAR and everyday words, Vietnamese ones without diacritics; the first that occurs as a word decides. */
const WORDS: readonly (readonly [RegExp, DcType])[] = [
	[/\b(?:article|bookpart|book part|chapter|conference ?paper|bai bao|bai trich|bai viet|chuong)\b/, { type: 'a', level: 'a' }],
	[/\b(?:journal|periodical|serial|magazine|newspaper|tap chi|bao|an pham dinh ky)\b/, { type: 'a', level: 's' }],
	[/\b(?:map|maps|cartographic|atlas|ban do)\b/, { type: 'e', level: 'm' }],
	[/\b(?:score|notated music|sheet music|ban nhac)\b/, { type: 'c', level: 'm' }],
	[/\b(?:musical sound|music recording|music|am nhac)\b/, { type: 'j', level: 'm' }],
	[/\b(?:sound|audio|audiobook|sach noi|am thanh)\b/, { type: 'i', level: 'm' }],
	[/\b(?:video|moving ?image|film|movie|phim)\b/, { type: 'g', level: 'm' }],
	[/\b(?:still ?image|image|photograph|picture|anh|tranh|hinh anh)\b/, { type: 'k', level: 'm' }],
	[/\b(?:software|dataset|data ?set|interactive ?resource|phan mem|du lieu)\b/, { type: 'm', level: 'm' }],
	[/\b(?:physical ?object|object|hien vat)\b/, { type: 'r', level: 'm' }],
	[/\b(?:manuscript|ban viet tay|ban thao)\b/, { type: 't', level: 'm' }],
	[/\b(?:collection|bo suu tap)\b/, { type: 'a', level: 'c' }],
	[/\b(?:text|book|ebook|monograph|thesis|dissertation|report|sach|luan van|luan an|giao trinh)\b/, { type: 'a', level: 'm' }],
];

const MIME: readonly (readonly [RegExp, DcType])[] = [
	[/^audio\//, { type: 'i', level: 'm' }],
	[/^video\//, { type: 'g', level: 'm' }],
	[/^image\//, { type: 'k', level: 'm' }],
];

/** Lower case, without Vietnamese diacritics, camel case and hyphens as separate words. */
const plain = (text: string): string =>
	text
		.replace(/([a-z])([A-Z])/g, '$1 $2')
		.toLowerCase()
		.normalize('NFD')
		.replace(/[\u0300-\u036f]/g, '')
		.replaceAll('đ', 'd')
		.replace(/[-_/]+/g, ' ');

/** The type that the values of dc:type say, else dc:format, else a printed monograph. */
export function dcType(types: readonly string[], formats: readonly string[]): DcType {
	for (const value of types) {
		const text = plain(value);
		for (const [pattern, type] of WORDS) if (pattern.test(text)) return type;
	}
	for (const value of formats) for (const [pattern, type] of MIME) if (pattern.test(value)) return type;
	return { type: 'a', level: 'm' };
}

/** Terms of 336 (RDA content), 337 (media) and 338 (carrier) by leader/06. */
const RDA: Readonly<Record<string, readonly [string, string]>> = {
	a: ['text', 'txt'],
	c: ['notated music', 'ntm'],
	e: ['cartographic image', 'cri'],
	g: ['two-dimensional moving image', 'tdi'],
	i: ['spoken word', 'spw'],
	j: ['performed music', 'prm'],
	k: ['still image', 'sti'],
	m: ['computer dataset', 'cod'],
	r: ['three-dimensional form', 'tdf'],
	t: ['text', 'txt'],
};

/** Term and code of the content type (336) for leader/06. */
export const contentType = (type: string): readonly [string, string] => RDA[type] ?? ['text', 'txt'];

/** Whether a dc:format is a MIME type: such a record is online. */
export const isMime = (format: string): boolean => /^(?:application|audio|image|text|video|model|multipart)\/[\w.+-]+/.test(format);
