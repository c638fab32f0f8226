import type { RunSummary } from '../../jobs/harvest-job.ts';
import { AppError, type ErrorCode } from '../../lib/errors.ts';
import { readArgs, required } from '../args.ts';
import type { Command, CommandContext } from '../command.ts';
import { createLogger } from '../logger.ts';
import { openService } from '../open-service.ts';
import { progressOn } from '../progress-bar.ts';
import type { Service } from '../wiring.ts';

async function unite(service: Service, context: CommandContext): Promise<void> {
	const matched = await service.match({ signal: context.signal });
	const projected = matched === null ? null : await service.project({ signal: context.signal });
	if (matched === null || projected === null) context.note('another process is matching or indexing; it takes what was harvested along');
}

const sentence = (run: RunSummary): string =>
	`run ${run.run} of ${run.source} ended ${run.state} after ${run.seconds.toFixed(1)} s: ${run.listed} listed, ${run.created} created, ${run.updated} updated, ` +
	`${run.unchanged} unchanged, ${run.deleted} deleted, ${run.quarantined} quarantined, ${run.repeated} repeated, ${run.ignored} ignored, ${run.vanished} vanished`;

export const command: Command = {
	name: 'harvest',
	summary: 'harvest one source now, in the foreground',
	help: `
Usage: lienthong harvest SOURCE [--full] [--json]

SOURCE is the id or the code of a source (lienthong source list). Goes on with a run that was cut off. What changed is matched and
indexed afterwards. Progress is on standard error; the last line is the run with its ledger. The exit code is 0 when the run is complete.

  --full   the whole list, also where only changes would be asked for; what is not in it any more is removed
  --json   print the run as JSON
`,
	async run(args, context) {
		const { values, positionals } = readArgs(args, { full: { type: 'boolean' }, json: { type: 'boolean' } }, 1);
		const source = required('the id or code of a source', positionals[0]);
		const { service, close } = await openService(context.config, createLogger(context.config.logLevel), (message) => context.note(message));
		const progress = progressOn(process.stderr);
		try {
			const run = await service.harvest({
				source,
				full: values.full === true,
				signal: context.signal,
				onProgress: (ledger, total) => progress.update(source, ledger.listed, total),
			});
			progress.finish();
			await unite(service, context);
			context.print(values.json ? JSON.stringify(run) : sentence(run));
			if (run.state === 'complete') return;
			const { code = 'internal', message = `the run ended ${run.state}`, hint = 'lienthong runs shows it' } = run.error ?? {};
			throw new AppError(code as ErrorCode, message, { hint });
		} finally {
			await close();
		}
	},
};
