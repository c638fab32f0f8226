import { mkdirSync } from 'node:fs';
import type { Config } from '../config/config.ts';
import { type Database, openDatabase } from '../store/database.ts';
import { type DatabaseHandle, ensureDatabase } from '../store/embedded-postgres.ts';
import { migrate } from '../store/migrate.ts';
import type { CommandContext } from './command.ts';

const CONNECTIONS_MAX = 4;

/** The world of one command: opens the database when first asked for it, and closes all it opened. */
export class CliContext implements CommandContext {
	readonly config: Config;
	readonly signal: AbortSignal;
	#handle: Promise<DatabaseHandle> | undefined;
	#database: Promise<Database> | undefined;

	readonly #settings: ReadonlySet<string>;

	/** `settings`: the names of those that were given. */
	constructor(config: Config, signal: AbortSignal, settings: ReadonlySet<string>) {
		this.config = config;
		this.signal = signal;
		this.#settings = settings;
	}

	readonly explicit = (setting: string): boolean => this.#settings.has(setting);

	async databaseUrl(): Promise<string> {
		this.#handle ??= this.#ready();
		return (await this.#handle).url;
	}

	async #ready(): Promise<DatabaseHandle> {
		mkdirSync(this.config.dataDir, { recursive: true });
		const handle = await ensureDatabase(this.config, (message) => this.note(message));
		const database = openDatabase(handle.url, { max: 1, applicationName: 'lienthong migrate' });
		try {
			await migrate(database);
			return handle;
		} catch (error) {
			await handle.release();
			throw error;
		} finally {
			await database.close();
		}
	}

	database(): Promise<Database> {
		this.#database ??= this.databaseUrl().then((url) => openDatabase(url, { max: CONNECTIONS_MAX, applicationName: 'lienthong' }));
		return this.#database;
	}

	print(text: string): void {
		process.stdout.write(`${text}\n`);
	}

	note(text: string): void {
		process.stderr.write(`${text}\n`);
	}

	async close(): Promise<void> {
		const database = await this.#database?.catch(() => undefined);
		await database?.close();
		const handle = await this.#handle?.catch(() => undefined);
		await handle?.release();
	}
}
