import { AppError } from '../../lib/errors.ts';
import { readArgs } from '../args.ts';
import type { Command } from '../command.ts';
import { createLogger } from '../logger.ts';
import { openService } from '../open-service.ts';
import { chosenPlace, ROLES, type Role, runServer } from '../run-server.ts';

function rolesOf(text: string): readonly Role[] {
	if (text === 'all') return ROLES;
	const role = ROLES.find((one) => one === text);
	if (role !== undefined) return [role];
	throw new AppError('usage', `there is no role "${text}"`, { hint: `one of all, ${ROLES.join(', ')}` });
}

const addresses = (url: string, z3950: string | null): string => `Liên Thông serves at

  ${url}/                 the front page
  ${url}/oai              the union over OAI-PMH; /oai/CODE one library's own records
  ${url}/sru              search in CQL over SRU; /sru/CODE one library's titles
  ${url}/dumps            full dumps and deltas of the union
  ${url}/api/v1/records   search
  ${url}/openapi.json     what else the API has
  ${url}/healthz          whether it is up; /readyz with its database and search engine, /metrics
${z3950 === null ? '' : `  ${z3950}   Z39.50: copy records; database Default, or the code of a library\n`}
Ctrl-C ends it.`;

export const command: Command = {
	name: 'serve',
	summary: 'serve the catalogue and harvest on schedule',
	help: `
Usage: lienthong serve [--role all|web|worker]

Serves at HOST and PORT (and Z3950_PORT, when it is set) until Ctrl-C or SIGTERM. Web answers requests; worker harvests what is due, matches and indexes. Any number of
processes of either role may share one database.

  --role R   all when left out
`,
	async run(args, context) {
		const { values } = readArgs(args, { role: { type: 'string', default: 'all' } }, 0);
		const roles = rolesOf(values.role);
		const { config, signal } = context;
		const place = await chosenPlace(context);
		const { service, identity, close } = await openService({ ...config, ...place }, createLogger(config.logLevel), (message) =>
			context.note(message),
		);
		try {
			const ready = roles.includes('web')
				? addresses(place.publicUrl, config.z3950Port === null ? null : `${new URL(place.publicUrl).hostname}:${config.z3950Port}`)
				: 'working: harvests what is due, matches and indexes; Ctrl-C ends it';
			await runServer(service, {
				...place,
				dataDir: config.dataDir,
				dumps: config,
				z3950Port: config.z3950Port,
				z3950Access: config.z3950Access,
				identity,
				roles,
				signal,
				onReady: () => context.print(ready),
			});
		} finally {
			await close();
		}
	},
};
