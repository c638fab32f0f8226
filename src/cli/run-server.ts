import { createServer as createNetServer } from 'node:net';
import { join } from 'node:path';
import { createServer, listen } from '../api/server.ts';
import type { FileUploads } from '../api/uploads.ts';
import { listenZ3950 } from '../api/z3950/listener.ts';
import { type Config, localUrl } from '../config/config.ts';
import { Background } from '../jobs/background.ts';
import type { DumpSchedule } from '../jobs/dump-schedule.ts';
import { HeldRuns } from '../jobs/held-runs.ts';
import { Scheduler } from '../jobs/scheduler.ts';
import { AppError } from '../lib/errors.ts';
import type { CommandContext } from './command.ts';
import type { Identity } from './open-service.ts';
import type { Service } from './wiring.ts';

export const ROLES = ['web', 'worker'] as const;
export type Role = (typeof ROLES)[number];

/** Where a server listens and what the world calls it. */
export interface Place {
	readonly host: string;
	readonly port: number;
	readonly publicUrl: string;
}

export interface ServerOptions extends Place {
	/** Where uploaded files lie until their runs have ended, and dumps. */
	readonly dataDir: string;
	/** When dumps are written, and how many full ones are kept. */
	readonly dumps: Pick<Config, 'dumpSchedule' | 'dumpTimeZone' | 'dumpsKept'>;
	readonly identity: Identity;
	readonly roles: readonly Role[];
	/** Where web listens for Z39.50 too; null for nowhere. */
	readonly z3950Port: number | null;
	/** Who may ask there: everybody, or whoever has a key. */
	readonly z3950Access: Config['z3950Access'];
	readonly signal: AbortSignal;
	/** Called when requests are answered and work is taken up. */
	readonly onReady: () => void;
}

/** The place that the settings name; for port 0 one that is free now. */
export async function chosenPlace({ config, explicit }: CommandContext, wanted = config.port): Promise<Place> {
	const { host } = config;
	const port = wanted === 0 ? await freePort(host) : wanted;
	return { host, port, publicUrl: explicit('PUBLIC_URL') ? config.publicUrl : localUrl(host, port) };
}

/** A port that nobody listens on now; 0 when `host` is no address of this machine, which listening then says. */
async function freePort(host: string): Promise<number> {
	return await new Promise((resolve) => {
		const probe = createNetServer().once('error', () => resolve(0));
		probe.listen(0, host, () => {
			const address = probe.address();
			probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
		});
	});
}

/**
 * Serves until the signal: HTTP and Z39.50 (web), the schedule, matching and indexing (worker); then ends what is under way and resolves.
 * AppErrors port-taken and config when it cannot listen; nothing has been begun then.
 */
export async function runServer(service: Service, options: ServerOptions): Promise<void> {
	const { signal, roles } = options;
	const { database, clock, logger } = service;
	const background = new Background({
		database,
		clock,
		logger,
		match: (asked) => service.match(asked),
		project: (asked) => service.project(asked),
	});
	const uploads = service.uploads(join(options.dataDir, 'uploads'), () => background.harvestBegins());
	const dumps = roles.includes('worker') ? [dumpsOf(service, options)] : [];
	const web = roles.includes('web') ? await openWeb(service, options, uploads) : [];
	const loops = [
		...(roles.includes('web') ? [uploads.run(signal)] : []),
		...(roles.includes('worker')
			? [background.run(signal), schedulerOf(service, background).run(signal), new HeldRuns(service).run(signal)]
			: []),
		...dumps.map((schedule) => schedule.run(signal)),
		...(roles.includes('worker') ? [service.tellWebhooks(options.publicUrl, signal)] : []),
	];
	options.onReady();
	if (!signal.aborted) await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
	await Promise.all([...web.map((one) => one.close()), ...loops]);
}

/** What listens, to be closed. */
async function openWeb(
	service: Service,
	{ host, port, publicUrl, identity, z3950Port, z3950Access, dataDir }: ServerOptions,
	uploads: FileUploads,
): Promise<readonly { close(): PromiseLike<unknown> }[]> {
	const { database, engine, clock, logger, checkAddress } = service;
	const deps = {
		database: database.pool,
		engine,
		clock,
		logger,
		matcher: service,
		uploads,
		z3950Port,
		...identity,
		publicUrl,
		checkAddress,
		dumpsFolder: dumpsFolder(dataDir),
	};
	const app = createServer(deps);
	try {
		await listen(app, host, port);
		return z3950Port === null ? [app] : [app, await listenZ3950({ ...deps, keysOnly: z3950Access === 'keys' }, host, z3950Port)];
	} catch (error) {
		await app.close();
		throw error;
	}
}

/** Where the dumps of a data folder lie. */
export const dumpsFolder = (dataDir: string): string => join(dataDir, 'dumps');

function dumpsOf(service: Service, { dataDir, identity, dumps: { dumpSchedule, dumpTimeZone, dumpsKept } }: ServerOptions): DumpSchedule {
	const request = { folder: dumpsFolder(dataDir), kept: dumpsKept, agency: identity.repositoryIdentifier };
	try {
		return service.dumpSchedule(request, dumpSchedule, dumpTimeZone);
	} catch (error) {
		if (!(error instanceof AppError)) throw error;
		throw new AppError('config', `DUMP_SCHEDULE, DUMP_TIME_ZONE: ${error.message}`, { hint: error.hint, cause: error });
	}
}

function schedulerOf(service: Service, background: Background): Scheduler {
	const { database, clock, logger } = service;
	return new Scheduler({
		database,
		clock,
		logger,
		harvest: async (source, stop) => {
			const ended = background.harvestBegins();
			try {
				for (const run of await service.runDue(source, stop)) logger.info({ ...run }, 'harvested');
			} finally {
				ended();
			}
		},
	});
}
