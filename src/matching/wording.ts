import { CODE_NAMES, codeName, languageName } from '../records/code-names.ts';
import { isbn13Of } from '../records/normalise/identifiers.ts';
import type { ConflictName } from './conflicts.ts';
import type { MatchFeatures } from './features.ts';
import type { ScorePart } from './score.ts';
import type { FeatureName } from './strategy.ts';
import type { Turn } from './what-if.ts';

export type Language = 'vi' | 'en';
type Words = Readonly<Record<Language, string>>;

const FEATURE_WORDS: Readonly<Record<FeatureName, Words>> = {
	title: { vi: 'nhan đề', en: 'title' },
	translator: { vi: 'người dịch', en: 'translator' },
	companion: { vi: 'loại sách (bài tập, hướng dẫn, rút gọn…)', en: 'kind of book (exercises, guide, abridgement…)' },
	isbn: { vi: 'ISBN', en: 'ISBN' },
	creator: { vi: 'tác giả', en: 'creator' },
	year: { vi: 'năm xuất bản', en: 'year' },
	kind: { vi: 'kiểu biểu ghi', en: 'kind of record' },
	carrier: { vi: 'vật mang tin', en: 'carrier' },
	pages: { vi: 'số trang', en: 'pages' },
	'title-extent': { vi: 'nhan đề và số trang', en: 'title and extent' },
	reprint: { vi: 'năm và nhà xuất bản', en: 'year and publisher' },
	marks: { vi: 'dấu tiếng Việt trong nhan đề', en: 'Vietnamese marks in the title' },
	rest: { vi: 'phần còn lại của nhan đề', en: 'rest of the title' },
	'whole-title': { vi: 'toàn bộ nhan đề', en: 'whole title' },
	parts: { vi: 'tên phần', en: 'name of the part' },
	responsibility: { vi: 'thông tin trách nhiệm', en: 'statement of responsibility' },
	volume: { vi: 'tập', en: 'volume' },
	edition: { vi: 'lần xuất bản', en: 'edition' },
	numbers: { vi: 'con số trong nhan đề', en: 'numbers in the title' },
	publisher: { vi: 'nhà xuất bản', en: 'publisher' },
	place: { vi: 'nơi xuất bản', en: 'place' },
	language: { vi: 'ngôn ngữ', en: 'language' },
	issn: { vi: 'ISSN', en: 'ISSN' },
	'system-number': { vi: 'số kiểm soát', en: 'control number' },
	'set-isbn': { vi: 'ISBN của bộ', en: 'ISBN of the set' },
	'host-number': { vi: 'số biểu ghi của tài liệu chủ', en: 'record number of the host' },
	host: { vi: 'tài liệu chủ', en: 'host publication' },
};

/** Nine digits of an ISBN that was folded for matching as the ISBN it is; one as written stays. */
const isbnText = (isbn: string): string => (isbn.length === 9 ? isbn13Of(isbn) : isbn);

const FEATURE_VALUES: Readonly<Record<FeatureName, (f: MatchFeatures, language: Language) => string>> = {
	title: (f) => f.exact || f.title,
	translator: (f) => f.translators.join('; '),
	companion: (f) => `${f.exact || f.title} ${f.rest} ${f.parts}`.trim(),
	isbn: (f) => f.isbns.map(isbnText).join(', '),
	creator: (f) => f.creators.join('; ') || f.responsibility,
	year: (f) => f.years.join(', '),
	kind: (f, language) => codeName(CODE_NAMES.kind, language, f.kind),
	carrier: (f, language) => codeName(CODE_NAMES.carrier, language, f.carrier),
	'whole-title': (f) => `${f.exact || f.title} ${f.rest} ${f.parts}`.trim(),
	parts: (f) => f.parts,
	responsibility: (f) => f.responsibility,
	pages: (f) => (f.pages === 0 ? '' : String(f.pages)),
	'title-extent': (f, language) => `${f.exact || f.title}, ${f.pages} ${language === 'vi' ? 'tr.' : 'p.'}`,
	reprint: (f) => `${f.years.join(', ')}, ${f.publisher}`,
	marks: (f) => f.exact,
	rest: (f) => `${f.rest} ${f.parts}`.trim(),
	volume: (f) => f.volumes.join(', '),
	edition: (f) => (f.edition > 0 ? String(Math.floor(f.edition)) : ''),
	numbers: (f) => f.numbers.join(', '),
	publisher: (f) => f.publisher,
	place: (f) => f.place,
	language: (f, language) => f.languages.map((code) => languageName(language, code)).join(', '),
	issn: (f) => f.issns.join(', '),
	'system-number': (f) => f.ids.join(', '),
	'set-isbn': (f) => f.setIsbns.map(isbnText).join(', '),
	'host-number': (f) => f.hostIds.join(', '),
	host: (f) => f.host,
};

