import { Cron } from 'croner';
import type { Clock } from '../lib/clock.ts';
import { AppError } from '../lib/errors.ts';
import type { Logger } from '../lib/logger.ts';
import type { Database } from '../store/database.ts';
import { claimDue, databaseNow, dueSources, harvestSource, setDue, undatedSources } from '../store/harvest-source.ts';
import { loop } from './loop.ts';

/** When a cron text next falls due after `from`, in its time zone; null when never again. Throws AppError usage for a wrong text. */
export function nextDue(schedule: string, timeZone: string, from: Date): Date | null {
	try {
		return new Cron(schedule, { timezone: timeZone, paused: true }).nextRun(from);
	} catch (error) {
		throw new AppError(
			'usage',
			`"${schedule}" in time zone ${timeZone} is no schedule: ${error instanceof Error ? error.message : error}`,
			{
				hint: 'five fields as in cron: "0 2 * * *" is every night at two; time zones are named like Asia/Ho_Chi_Minh',
			},
		);
	}
}

export interface SchedulerDeps {
	readonly database: Database;
	readonly clock: Clock;
	readonly logger: Logger;
	/** Harvests one source; rejects with AppError busy when another worker has it. */
	readonly harvest: (sourceId: number, signal: AbortSignal) => Promise<unknown>;
	readonly pollMs?: number;
	readonly sourcesAtOnce?: number;
}

/**
 * Runs what is due. Due times stand in the database: a run missed while nothing was up is caught up once, since the next due time
 * is set from the present when a run begins. Sources are independent: a slow or failing one delays no other.
 */
export class Scheduler {
	readonly #deps: SchedulerDeps;
	readonly #running = new Map<number, Promise<void>>();

	constructor(deps: SchedulerDeps) {
		this.#deps = deps;
	}

	/** Until the signal; then waits for the harvests under way, which have the same signal. */
	async run(signal: AbortSignal): Promise<void> {
		const { clock, logger, pollMs = 2_000 } = this.#deps;
		await loop({ clock, logger, pollMs, signal, failed: 'the schedule could not be read' }, () => this.tick(signal));
		await this.settled();
	}

	async settled(): Promise<void> {
		await Promise.all(this.#running.values());
	}

	/** Starts everything that is due now, as far as there is room. */
	async tick(signal: AbortSignal): Promise<void> {
		const { pool } = this.#deps.database;
		for (const { id, schedule, timeZone } of await undatedSources(pool)) {
			await setDue(pool, id, nextDue(schedule, timeZone, await databaseNow(pool)));
		}
		const room = (this.#deps.sourcesAtOnce ?? 4) - this.#running.size;
		if (room <= 0) return;
		for (const id of await dueSources(pool, room + this.#running.size)) {
			if (this.#running.has(id) || this.#running.size >= (this.#deps.sourcesAtOnce ?? 4)) continue;
			const harvest = this.#one(id, signal).finally(() => this.#running.delete(id));
			this.#running.set(id, harvest);
		}
	}

	async #one(sourceId: number, signal: AbortSignal): Promise<void> {
		const { database, logger } = this.#deps;
		try {
			const source = await harvestSource(database.pool, sourceId);
			const now = await databaseNow(database.pool);
			const next = source.schedule === null ? null : nextDue(source.schedule, source.timeZone, now);
			if (await claimDue(database.pool, sourceId, next)) await this.#deps.harvest(sourceId, signal);
		} catch (error) {
			if (error instanceof AppError && (error.code === 'busy' || error.code === 'fenced')) logger.info({ sourceId }, error.message);
			else if (!signal.aborted) logger.error({ error, sourceId }, 'a scheduled harvest failed');
		}
	}
}
