/* 200 books of the sample network in each encoding that old systems left behind, with what they were meant to say. */
import { samplePublications } from '../src/demo/works.ts';
import { encodeMarc8 } from '../src/records/marc8-encode.ts';
import { as1252, asLatin, to1258, toTcvn3, toViscii, toVni } from '../test/support/vietnamese-encoders.ts';
import type { FormName } from './encoded-files.ts';

interface Texts {
	readonly author: string;
	readonly title: string;
	readonly rest: string;
	readonly publisher: string;
}

/** A book as it is meant, and as it is written. */
export interface EncodedBook extends Texts {
	readonly id: string;
	readonly written: Texts;
	readonly encode: (text: string) => string;
	/** Whether the texts written are bytes, each a letter. */
	readonly raw: boolean;
	readonly leader: string;
}

export interface Written {
	readonly name: string;
	readonly books: readonly EncodedBook[];
	readonly forms: readonly FormName[];
	readonly settings?: Readonly<Record<string, unknown>>;
}

const COUNT = 200;
const books = samplePublications(1).filter((one) => one.creators.length > 0 && one.kind !== 'serial');
/** Letters of other languages are in none of the encodings of Vietnamese. */
const ONLY_VIETNAMESE = ({ title, author }: Texts): boolean => !/[ëïöüçñ]/i.test(title + author) && author !== 'Nhiều tác giả';
const spread = (language: string): Texts[] => {
	const all = books.filter((one) => one.language === language);
	const seen = new Map<string, Texts>();
	const step = language === 'vie' ? 5 : 1;
	for (let from = 0; from < step; from++)
		for (let i = from; i < all.length; i += step) {
			const { title, subtitle, creators, publisher } = all[i] as (typeof all)[number];
			if (!seen.has(title)) seen.set(title, { title, rest: subtitle, author: creators[0]?.name ?? '', publisher });
		}
	return [...seen.values()].filter(ONLY_VIETNAMESE).slice(0, COUNT);
};

const VIETNAMESE = spread('vie');
const ENGLISH = spread('eng');
/** Titles alone, of one or two words. */
const SHORT: Texts[] = [...new Set(books.filter((one) => one.language === 'vie').map(({ title }) => title))]
	.filter((title) => title.split(' ').length <= 2)
	.slice(0, COUNT)
	.map((title) => ({ title, rest: '', author: '', publisher: '' }));
const FRENCH: Texts[] = [
	'Café de la Paix : études sur le vieil Hanoï',
	'Études indochinoises',
	'Où va la France ?',
	'Les misérables : édition intégrale',
	'À la recherche du temps perdu',
	'Le théâtre français au XIXe siècle',
	'Été à Noël : naïveté et maïs',
	'Çà et là : œuvres complètes',
	"L'âme annamite",
	'Élève, maître et école',
	'Dictionnaire annamite-français',
	'Bulletin de la Société des études indochinoises',
	"L'Annam : mœurs, coutumes et légendes",
	'La bête humaine',
	'Forêts, rivières et côtes du Tonkin',
	'Contes et légendes du pays d’Annam',
	'Où ? : poèmes',
	'Là-bas',
	'Dû et reçu',
	'Voilà ! : comédie',
].flatMap((line, i) => {
	const [title = '', rest = ''] = line.replaceAll('œ', 'oe').replaceAll('’', "'").split(' : ');
	return [
		'Éditions du Seuil',
		'Hachette',
		'Librairie Félix Alcan',
		'Plon',
		'Gallimard',
		'Société générale',
		'PUF',
		"À compte d'auteur",
		'Fayard',
		'Léopold Cerf',
	].map((publisher, j) => ({
		title: `${title} ${j}`,
		rest,
		author: ['François Coppée', 'Victor Hugo', 'Émile Zola', 'Pierre Huard'][(i + j) % 4] as string,
		publisher,
	}));
});
const OTHERS: Texts[] = [
	['Größe und Übung', 'Jürgen Möller', 'Köln'],
	['El niño y el año', 'José Ñúñez', 'Ediciones España'],
	['Coração, não : pães', 'João Simões', 'São Paulo'],
	['Città e perché', 'Niccolò Però', 'Società editrice'],
	['Över ån på ön', 'Åsa Sjöström', 'Göteborg'],
	['Kierkegaard: frygt og bæven', 'Søren Kierkegaard', 'Gyldendal Århus'],
].flatMap(([title = '', author = '', publisher = '']) =>
	Array.from({ length: 33 }, (_, i) => ({ title: `${title} ${i}`, rest: '', author, publisher })),
);
const FOREIGN = ['Microsoft Office', 'Internet', 'Marketing', 'café', 'Photoshop', 'Einstein', 'Paris', 'Victor Hugo'];
const MIXED_WORDS: Texts[] = VIETNAMESE.map((one, i) => ({ ...one, title: `${one.title} và ${FOREIGN[i % FOREIGN.length]}` }));
const UPPER: Texts[] = VIETNAMESE.map((one) => ({ ...one, title: one.title.toUpperCase(), author: one.author.toUpperCase() }));
const LOWER: Texts[] = VIETNAMESE.map((one) => ({ ...one, title: one.title.toLowerCase(), author: one.author.toLowerCase() }));

