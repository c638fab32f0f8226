import { rmSync } from 'node:fs';
import type { RunSummary } from '../../jobs/harvest-job.ts';
import { freshDataDir, removeEmbedded } from '../../store/embedded-postgres.ts';
import { readArgs } from '../args.ts';
import type { Command } from '../command.ts';
import { createLogger } from '../logger.ts';
import { openService } from '../open-service.ts';
import { type Demo, runDemo } from '../run-demo.ts';
import { freePort, ROLES, runServer } from '../run-server.ts';
import { textTable } from '../table.ts';

/** Harvests the sample network, whose servers are on this machine. */
const LOOPBACK = '127.0.0.0/8';

function story(demo: Demo): string {
	const columns: (keyof RunSummary)[] = ['source', 'state', 'listed', 'created', 'deleted', 'quarantined', 'ignored'];
	const { stored, unionRecords, seconds } = demo.result;
	return `${textTable(demo.runs, columns)}

${stored} records of ${demo.runs.length} libraries became ${unionRecords} union records in ${seconds.toFixed(1)} s.`;
}

const addresses = (url: string): string => `
  ${url}/                                  the front page
  ${url}/api/v1/records?q=dat+rung          search, with or without diacritics
  ${url}/api/v1/libraries                   who takes part
  ${url}/api/v1/runs                        harvests with their ledgers
  ${url}/oai?verb=Identify                  the union over OAI-PMH
  ${url}/oai/HP-TV?verb=Identify            one library's own records
  ${url}/openapi.json                       the API

Ctrl-C ends it.`;

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
		const fresh = explicit('DATA_DIR') ? null : freshDataDir('lienthong-demo-');
		const port = explicit('PORT') ? config.port : await freePort(config.host);
		const publicUrl = explicit('PUBLIC_URL') ? config.publicUrl : `http://${config.host}:${port}`;
		const settings = {
			...config,
			publicUrl,
			dataDir: fresh ?? config.dataDir,
			allowPrivateAddresses: [...config.allowPrivateAddresses, LOOPBACK],
		};
		try {
			const { service, identity, close } = await openService(
				settings,
				createLogger(explicit('LOG_LEVEL') ? config.logLevel : 'error'),
				(message) => context.note(message),
			);
			try {
				const demo = await runDemo(service, process.stderr);
				try {
					context.print(story(demo));
					if (values.once) context.print(JSON.stringify(demo.result));
					else {
						const onListening = (): void => context.print(addresses(publicUrl));
						await runServer(service, { host: config.host, port, publicUrl, identity, roles: ROLES, signal: context.signal, onListening });
					}
				} finally {
					await demo.close();
				}
			} finally {
				await close();
			}
		} finally {
			if (fresh !== null) {
				await removeEmbedded(fresh);
				rmSync(fresh, { recursive: true, force: true });
			}
		}
	},
};
