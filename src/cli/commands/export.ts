import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { exportTsv, exportUnions, UNION_FORMATS } from '../../catalogue/export.ts';
import { checkOneOf } from '../../lib/codes.ts';
import { AppError } from '../../lib/errors.ts';
import type { Database } from '../../store/database.ts';
import { readLibrary } from '../../store/directory-read.ts';
import { countDirty } from '../../store/match-state.ts';
import { readArgs, required } from '../args.ts';
import type { Command, CommandContext } from '../command.ts';
import { keptIdentity } from '../open-service.ts';

const FORMATS = ['tsv', ...UNION_FORMATS] as const;

/** The library that stands for this code now. AppError not-found. */
async function libraryNow({ pool }: Database, code: string): Promise<string> {
	const library = await readLibrary(pool, code);
	if (library !== undefined) return library.mergedInto ?? library.code;
	throw new AppError('not-found', `there is no library ${code}`, { hint: 'lienthong library list shows the codes' });
}

async function write(pieces: AsyncIterable<string | Uint8Array>, file: string | undefined, { signal }: CommandContext): Promise<void> {
	const source = Readable.from(pieces, { highWaterMark: 1 });
	if (file === undefined) return await pipeline(source, process.stdout, { end: false, signal });
	try {
		await pipeline(source, createWriteStream(file), { signal });
	} catch (error) {
		const path = error instanceof Error && 'syscall' in error && 'path' in error ? error.path : undefined;
		if (path !== file && !(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
		throw new AppError('usage', `cannot write ${file}: ${error instanceof Error ? error.message : error}`, {
			hint: 'name a file with -o that this user may write, where there is room',
			cause: error,
		});
	}
}

export const command: Command = {
	name: 'export',
	summary: 'write the union, or which record is in which union record',
	help: `
Usage: lienthong export --format tsv|marcxml|marc|jsonl [--library C] [-o FILE]

  --format F    tsv: union id, library code and identifier, a line for each live source record
                marcxml, marc (ISO 2709, UTF-8), jsonl: the union records that their sources share
  --library C   tsv: the records of this library; else the union records that it has
  -o FILE       into a file instead of standard output

A record that is too large for ISO 2709 is named on standard error and left out; the exit code is 19 then.
`,
	async run(args, context) {
		const { values } = readArgs(
			args,
			{ format: { type: 'string' }, library: { type: 'string' }, output: { type: 'string', short: 'o' } },
			0,
		);
		const format = checkOneOf('format', required('--format', values.format), FORMATS);
		const database = await context.database();
		const library = values.library === undefined ? null : await libraryNow(database, values.library);
		const waiting = await countDirty(database.pool);
		if (waiting > 0) context.note(`${waiting} records wait to be matched and are not as they will be: lienthong match`);
		if (format === 'tsv') return await write(exportTsv(database.pool, library), values.output, context);
		const { repositoryIdentifier } = await keptIdentity(database.pool, context.config.publicUrl);
		let refused = 0;
		const onRefused = (why: string): void => {
			refused++;
			context.note(why);
		};
		await write(exportUnions(database.pool, { format, library, agency: repositoryIdentifier, onRefused }), values.output, context);
		if (refused === 0) return;
		throw new AppError('too-large', `${refused} records are too large for ISO 2709 and were left out`, {
			hint: 'export as marcxml, which has no such limit',
		});
	},
};
