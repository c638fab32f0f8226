import { writeFileSync } from 'node:fs';
import { parse } from 'yaml';
import { openApiYaml } from '../src/api/openapi-document.ts';
import { PostgresSearchEngine } from '../src/index/postgres/engine.ts';
import { openDatabase } from '../src/store/database.ts';
import { clientCode } from './client-code.ts';

// Writes openapi.yaml from the schemas of the routes, and the typed client from it. The database is named because a server wants one; nothing connects to it.
const quiet = (): void => undefined;
const logger = { debug: quiet, info: quiet, warn: quiet, error: quiet, child: () => logger };
const database = openDatabase('postgres://nobody@127.0.0.1:1/none', { max: 1, applicationName: 'openapi' });
const text = await openApiYaml({
	database: database.pool,
	engine: new PostgresSearchEngine(database.pool),
	publicUrl: 'http://127.0.0.1:8080',
	repositoryIdentifier: 'lienthong.example',
	adminEmail: 'admin@lienthong.example',
	clock: { now: () => 0, sleep: () => Promise.resolve() },
	logger,
	matcher: { match: () => Promise.resolve(null), project: () => Promise.resolve() },
});
await database.close();
writeFileSync(new URL('../openapi.yaml', import.meta.url), text);
writeFileSync(new URL('../src/client/lienthong.ts', import.meta.url), clientCode(parse(text)));
