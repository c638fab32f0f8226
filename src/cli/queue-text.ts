import type { Doubt, Doubts, Oddity, OddUnion, Side } from '../catalogue/queue.ts';
import type { RecordLine } from '../catalogue/render-record.ts';
import { figure, type Language } from '../matching/wording.ts';

type Words = Readonly<Record<Language, string>>;

const WHY_PAIR: Readonly<Record<Doubt['why'], Words>> = {
	doubtful: { vi: 'Có thể là một tài liệu', en: 'Perhaps the same publication' },
	'changed-since-decided': {
		vi: 'Đã có quyết định, nhưng từ đó một biểu ghi đã thay đổi',
		en: 'Decided, but a record has changed since',
	},
	'decision-without-effect': {
		vi: 'Đã quyết định là một tài liệu, nhưng còn mâu thuẫn chưa được xác nhận nên chưa gộp',
		en: 'Decided to be the same, but kept apart by a conflict that is not confirmed',
	},
};

const WHY_UNION: Readonly<Record<Oddity, Words>> = {
	'two-volumes': { vi: 'gộp các tập khác nhau', en: 'holds different volumes' },
	'two-isbns': { vi: 'gộp các ISBN khác nhau', en: 'holds different ISBNs' },
	large: { vi: 'có quá nhiều biểu ghi so với số nguồn', en: 'holds more records than its sources should have' },
};

const PAIRS: Words = { vi: 'Cặp biểu ghi cần xem', en: 'Pairs to look at' };
const UNIONS: Words = { vi: 'Biểu ghi hợp nhất cần xem', en: 'Union records to look at' };
const NOTHING: Words = { vi: 'Không có gì chờ xem.', en: 'Nothing waits.' };

const counted = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`;
const libraries = (n: number, lang: Language): string => (lang === 'vi' ? `${n} thư viện` : counted(n, 'library', 'libraries'));

/** `Dế Mèn phiêu lưu ký / Tô Hoài, 2000`, on one line whatever a record has in it. */
function lineText({ title, creator, year }: RecordLine): string {
	const line = `${title}${creator === '' ? '' : ` / ${creator}`}${year === null ? '' : `, ${year}`}`;
	return line.replaceAll(/\p{Cc}+/gu, ' ');
}

const sideText = (side: Side): string =>
	`  ${side.id}  ${lineText(side)}  [${`${side.libraryName}, ${side.identifier}`.replaceAll(/\p{Cc}+/gu, ' ')}]`;

function pairText({ sides, why, score, decision, libraries: n }: Doubt, lang: Language): string {
	const facts = [
		...(score === null ? [] : [`${lang === 'vi' ? 'điểm' : 'score'} ${figure(score, lang)}`]),
		...(decision === null ? [] : [`${lang === 'vi' ? 'quyết định' : 'decision'} ${decision}`]),
		libraries(n, lang),
	];
	return [`${WHY_PAIR[why][lang]} (${facts.join(', ')})`, ...sides.map(sideText)].join('\n');
}

function unionText(union: OddUnion, lang: Language): string {
	const { id, why, members, sources, libraries: n } = union;
	const counts =
		lang === 'vi'
			? `${members} biểu ghi, ${sources} nguồn`
			: `${counted(members, 'record', 'records')}, ${counted(sources, 'source', 'sources')}`;
	return `${id}  ${lineText(union)}\n  ${why.map((name) => WHY_UNION[name][lang]).join('; ')} (${counts}, ${libraries(n, lang)})`;
}

const section = (head: Words, items: readonly string[], lang: Language): string[] =>
	items.length === 0 ? [] : [[`${head[lang]}:`, ...items].join('\n\n')];

/** What waits for a librarian, for a terminal. */
export function queueText({ pairs, clusters }: Doubts, lang: Language): string {
	const sections = [
		...section(
			PAIRS,
			pairs.map((pair) => pairText(pair, lang)),
			lang,
		),
		...section(
			UNIONS,
			clusters.map((union) => unionText(union, lang)),
			lang,
		),
	];
	return sections.length === 0 ? NOTHING[lang] : sections.join('\n\n');
}
