import { decideHeldRun, HELD_DECISIONS } from '../catalogue/held-run.ts';
import type { LeaseOptions } from '../catalogue/with-lease.ts';
import type { Clock } from '../lib/clock.ts';
import { checkOneOf } from '../lib/codes.ts';
import { AppError } from '../lib/errors.ts';
import type { Logger } from '../lib/logger.ts';
import type { Database } from '../store/database.ts';
import { askedRuns, forgetAsked } from '../store/reidentified.ts';
import { loop } from './loop.ts';

export interface HeldRunsDeps extends LeaseOptions {
	readonly database: Pick<Database, 'pool'>;
	readonly clock: Clock;
	readonly logger: Logger;
	readonly pollMs?: number;
}

/** Nothing against the decision: another process does it, did it, or the database was away. */
const LATER: ReadonlySet<string> = new Set(['busy', 'fenced', 'not-found', 'database']);

/** Does what people decided of runs that wait, and goes on with what a killed process was doing. */
export class HeldRuns {
	readonly #deps: HeldRunsDeps;

	constructor(deps: HeldRunsDeps) {
		this.#deps = deps;
	}

	async run(signal: AbortSignal): Promise<void> {
		const { clock, logger, pollMs = 1_000 } = this.#deps;
		await loop({ clock, logger, pollMs, signal, failed: 'decided runs could not be looked up' }, () => this.tick());
	}

	/** Does what is decided now, one after another. */
	async tick(): Promise<void> {
		for (const asked of await askedRuns(this.#deps.database.pool)) await this.#one(asked);
	}

	async #one({ run, source, code, decision, by, reason }: Awaited<ReturnType<typeof askedRuns>>[number]): Promise<void> {
		const { database, logger } = this.#deps;
		try {
			const done = await decideHeldRun(
				database,
				{ id: source, code },
				checkOneOf('decision', decision, HELD_DECISIONS),
				{ by, reason },
				this.#deps,
			);
			logger.info({ ...done, decision }, 'a run that waited was released as decided');
		} catch (error) {
			if (error instanceof AppError ? LATER.has(error.code) : error instanceof Error && 'code' in error) {
				logger.info({ run, error: String(error) }, 'what was decided of a run is done later');
				return;
			}
			logger.error({ run, error }, 'what was decided of a run could not be done');
			const { message, hint } = error instanceof AppError ? error : { message: String(error), hint: 'report it, then decide again' };
			await forgetAsked(database.pool, run, { code: error instanceof AppError ? error.code : 'internal', message, hint });
		}
	}
}
