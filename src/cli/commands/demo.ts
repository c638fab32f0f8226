import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { searchRecords } from '../../catalogue/search-records.ts';
import { removeEmbedded } from '../../store/embedded-postgres.ts';
import { readArgs } from '../args.ts';
import type { Command, CommandContext } from '../command.ts';
import { createLogger } from '../logger.ts';
import { type OpenedService, openService } from '../open-service.ts';
import { type Demo, runDemo } from '../run-demo.ts';
import { chosenPlace, dumpsFolder, type Place, ROLES, runServer } from '../run-server.ts';
import { textTable } from '../table.ts';
import type { Service } from '../wiring.ts';

/** Harvests the sample network, whose servers are on this machine. */
const LOOPBACK = '127.0.0.0/8';
const SEARCHES = ['dat rung phuong nam', 'truyện Kiều'];
const SHOWN = 3;

function story({ libraries, result }: Demo): string {
	return `
${textTable(libraries, ['library', 'listed', 'stored', 'deleted', 'quarantined'])}

${result.stored} records of ${libraries.length} libraries became ${result.unionRecords} union records in ${result.seconds.toFixed(1)} s.`;
}

async function search({ database, engine }: Service, q: string): Promise<string> {
	const wanted = { q, filters: {}, sort: 'relevance', facets: [], facetLimit: 0, limit: SHOWN, after: undefined } as const;
	const { total, records } = await searchRecords({ database: database.pool, engine }, wanted);
	const lines = records.map(({ title, creators, year, libraries }) => {
		const about = [creators[0], year].filter((part) => part !== undefined && part !== null).join(', ');
		return `  ${title}${about === '' ? '' : ` (${about})`}, held by ${libraries.join(', ')}`;
	});
	return [`\nSearch for "${q}": ${total} found`, ...lines].join('\n');
}

/** As a shell reads it back. */
const quoted = (path: string): string => (/^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`);

const addresses = (url: string, folder: string): string => `
  ${url}/                               the front page
  ${url}/api/v1/records?q=dat+rung      search, with or without diacritics
  ${url}/api/v1/libraries               who takes part
  ${url}/oai?verb=Identify              the union over OAI-PMH
  ${url}/oai/HP-TV?verb=Identify        one library's own records
  ${url}/sru?operation=explain          the union over SRU
  ${url}/dumps                          full dumps and deltas
  ${url}/openapi.json                   what else the API has

Commands beside it: DATA_DIR=${quoted(folder)} ALLOW_PRIVATE_ADDRESSES=${LOOPBACK} bin/lienthong harvest hp-tv
Ctrl-C ends it.`;

async function run(opened: OpenedService, place: Place, context: CommandContext, once: boolean, folder: string): Promise<void> {
	const { service, identity } = opened;
	const { signal } = context;
	const demo = await runDemo(service, process.stderr, signal);
	try {
		context.print(story(demo));
		for (const q of SEARCHES) context.print(await search(service, q));
		if (once) context.print(JSON.stringify(demo.result));
		else {
			const { config } = context;
			await service.dump({ folder: dumpsFolder(folder), kept: config.dumpsKept, agency: identity.repositoryIdentifier, signal });
			const onReady = (): void => context.print(addresses(place.publicUrl, folder));
			await runServer(service, {
				...place,
				dataDir: folder,
				dumps: config,
				z3950Port: config.z3950Port,
				z3950Access: config.z3950Access,
				identity,
				roles: ROLES,
				signal,
				onReady,
			});
		}
	} finally {
		await demo.close();
	}
}

function freshFolder(): string {
	const folder = mkdtempSync(join(tmpdir(), 'lienthong-demo-'));
	// for root, another user runs Postgres in it
	chmodSync(folder, 0o711);
	return folder;
}

export const command: Command = {
	name: 'demo',
	summary: 'a sample network of libraries, harvested, united and served',
	help: `
Usage: lienthong demo [--once]

Starts five sample libraries as OAI-PMH servers on this machine, harvests them, unites and serves them, in a fresh folder and on a free
port unless DATA_DIR and PORT say otherwise.

  --once   end when all is harvested and united; the last line is a JSON object with the figures
`,
	async run(args, context) {
		const { values } = readArgs(args, { once: { type: 'boolean' } }, 0);
		const { config, explicit } = context;
		const place = await chosenPlace(context, explicit('PORT') ? config.port : 0);
		const fresh = explicit('DATA_DIR') || config.databaseUrl !== null ? null : freshFolder();
		const dataDir = fresh ?? config.dataDir;
		const allowPrivateAddresses = [...config.allowPrivateAddresses, LOOPBACK];
		const logger = createLogger(explicit('LOG_LEVEL') ? config.logLevel : 'error');
		try {
			const opened = await openService({ ...config, ...place, dataDir, allowPrivateAddresses }, logger, (message) => context.note(message));
			try {
				await run(opened, place, context, values.once === true, dataDir);
			} finally {
				await opened.close();
			}
		} finally {
			if (fresh !== null) {
				await removeEmbedded(fresh);
				rmSync(fresh, { recursive: true, force: true });
			}
		}
	},
};
