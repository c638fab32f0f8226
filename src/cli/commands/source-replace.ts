import { checkOneOf } from '../../lib/codes.ts';
import { AppError } from '../../lib/errors.ts';
import { harvestSource } from '../../store/harvest-source.ts';
import { moveSource } from '../../store/source.ts';
import { SOURCE_KINDS } from '../../store/tables.ts';
import { readArgs, required } from '../args.ts';
import type { CommandContext } from '../command.ts';
import { checked, readSettings, withoutNulls } from './source-settings.ts';

/** `lienthong source replace`: a library's records come from another system or address from now on. */
export async function replaceSource(args: readonly string[], context: CommandContext): Promise<void> {
	const { values, positionals } = readArgs(
		args,
		{
			kind: { type: 'string' },
			url: { type: 'string' },
			format: { type: 'string' },
			set: { type: 'string' },
			setting: { type: 'string', multiple: true },
			json: { type: 'boolean' },
		},
		1,
	);
	const database = await context.database();
	const source = await harvestSource(database.pool, required('the id or code of a source', positionals[0]));
	const kind = checkOneOf('kind of source', values.kind ?? source.kind, SOURCE_KINDS);
	if (kind !== 'file' && values.url === undefined)
		throw new AppError('usage', '--url is missing', { hint: 'where the records of this source are from now on' });
	// what the library says of its records holds wherever they come from
	const { noDoubles = null } = source.settings;
	const settings = withoutNulls({ noDoubles, ...readSettings(values.setting ?? []) });
	const url = await checked({ kind, url: values.url ?? '', format: values.format ?? null, settings, schedule: source.schedule });
	await moveSource(database, source.id, { kind, url, format: values.format ?? null, set: values.set ?? null, settings });
	context.print(
		values.json
			? JSON.stringify({ source: source.code, kind, url })
			: `source ${source.code} reads from there; ` +
					(kind === 'file'
						? `import a snapshot: lienthong import FILE --source ${source.code} --snapshot`
						: `harvest it: lienthong harvest ${source.code}`),
	);
}
