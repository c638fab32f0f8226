import type { ConflictName } from './conflicts.ts';
import type { MatchFeatures } from './features.ts';
import type { ScorePart } from './score.ts';
import type { FeatureName } from './strategy.ts';

export type Language = 'vi' | 'en';
type Words = Readonly<Record<Language, string>>;

const FEATURE_WORDS: Readonly<Record<FeatureName, Words>> = {
	title: { vi: 'nhan đề', en: 'title' },
	isbn: { vi: 'ISBN', en: 'ISBN' },
	creator: { vi: 'tác giả', en: 'creator' },
	year: { vi: 'năm xuất bản', en: 'year' },
	kind: { vi: 'loại biểu ghi', en: 'kind of record' },
	carrier: { vi: 'vật mang tin', en: 'carrier' },
	pages: { vi: 'số trang', en: 'pages' },
	'title-extent': { vi: 'nhan đề cùng với số trang', en: 'title together with extent' },
	reprint: { vi: 'năm cùng với nhà xuất bản', en: 'year together with publisher' },
	marks: { vi: 'dấu tiếng Việt trong nhan đề', en: 'Vietnamese marks in the title' },
	rest: { vi: 'phần còn lại của nhan đề', en: 'rest of the title' },
	'whole-title': { vi: 'toàn bộ nhan đề', en: 'whole title' },
	parts: { vi: 'tên phần', en: 'name of the part' },
	responsibility: { vi: 'thông tin trách nhiệm', en: 'statement of responsibility' },
	volume: { vi: 'tập', en: 'volume' },
	edition: { vi: 'lần xuất bản', en: 'edition' },
	numbers: { vi: 'số trong nhan đề', en: 'numbers in the title' },
	publisher: { vi: 'nhà xuất bản', en: 'publisher' },
	place: { vi: 'nơi xuất bản', en: 'place' },
	language: { vi: 'ngôn ngữ', en: 'language' },
	issn: { vi: 'ISSN', en: 'ISSN' },
	'system-number': { vi: 'số kiểm soát', en: 'control number' },
	'set-isbn': { vi: 'ISBN của bộ', en: 'ISBN of the set' },
	'host-number': { vi: 'số biểu ghi của tài liệu chủ', en: 'record number of the host' },
	host: { vi: 'tài liệu chủ', en: 'host publication' },
};

const FEATURE_VALUES: Readonly<Record<FeatureName, (f: MatchFeatures) => string>> = {
	title: (f) => f.exact || f.title,
	isbn: (f) => f.isbns.map((core) => `978${core}`).join(', '),
	creator: (f) => f.creators.join(', ') || f.responsibility,
	year: (f) => f.years.join(', '),
	kind: (f) => f.kind,
	carrier: (f) => f.carrier,
	'whole-title': (f) => `${f.exact || f.title} ${f.rest} ${f.parts}`.trim(),
	parts: (f) => f.parts,
	responsibility: (f) => f.responsibility,
	pages: (f) => (f.pages === 0 ? '' : String(f.pages)),
	'title-extent': (f) => `${f.exact || f.title}, ${f.pages}`,
	reprint: (f) => `${f.years.join(', ')}, ${f.publisher}`,
	marks: (f) => f.exact,
	rest: (f) => `${f.rest} ${f.parts}`.trim(),
	volume: (f) => f.volumes.join(', '),
	edition: (f) => (f.edition > 0 ? String(f.edition) : ''),
	numbers: (f) => f.numbers.join(', '),
	publisher: (f) => f.publisher,
	place: (f) => f.place,
	language: (f) => f.languages.join(', '),
	issn: (f) => f.issns.join(', '),
	'system-number': (f) => f.ids.join(', '),
	'set-isbn': (f) => f.setIsbns.map((core) => `978${core}`).join(', '),
	'host-number': (f) => f.hostIds.join(', '),
	host: (f) => f.host,
};

