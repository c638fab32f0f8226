import { AppError } from '../../lib/errors.ts';
import { countUnions } from '../../store/totals.ts';
import { readArgs } from '../args.ts';
import type { Command } from '../command.ts';
import { withService } from '../open-service.ts';
import { progressOn } from '../progress-bar.ts';

export const command: Command = {
	name: 'reindex',
	summary: 'throw the search index away and make it again',
	help: `
Usage: lienthong reindex [--json]

The index holds nothing that is not in the database. On OpenSearch it is made beside the one that serves, which it replaces in
one step when it has caught up; on Postgres searches find less while it is made again.

  --json   print the number of union records as JSON
`,
	async run(args, context) {
		const { values } = readArgs(args, { json: { type: 'boolean' } }, 0);
		await withService(context, async (service) => {
			const total = await countUnions(service.database.pool);
			const progress = progressOn(process.stderr);
			const taken = await service.reindex({ signal: context.signal, onBatch: (done) => progress.update('indexed', done, total) });
			progress.finish();
			if (taken === null) throw new AppError('busy', 'another process is indexing', { hint: 'try again when it is done', retriable: true });
			context.print(values.json ? JSON.stringify({ unionRecords: taken }) : `${taken} union records taken into the index`);
		});
	},
};
