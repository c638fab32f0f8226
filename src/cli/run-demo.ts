import { type RunningNetwork, startSampleNetwork } from '../demo/demo.ts';
import { AppError } from '../lib/errors.ts';
import { addArea } from '../store/area.ts';
import type { Database } from '../store/database.ts';
import { readAreas, readLibraries } from '../store/directory-read.ts';
import { addLibrary } from '../store/library.ts';
import { countDirty } from '../store/match-state.ts';
import { addSource } from '../store/source.ts';
import { countUnions, moveSources, sourceTotals } from '../store/totals.ts';
import { readTotals } from '../store/union-read.ts';
import { type Progress, type ProgressStream, progressOn } from './progress-bar.ts';
import type { Service } from './wiring.ts';

const SEED = 1;
const NOTHING_KEPT = { stored: 0, deleted: 0, quarantined: 0 };
const ALL = Number.MAX_SAFE_INTEGER;

/** What the demo did; the last line of `demo --once`. `stored` are the live source records. */
export interface DemoResult {
	readonly listed: number;
	readonly stored: number;
	readonly deleted: number;
	readonly quarantined: number;
	readonly unionRecords: number;
	readonly seconds: number;
}

/** What came of one library; `listed` of this run, the others altogether. */
interface DemoLibrary {
	readonly library: string;
	readonly listed: number;
	readonly stored: number;
	readonly deleted: number;
	readonly quarantined: number;
}

export interface Demo {
	readonly result: DemoResult;
	readonly libraries: readonly DemoLibrary[];
	/** Stops the sample network. */
	close(): Promise<void>;
}

/** Starts the sample network, registers and harvests its libraries side by side, matches, merges and indexes. */
export async function runDemo(service: Service, terminal: ProgressStream, signal: AbortSignal): Promise<Demo> {
	const began = service.clock.now();
	const network = await startSampleNetwork(SEED, service.clock);
	const progress = progressOn(terminal);
	try {
		const sources = await register(service.database, network);
		const runs = await Promise.all(
			sources.map(({ id, name }) =>
				service.harvest({ source: id, signal, onProgress: (ledger, total) => progress.update(name, ledger.listed, total) }),
			),
		);
		await unite(service, progress, signal);
		progress.finish();
		signal.throwIfAborted();
		const { pool } = service.database;
		const kept = new Map((await sourceTotals(pool)).map(({ source, ...totals }) => [source, totals]));
		const libraries = sources.map(({ id, name }, i) => ({
			library: name,
			listed: runs[i]?.listed ?? 0,
			...(kept.get(id) ?? NOTHING_KEPT),
		}));
		const sum = (key: keyof Omit<DemoLibrary, 'library'>): number => libraries.reduce((total, library) => total + library[key], 0);
		const result = {
			listed: sum('listed'),
			stored: sum('stored'),
			deleted: sum('deleted'),
			quarantined: sum('quarantined'),
			unionRecords: (await readTotals(pool)).records,
			seconds: (service.clock.now() - began) / 1000,
		};
		return { result, libraries, close: () => network.close() };
	} catch (error) {
		await network.close();
		throw error;
	}
}

/** Registers what is not registered yet: in a folder used before, the sample servers only have new addresses. */
async function register(database: Database, network: RunningNetwork): Promise<{ id: number; name: string }[]> {
	const { pool } = database;
	const known = new Set((await readLibraries(pool, '', ALL)).map(({ code }) => code));
	if (known.size > 0 && !network.libraries.some(({ code }) => known.has(code))) {
		throw new AppError('conflict', 'this database holds a catalogue of its own, and the demo would mix with it', {
			hint: 'call it without DATABASE_URL and DATA_DIR, and it makes a fresh database',
		});
	}
	const areas = new Set((await readAreas(pool, null, '', ALL)).map(({ code }) => code));
	for (const area of network.areas) if (!areas.has(area.code)) await addArea(database, area);
	const sources: { id: number; name: string }[] = [];
	for (const library of network.libraries) {
		const { code, name, url } = library;
		if (!known.has(code)) await addLibrary(database, library);
		const [moved] = await moveSources(pool, code, url);
		sources.push({ id: moved ?? (await addSource(database, { library: code, kind: 'oai-pmh', url })).id, name });
	}
	return sources;
}

async function unite(service: Service, progress: Progress, signal: AbortSignal): Promise<void> {
	const { pool } = service.database;
	const waiting = await countDirty(pool);
	await service.match({ signal, onBatch: (done) => progress.update('Matching and merging', Math.min(done.records, waiting), waiting) });
	const unions = await countUnions(pool);
	await service.project({ signal, onBatch: (done) => progress.update('Indexing', done, unions) });
}