const CONFLICT_WORDS: Readonly<Record<ConflictName, Words & { readonly value: (f: MatchFeatures, language: Language) => string }>> = {
	kind: { vi: 'Khác kiểu biểu ghi', en: 'Another kind of record', value: FEATURE_VALUES.kind },
	carrier: { vi: 'Khác vật mang tin', en: 'Another carrier', value: FEATURE_VALUES.carrier },
	material: {
		vi: 'Khác loại tài liệu',
		en: 'Another material',
		value: (f, language) => codeName(CODE_NAMES.material, language, f.material),
	},
	format: { vi: 'Khác định dạng', en: 'Another format', value: (f) => f.formats.join(', ') },
	issn: { vi: 'Khác ISSN', en: 'Another ISSN', value: FEATURE_VALUES.issn },
	volume: { vi: 'Khác tập', en: 'Another volume', value: FEATURE_VALUES.volume },
	edition: { vi: 'Khác lần xuất bản', en: 'Another edition', value: FEATURE_VALUES.edition },
	'class-level': { vi: 'Khác lớp', en: 'Another class level', value: (f) => f.classLevel },
	'book-type': {
		vi: 'Khác loại sách học',
		en: 'Another type of school book',
		value: (f, language) => codeName(CODE_NAMES.bookType, language, f.bookType),
	},
	curriculum: {
		vi: 'Khác bộ sách giáo khoa',
		en: 'Another textbook series',
		value: (f, language) => codeName(CODE_NAMES.curriculum, language, f.curriculum),
	},
	'title-numbers': { vi: 'Khác con số trong nhan đề', en: 'Other numbers in the title', value: FEATURE_VALUES.numbers },
	host: { vi: 'Khác tài liệu chủ', en: 'Another host publication', value: FEATURE_VALUES.host },
	'host-pages': { vi: 'Khác số, trang trong tài liệu chủ', en: 'Other issue or pages of the host', value: (f) => f.hostNumbers.join(', ') },
};

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** What one feature says of two records: `Nhà xuất bản giống nhau: Kim Đồng`. */
export function featureSentence(part: ScorePart, a: MatchFeatures, b: MatchFeatures, language: Language): string {
	const name = part.feature as FeatureName;
	const label = capital(FEATURE_WORDS[name][language]);
	const [x, y] = [FEATURE_VALUES[name](a, language), FEATURE_VALUES[name](b, language)];
	if (part.value === null) return language === 'vi' ? `${label}: không phải biểu ghi nào cũng nêu` : `${label}: not stated by both`;
	if (part.value === 1) {
		const both = x === y ? x : `${x} / ${y}`;
		return language === 'vi' ? `${label} giống nhau: ${both}` : `${label} agrees: ${both}`;
	}
	if (part.value === 0) return language === 'vi' ? `${label} khác nhau: ${x} / ${y}` : `${label} differs: ${x} / ${y}`;
	const likeness = Math.round(part.value * 100);
	return language === 'vi' ? `${label} gần giống (${likeness}%): ${x} / ${y}` : `${label} is alike (${likeness} %): ${x} / ${y}`;
}

/** What a hard conflict says: `Khác tập: 1 / 2`. */
export function conflictSentence(name: ConflictName, a: MatchFeatures, b: MatchFeatures, language: Language): string {
	const words = CONFLICT_WORDS[name];
	return `${words[language]}: ${words.value(a, language)} / ${words.value(b, language)}`;
}

/** What a source without doubles says of two of its records. */
export const doublesSentence = (source: string, language: Language): string =>
	language === 'vi'
		? `Nguồn ${source} được khai báo là không có biểu ghi trùng, nên hai biểu ghi của nguồn này được coi là hai tài liệu`
		: `Source ${source} is set to have no doubles, so two records of it are two publications`;

/** A score as people write it: `0,75`. */
const figure = (score: number, language: Language): string => {
	const text = score.toFixed(2);
	return language === 'vi' ? text.replace('.', ',') : text;
};

const AND: Words = { vi: ' và ', en: ' and ' };

/** `nhan đề, tác giả và năm xuất bản`. */
function listed(features: readonly FeatureName[], language: Language): string {
	const words = features.map((name) => FEATURE_WORDS[name][language]);
	const last = words.pop() ?? '';
	return words.length === 0 ? last : `${words.join(', ')}${AND[language]}${last}`;
}

/** Where the score of a pair stands to what joins. */
export function scoreSentence(score: number, mergeAt: number, language: Language): string {
	const [now, least] = [figure(score, language), figure(mergeAt, language)];
	if (score >= mergeAt)
		return language === 'vi'
			? `Điểm giống nhau hiện là ${now}; dưới ${least} thì hai biểu ghi không còn được gộp trực tiếp`
			: `The score is ${now}; below ${least} the two would not be joined by it`;
	return language === 'vi'
		? `Điểm giống nhau hiện là ${now}; phải từ ${least} trở lên mới được gộp`
		: `The score is ${now}; it would have to be ${least} or more to join the two`;
}

