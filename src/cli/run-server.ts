import { createServer as createNetServer } from 'node:net';
import { createServer, listen } from '../api/server.ts';
import { Background } from '../jobs/background.ts';
import { Scheduler } from '../jobs/scheduler.ts';
import type { Identity } from './open-service.ts';
import type { Service } from './wiring.ts';

export const ROLES = ['web', 'worker'] as const;
export type Role = (typeof ROLES)[number];

export interface ServerOptions {
	readonly host: string;
	readonly port: number;
	readonly publicUrl: string;
	readonly identity: Identity;
	readonly roles: readonly Role[];
	readonly signal: AbortSignal;
	readonly onListening?: (address: string) => void;
}

/** A port that nobody listens on now. */
export async function freePort(host: string): Promise<number> {
	return await new Promise((resolve, reject) => {
		const probe = createNetServer().once('error', reject);
		probe.listen(0, host, () => {
			const address = probe.address();
			probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
		});
	});
}

/** Serves until the signal: HTTP (web), the schedule, matching and indexing (worker); then ends gracefully. */
export async function runServer(service: Service, options: ServerOptions): Promise<void> {
	const { database, engine, clock, logger } = service;
	const loops: Promise<void>[] = [];
	if (options.roles.includes('worker')) {
		const background = new Background({
			database,
			clock,
			logger,
			match: (asked) => service.match(asked),
			project: (asked) => service.project(asked),
		});
		const scheduler = new Scheduler({
			database,
			clock,
			logger,
			harvest: async (source, signal) => {
				const ended = background.harvestBegins();
				try {
					const run = await service.harvest({ source, signal });
					logger.info({ ...run }, 'harvested');
				} finally {
					ended();
				}
			},
		});
		loops.push(background.run(options.signal), scheduler.run(options.signal));
	}
	if (options.roles.includes('web')) {
		const deps = { database: database.pool, engine, clock, logger, ...options.identity, publicUrl: options.publicUrl };
		const app = createServer(deps);
		const address = await listen(app, options.host, options.port);
		options.onListening?.(address);
		options.signal.addEventListener('abort', () => void app.close(), { once: true });
	}
	if (!options.signal.aborted)
		await new Promise<void>((resolve) => options.signal.addEventListener('abort', () => resolve(), { once: true }));
	await Promise.all(loops);
}
