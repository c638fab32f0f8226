import { readFileSync } from 'node:fs';
import type { Config } from '../config/config.ts';
import type { Logger } from '../lib/logger.ts';
import { ensureDatabase } from '../store/embedded-postgres.ts';
import { migrate } from '../store/migrate.ts';
import { keptSetting } from '../store/setting.ts';
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

/** Database found or started, brought up to date, and everything wired to it. `say` gets what a person should know. */
export async function openService(
	config: Pick<Config, 'databaseUrl' | 'dataDir' | 'publicUrl' | 'allowPrivateAddresses'>,
	logger: Logger,
	say: (message: string) => void,
): Promise<OpenedService> {
	const handle = await ensureDatabase(config, say);
	const host = new URL(config.publicUrl).hostname;
	// OAI-PMH identifiers want a domain name (oai-identifier.xsd); an address or a bare name is none
	const domain = /^(?=.*[a-z])[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(host) ? host : 'lienthong.example';
	const service = new Service({
		databaseUrl: handle.url,
		allowPrivate: config.allowPrivateAddresses,
		logger,
		version: VERSION,
		contact: config.publicUrl,
	});
	try {
		await migrate(service.database);
		const repositoryIdentifier = await keptSetting(service.database.pool, 'repositoryIdentifier', domain);
		const adminEmail = await keptSetting(service.database.pool, 'adminEmail', `admin@${repositoryIdentifier}`);
		return {
			service,
			identity: { repositoryIdentifier, adminEmail },
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
