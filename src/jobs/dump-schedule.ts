import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../lib/errors.ts';
import type { Logger } from '../lib/logger.ts';
import { asDumpWriter } from '../store/dump-read.ts';
import { clearUnfinished, type DumpDeps, makeDumps } from './make-dumps.ts';
import { nextDue } from './scheduler.ts';

export interface DumpScheduleDeps extends DumpDeps {
	readonly logger: Logger;
	/** Cron text, in a time zone. */
	readonly schedule: string;
	readonly timeZone: string;
	readonly pollMs?: number;
}

const POLL_MS = 30_000;
/** After a failure, as a full disk, it is tried again when this has passed. */
const AGAIN_MS = 900_000;
/** When dumps were last due and written, for every process that uses the folder. */
const LAST = 'last.json';

/**
 * Writes dumps when they are due. One that was missed while nothing was up is caught up once. A failure is logged and delays nothing else.
 */
export class DumpSchedule {
	readonly #deps: DumpScheduleDeps;
	readonly #sinceMs: number;
	#notBeforeMs = 0;

	/** AppError usage for a schedule that is none. */
	constructor(deps: DumpScheduleDeps) {
		this.#deps = deps;
		this.#sinceMs = deps.clock.now();
		nextDue(deps.schedule, deps.timeZone, new Date(this.#sinceMs));
	}

	async run(signal: AbortSignal): Promise<void> {
		await this.#guarded(signal, async () => {
			await mkdir(this.#deps.folder, { recursive: true });
			await this.#clear();
		});
		while (!signal.aborted) {
			await this.tick(signal);
			await this.#deps.clock.sleep(this.#deps.pollMs ?? POLL_MS, signal).catch(() => undefined);
		}
	}

	/** Writes dumps if they are due. */
	async tick(signal: AbortSignal): Promise<void> {
		const { clock, logger } = this.#deps;
		await this.#guarded(signal, async () => {
			const now = clock.now();
			if (now < this.#notBeforeMs || now < (await this.#dueMs())) return;
			this.#notBeforeMs = now + AGAIN_MS;
			const made = await makeDumps({ ...this.#deps, signal });
			await this.#done(now);
			this.#notBeforeMs = 0;
			logger.info({ dumps: made.map(({ name, records, deletions }) => ({ name, records, deletions })) }, 'dumps written');
		});
	}

	async #dueMs(): Promise<number> {
		const { schedule, timeZone } = this.#deps;
		const last = await readFile(join(this.#deps.folder, LAST), 'utf8').catch(() => undefined);
		const from = last === undefined ? this.#sinceMs : Date.parse((JSON.parse(last) as { at: string }).at);
		return nextDue(schedule, timeZone, new Date(from))?.getTime() ?? Number.POSITIVE_INFINITY;
	}

	async #done(atMs: number): Promise<void> {
		const path = join(this.#deps.folder, LAST);
		await writeFile(`${path}.part`, JSON.stringify({ at: new Date(atMs).toISOString() }));
		await rename(`${path}.part`, path);
	}

	async #clear(): Promise<void> {
		await asDumpWriter(this.#deps.database.pool, () => clearUnfinished(this.#deps.folder));
	}

	async #guarded(signal: AbortSignal, work: () => Promise<void>): Promise<void> {
		try {
			await work();
		} catch (error) {
			if (signal.aborted) return;
			if (error instanceof AppError) this.#deps.logger.warn({ hint: error.hint }, error.message);
			else this.#deps.logger.error({ error }, 'dumps could not be written; they are tried again');
		}
	}
}