/** What the score would be if some features said otherwise. */
export function turnSentence({ features, score }: Turn, together: boolean, language: Language): string {
	const [what, then] = [listed(features, language), figure(score, language)];
	if (together)
		return language === 'vi' ? `Nếu ${what} khác hẳn thì điểm chỉ còn ${then}` : `If ${what} differed altogether, it would be ${then}`;
	return language === 'vi' ? `Nếu ${what} trùng khớp thì điểm lên ${then}` : `If ${what} agreed, it would be ${then}`;
}

export interface WordedDecision {
	readonly id: number;
	readonly verdict: 'same' | 'not-same';
	readonly by: string;
	readonly reason: string;
}

/** What a decision in force does to a pair that stands together or apart. */
export function decisionSentence({ id, verdict, by, reason }: WordedDecision, together: boolean, language: Language): string {
	const said = verdict === 'same' ? DECIDED.same : DECIDED['not-same'];
	const effect = (verdict === 'same') === together ? DECIDED.effect : verdict === 'same' ? DECIDED.without : DECIDED.waits;
	return `${said[language]} (#${id}, ${by}: ${reason}); ${effect[language]}`;
}

const DECIDED = {
	same: { vi: 'Cán bộ thư viện đã quyết định đây là một tài liệu', en: 'A librarian decided that they are the same' },
	'not-same': { vi: 'Cán bộ thư viện đã quyết định đây là hai tài liệu khác nhau', en: 'A librarian decided that they are not the same' },
	effect: { vi: 'chỉ khi huỷ quyết định này thì kết quả mới có thể khác', en: 'it would have to be undone' },
	without: {
		vi: 'quyết định này chưa có hiệu lực vì còn mâu thuẫn chưa được xác nhận',
		en: 'it has no effect yet: a conflict in its way is not confirmed',
	},
	waits: { vi: 'hai biểu ghi sẽ được tách ở lần so sánh tới', en: 'they will be parted when they are matched next' },
} as const satisfies Readonly<Record<string, Words>>;

/** What else would have to differ. */
export const WHAT_IF = {
	conflict: {
		vi: 'Chỉ gộp được khi không còn điểm khác này, hoặc khi cán bộ thư viện quyết định rằng hai biểu ghi là một tài liệu',
		en: 'They could be joined only without this, or when a librarian decides that they are the same',
	},
	'any-conflict': {
		vi: 'Chỉ cần hai biểu ghi nêu tập, lần xuất bản, lớp hoặc vật mang tin khác nhau là không được gộp, dù điểm cao đến đâu',
		en: 'If they stated another volume, edition, class level or carrier, no score would join them',
	},
	chain: {
		vi: 'Hai biểu ghi không được gộp trực tiếp mà qua các biểu ghi khác',
		en: 'The two are not joined by themselves, but through other records',
	},
	blocked: {
		vi: 'Điểm đủ để gộp, nhưng trong các biểu ghi đã gộp với chúng có hai biểu ghi phải tách riêng',
		en: 'The score would join them, but two of the records that they stand with must be kept apart',
	},
	'kept-apart': {
		vi: 'cán bộ thư viện đã quyết định là khác nhau',
		en: 'a librarian decided that they are not the same',
	},
	waiting: { vi: 'Biểu ghi đang chờ được so sánh', en: 'A record of the two waits to be matched' },
	again: {
		vi: 'Điểm đủ để gộp; không thấy gì ngăn hai biểu ghi, có thể chúng đang chờ được so sánh lại',
		en: 'The score would join them and nothing is in the way; they may be waiting to be matched again',
	},
} as const satisfies Readonly<Record<string, Words>>;

/** Keys of a record that are of no use. */
export const crowdedSentence = (keys: number, language: Language): string =>
	language === 'vi'
		? `${keys} khoá so sánh của biểu ghi này bị bỏ qua vì quá nhiều biểu ghi cùng mang; biểu ghi giống nó có thể không được đem ra so sánh`
		: `${keys} of its keys are passed over since too many records share them; a record that is like it may not be compared with it`;

/** Why two records of one publication are not together, besides their conflicts and features. */
export const MISSED = {
	unread: { vi: 'Một trong hai biểu ghi không đọc được hoặc đã bị xoá', en: 'One of the two cannot be read or is deleted' },
	'no-key': { vi: 'Hai biểu ghi không có khoá chung để được so sánh', en: 'The two share no key by which they would be compared' },
	'crowded-key': {
		vi: 'Hai biểu ghi chỉ chung những khoá mà quá nhiều biểu ghi cùng mang, nên không được đem ra so sánh',
		en: 'Too many records share their common keys, so that the two are not compared',
	},
	conflict: { vi: 'Hai biểu ghi có điểm khác nhau khiến chúng không thể là một tài liệu', en: 'A hard conflict stands between the two' },
	score: { vi: 'Điểm giống nhau chưa đủ để gộp', en: 'The score does not reach what joins' },
	cluster: {
		vi: 'Điểm đủ, nhưng một biểu ghi khác đã gộp với một trong hai thì không gộp được với biểu ghi kia',
		en: 'The score would do, but another member of a cluster conflicts',
	},
} as const satisfies Readonly<Record<string, Words>>;
