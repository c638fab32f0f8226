import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { exportTsv, exportUnions, UNION_FORMATS, type UnionFormat } from '../../catalogue/export.ts';
import { AppError } from '../../lib/errors.ts';
import { readArgs, required } from '../args.ts';
import type { Command, CommandContext } from '../command.ts';

const isUnionFormat = (text: string): text is UnionFormat => (UNION_FORMATS as readonly string[]).includes(text);

async function* textOf(format: string, library: string | null, context: CommandContext): AsyncGenerator<string | Uint8Array> {
	const { pool } = await context.database();
	if (format === 'tsv') yield* exportTsv(pool, library);
	else if (isUnionFormat(format)) {
		yield* exportUnions(pool, format, library, (refused) => {
			context.note(refused);
			process.exitCode = 19;
		});
	} else throw new AppError('usage', `--format ${format} is none`, { hint: `tsv, ${UNION_FORMATS.join(', ')}` });
}

async function write(out: Writable, pieces: AsyncIterable<string | Uint8Array>): Promise<void> {
	for await (const piece of pieces) if (!out.write(piece)) await once(out, 'drain');
}

export const command: Command = {
	name: 'export',
	summary: 'write the union, or which record is in which union record',
	help: `
Usage: lienthong export --format tsv|marcxml|marc|jsonl [--library C] [-o FILE]

  --format F    tsv: union id, library code and identifier, a line for each live source record
                marcxml, marc (ISO 2709, UTF-8), jsonl: the union records that their sources share
  --library C   only what this library has
  -o FILE       into a file instead of standard output

A record that is too large for ISO 2709 is named on standard error and left out; the exit code is 19 then.
`,
	async run(args, context) {
		const { values } = readArgs(
			args,
			{ format: { type: 'string' }, library: { type: 'string' }, output: { type: 'string', short: 'o' } },
			0,
		);
		const pieces = textOf(required('--format', values.format), values.library ?? null, context);
		if (values.output === undefined) return await write(process.stdout, pieces);
		const file = createWriteStream(values.output);
		await write(file, pieces);
		file.end();
		await finished(file);
	},
};
