import { exactText, foldText } from '../lib/fold.ts';
import { FEATURE_VALUES, type Language, type Words } from './feature-values.ts';
import type { MatchFeatures } from './features.ts';
import type { ScorePart } from './score.ts';
import type { FeatureName } from './strategy.ts';

/** How two records stand to each other in one feature: `=`, `≈`, `≠`, said by one alone, or nothing to compare. */
export type Outcome = 'agrees' | 'alike' | 'differs' | 'one-sided' | 'unsaid';

const ONE_SIDED: ReadonlySet<string> = new Set([
	'one-sided',
	'first-unsaid',
	'unnumbered-unsaid',
	'later-unsaid',
	'later-unsaid-other-year',
]);
const ALIKE_AT = 0.5;

export function outcomeOf({ level, value }: ScorePart): Outcome {
	if (ONE_SIDED.has(level)) return 'one-sided';
	if (value === null) return 'unsaid';
	return value === 1 ? 'agrees' : value >= ALIKE_AT ? 'alike' : 'differs';
}

/** What each feature is called at the beginning of a sentence; English in the plural, as of two records. */
const HEADS: Readonly<Record<FeatureName, Words>> = {
	title: { vi: 'Nhan đề', en: 'Titles' },
	translator: { vi: 'Người dịch', en: 'Translators' },
	companion: { vi: 'Loại sách (bài tập, hướng dẫn, rút gọn…)', en: 'Kinds of book (exercises, guide, abridgement…)' },
	isbn: { vi: 'ISBN', en: 'ISBNs' },
	creator: { vi: 'Tác giả', en: 'Creators' },
	year: { vi: 'Năm xuất bản', en: 'Years' },
	kind: { vi: 'Kiểu biểu ghi', en: 'Kinds of record' },
	carrier: { vi: 'Vật mang tin', en: 'Carriers' },
	pages: { vi: 'Số trang', en: 'Pages' },
	'title-extent': { vi: 'Nhan đề và số trang', en: 'Titles and extents' },
	reprint: { vi: 'Năm và nhà xuất bản', en: 'Years and publishers' },
	marks: { vi: 'Dấu tiếng Việt trong nhan đề', en: 'Vietnamese marks in the titles' },
	rest: { vi: 'Phần còn lại của nhan đề', en: 'Subtitles' },
	'whole-title': { vi: 'Toàn bộ nhan đề', en: 'Whole titles' },
	parts: { vi: 'Tên phần', en: 'Names of parts' },
	responsibility: { vi: 'Thông tin trách nhiệm', en: 'Statements of responsibility' },
	volume: { vi: 'Tập', en: 'Volumes' },
	edition: { vi: 'Lần xuất bản', en: 'Editions' },
	numbers: { vi: 'Con số trong nhan đề', en: 'Numbers in the titles' },
	publisher: { vi: 'Nhà xuất bản', en: 'Publishers' },
	place: { vi: 'Nơi xuất bản', en: 'Places of publication' },
	language: { vi: 'Ngôn ngữ', en: 'Languages' },
	issn: { vi: 'ISSN', en: 'ISSNs' },
	'system-number': { vi: 'Số kiểm soát', en: 'Control numbers' },
	'set-isbn': { vi: 'ISBN của bộ', en: 'ISBNs of the set' },
	'host-number': { vi: 'Số biểu ghi của tài liệu chủ', en: 'Record numbers of the hosts' },
	host: { vi: 'Tài liệu chủ', en: 'Host publications' },
};

