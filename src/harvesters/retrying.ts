import type { Clock } from '../lib/clock.ts';
import { AppError } from '../lib/errors.ts';
import { LIMITS } from '../lib/limits.ts';
import type { Logger } from '../lib/logger.ts';
import { writeInstant } from '../protocols/oai-pmh/datestamp.ts';
import { BusyError, RetryLater } from './http-errors.ts';

const FIRST_WAIT_MS = 1_000;

export interface RetryContext {
	readonly clock: Clock;
	readonly logger: Logger;
	readonly signal: AbortSignal;
	/** Tries after the first; LIMITS.retriesMax unless told otherwise. */
	readonly retries?: number;
}

/**
 * Does a step, again after a wait where it fails with a retriable AppError: the provider's own Retry-After, at least a second, else 1, 2, 4, … s.
 * A wait longer than LIMITS.retryAfterHonouredMsMax is not sat out: BusyError says when to come back.
 */
export async function retrying<T>(context: RetryContext, step: (attempt: number) => Promise<T>): Promise<T> {
	const { clock, logger, signal } = context;
	for (let attempt = 0; ; attempt++) {
		try {
			return await step(attempt);
		} catch (error) {
			signal.throwIfAborted();
			if (!(error instanceof AppError) || !error.retriable || error instanceof BusyError) throw error;
			const asked = error instanceof RetryLater ? error.retryAfterMs : null;
			const wait = Math.max(FIRST_WAIT_MS, asked ?? FIRST_WAIT_MS * 2 ** attempt);
			if (wait > LIMITS.retryAfterHonouredMsMax) throw new BusyError(error.message, writeInstant(clock.now() + wait));
			if (attempt >= (context.retries ?? LIMITS.retriesMax)) throw error;
			logger.warn({ error: error.message, code: error.code, waitMs: wait, attempt: attempt + 1 }, 'the provider failed, it is asked again');
			await clock.sleep(wait, signal);
		}
	}
}
