import { AppError } from '../../lib/errors.ts';
import { readArgs } from '../args.ts';
import type { Command } from '../command.ts';
import { createLogger } from '../logger.ts';
import { openService } from '../open-service.ts';
import { ROLES, type Role, runServer } from '../run-server.ts';

function rolesOf(text: string): readonly Role[] {
	if (text === 'all') return ROLES;
	const named = text.split(',');
	const roles = ROLES.filter((role) => named.includes(role));
	if (roles.length === named.length && roles.length > 0) return roles;
	throw new AppError('usage', `--role ${text} is none`, { hint: 'all, web, worker, or web,worker' });
}

export const command: Command = {
	name: 'serve',
	summary: 'serve the catalogue and harvest on schedule',
	help: `
Usage: lienthong serve [--role all|web|worker]

Serves until Ctrl-C or SIGTERM. Web answers requests; worker harvests what is due, matches and indexes. Any number of processes of
either role may share one database.

  --role R   all when left out
`,
	async run(args, context) {
		const { values } = readArgs(args, { role: { type: 'string' } }, 0);
		const roles = rolesOf(values.role ?? 'all');
		const { config } = context;
		const { service, identity, close } = await openService(config, createLogger(config.logLevel), (message) => context.note(message));
		try {
			await runServer(service, {
				host: config.host,
				port: config.port,
				publicUrl: config.publicUrl,
				identity,
				roles,
				signal: context.signal,
				onListening: (address) => context.print(`serving at ${address}  (REST /api/v1, OAI-PMH /oai; Ctrl-C ends it)`),
			});
		} finally {
			await close();
		}
	},
};
