import type { ExplainedPair, ExplainedPart } from '../catalogue/explain-pair.ts';
import { MERGE_AT } from '../matching/weights.ts';
import { figure, type Language } from '../matching/wording.ts';

const SIGNS: Readonly<Record<ExplainedPart['outcome'], string>> = { agrees: '=', alike: '≈', differs: '≠', 'one-sided': '?', unsaid: ' ' };
/** What is printed as 0. */
const NOTHING = 0.05;
/** Points below zero that would puzzle where the two are the same. */
const PUZZLING = -0.25;

const LEGEND = {
	vi: '= giống nhau   ≈ gần giống   ≠ khác nhau   ? chỉ một biểu ghi nêu',
	en: '= the same   ≈ alike   ≠ different   ? stated by one only',
} as const;
const START = { vi: 'điểm khởi đầu', en: 'what any pair starts from' } as const;
const SUM = {
	vi: (least: string): string => `cộng lại; từ ${least} trở lên thì gộp`,
	en: (least: string): string => `in all; ${least} or more joins the two`,
} as const;
const COMMON = {
	vi: 'Dòng giống nhau (=) mà điểm âm: nhiều sách khác nhau cũng giống nhau ở mục này, nên riêng mục này chưa nói lên điều gì.',
	en: 'Points below zero where the two are the same (=): different books are often the same in this, too, so this alone says little.',
} as const;
const HEAD = {
	vi: (score: string): string => `điểm giống nhau ${score}`,
	en: (score: string): string => `score ${score}`,
} as const;

/** The version of the rules, behind what it is of. */
export const rulesText = (rules: number, lang: Language): string => (lang === 'vi' ? `(quy tắc ${rules})` : `(rules ${rules})`);

const logOdds = (p: number): number => Math.log(p / (1 - p));

/** `+4,6`, `−1,9`, `0`. */
function points(evidence: number, lang: Language): string {
	if (Math.abs(evidence) < NOTHING) return '0';
	const text = Math.abs(evidence).toFixed(1);
	return `${evidence < 0 ? '−' : '+'}${lang === 'vi' ? text.replace('.', ',') : text}`;
}

const WIDTH = 5;
const row = (sign: string, number: string, text: string): string => `  ${sign}  ${number.padStart(WIDTH)}  ${text}`;

function table({ parts, start }: ExplainedPair, lang: Language): string[] {
	const shown = parts.filter((p) => Math.abs(p.evidence) >= NOTHING || (p.outcome !== 'unsaid' && p.outcome !== 'agrees'));
	if (shown.length === 0) return [];
	const sum = parts.reduce((all, p) => all + p.evidence, start);
	const common = shown.some((p) => p.outcome === 'agrees' && p.evidence <= PUZZLING);
	return [
		`  ${LEGEND[lang]}`,
		...shown.map((p) => row(SIGNS[p.outcome], points(p.evidence, lang), p.text)),
		row(' ', points(start, lang), START[lang]),
		row(' ', points(sum, lang), SUM[lang](points(logOdds(MERGE_AT), lang))),
		...(common ? [`  ${COMMON[lang]}`] : []),
	];
}

/** Why two records stand together or apart, for a terminal: the conflicts, the points of each feature, and what would have to be otherwise. */
export function pairText(pair: ExplainedPair, lang: Language): string {
	return [
		`${pair.a} ${pair.together ? '=' : '≠'} ${pair.b}  ${HEAD[lang](figure(pair.score, lang))}  ${rulesText(pair.rules, lang)}`,
		...pair.conflicts.map(({ name, text }) => `  !  ${text} [${name}]`),
		...table(pair, lang),
		...pair.otherwise.map((text) => `  →  ${text}`),
	]
		.map((line) => line.replaceAll(/\p{Cc}+/gu, ' '))
		.join('\n');
}
