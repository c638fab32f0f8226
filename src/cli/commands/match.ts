import { AppError } from '../../lib/errors.ts';
import { markAllDirty } from '../../store/totals.ts';
import { readArgs } from '../args.ts';
import type { Command } from '../command.ts';
import { withService } from '../open-service.ts';
import { progressOn } from '../progress-bar.ts';
import { decidePart, explainPart, queuePart, undoPart } from './match-decisions.ts';

const PARTS = { explain: explainPart, decide: decidePart, undo: undoPart, queue: queuePart } as const;

export const command: Command = {
	name: 'match',
	summary: 'match and merge what waits, or everything again',
	help: `
Usage: lienthong match [--all] [--json]
       lienthong match explain ID [OTHER] [--lang vi|en] [--json]
       lienthong match decide same|not-same A B --by WHO --reason TEXT [--confirm CONFLICT,…] [--json]
       lienthong match undo DECISION --by WHO [--json]
       lienthong match queue [--limit N] [--after PLACE] [--json]

Matches the records that changed, merges their clusters and brings the search index up to date.

  --all    every living record again
  --json   print the figures as JSON

explain  why each source record is in a union record; for two source records, why they are together or apart and what would have
         to differ
decide   a librarian's lasting judgement on two source records; over hard conflicts "same" has to name them (--confirm)
undo     takes a decision out of force; it is kept, with who undid it
queue    doubtful pairs and union records that look wrong, those that touch most libraries first
`,
	async run(args, context) {
		const [name = '', ...rest] = args;
		if (Object.hasOwn(PARTS, name)) return await PARTS[name as keyof typeof PARTS](rest, context);
		const { values } = readArgs(args, { all: { type: 'boolean' }, json: { type: 'boolean' } }, 0);
		const { signal } = context;
		await withService(context, async (service) => {
			if (values.all) await markAllDirty(service.database.pool);
			const progress = progressOn(process.stderr);
			const done = await service.match({ signal, onBatch: (now) => progress.update('matched', now.records, null) });
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