interface How {
	readonly encode: (text: string) => string;
	readonly raw: boolean;
	readonly leader?: string;
}

function write(all: readonly Texts[], ...hows: readonly How[]): EncodedBook[] {
	return all.map((one, i) => {
		const { encode, raw, leader = 'a' } = hows[i % hows.length] as How;
		const written = { title: encode(one.title), rest: encode(one.rest), author: encode(one.author), publisher: encode(one.publisher) };
		return { ...one, id: `b${i}`, written, encode, raw, leader };
	});
}

const same = (text: string): string => text;
const bytewise = (encode: (text: string) => string, leader = 'a'): How => ({ encode, raw: true, leader });
const letters = (encode: (text: string) => string): How => ({ encode, raw: false });
const utf8 = letters(same);

const FILES: readonly FormName[] = ['ISO 2709', 'CSV ,', 'CSV ;', 'TSV'];
const UNICODE: readonly FormName[] = ['ISO 2709', 'MARCXML, UTF-8 declared', 'CSV ,', 'XLSX'];
const XML_BYTES: readonly FormName[] = [
	'MARCXML, UTF-8 declared',
	'MARCXML, Latin-1 declared',
	'MARCXML, windows-1252 declared',
	'MARCXML, nothing declared',
];
const OLD: readonly (readonly [string, (text: string) => string])[] = [
	['TCVN3', toTcvn3],
	['VNI', toVni],
	['VISCII', toViscii],
	['windows-1258', to1258],
];
const MIXED_ENCODE = (encode: (text: string) => string): readonly How[] => [bytewise(encode), { encode: same, raw: false }];

function ofEncoding([name, encode]: readonly [string, (text: string) => string]): Written[] {
	const latin = letters((text) => as1252(encode(text)));
	return [
		{ name, books: write(VIETNAMESE, bytewise(encode)), forms: [...FILES, ...XML_BYTES] },
		{ name: `${name}, taken for windows-1252`, books: write(VIETNAMESE, latin), forms: UNICODE },
		{
			name: `${name}, half of the records in UTF-8`,
			books: write(VIETNAMESE, ...MIXED_ENCODE(encode)),
			forms: [...FILES.slice(0, 2), 'MARCXML, UTF-8 declared'],
		},
		{ name: `${name} taken for windows-1252, half right`, books: write(VIETNAMESE, latin, utf8), forms: UNICODE },
		{ name: `${name}, capitals`, books: write(UPPER, bytewise(encode)), forms: ['ISO 2709', 'CSV ,'] },
		{ name: `${name}, capitals, taken for windows-1252`, books: write(UPPER, latin), forms: UNICODE },
		{ name: `${name}, with foreign words`, books: write(MIXED_WORDS, bytewise(encode)), forms: ['ISO 2709', 'CSV ,'] },
		{ name: `${name}, foreign words, taken for windows-1252`, books: write(MIXED_WORDS, latin), forms: UNICODE },
		{ name: `${name}, titles of one or two words`, books: write(SHORT, bytewise(encode)), forms: ['ISO 2709', 'CSV ,'] },
		{ name: `${name}, short, taken for windows-1252`, books: write(SHORT, latin), forms: UNICODE },
		{
			name: `${name}, stated by the source`,
			books: write(VIETNAMESE, bytewise(encode)),
			forms: ['ISO 2709', 'CSV ,', 'MARCXML, nothing declared'],
			settings: { encoding: name.toLowerCase() },
		},
		{
			name: `${name}, short, stated by the source`,
			books: write(SHORT, bytewise(encode)),
			forms: ['ISO 2709', 'CSV ,', 'MARCXML, nothing declared'],
			settings: { encoding: name.toLowerCase() },
		},
		{
			name: `${name}, short, taken for windows-1252, stated`,
			books: write(SHORT, latin),
			forms: ['MARCXML, UTF-8 declared', 'XLSX'],
			settings: { encoding: name.toLowerCase() },
		},
	];
}

