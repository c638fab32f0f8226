import { type MatchOptions, type MatchProgress, waitingToMatch } from '../catalogue/match.ts';
import type { ProjectOptions } from '../catalogue/project.ts';
import type { Clock } from '../lib/clock.ts';
import type { Logger } from '../lib/logger.ts';
import type { Database } from '../store/database.ts';
import { loop } from './loop.ts';

export interface BackgroundDeps {
	readonly database: Database;
	readonly clock: Clock;
	readonly logger: Logger;
	readonly match: (options: Pick<MatchOptions, 'signal' | 'onBatch'>) => Promise<MatchProgress | null>;
	readonly project: (options: Pick<ProjectOptions, 'signal'>) => Promise<number | null>;
	readonly pollMs?: number;
}

/**
 * While a first harvest pours in, matching waits: a cluster whose members come in one batch is merged once instead of once for each.
 * It waits no longer than this, and for no more records than this.
 */
const WAIT_MS = 60_000;
const WAIT_RECORDS = 200_000;

/** Matching and projecting, for as long as the service runs. */
export class Background {
	readonly #deps: BackgroundDeps;
	#harvests = 0;
	#waitingSince: number | null = null;

	constructor(deps: BackgroundDeps) {
		this.#deps = deps;
	}

	/** Told when a harvest of this process begins; call what it gives when it ends. */
	harvestBegins(): () => void {
		this.#harvests++;
		return () => {
			this.#harvests--;
		};
	}

	async run(signal: AbortSignal): Promise<void> {
		const { clock, logger, pollMs = 1_000 } = this.#deps;
		await loop({ clock, logger, pollMs, signal, failed: 'matching or indexing failed; it is tried again' }, () => this.tick(signal));
	}

	async tick(signal: AbortSignal): Promise<void> {
		if (await this.#worthMatching()) {
			this.#waitingSince = null;
			await this.#deps.match({ signal });
		}
		await this.#deps.project({ signal });
	}

	async #worthMatching(): Promise<boolean> {
		const waiting = await waitingToMatch(this.#deps.database);
		if (waiting === 0) {
			this.#waitingSince = null;
			return false;
		}
		this.#waitingSince ??= this.#deps.clock.now();
		return this.#harvests === 0 || waiting >= WAIT_RECORDS || this.#deps.clock.now() - this.#waitingSince >= WAIT_MS;
	}
}
