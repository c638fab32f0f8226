import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { AppError } from '../../lib/errors.ts';

const RETRY_MS = 40;
const SQLITE_BUSY = 5;

/**
 * A lock on a file that the operating system takes back when its holder dies, kill -9 included: SQLite's own locks on an
 * empty database file, which work alike on Linux, macOS and Windows.
 */
export class FileLock {
	readonly #path: string;
	#connection: DatabaseSync | undefined;

	constructor(path: string) {
		this.#path = path;
	}

	/** Takes the lock together with any other sharers; false while somebody holds it alone. */
	tryShare(): boolean {
		return this.#try('begin; select count(*) from sqlite_master');
	}

	/** Takes the lock alone; false while somebody else holds it in any way. A share of our own is given up first. */
	tryExclusive(): boolean {
		this.release();
		return this.#try('begin exclusive');
	}

	/** Waits for the lock; AppError `busy` after so many milliseconds. */
	async exclusive(waitMs: number): Promise<void> {
		for (let waited = 0; !this.tryExclusive(); waited += RETRY_MS) {
			if (waited >= waitMs) {
				throw new AppError('busy', `another process has held ${this.#path} for ${Math.round(waitMs / 1000)} s`, {
					hint: 'it starts or stops the embedded Postgres; if it hangs, end it and try again',
					retriable: true,
				});
			}
			await wait(RETRY_MS);
		}
	}

	release(): void {
		this.#connection?.close();
		this.#connection = undefined;
	}

	#try(sql: string): boolean {
		this.#connection ??= new DatabaseSync(this.#path, { timeout: 0 });
		try {
			this.#connection.exec(sql);
			return true;
		} catch (error) {
			this.release();
			if (error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY) return false;
			throw new AppError('database', `cannot lock ${this.#path}: ${error instanceof Error ? error.message : error}`, {
				hint: 'DATA_DIR must be on a file system that this user may write to and that supports locks',
				cause: error,
			});
		}
	}
}
