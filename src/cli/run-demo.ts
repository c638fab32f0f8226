import { startSampleNetwork } from '../demo/demo.ts';
import type { RunSummary } from '../jobs/harvest-job.ts';
import { addArea } from '../store/area.ts';
import { readSources } from '../store/directory-read.ts';
import { addLibrary } from '../store/library.ts';
import { countDirty } from '../store/match-state.ts';
import { addSource } from '../store/source.ts';
import { catalogueTotals, countUnions, moveSources } from '../store/totals.ts';
import { type Progress, type ProgressStream, progressOn } from './progress-bar.ts';
import type { Service } from './wiring.ts';

const SEED = 1;

/** What the demo did; the last line of `demo --once`. `stored` are the live source records. */
export interface DemoResult {
	readonly listed: number;
	readonly stored: number;
	readonly deleted: number;
	readonly quarantined: number;
	readonly unionRecords: number;
	readonly seconds: number;
}

export interface Demo {
	readonly result: DemoResult;
	readonly runs: readonly RunSummary[];
	/** Stops the sample network. */
	close(): Promise<void>;
}

/** Starts the sample network, registers and harvests its libraries side by side, matches, merges and indexes. */
export async function runDemo(service: Service, terminal: ProgressStream): Promise<Demo> {
	const began = service.clock.now();
	const network = await startSampleNetwork(SEED, service.clock);
	const progress = progressOn(terminal);
	try {
		const sources = await register(service, network);
		const runs = await Promise.all(
			sources.map(({ id, name }) =>
				service.harvest({ source: id, onProgress: (ledger, total) => progress.update(name, ledger.listed, total) }),
			),
		);
		await unite(service, progress);
		progress.finish();
		return {
			result: { ...(await totals(service, runs)), seconds: (service.clock.now() - began) / 1000 },
			runs,
			close: () => network.close(),
		};
	} catch (error) {
		await network.close();
		throw error;
	}
}

async function register(
	service: Service,
	network: Awaited<ReturnType<typeof startSampleNetwork>>,
): Promise<{ id: number; name: string }[]> {
	const { database } = service;
	if ((await readSources(database.pool, null, 0, 1)).length > 0) return await registerAgain(service, network);
	for (const area of network.areas) await addArea(database, area);
	const sources: { id: number; name: string }[] = [];
	for (const library of network.libraries) {
		await addLibrary(database, library);
		const source = await addSource(database, { library: library.code, kind: 'oai-pmh', url: library.url });
		sources.push({ id: source.id, name: library.name });
	}
	return sources;
}

/** A demo in a folder used before: the sample servers have new ports. */
async function registerAgain(
	service: Service,
	network: Awaited<ReturnType<typeof startSampleNetwork>>,
): Promise<{ id: number; name: string }[]> {
	const sources: { id: number; name: string }[] = [];
	for (const { code, name, url } of network.libraries) {
		for (const id of await moveSources(service.database.pool, code, url)) sources.push({ id, name });
	}
	return sources;
}

async function unite(service: Service, progress: Progress): Promise<void> {
	const { pool } = service.database;
	const waiting = await countDirty(pool);
	await service.match({ onBatch: (done) => progress.update('Matching and merging', Math.min(done.records, waiting), waiting) });
	const unions = await countUnions(pool);
	await service.project({ onBatch: (done) => progress.update('Indexing', done, unions) });
}

async function totals(service: Service, runs: readonly RunSummary[]): Promise<Omit<DemoResult, 'seconds'>> {
	return { listed: runs.reduce((sum, run) => sum + run.listed, 0), ...(await catalogueTotals(service.database.pool)) };
}
