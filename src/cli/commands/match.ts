import { AppError } from '../../lib/errors.ts';
import { readArgs } from '../args.ts';
import type { Command } from '../command.ts';
import { withService } from '../open-service.ts';
import { progressOn } from '../progress-bar.ts';
import { decidePart, decisionsPart, explainPart, language, queuePart, undoPart } from './match-decisions.ts';
import { dryRunPart } from './match-dry-run.ts';
import { evaluatePart } from './match-evaluate.ts';

const PARTS = {
	explain: explainPart,
	decide: decidePart,
	undo: undoPart,
	decisions: decisionsPart,
	queue: queuePart,
	evaluate: evaluatePart,
} as const;

const OPTIONS = { all: { type: 'boolean' }, 'dry-run': { type: 'boolean' }, lang: { type: 'string' }, json: { type: 'boolean' } } as const;

export const command: Command = {
	name: 'match',
	summary: 'match and merge what waits, or everything again',
	help: `
Usage: lienthong match [--all] [--json]
       lienthong match --dry-run [--lang vi|en] [--json]
       lienthong match explain ID [OTHER] [--lang vi|en] [--json]
       lienthong match decide same|not-same A B --by WHO --reason TEXT [--confirm CONFLICT,…] [--json]
       lienthong match undo DECISION --by WHO --reason TEXT [--json]
       lienthong match decisions [RECORD] [--limit N] [--before DECISION] [--json]
       lienthong match queue [--limit N] [--after PLACE] [--lang vi|en] [--json]
       lienthong match evaluate --records FILE (--pairs FILE | --clusters FILE) [--lang vi|en] [--json]

Matches the records that changed, merges their clusters and brings the search index up to date.

  --all      every living record again, its features, keys and comparisons made anew
  --dry-run  write nothing; say which clusters the rules of this program would split or join, with samples and why. Other matching
             waits meanwhile
  --json     print the figures as JSON

explain    why each source record is in a union record; for two source records, why they are together or apart and what would have
           to differ
decide     a librarian's lasting judgement on two source records; over hard conflicts "same" has to name them (--confirm)
undo       takes a decision out of force; it is kept, with who undid it and why
decisions  who decided what and why, the newest first, undone ones too
queue      doubtful pairs and union records that look wrong, those that touch most libraries first
evaluate   how well records whose truth is known would be matched; in memory, apart from the catalogue. Records as for import; pairs are
           a table id1,id2,label (1 the same, 0 not), clusters a table id,cluster (ids are 001 or (003)001), or one with library, local_id
           and cluster in the order of the records; commas or tabs, plain or gzipped
`,
	async run(args, context) {
		const [name = '', ...rest] = args;
		if (Object.hasOwn(PARTS, name)) return await PARTS[name as keyof typeof PARTS](rest, context);
		const { values } = readArgs(args, OPTIONS, 0);
		if (values['dry-run'] && values.all) throw new AppError('usage', '--dry-run and --all exclude each other');
		if (values['dry-run']) return await dryRunPart(context, language(values.lang, context.config.language), values.json);
		if (values.lang !== undefined) throw new AppError('usage', '--lang goes with --dry-run');
		const { signal } = context;
		await withService(context, async (service) => {
			const progress = progressOn(process.stderr);
			const done = await service.match({
				signal,
				afresh: values.all === true,
				onBatch: (now) => progress.update('matched', now.records, null),
			});
			if (done === null) {
				throw new AppError('busy', 'another process is matching', { hint: 'it takes everything that waits along', retriable: true });
			}
			await service.project({ signal, onBatch: (taken) => progress.update('indexed', taken, null) });
			progress.finish();
			context.print(
				values.json
					? JSON.stringify(done)
					: `${done.records} records matched, ${done.pairs} pairs compared, ${done.edges} edges, ${done.unions} union records written`,
			);
		});
	},
};
