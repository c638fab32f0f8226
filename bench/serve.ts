/* Serves the union of a data folder, searched in Postgres or in the OpenSearch of a second argument, until its standard input closes. Prints the address, then its CPU seconds and memory. */
import { createServer, listen } from '../src/api/server.ts';
import { openService } from '../src/cli/open-service.ts';
import { peakMegabytes } from './processes.ts';
import { quietLogger } from './quiet-logger.ts';

const opened = await openService(
	{
		databaseUrl: null,
		openSearchUrl: process.argv[3] ?? null,
		dataDir: process.argv[2] as string,
		publicUrl: 'http://127.0.0.1',
		allowPrivateAddresses: [],
	},
	quietLogger,
	() => undefined,
);
const { service, identity } = opened;
const app = createServer({
	database: service.database.pool,
	engine: service.engine,
	publicUrl: 'http://127.0.0.1',
	...identity,
	clock: service.clock,
	matcher: service,
	logger: quietLogger,
});
console.log(await listen(app, '127.0.0.1', 0));
const begun = process.cpuUsage();
process.stdin.resume();
await new Promise((done) => process.stdin.once('end', done));
const used = process.cpuUsage(begun);
console.log(JSON.stringify({ nodeCpu: (used.user + used.system) / 1e6, peakMegabytes: peakMegabytes() }));
await app.close();
await opened.close();
