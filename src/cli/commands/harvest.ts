import type { RunSummary } from '../../jobs/run-under-lease.ts';
import { AppError, type ErrorCode } from '../../lib/errors.ts';
import { readArgs, required } from '../args.ts';
import type { Command, CommandContext } from '../command.ts';
import { withService } from '../open-service.ts';
import { progressOn } from '../progress-bar.ts';
import { unite } from '../unite.ts';
import type { Service } from '../wiring.ts';

interface Asked {
	readonly source: string;
	readonly full: boolean;
}

async function harvest(service: Service, { signal }: CommandContext, asked: Asked): Promise<RunSummary> {
	const progress = progressOn(process.stderr);
	try {
		return await service.harvest({
			...asked,
			attended: true,
			signal,
			onProgress: (ledger, total) => progress.update(asked.source, ledger.listed, total),
		});
	} finally {
		progress.finish();
	}
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
		await withService(context, async (service) => {
			const run = await harvest(service, context, { source, full: values.full === true });
			await unite(service, context);
			context.print(values.json ? JSON.stringify(run) : sentence(run));
			if (run.state === 'complete') {
				if (run.error !== null) context.note(`lienthong: source ${run.source}: ${run.error.message}\n  what to do: ${run.error.hint}`);
				return;
			}
			const { code = 'internal', message = `the run ended ${run.state}`, hint = 'lienthong runs shows it' } = run.error ?? {};
			throw new AppError(code as ErrorCode, `source ${run.source}: ${message}`, { hint });
		});
	},
};
