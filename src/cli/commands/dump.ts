import { readArgs } from '../args.ts';
import type { Command } from '../command.ts';
import { keptIdentity, withService } from '../open-service.ts';
import { dumpsFolder } from '../run-server.ts';

export const command: Command = {
	name: 'dump',
	summary: 'write dumps of the union now: all of it, and what changed since the last',
	help: `
Usage: lienthong dump [--json]

Writes a full dump of the union as it is now and the delta since the newest dump there is, in MARCXML, ISO 2709 and JSON Lines, gzipped, with
checksums, a manifest and the licences of the libraries, under DATA_DIR/dumps. A running server offers them at /dumps, and its worker writes
them by itself every night (DUMP_SCHEDULE, DUMP_TIME_ZONE). The newest DUMPS_KEPT full dumps are kept, and ten times as many deltas.
Nothing is written when nothing has changed.

  --json   print the manifests
`,
	async run(args, context) {
		const { values } = readArgs(args, { json: { type: 'boolean' } }, 0);
		const { config, signal } = context;
		const folder = dumpsFolder(config.dataDir);
		const made = await withService(context, async (service) => {
			const { repositoryIdentifier: agency } = await keptIdentity(service.database.pool, config.publicUrl);
			return await service.dump({ folder, kept: config.dumpsKept, agency, signal });
		});
		if (values.json) return context.print(JSON.stringify(made));
		if (made.length === 0) return context.print('nothing has changed since the last dump');
		for (const { name, records, deletions, files } of made) {
			const left = files.reduce((sum, file) => sum + file.leftOut.length, 0);
			context.print(`${folder}/${name}: ${records} records, ${deletions} deletions`);
			if (left > 0) context.note(`${left} records are too large for ISO 2709 and are not in that file; manifest.json names them`);
		}
	},
};
