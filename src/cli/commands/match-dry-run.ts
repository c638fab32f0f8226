import type { DryRunMember, DryRunSample } from '../../catalogue/match-dry-run-samples.ts';
import { MERGE_AT } from '../../matching/weights.ts';
import { figure, type Language } from '../../matching/wording.ts';
import type { CommandContext } from '../command.ts';
import { withService } from '../open-service.ts';

const WORDS = {
	vi: {
		rules: (now: string, then: number): string => `Quy tắc so sánh: mục lục đang theo bản ${now}, chương trình này có bản ${then}`,
		none: 'chưa có',
		counts: (records: number, now: number, then: number): string =>
			`${records} biểu ghi: hiện gộp thành ${now} biểu ghi hợp nhất, theo quy tắc mới là ${then}`,
		changes: (split: number, joined: number): string => `${split} biểu ghi hợp nhất sẽ bị tách, ${joined} sẽ được gộp từ nhiều biểu ghi`,
		split: (parts: number): string => `Sẽ bị tách làm ${parts}:`,
		joined: (parts: number): string => `Sẽ được gộp từ ${parts}:`,
		more: (n: number): string => `… còn ${n} biểu ghi nữa`,
		scores: (now: string, then: string, least: string): string =>
			`điểm giống nhau ${now} theo quy tắc đang dùng, ${then} theo quy tắc mới (từ ${least} trở lên thì gộp)`,
		unknown: 'quá thấp để lưu',
	},
	en: {
		rules: (now: string, then: number): string => `Rules of matching: ${now} in the database, ${then} in this program`,
		none: 'none',
		counts: (records: number, now: number, then: number): string =>
			`${records} records: ${now} union records now, ${then} by the new rules`,
		changes: (split: number, joined: number): string => `${split} union records would be split, ${joined} would be joined from several`,
		split: (parts: number): string => `Would be split into ${parts}:`,
		joined: (parts: number): string => `Would be joined from ${parts}:`,
		more: (n: number): string => `… ${n} more`,
		scores: (now: string, then: string, least: string): string =>
			`score ${now} by the rules in use, ${then} by the new ones (${least} or more joins the two)`,
		unknown: 'too low to be kept',
	},
} as const;

const oneLine = (text: string): string => text.replaceAll(/\p{Cc}+/gu, ' ');

const memberText = ({ id, source, identifier, title, creator, year }: DryRunMember): string =>
	oneLine(`  ${id}  ${title}${creator === '' ? '' : ` / ${creator}`}${year === null ? '' : `, ${year}`}  [${source}, ${identifier}]`);

function sampleText({ parts, why }: DryRunSample, lang: Language): string {
	const words = WORDS[lang];
	const groups = parts.map(({ members, first }) => [
		...first.map(memberText),
		...(members > first.length ? [`  ${words.more(members - first.length)}`] : []),
	]);
	const { a, b, scoreNow, scoreForeseen, texts } = why;
	const now = scoreNow === null ? words.unknown : figure(scoreNow, lang);
	return [
		...groups.flatMap((lines, at) => (at === 0 ? lines : ['  ---', ...lines])),
		`  →  ${a}, ${b}: ${words.scores(now, figure(scoreForeseen, lang), figure(MERGE_AT, lang))}`,
		...texts.map((text) => oneLine(`     ${text}`)),
	].join('\n');
}

/** `match --dry-run` */
export async function dryRunPart(context: CommandContext, lang: Language, json: boolean | undefined): Promise<void> {
	await withService(context, async (service) => {
		const found = await service.foresee({ lang, signal: context.signal });
		if (json) return context.print(JSON.stringify(found));
		const { rules, records, clusters, split, joined } = found;
		const words = WORDS[lang];
		context.print(words.rules(`${rules.database ?? words.none}`, rules.code));
		context.print(words.counts(records, clusters.now, clusters.foreseen));
		context.print(words.changes(split.clusters, joined.clusters));
		for (const sample of split.samples) context.print(`\n${words.split(sample.parts.length)}\n${sampleText(sample, lang)}`);
		for (const sample of joined.samples) context.print(`\n${words.joined(sample.parts.length)}\n${sampleText(sample, lang)}`);
	});
}
