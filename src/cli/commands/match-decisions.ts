import { decide, undo } from '../../catalogue/decide.ts';
import { explainPair, explainUnion } from '../../catalogue/explain.ts';
import { listDecisions } from '../../catalogue/list-decisions.ts';
import { listDoubts } from '../../catalogue/queue.ts';
import { settle } from '../../catalogue/settle.ts';
import { AppError } from '../../lib/errors.ts';
import type { Language } from '../../matching/wording.ts';
import { readArgs, required, wholeNumber } from '../args.ts';
import type { CommandContext } from '../command.ts';
import { withService } from '../open-service.ts';
import { pairText, rulesText } from '../pair-text.ts';
import { queueText } from '../queue-text.ts';
import { textTable } from '../table.ts';
import type { Service } from '../wiring.ts';

const JSON_OPTION = { json: { type: 'boolean' } } as const;

/** `--lang`, or the language of this place. */
export function language(given: string | undefined, own: Language): Language {
	if (given === undefined) return own;
	if (given === 'vi' || given === 'en') return given;
	throw new AppError('usage', `there is no language "${given}" here`, { hint: 'vi or en' });
}

const DONE = {
	kept: { vi: 'đã lưu', en: 'kept' },
	undone: { vi: 'đã huỷ', en: 'undone' },
} as const;

const MATCHED = {
	vi: (id: number, what: string, unions: readonly string[]): string =>
		`quyết định ${id} ${what}; biểu ghi hợp nhất nay là ${unions.join(', ')}`,
	en: (id: number, what: string, unions: readonly string[]): string => `decision ${id} ${what}; matched: ${unions.join(', ')}`,
} as const;
const QUEUED = {
	vi: (id: number, what: string): string => `quyết định ${id} ${what}; đang chờ đến lượt so khớp`,
	en: (id: number, what: string): string => `decision ${id} ${what}; queued for the matcher`,
} as const;

async function answer(
	service: Service,
	context: CommandContext,
	id: number,
	done: keyof typeof DONE,
	json: boolean | undefined,
): Promise<void> {
	const { state, waitsFor, unions } = await settle(
		{ database: service.database, matcher: service, clock: service.clock, signal: context.signal },
		id,
	);
	if (json) return context.print(JSON.stringify({ id, state, waitsFor, unions }));
	const lang = context.config.language;
	const what = DONE[done][lang];
	context.print(state === 'queued' ? QUEUED[lang](id, what) : MATCHED[lang](id, what, unions));
}

/** `match decide same|not-same A B …` */
export async function decidePart(args: readonly string[], context: CommandContext): Promise<void> {
	const options = { by: { type: 'string' }, reason: { type: 'string' }, confirm: { type: 'string' }, ...JSON_OPTION } as const;
	const { values, positionals } = readArgs(args, options, 3);
	const verdict = required('the verdict (same or not-same)', positionals[0]);
	if (verdict !== 'same' && verdict !== 'not-same') throw new AppError('usage', `"${verdict}" is no verdict`, { hint: 'same or not-same' });
	const judgement = {
		verdict,
		a: required('the first id', positionals[1]),
		b: required('the second id', positionals[2]),
		by: required('--by', values.by),
		reason: required('--reason', values.reason),
		confirm: values.confirm?.split(',').map((name) => name.trim()) ?? [],
	} as const;
	await withService(context, async (service) => {
		await answer(service, context, await decide(service.database, judgement), 'kept', values.json);
	});
}

/** `match undo DECISION --by WHO --reason TEXT` */
export async function undoPart(args: readonly string[], context: CommandContext): Promise<void> {
	const { values, positionals } = readArgs(args, { by: { type: 'string' }, reason: { type: 'string' }, ...JSON_OPTION }, 1);
	const id = wholeNumber('decision', required('the number of the decision', positionals[0]), 1, Number.MAX_SAFE_INTEGER);
	const [by, reason] = [required('--by', values.by), required('--reason', values.reason)];
	await withService(context, async (service) => {
		await undo(service.database, id, by, reason);
		await answer(service, context, id, 'undone', values.json);
	});
}

/** `match explain ID [OTHER]` */
export async function explainPart(args: readonly string[], context: CommandContext): Promise<void> {
	const { values, positionals } = readArgs(args, { lang: { type: 'string' }, ...JSON_OPTION }, 2);
	const [id, other] = [required('the id', positionals[0]), positionals[1]];
	const lang = language(values.lang, context.config.language);
	const database = await context.database();
	if (other !== undefined) {
		const pair = await explainPair(database, id, other, lang);
		context.print(values.json ? JSON.stringify(pair) : pairText(pair, lang));
		return;
	}
	const union = await explainUnion(database, id, lang, { after: null, limit: Number.MAX_SAFE_INTEGER });
	if (values.json) return context.print(JSON.stringify(union));
	context.print(`${union.id}  ${rulesText(union.rules, lang)}`);
	for (const { id: own, source, identifier, link, notes } of union.members) {
		context.print(`\n${own}  ${source}  ${identifier}`);
		if (link !== null) context.print(pairText(link, lang));
		for (const note of notes) context.print(`  i  ${note}`);
	}
}

/** `match queue` */
export async function queuePart(args: readonly string[], context: CommandContext): Promise<void> {
	const { values } = readArgs(args, { limit: { type: 'string' }, after: { type: 'string' }, lang: { type: 'string' }, ...JSON_OPTION }, 0);
	const lang = language(values.lang, context.config.language);
	const limit = wholeNumber('--limit', values.limit ?? '50', 1, 1_000);
	const queue = await listDoubts(await context.database(), { after: values.after ?? null, limit });
	if (values.json) return context.print(JSON.stringify(queue));
	context.print(queueText(queue, lang));
	if (queue.next !== null) context.note(`more: lienthong match queue --after ${queue.next}`);
}

/** `match decisions [RECORD]` */
export async function decisionsPart(args: readonly string[], context: CommandContext): Promise<void> {
	const { values, positionals } = readArgs(args, { limit: { type: 'string' }, before: { type: 'string' }, ...JSON_OPTION }, 1);
	const limit = wholeNumber('--limit', values.limit ?? '50', 1, 1_000);
	const before = values.before === undefined ? null : wholeNumber('--before', values.before, 1, Number.MAX_SAFE_INTEGER);
	const page = await listDecisions(await context.database(), { record: positionals[0] ?? null, before, limit });
	if (values.json) return context.print(JSON.stringify(page));
	const rows = page.decisions.map((d) => ({ ...d, at: new Date(d.atMs), confirmed: d.confirmed.join(' ') }));
	context.print(textTable(rows, ['id', 'verdict', 'a', 'b', 'confirmed', 'by', 'reason', 'at', 'undoneBy', 'undoneReason']));
	if (page.next !== null) context.note(`more: lienthong match decisions --before ${page.next}`);
}