const CONFLICT_WORDS: Readonly<Record<ConflictName, Words & { readonly value: (f: MatchFeatures) => string }>> = {
	kind: { vi: 'Khác loại biểu ghi', en: 'Another kind of record', value: (f) => f.kind },
	carrier: { vi: 'Khác vật mang tin', en: 'Another carrier', value: (f) => f.carrier },
	material: { vi: 'Khác loại tài liệu', en: 'Another material', value: (f) => f.material },
	format: { vi: 'Khác định dạng', en: 'Another format', value: (f) => f.formats.join(', ') },
	issn: { vi: 'Khác ISSN', en: 'Another ISSN', value: FEATURE_VALUES.issn },
	volume: { vi: 'Khác tập', en: 'Another volume', value: FEATURE_VALUES.volume },
	edition: { vi: 'Khác lần xuất bản', en: 'Another edition', value: FEATURE_VALUES.edition },
	'class-level': { vi: 'Khác lớp', en: 'Another class level', value: (f) => f.classLevel },
	'book-type': { vi: 'Khác loại sách giáo khoa', en: 'Another type of textbook', value: (f) => f.bookType },
	curriculum: { vi: 'Khác bộ sách giáo khoa', en: 'Another textbook series', value: (f) => f.curriculum },
	'title-numbers': { vi: 'Khác số trong nhan đề', en: 'Other numbers in the title', value: FEATURE_VALUES.numbers },
	host: { vi: 'Khác tài liệu chủ', en: 'Another host publication', value: FEATURE_VALUES.host },
	'host-pages': { vi: 'Khác số, trang trong tài liệu chủ', en: 'Other issue or pages of the host', value: (f) => f.hostNumbers.join(', ') },
};

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** What one feature says of two records: `Nhà xuất bản giống nhau: kim dong`. */
export function featureSentence(part: ScorePart, a: MatchFeatures, b: MatchFeatures, language: Language): string {
	const name = part.feature as FeatureName;
	const label = capital(FEATURE_WORDS[name][language]);
	const [x, y] = [FEATURE_VALUES[name](a), FEATURE_VALUES[name](b)];
	if (part.value === null) return language === 'vi' ? `${label}: không so sánh được` : `${label}: nothing to compare`;
	if (part.value === 1) {
		const both = x === y ? x : `${x} / ${y}`;
		return language === 'vi' ? `${label} giống nhau: ${both}` : `${label} agrees: ${both}`;
	}
	if (part.value === 0) return language === 'vi' ? `${label} khác nhau: ${x} / ${y}` : `${label} differs: ${x} / ${y}`;
	const likeness = Math.round(part.value * 100);
	return language === 'vi' ? `${label} gần giống (${likeness} %): ${x} / ${y}` : `${label} is alike (${likeness} %): ${x} / ${y}`;
}

/** What a hard conflict says: `Khác tập: 1 / 2`. */
export function conflictSentence(name: ConflictName, a: MatchFeatures, b: MatchFeatures, language: Language): string {
	const words = CONFLICT_WORDS[name];
	return `${words[language]}: ${words.value(a)} / ${words.value(b)}`;
}

/** What a source without doubles says of two of its records. */
export const doublesSentence = (source: string, language: Language): string =>
	language === 'vi'
		? `Nguồn ${source} được khai là không có biểu ghi trùng, nên hai biểu ghi của nguồn này là hai tài liệu`
		: `Source ${source} is set to have no doubles, so two records of it are two publications`;

/** What would have to differ, one sentence for each thing; `name` is what a person calls it. */
export const WHAT_IF = {
	conflict: {
		vi: 'Bỏ được điểm khác này, hoặc cán bộ thư viện quyết định "same"',
		en: 'Without this conflict, or by a librarian’s "same"',
	},
	score: { vi: 'Điểm phải đạt', en: 'The score would have to reach' },
	below: { vi: 'Điểm phải dưới', en: 'The score would have to be below' },
	chain: {
		vi: 'Hai biểu ghi không trực tiếp giống nhau đủ; chúng ở cùng nhau qua các biểu ghi khác',
		en: 'The two are not alike enough by themselves; other records hold them together',
	},
	blocked: {
		vi: 'Điểm đủ, nhưng một biểu ghi khác trong cụm mâu thuẫn, hoặc hai biểu ghi không có khoá chung để được so sánh',
		en: 'The score would do, but another member of a cluster conflicts, or the two share no key by which they would be compared',
	},
	same: { vi: 'Cán bộ thư viện đã quyết định: cùng một tài liệu', en: 'A librarian decided: the same' },
	'not-same': { vi: 'Cán bộ thư viện đã quyết định: không cùng một tài liệu', en: 'A librarian decided: not the same' },
} as const satisfies Readonly<Record<string, Words>>;

/** Why two records of one publication are not together, besides their conflicts and features. */
export const MISSED = {
	unread: { vi: 'Một trong hai biểu ghi không đọc được hoặc đã bị xoá', en: 'One of the two cannot be read or is deleted' },
	'no-key': { vi: 'Hai biểu ghi không có khoá chung để được so sánh', en: 'The two share no key by which they would be compared' },
	'crowded-key': {
		vi: 'Khoá chung có quá nhiều biểu ghi nên hai biểu ghi không được so sánh',
		en: 'Too many records share their common keys, so that the two are not compared',
	},
	conflict: { vi: 'Hai biểu ghi mâu thuẫn', en: 'A hard conflict stands between the two' },
	score: { vi: 'Điểm chưa đủ để gộp', en: 'The score does not reach what joins' },
	cluster: {
		vi: 'Điểm đủ, nhưng một biểu ghi khác trong cụm mâu thuẫn',
		en: 'The score would do, but another member of a cluster conflicts',
	},
} as const satisfies Readonly<Record<string, Words>>;
