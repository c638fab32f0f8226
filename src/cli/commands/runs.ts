import { type RunRow, readRuns } from '../../store/directory-read.ts';
import { sourceId } from '../../store/source.ts';
import { readArgs, wholeNumber } from '../args.ts';
import type { Command, CommandContext } from '../command.ts';
import { textTable } from '../table.ts';

const LIMIT_MAX = 100_000;

async function run(args: readonly string[], context: CommandContext): Promise<void> {
	const { values, positionals } = readArgs(args, { limit: { type: 'string', default: '20' }, json: { type: 'boolean' } }, 1);
	const limit = wholeNumber('--limit', values.limit, 1, LIMIT_MAX);
	const { pool } = await context.database();
	const source = positionals[0] === undefined ? null : await sourceId(pool, positionals[0]);
	const runs = await readRuns(pool, source, Number.MAX_SAFE_INTEGER, limit);
	if (values.json) {
		context.print(JSON.stringify(runs));
		return;
	}
	const rows = runs.map((one) => ({ ...one, started: new Date(one.startedAtMs), problem: one.error?.['message'] ?? '' }));
	const columns: (keyof RunRow | 'started' | 'problem')[] = [
		...(['id', 'source', 'mode', 'state', 'started', 'listed', 'created', 'updated', 'unchanged', 'deleted'] as const),
		...(['quarantined', 'repeated', 'ignored', 'vanished', 'problem'] as const),
	];
	context.print(textTable(rows, columns));
}

export const command: Command = {
	name: 'runs',
	summary: 'what harvests did, newest first',
	help: `
Usage: lienthong runs [SOURCE] [--limit N] [--json]

Runs with their ledgers: listed = created + updated + unchanged + deleted + quarantined + repeated + ignored.

  SOURCE     id or code of a source; all sources when left out
  --limit N  so many at most; 20 when left out
  --json     print JSON
`,
	run,
};