const nfd = letters((text) => text.normalize('NFD'));
/** The tone, then the shape, as some keyboards typed. */
const toneFirst = letters((text) =>
	text.normalize('NFD').replaceAll(/([aeoAEO])(\u0323?)([\u0302\u0306])([\u0300\u0301\u0303\u0309])/g, '$1$2$4$3'),
);
const hornLast = letters((text) => text.normalize('NFD').replaceAll(/(\u031b)([\u0300\u0301\u0303\u0309\u0323])/g, '$2$1'));
const stray = letters((text) =>
	[...text]
		.map((c) =>
			/[\u0300\u0301\u0309\u0303\u0323]/.test(c.normalize('NFD'))
				? c.normalize('NFD').replace(/([\u0300\u0301\u0309\u0303\u0323])(.*)/u, '$2$1')
				: c,
		)
		.join(''),
);
const twice = (text: string): string => asLatin(text);
const twice1252 = (text: string): string => as1252(asLatin(text));
const lost = letters((text) => (text.startsWith('Nhan') ? text : text.replaceAll(/[^\0-\u00ff]/g, '?')));

export const ENCODED: readonly Written[] = [
	...OLD.flatMap(ofEncoding),
	{ name: 'UTF-8', books: write(VIETNAMESE, utf8), forms: [...FILES, ...XML_BYTES, 'XLSX'] },
	{ name: 'UTF-8, leader says MARC-8', books: write(VIETNAMESE, { ...utf8, leader: ' ' }), forms: ['ISO 2709'] },
	{ name: 'MARC-8', books: write(VIETNAMESE, bytewise(encodeMarc8, ' ')), forms: ['ISO 2709'] },
	{ name: 'MARC-8, leader says UTF-8', books: write(VIETNAMESE, bytewise(encodeMarc8)), forms: ['ISO 2709'] },
	{ name: 'MARC-8, short, leader says UTF-8', books: write(SHORT, bytewise(encodeMarc8)), forms: ['ISO 2709'] },
	{ name: 'UTF-8 twice, by Latin-1', books: write(VIETNAMESE, letters(twice)), forms: UNICODE },
	{ name: 'UTF-8 twice, by windows-1252', books: write(VIETNAMESE, letters(twice1252)), forms: UNICODE },
	{
		name: 'UTF-8 three times, by Latin-1',
		books: write(
			VIETNAMESE,
			letters((t) => twice(twice(t))),
		),
		forms: UNICODE,
	},
	{
		name: 'UTF-8 three times, by windows-1252',
		books: write(
			VIETNAMESE,
			letters((t) => twice1252(twice1252(t))),
		),
		forms: UNICODE,
	},
	{ name: 'UTF-8 twice, short', books: write(SHORT, letters(twice1252)), forms: UNICODE },
	{ name: 'UTF-8 twice, half right', books: write(VIETNAMESE, letters(twice1252), utf8), forms: UNICODE },
	{ name: 'NFD', books: write(VIETNAMESE, nfd), forms: UNICODE },
	{ name: 'tone before shape', books: write(VIETNAMESE, toneFirst), forms: UNICODE },
	{ name: 'tone before horn', books: write(VIETNAMESE, hornLast), forms: UNICODE },
	{ name: 'letters with the tone behind', books: write(VIETNAMESE, stray), forms: UNICODE },
	{ name: '? in place of letters (lost)', books: write(VIETNAMESE, lost), forms: UNICODE },
	{ name: 'French in UTF-8', books: write(FRENCH, utf8), forms: UNICODE },
	{
		name: 'French in Latin-1',
		books: write(FRENCH, bytewise(same)),
		forms: ['ISO 2709', 'CSV ,', 'MARCXML, Latin-1 declared', 'MARCXML, nothing declared'],
	},
	{ name: 'French in MARC-8', books: write(FRENCH, bytewise(encodeMarc8, ' ')), forms: ['ISO 2709'] },
	{
		name: 'French, half, and Vietnamese in TCVN3',
		books: [
			...write(FRENCH.slice(0, 100), bytewise(same)),
			...write(VIETNAMESE.slice(0, 100), bytewise(toTcvn3)).map((b, i) => ({ ...b, id: `v${i}` })),
		],
		forms: ['ISO 2709'],
	},
	{ name: 'English', books: write(ENGLISH, utf8), forms: UNICODE },
	{ name: 'German, Spanish, Portuguese, Swedish', books: write(OTHERS, utf8), forms: UNICODE },
	{ name: 'Vietnamese with foreign words', books: write(MIXED_WORDS, utf8), forms: UNICODE },
	{ name: 'Vietnamese in capitals', books: write(UPPER, utf8), forms: UNICODE },
	{
		name: 'TCVN3 in a font of capitals',
		books: write(
			LOWER,
			letters((t) => as1252(toTcvn3(t))),
		),
		forms: UNICODE,
	},
];
