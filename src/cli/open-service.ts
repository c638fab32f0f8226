import { readFileSync } from 'node:fs';
import type { Config } from '../config/config.ts';
import type { Logger } from '../lib/logger.ts';
import type { Database } from '../store/database.ts';
import { ensureDatabase } from '../store/embedded-postgres.ts';
import { migrate } from '../store/migrate.ts';
import { keptSetting } from '../store/setting.ts';
import type { CommandContext } from './command.ts';
import { createLogger } from './logger.ts';
import { Service } from './wiring.ts';

const VERSION = (JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }).version;

/** What this catalogue calls itself to others; chosen at its first start and kept, since identifiers are made of it. */
export interface Identity {
	readonly repositoryIdentifier: string;
	readonly adminEmail: string;
}

export interface OpenedService {
	readonly service: Service;
	readonly identity: Identity;
	/** Closes everything; the last process to leave stops the embedded Postgres. */
	close(): Promise<void>;
}

/** The identity of the catalogue in this database; one that has none yet gets it from `publicUrl`. */
export async function keptIdentity(pool: Database['pool'], publicUrl: string): Promise<Identity> {
	const host = new URL(publicUrl).hostname;
	// OAI-PMH identifiers want a domain name (oai-identifier.xsd); an address or a bare name is none
	const domain = /^(?=.*[a-z])[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(host) ? host : 'lienthong.example';
	const repositoryIdentifier = await keptSetting(pool, 'repositoryIdentifier', domain);
	return { repositoryIdentifier, adminEmail: await keptSetting(pool, 'adminEmail', `admin@${repositoryIdentifier}`) };
}

/** Database found or started, brought up to date, and everything wired to it. `say` gets what a person should know. */
export async function openService(
	config: Pick<Config, 'databaseUrl' | 'dataDir' | 'publicUrl' | 'allowPrivateAddresses'> & Partial<Pick<Config, 'openSearchUrl'>>,
	logger: Logger,
	say: (message: string) => void,
): Promise<OpenedService> {
	const handle = await ensureDatabase(config, say);
	const service = new Service({
		databaseUrl: handle.url,
		openSearchUrl: config.openSearchUrl ?? null,
		allowPrivate: config.allowPrivateAddresses,
		logger,
		version: VERSION,
		contact: config.publicUrl,
	});
	try {
		await migrate(service.database);
		return {
			service,
			identity: await keptIdentity(service.database.pool, config.publicUrl),
			close: async () => {
				await service.close();
				await handle.release();
			},
		};
	} catch (error) {
		await service.close();
		await handle.release();
		throw error;
	}
}

/** For a command in the foreground: opens everything, has `work` done, closes. Logs warnings only, unless LOG_LEVEL is set. */
export async function withService<T>(context: CommandContext, work: (service: Service) => Promise<T>): Promise<T> {
	const logger = createLogger(context.explicit('LOG_LEVEL') ? context.config.logLevel : 'warn');
	const { service, close } = await openService(context.config, logger, (message) => context.note(message));
	try {
		const result = await work(service);
		context.signal.throwIfAborted();
		return result;
	} finally {
		await close();
	}
}
