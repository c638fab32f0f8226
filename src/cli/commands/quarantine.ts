import { AppError } from '../../lib/errors.ts';
import { publicId } from '../../lib/ids.ts';
import { readQuarantine, readQuarantineBody } from '../../store/directory-read.ts';
import { readParked } from '../../store/parked.ts';
import { sourceId } from '../../store/source.ts';
import { readArgs, wholeNumber } from '../args.ts';
import type { Command, CommandContext } from '../command.ts';
import { searchEngine } from '../search-engine.ts';
import { textTable } from '../table.ts';

const LIMIT_MAX = 100_000;

async function run(args: readonly string[], context: CommandContext): Promise<void> {
	const { values, positionals } = readArgs(
		args,
		{
			limit: { type: 'string', default: '20' },
			run: { type: 'string' },
			show: { type: 'string' },
			index: { type: 'boolean' },
			json: { type: 'boolean' },
		},
		1,
	);
	const { pool } = await context.database();
	if (values.index === true) return await printParked(context, wholeNumber('--limit', values.limit, 1, LIMIT_MAX), values.json === true);
	if (values.show !== undefined) {
		const body = await readQuarantineBody(pool, wholeNumber('--show', values.show, 1, Number.MAX_SAFE_INTEGER));
		if (body === undefined)
			throw new AppError('not-found', `nothing in quarantine has the id ${values.show}`, { hint: 'lienthong quarantine lists the ids' });
		process.stdout.write(body);
		return;
	}
	const only = {
		source: positionals[0] === undefined ? null : await sourceId(pool, positionals[0]),
		run: values.run === undefined ? null : wholeNumber('--run', values.run, 1, Number.MAX_SAFE_INTEGER),
	};
	const entries = await readQuarantine(pool, only, Number.MAX_SAFE_INTEGER, wholeNumber('--limit', values.limit, 1, LIMIT_MAX));
	const rows = entries.map((entry) => ({ ...entry, at: new Date(entry.atMs) }));
	context.print(
		values.json ? JSON.stringify(entries) : textTable(rows, ['id', 'run', 'source', 'at', 'identifier', 'bytes', 'code', 'reason']),
	);
}

/** Union records that the search index refused. */
async function printParked(context: CommandContext, limit: number, json: boolean): Promise<void> {
	const { pool } = await context.database();
	const engine = searchEngine(context.config.openSearchUrl, pool);
	try {
		const parked = (await readParked(pool, await engine.indexName(), 0, limit)).map((row) => ({ ...row, id: publicId(row.id) }));
		const rows = parked.map((row) => ({ ...row, at: new Date(row.atMs) }));
		context.print(json ? JSON.stringify(parked) : textTable(rows, ['id', 'at', 'reason']));
	} finally {
		await engine.close();
	}
}

export const command: Command = {
	name: 'quarantine',
	summary: 'records that could not be read, and why',
	help: `
Usage: lienthong quarantine [SOURCE] [--run N] [--limit N] [--json]
       lienthong quarantine --show ID
       lienthong quarantine --index [--limit N] [--json]

  SOURCE     id or code of a source; all sources when left out
  --run N    of one run only
  --show ID  write the bytes of one, as received
  --index    union records that the search index refused, instead
  --limit N  so many at most; 20 when left out
  --json     print JSON
`,
	run,
};
