import { decideHeldRun, HELD_DECISIONS, waitingRun } from '../../catalogue/held-run.ts';
import { type Proposal, showProposal } from '../../catalogue/show-reidentification.ts';
import { foreseeUndo, type Undone, undoReidentification } from '../../catalogue/undo-reidentification.ts';
import { AppError } from '../../lib/errors.ts';
import { EVIDENCE } from '../../matching/reidentify.ts';
import { type HarvestSource, harvestSource } from '../../store/harvest-source.ts';
import { readArgs, required, wholeNumber } from '../args.ts';
import type { CommandContext } from '../command.ts';
import { withService } from '../open-service.ts';
import { unite } from '../unite.ts';

const BY: Readonly<Record<(typeof EVIDENCE)[number], string>> = {
	digest: 'the very same bytes',
	number: 'the same control number and title',
	copy: 'the same number of a copy and title',
	description: 'the same description',
	bib: 'the same title, persons, edition, date and extent',
};

function lines(proposal: Proposal): string {
	const rows = [
		`run ${proposal.run} waits: ${proposal.gone} records are gone, ${proposal.come} came, ${proposal.pairs} of them are the same under another identifier`,
		...EVIDENCE.filter((name) => proposal.evidence[name] > 0).map(
			(name) => `${String(proposal.evidence[name]).padStart(9)}  by ${BY[name]}`,
		),
	];
	if (proposal.ambiguous > 0) rows.push(`${String(proposal.ambiguous).padStart(9)}  are like several and are not guessed`);
	for (const { from, to, title } of proposal.samples) rows.push(`  ${from} → ${to}  ${title}`);
	return rows.join('\n');
}

const KEPT_SHOWN = 10;

function undoneLines({ run, records, kept, decisions }: Undone, dry: boolean): string {
	const [was, become] = dry ? ['would be', 'would become'] : ['is', 'are'];
	const rows = [
		`what run ${run} joined ${was} undone: ${records} records ${become} two each, one under its old identifier, gone, and one under the new`,
	];
	if (decisions > 0) rows.push(`${String(decisions).padStart(9)}  decisions made since go to the new ones`);
	if (kept.length > 0) {
		rows.push(`${String(kept.length).padStart(9)}  stay as they are: their old identifiers are those of other records by now`);
		rows.push(...kept.slice(0, KEPT_SHOWN).map((identifier) => `  ${identifier}`));
	}
	return rows.join('\n');
}

interface UndoValues {
	readonly run?: string;
	readonly by?: string;
	readonly reason?: string;
	readonly 'dry-run'?: boolean;
	readonly json?: boolean;
}

/** `source rekey SOURCE --undo`. */
async function undo(source: HarvestSource, values: UndoValues, context: CommandContext): Promise<void> {
	const database = await context.database();
	const run = values.run === undefined ? null : wholeNumber('--run', values.run, 1, Number.MAX_SAFE_INTEGER);
	const dry = values['dry-run'] === true;
	const done = dry
		? await foreseeUndo(database, source, run)
		: await undoReidentification(database, source, run, { by: required('--by', values.by), reason: required('--reason', values.reason) });
	if (!dry) await withService(context, (service) => unite(service, context));
	context.print(values.json ? JSON.stringify({ source: source.code, ...done }) : undoneLines(done, dry));
}

/** `lienthong source rekey`: shows which records of a run that waits are the same under other identifiers, ends the wait, or undoes what was done. */
export async function rekeySource(args: readonly string[], context: CommandContext): Promise<void> {
	const options = {
		accept: { type: 'boolean' },
		refuse: { type: 'boolean' },
		drop: { type: 'boolean' },
		undo: { type: 'boolean' },
		run: { type: 'string' },
		by: { type: 'string' },
		reason: { type: 'string' },
		'dry-run': { type: 'boolean' },
		json: { type: 'boolean' },
	} as const;
	const { values, positionals } = readArgs(args, options, 1);
	const asked = ([...HELD_DECISIONS, 'undo'] as const).filter((name) => values[name] === true);
	const [decision] = asked;
	if (asked.length > 1) throw new AppError('usage', `--${asked.join(' and --')} exclude each other`, { hint: 'give one of them' });
	const database = await context.database();
	const source = await harvestSource(database.pool, required('the id or code of a source', positionals[0]));
	if (decision === 'undo') return await undo(source, values, context);
	if (values.run !== undefined || values['dry-run'])
		throw new AppError('usage', '--run and --dry-run belong to --undo', { hint: 'add it' });
	if (decision === undefined) {
		const proposal = await showProposal(database.pool, await waitingRun(database, source));
		context.print(values.json ? JSON.stringify(proposal) : lines(proposal));
		return;
	}
	const done = await decideHeldRun(database, source, decision, { by: values.by ?? null, reason: values.reason ?? null });
	if (decision !== 'drop') await withService(context, (service) => unite(service, context));
	context.print(
		values.json
			? JSON.stringify({ source: source.code, decision, ...done })
			: decision === 'drop'
				? `run ${done.run} is dropped; the next harvest reads everything again`
				: `run ${done.run} is released; ${done.joined} records took other identifiers`,
	);
}
