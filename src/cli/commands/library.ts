import { type LibraryRow, readLibraries, readLibrary } from '../../store/directory-read.ts';
import { addLibrary, mergeLibrary, moveLibrary, renameLibrary } from '../../store/library.ts';
import { readArgs, required, runPart } from '../args.ts';
import type { Command, CommandContext } from '../command.ts';
import { textTable } from '../table.ts';

const ALL = Number.MAX_SAFE_INTEGER;

async function show(context: CommandContext, code: string, json: boolean | undefined, done: string): Promise<void> {
	const { pool } = await context.database();
	context.print(json ? JSON.stringify(await readLibrary(pool, code)) : done);
}

async function add(args: readonly string[], context: CommandContext): Promise<void> {
	const { values } = readArgs(
		args,
		{
			code: { type: 'string' },
			name: { type: 'string' },
			kind: { type: 'string' },
			area: { type: 'string' },
			since: { type: 'string' },
			json: { type: 'boolean' },
		},
		0,
	);
	const code = required('--code', values.code);
	await addLibrary(await context.database(), {
		code,
		name: required('--name', values.name),
		kind: required('--kind', values.kind),
		area: values.area ?? null,
		since: values.since ?? null,
	});
	await show(context, code, values.json, `library ${code} added`);
}

async function list(args: readonly string[], context: CommandContext): Promise<void> {
	const { values } = readArgs(args, { json: { type: 'boolean' } }, 0);
	const { pool } = await context.database();
	const libraries = await readLibraries(pool, '', ALL);
	const columns: (keyof LibraryRow)[] = ['code', 'kind', 'area', 'records', 'name', 'mergedInto'];
	context.print(values.json ? JSON.stringify(libraries) : textTable(libraries, columns));
}

async function rename(args: readonly string[], context: CommandContext): Promise<void> {
	const { values, positionals } = readArgs(args, { name: { type: 'string' }, json: { type: 'boolean' } }, 1);
	const code = required('the code of a library', positionals[0]);
	await renameLibrary(await context.database(), code, required('--name', values.name));
	await show(context, code, values.json, `library ${code} renamed`);
}

async function move(args: readonly string[], context: CommandContext): Promise<void> {
	const { values, positionals } = readArgs(args, { area: { type: 'string' }, since: { type: 'string' }, json: { type: 'boolean' } }, 1);
	const code = required('the code of a library', positionals[0]);
	await moveLibrary(await context.database(), code, required('--area', values.area), values.since ?? null);
	await show(context, code, values.json, `library ${code} moved to area ${values.area}; lienthong match brings the union up to date`);
}

async function merge(args: readonly string[], context: CommandContext): Promise<void> {
	const { values, positionals } = readArgs(args, { into: { type: 'string' }, json: { type: 'boolean' } }, 1);
	const code = required('the code of a library', positionals[0]);
	const into = required('--into', values.into);
	const records = await mergeLibrary(await context.database(), code, into);
	const done = `library ${code} is part of ${into} now, with ${records} records; lienthong match brings the union up to date`;
	await show(context, code, values.json, done);
}

export const command: Command = {
	name: 'library',
	summary: 'member libraries: add, list, rename, move, merge',
	help: `
Usage: lienthong library add --code C --name N --kind K [--area A] [--since DAY] [--json]
       lienthong library list [--json]
       lienthong library rename CODE --name N [--json]
       lienthong library move CODE --area A [--since DAY] [--json]
       lienthong library merge CODE --into CODE [--json]

  --code C     1 to 32 letters, digits, . _ -; never used again
  --name N     name
  --kind K     province, district, school or other
  --area A     code of the area it stands in (lienthong area list)
  --since DAY  since when, such as 2025-07-01; today when left out
  --into CODE  the library that takes over sources, records and holdings
  --json       print JSON

  lienthong library add --code THPT-TP --name 'Trường THPT Trần Phú' --kind school --area VN-HP
`,
	run: (args, context) =>
		runPart('library', args, {
			add: (rest) => add(rest, context),
			list: (rest) => list(rest, context),
			rename: (rest) => rename(rest, context),
			move: (rest) => move(rest, context),
			merge: (rest) => merge(rest, context),
		}),
};