/** What is said of an outcome where its likeness alone does not tell it; behind the name of the feature. */
const BEHIND: Readonly<Record<string, Words>> = {
	'title slip': { vi: 'chỉ khác nhau một chữ cái hoặc mạo từ', en: 'differ only by a letter or an article' },
	'title told': { vi: 'giống nhau, một bên ghi dài hơn', en: 'agree, one is written out longer' },
	'title whole': { vi: 'giống nhau khi đọc cùng phần còn lại', en: 'agree when read with their subtitles' },
	'title begins': { vi: 'bắt đầu giống nhau, một bên còn dài hơn', en: 'begin alike, one goes on' },
	'title behind': {
		vi: 'khác nhau, nhưng nhan đề của bên này là phần phụ của bên kia',
		en: 'differ, but one is the subtitle of the other',
	},
	'title turned': { vi: 'có cùng các chữ nhưng khác thứ tự', en: 'have the same words in another order' },
	'year coded': { vi: 'ghi khác nhau nhưng năm mã hoá (008) giống nhau', en: 'are written differently, but agree in 008' },
	'year shared': { vi: 'có một năm chung', en: 'have one year in common' },
	'creator among': { vi: 'có người chung', en: 'have a name in common' },
	'creator told': {
		vi: 'được nêu trong thông tin trách nhiệm của bên kia',
		en: 'are named in the statement of responsibility of the other record',
	},
	'creator crossed': { vi: 'chỉ giống nhau một phần tên', en: 'share only a part of their names' },
	'publisher among': { vi: 'có tên chung', en: 'have one in common' },
	'publisher elsewhere': { vi: 'khác nhau, nơi xuất bản cũng khác', en: 'differ, and so do the places' },
	'publisher abroad': { vi: 'khác nhau, ở hai nước', en: 'differ, and are of two countries' },
	'place short': { vi: 'ghi tắt nên không so sánh được', en: 'are abbreviated and cannot be compared' },
	'edition worded': { vi: 'không cùng ghi bằng số', en: 'are not both given by number' },
	'volume some': { vi: 'chỉ chung một phần', en: 'are only partly the same' },
	'companion untold': { vi: 'chỉ một bên nêu', en: 'are told by only one record' },
	'companion derived': { vi: 'chỉ một bên nêu', en: 'are told by only one record' },
	'rest begins': { vi: 'bắt đầu giống nhau', en: 'begin alike' },
	'whole-title within': { vi: 'của bên này nằm trong bên kia', en: 'stand one in the other' },
	'whole-title letter': { vi: 'chỉ khác nhau một chữ cái', en: 'differ by one letter' },
	'whole-title one': { vi: 'có một chữ khác nhau', en: 'have one word in the place of another' },
	'whole-title two': { vi: 'có hai chữ khác nhau', en: 'have two words in the place of others' },
	'whole-title few': { vi: 'có ba hoặc bốn chữ khác nhau', en: 'have three or four words in the place of others' },
	'whole-title many': { vi: 'có nhiều chữ khác nhau', en: 'have many words in the place of others' },
	'whole-title most': { vi: 'phần lớn khác nhau', en: 'differ for the most part' },
};

/** The same in the place of the name, for features that hold two together. */
const INSTEAD: Readonly<Record<string, Words>> = {
	'title-extent both': { vi: 'Cùng nhan đề, cùng số trang', en: 'The same title and extent' },
	'title-extent near': { vi: 'Cùng nhan đề, số trang gần bằng nhau', en: 'The same title, nearly the same extent' },
	'title-extent title-alone': { vi: 'Cùng nhan đề, khác số trang', en: 'The same title, another extent' },
	'reprint next-same': { vi: 'Cùng nhà xuất bản, năm liền nhau', en: 'The same publisher, years next to each other' },
	'reprint next-other': { vi: 'Khác nhà xuất bản, năm liền nhau', en: 'Another publisher, years next to each other' },
	'reprint shared-same': { vi: 'Cùng nhà xuất bản, có một năm chung', en: 'The same publisher, one year in common' },
	'reprint shared-other': { vi: 'Khác nhà xuất bản, có một năm chung', en: 'Another publisher, one year in common' },
	'reprint later-same': { vi: 'Cùng nhà xuất bản, khác năm', en: 'The same publisher, another year' },
	'reprint later-other': { vi: 'Khác nhà xuất bản, khác năm', en: 'Another publisher, another year' },
};

const LIKENESS = {
	agrees: { vi: 'giống nhau', en: 'agree' },
	near: { vi: 'gần giống nhau', en: 'are nearly the same' },
	partly: { vi: 'giống nhau một phần', en: 'are partly the same' },
	little: { vi: 'ít giống nhau', en: 'have little in common' },
	differs: { vi: 'khác nhau', en: 'differ' },
	next: { vi: 'liền nhau', en: 'are next to each other' },
	close: { vi: 'gần bằng nhau', en: 'are nearly the same' },
	oneSided: { vi: 'chỉ một biểu ghi nêu', en: 'stated by only one record' },
	unsaid: { vi: 'không có gì để so sánh', en: 'nothing to compare' },
} as const satisfies Readonly<Record<string, Words>>;

function likeness(value: number): Words {
	if (value === 1) return LIKENESS.agrees;
	if (value >= 0.8) return LIKENESS.near;
	if (value >= ALIKE_AT) return LIKENESS.partly;
	return value > 0 ? LIKENESS.little : LIKENESS.differs;
}

