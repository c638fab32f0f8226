import { CODE_NAMES, codeName } from '../records/code-names.ts';
import type { ConflictName } from './conflicts.ts';
import { FEATURE_VALUES, type Language, type Words } from './feature-values.ts';
import type { MatchFeatures } from './features.ts';
import { DOUBLES, type HardConflict } from './hard-conflicts.ts';
import type { FieldName, Turn } from './what-if.ts';

export type { Language } from './feature-values.ts';

const CONFLICT_WORDS: Readonly<Record<ConflictName, Words & { readonly value: (f: MatchFeatures, language: Language) => string }>> = {
	kind: { vi: 'Khác kiểu biểu ghi', en: 'Different kinds of record', value: FEATURE_VALUES.kind },
	carrier: { vi: 'Khác vật mang tin', en: 'Different carriers', value: FEATURE_VALUES.carrier },
	material: {
		vi: 'Khác loại tài liệu',
		en: 'Different materials',
		value: (f, language) => codeName(CODE_NAMES.material, language, f.material),
	},
	format: { vi: 'Khác định dạng', en: 'Different formats', value: (f) => f.formats.join(', ') },
	issn: { vi: 'Khác ISSN', en: 'Different ISSNs', value: FEATURE_VALUES.issn },
	volume: { vi: 'Khác tập', en: 'Different volumes', value: FEATURE_VALUES.volume },
	edition: { vi: 'Khác lần xuất bản', en: 'Different editions', value: FEATURE_VALUES.edition },
	'class-level': { vi: 'Khác lớp', en: 'Different class levels', value: (f) => f.classLevel },
	'book-type': {
		vi: 'Khác loại sách học',
		en: 'Different types of school book',
		// a school book that says its class and not its kind is the pupil's
		value: (f, language) => codeName(CODE_NAMES.bookType, language, f.bookType || 'SGK'),
	},
	curriculum: {
		vi: 'Khác bộ sách giáo khoa',
		en: 'Different textbook series',
		value: (f, language) => codeName(CODE_NAMES.curriculum, language, f.curriculum),
	},
	'title-numbers': { vi: 'Khác con số trong nhan đề', en: 'Different numbers in the title', value: FEATURE_VALUES.numbers },
	host: { vi: 'Khác tài liệu chủ', en: 'Different host publications', value: FEATURE_VALUES.host },
	'host-pages': {
		vi: 'Khác số, trang trong tài liệu chủ',
		en: 'Different issues or pages of the host',
		value: (f) => f.hostNumbers.join(', '),
	},
};

const uncapital = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

/** What a hard conflict is called within a sentence: `khác tập`. */
export function conflictName(name: HardConflict, language: Language): string {
	if (name === DOUBLES) return language === 'vi' ? 'cùng một nguồn không có biểu ghi trùng' : 'one source without doubles';
	return uncapital(CONFLICT_WORDS[name][language]);
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

/** A score as people write it: `0,75`; never rounded up to what it does not reach. */
export const figure = (score: number, language: Language): string => {
	const text = (Math.floor(score * 100 + 1e-9) / 100).toFixed(2);
	return language === 'vi' ? text.replace('.', ',') : text;
};

const AND: Words = { vi: ' và ', en: ' and ' };

/** What people call the fields that could be otherwise, within a sentence. */
const FIELD_WORDS: Readonly<Record<FieldName, Words>> = {
	title: { vi: 'nhan đề', en: 'title' },
	creator: { vi: 'tác giả', en: 'creator' },
	translator: { vi: 'người dịch', en: 'translator' },
	isbn: { vi: 'ISBN', en: 'ISBN' },
	year: { vi: 'năm xuất bản', en: 'year' },
	pages: { vi: 'số trang', en: 'pages' },
	publisher: { vi: 'nhà xuất bản', en: 'publisher' },
	place: { vi: 'nơi xuất bản', en: 'place of publication' },
	edition: { vi: 'lần xuất bản', en: 'edition' },
	volume: { vi: 'tập', en: 'volume' },
	kind: { vi: 'kiểu biểu ghi', en: 'kind of record' },
	carrier: { vi: 'vật mang tin', en: 'carrier' },
	material: { vi: 'loại tài liệu', en: 'material' },
	format: { vi: 'định dạng', en: 'format' },
	'class-level': { vi: 'lớp', en: 'class level' },
	'book-type': { vi: 'loại sách học', en: 'type of school book' },
	curriculum: { vi: 'bộ sách giáo khoa', en: 'textbook series' },
	language: { vi: 'ngôn ngữ', en: 'language' },
	issn: { vi: 'ISSN', en: 'ISSN' },
	host: { vi: 'tài liệu chủ', en: 'host publication' },
	'host-pages': { vi: 'số và trang trong tài liệu chủ', en: 'issue and pages of the host' },
};

/** `nhan đề, tác giả và năm xuất bản`. */
function listed(fields: readonly FieldName[], language: Language): string {
	const words = fields.map((name) => FIELD_WORDS[name][language]);
	const last = words.pop() ?? '';
	return words.length === 0 ? last : `${words.join(', ')}${AND[language]}${last}`;
}

/** Where the score of a pair stands to what joins. */
export function scoreSentence(score: number, mergeAt: number, language: Language): string {
	const [now, least] = [figure(score, language), figure(mergeAt, language)];
	if (score >= mergeAt)
		return language === 'vi'
			? `Điểm giống nhau hiện là ${now}; dưới ${least} thì hai biểu ghi không còn được gộp trực tiếp`
			: `The score is ${now}; below ${least} it would not join the two`;
	return language === 'vi'
		? `Điểm giống nhau hiện là ${now}; phải từ ${least} trở lên mới được gộp`
		: `The score is ${now}; it would have to be ${least} or more to join the two`;
}

/** What the score would be if some fields said otherwise. */
export function turnSentence({ fields, unsaid, score }: Turn, together: boolean, language: Language): string {
	const then = figure(score, language);
	if (together) {
		const what = listed(fields, language);
		return language === 'vi'
			? `Nếu ${what} khác hẳn thì điểm chỉ còn ${then}`
			: `If the ${what} differed altogether, the score would be ${then}`;
	}
	const other = fields.filter((field) => !unsaid.includes(field));
	const conditions: string[] = [];
	if (other.length > 0)
		conditions.push(language === 'vi' ? `${listed(other, language)} giống nhau` : `the ${listed(other, language)} agreed`);
	if (unsaid.length > 0) {
		const what = listed(unsaid, language);
		conditions.push(language === 'vi' ? `cả hai biểu ghi đều nêu ${what} như nhau` : `both records stated the same ${what}`);
	}
	const all = conditions.join(AND[language]);
	return language === 'vi' ? `Nếu ${all} thì điểm lên ${then}` : `If ${all}, the score would be ${then}`;
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
