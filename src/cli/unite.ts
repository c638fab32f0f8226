import type { CommandContext } from './command.ts';
import { progressOn } from './progress-bar.ts';
import type { Service } from './wiring.ts';

/** Matches and indexes what a run has changed, with progress on standard error. */
export async function unite(service: Service, context: CommandContext): Promise<void> {
	const { signal } = context;
	const progress = progressOn(process.stderr);
	const matched = await service.match({ signal, onBatch: (done) => progress.update('matched', done.records, null) });
	const projected = matched === null ? null : await service.project({ signal, onBatch: (done) => progress.update('indexed', done, null) });
	progress.finish();
	if (projected === null) context.note('another process is matching or indexing: it takes what was harvested along');
}
