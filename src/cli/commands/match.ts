import { AppError } from '../../lib/errors.ts';
import { markAllDirty } from '../../store/totals.ts';
import { readArgs } from '../args.ts';
import type { Command } from '../command.ts';
import { withService } from '../open-service.ts';
import { progressOn } from '../progress-bar.ts';

export const command: Command = {
	name: 'match',
	summary: 'match and merge what waits, or everything again',
	help: `
Usage: lienthong match [--all] [--json]

Matches the records that changed, merges their clusters and brings the search index up to date.

  --all    every living record again
  --json   print the figures as JSON
`,
	async run(args, context) {
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
