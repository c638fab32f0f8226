import { type Proposal, showProposal } from '../../catalogue/show-reidentification.ts';
import { decideHeldRun, type HeldDecision, waitingRun } from '../../jobs/held-run.ts';
import { AppError } from '../../lib/errors.ts';
import { EVIDENCE } from '../../matching/reidentify.ts';
import { harvestSource } from '../../store/harvest-source.ts';
import { readArgs, required } from '../args.ts';
import type { CommandContext } from '../command.ts';
import { withService } from '../open-service.ts';
import { unite } from '../unite.ts';

const DECISIONS: readonly HeldDecision[] = ['accept', 'refuse', 'drop'];

const BY: Readonly<Record<(typeof EVIDENCE)[number], string>> = {
	digest: 'the very same bytes',
	number: 'the same control number and title',
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

/** `lienthong source rekey`: shows which records of a run that waits are the same under other identifiers, or ends the wait. */
export async function rekeySource(args: readonly string[], context: CommandContext): Promise<void> {
	const options = {
		accept: { type: 'boolean' },
		refuse: { type: 'boolean' },
		drop: { type: 'boolean' },
		json: { type: 'boolean' },
	} as const;
	const { values, positionals } = readArgs(args, options, 1);
	const asked = DECISIONS.filter((decision) => values[decision] === true);
	const [decision] = asked;
	if (asked.length > 1) throw new AppError('usage', `--${asked.join(' and --')} exclude each other`, { hint: 'give one of them' });
	const database = await context.database();
	const source = await harvestSource(database.pool, required('the id or code of a source', positionals[0]));
	if (decision === undefined) {
		const proposal = await showProposal(database.pool, await waitingRun(database, source));
		context.print(values.json ? JSON.stringify(proposal) : lines(proposal));
		return;
	}
	const done = await decideHeldRun(database, source, decision);
	if (decision !== 'drop') await withService(context, (service) => unite(service, context));
	context.print(
		values.json
			? JSON.stringify({ source: source.code, decision, ...done })
			: decision === 'drop'
				? `run ${done.run} is dropped; the next harvest reads everything again`
				: `run ${done.run} is released; ${done.joined} records took other identifiers`,
	);
}
