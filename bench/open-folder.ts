import type { ServerDeps } from '../src/api/deps.ts';
import { type OpenedService, openService } from '../src/cli/open-service.ts';
import { quietLogger } from './quiet-logger.ts';

const PUBLIC_URL = 'http://127.0.0.1';

/** The service on a data folder, searched in Postgres or in an OpenSearch. */
export const openFolder = (dataDir: string, openSearchUrl: string | null = null): Promise<OpenedService> =>
	openService(
		{ databaseUrl: null, openSearchUrl, dataDir, publicUrl: PUBLIC_URL, allowPrivateAddresses: [] },
		quietLogger,
		() => undefined,
	);

/** What a server of it needs. */
export const serverDeps = ({ service, identity }: OpenedService): ServerDeps => ({
	database: service.database.pool,
	engine: service.engine,
	publicUrl: PUBLIC_URL,
	...identity,
	clock: service.clock,
	matcher: service,
	logger: quietLogger,
});
