import type { Clock } from '../lib/clock.ts';
import { AppError } from '../lib/errors.ts';
import type { Logger } from '../lib/logger.ts';

export interface LoopOptions {
	readonly clock: Clock;
	readonly logger: Logger;
	readonly pollMs: number;
	readonly signal: AbortSignal;
	/** What the log says when a round failed. */
	readonly failed: string;
}

const SAY_AGAIN_MS = 600_000;

/**
 * Calls `round` again and again until the signal. A failure is logged when it begins, every ten minutes while it stays the same,
 * and when it is over: a log that says it each second fills the disk.
 */
export async function loop({ clock, logger, pollMs, signal, failed }: LoopOptions, round: () => Promise<unknown>): Promise<void> {
	let said: { what: string; at: number } | null = null;
	while (!signal.aborted) {
		try {
			await round();
			if (said !== null) logger.info({ was: said.what }, 'it works again');
			said = null;
		} catch (error) {
			const what = error instanceof Error ? error.message : String(error);
			const due = said === null || said.what !== what || clock.now() - said.at >= SAY_AGAIN_MS;
			if (due && !signal.aborted) {
				logger.error(error instanceof AppError ? { error: what, hint: error.hint } : { error }, failed);
				said = { what, at: clock.now() };
			}
		}
		await clock.sleep(pollMs, signal).catch(() => undefined);
	}
}
