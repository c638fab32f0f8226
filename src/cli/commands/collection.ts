import { readFileSync } from 'node:fs';
import { defineCollection, removeCollection } from '../../catalogue/collections.ts';
import { AppError } from '../../lib/errors.ts';
import { readCollection, readCollections } from '../../store/collection.ts';
import { readArgs, required, runPart } from '../args.ts';
import type { Command, CommandContext } from '../command.ts';
import { textTable } from '../table.ts';

/** The ids in a file, one a line; what stands after a blank or a tab is passed over, so a column of a table will do. */
function idsIn(file: string): string[] {
	try {
		return readFileSync(file === '-' ? 0 : file, 'utf8')
			.split(/\r?\n/)
			.map((line) => line.trim().split(/\s/, 1)[0] ?? '')
			.filter((id) => id !== '');
	} catch (error) {
		throw new AppError('usage', `cannot read ${file}: ${error instanceof Error ? error.message : error}`, {
			hint: 'name a file with an id of a record in each line, or - for standard input',
			cause: error,
		});
	}
}

async function set(args: readonly string[], context: CommandContext): Promise<void> {
	const { values } = readArgs(
		args,
		{
			code: { type: 'string' },
			name: { type: 'string' },
			'name-en': { type: 'string' },
			query: { type: 'string' },
			records: { type: 'string' },
			json: { type: 'boolean' },
		},
		0,
	);
	const code = required('--code', values.code);
	const database = await context.database();
	const isNew = await defineCollection(database, {
		code,
		name: required('--name', values.name),
		nameEn: values['name-en'] ?? '',
		query: values.query ?? null,
		records: values.records === undefined ? null : idsIn(values.records),
	});
	if (values.json) return context.print(JSON.stringify(await readCollection(database.pool, code)));
	context.print(`collection ${code} ${isNew ? 'added' : 'defined anew'}; a running serve, or lienthong match, puts records into it`);
}

async function list(args: readonly string[], context: CommandContext): Promise<void> {
	const { values } = readArgs(args, { json: { type: 'boolean' } }, 0);
	const collections = await readCollections((await context.database()).pool);
	context.print(
		values.json ? JSON.stringify(collections) : textTable(collections, ['code', 'titles', 'settled', 'query', 'nameVi', 'nameEn']),
	);
}

async function remove(args: readonly string[], context: CommandContext): Promise<void> {
	const { values, positionals } = readArgs(args, { json: { type: 'boolean' } }, 1);
	const code = required('the code of a collection', positionals[0]);
	await removeCollection(await context.database(), code);
	context.print(values.json ? JSON.stringify({ code, removed: true }) : `collection ${code} removed; its records leave its set`);
}

export const command: Command = {
	name: 'collection',
	summary: 'thematic collections: set, list, remove',
	help: `
Usage: lienthong collection set --code C --name N [--name-en N] --query Q | --records FILE [--json]
       lienthong collection list [--json]
       lienthong collection remove CODE [--json]

A collection is what a query finds, now and later, or a list of records. It is a set in OAI-PMH (collection:CODE), a facet and a field of the
search (collection:CODE) and a feed (/feeds/collection/CODE.atom). A query may name other collections, but none that leads back to it. set
defines it, or defines it anew.

  --code C        1 to 32 letters, digits, . _ -
  --name N        name in Vietnamese; --name-en in English
  --query Q       as in the search box
  --records FILE  an id of a record in each line; - for standard input
  --json          print JSON

  lienthong collection set --code dia-chi --name 'Địa chí địa phương' --name-en 'Local history' --query 'subject:"địa chí" OR title:"Hải Phòng"'
  lienthong collection set --code sach-quy --name 'Sách quý hiếm' --name-en 'Rare books' --query 'year:1600-1900'
  lienthong collection set --code giao-trinh --name 'Giáo trình, sách giáo khoa' --query 'title:"giáo trình" OR title:"sách giáo khoa"'
`,
	run: (args, context) =>
		runPart('collection', args, {
			set: (rest) => set(rest, context),
			list: (rest) => list(rest, context),
			remove: (rest) => remove(rest, context),
		}),
};