const UNMARKED: Words = { vi: 'giống nhau nếu không kể dấu', en: 'agree but for their marks' };

const inOrder = (text: string): string => text.split(' ').sort().join(' ');

/** Whether two texts are the same but for their marks; in any order, as names are. */
function onlyMarksDiffer(a: string, b: string): boolean {
	const [x, y] = [exactText(a), exactText(b)];
	return inOrder(foldText(x)) === inOrder(foldText(y)) && inOrder(x) !== inOrder(y);
}

/** Whether a title or the first creator, which are compared without their marks, differ by them. */
function differsByMarks(name: FeatureName, a: MatchFeatures, b: MatchFeatures): boolean {
	if (name === 'title') return onlyMarksDiffer(FEATURE_VALUES.title(a, 'vi'), FEATURE_VALUES.title(b, 'vi'));
	return name === 'creator' && onlyMarksDiffer(a.creators[0] ?? '', b.creators[0] ?? '');
}

const AND: Words = { vi: ' và ', en: ' and ' };

/** `2017 và 2020`, for numbers; one alone when both are the same. */
const bothOf = (x: number | string, y: number | string, language: Language): string => (x === y ? String(x) : `${x}${AND[language]}${y}`);

/** The two years that are nearest to each other. */
function nearest(a: readonly number[], b: readonly number[]): readonly [number, number] {
	let found: readonly [number, number] = [a[0] as number, b[0] as number];
	for (const p of a) for (const q of b) if (Math.abs(p - q) < Math.abs(found[0] - found[1])) found = [p, q];
	return found;
}

const YEARS_APART = {
	vi: (n: number): string => `cách nhau ${n} năm`,
	en: (n: number): string => `${n} ${n === 1 ? 'year' : 'years'} apart`,
};
const PAGES_APART = {
	vi: (n: number): string => `chênh ${n} trang`,
	en: (n: number): string => `a difference of ${n} ${n === 1 ? 'page' : 'pages'}`,
};

/** Numbers by themselves and how far apart they are; undefined where that says nothing. */
function numberSentence({ feature, level, value }: ScorePart, a: MatchFeatures, b: MatchFeatures, language: Language): string | undefined {
	if (value === null || value === 1) return undefined;
	const head = HEADS[feature as FeatureName][language];
	if (feature === 'year' && level !== 'coded' && level !== 'shared') {
		const [p, q] = nearest(a.years, b.years);
		const words = level === 'next' ? LIKENESS.next : LIKENESS.differs;
		return `${head} ${words[language]}: ${bothOf(p, q, language)}, ${YEARS_APART[language](Math.abs(p - q))}`;
	}
	if (feature === 'pages') {
		const words = value >= ALIKE_AT ? LIKENESS.close : LIKENESS.differs;
		return `${head} ${words[language]}: ${bothOf(a.pages, b.pages, language)}, ${PAGES_APART[language](Math.abs(a.pages - b.pages))}`;
	}
	if (feature === 'edition') {
		const words = BEHIND[`edition ${level}`] ?? likeness(value);
		return `${head} ${words[language]}: ${bothOf(FEATURE_VALUES.edition(a, language), FEATURE_VALUES.edition(b, language), language)}`;
	}
	return undefined;
}

/** What one feature says of two records: `Nhà xuất bản giống nhau: Kim Đồng`. */
export function featureSentence(part: ScorePart, a: MatchFeatures, b: MatchFeatures, language: Language): string {
	const name = part.feature as FeatureName;
	const key = `${name} ${part.level}`;
	const head = HEADS[name][language];
	const stated = [...new Set([FEATURE_VALUES[name](a, language), FEATURE_VALUES[name](b, language)])].filter((text) => text !== '');
	const values = stated.join(' / ');
	const outcome = outcomeOf(part);
	if (outcome === 'one-sided') return `${head}: ${LIKENESS.oneSided[language]}${values === '' ? '' : ` (${values})`}`;
	if (part.value === null && BEHIND[key] === undefined) return `${head}: ${LIKENESS.unsaid[language]}`;
	const numbers = numberSentence(part, a, b, language);
	if (numbers !== undefined) return numbers;
	const how = part.level === 'equal' && differsByMarks(name, a, b) ? UNMARKED : (BEHIND[key] ?? likeness(part.value ?? 0));
	const said = INSTEAD[key]?.[language] ?? `${head} ${how[language]}`;
	return values === '' ? said : `${said}: ${values}`;
}
