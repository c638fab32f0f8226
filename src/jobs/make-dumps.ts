import { mkdir, open, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';
import { DUMP_FORMATS, DUMP_FRAME, type DumpBatch, type DumpFormat, gzipPart, type RenderedBatch } from '../catalogue/dump-batch.ts';
import { DumpFolder, REMOVED, type RemovedDump } from '../catalogue/dump-folder.ts';
import {
	CHECKSUMS,
	checksumsText,
	type DumpFileEntry,
	type DumpManifest,
	type LibraryTerms,
	libraryTerms,
	MANIFEST,
	TERMS,
	termsText,
} from '../catalogue/dump-manifest.ts';
import type { Clock } from '../lib/clock.ts';
import { AppError } from '../lib/errors.ts';
import type { Database } from '../store/database.ts';
import {
	asDumpWriter,
	changedAfter,
	type DumpRow,
	type DumpState,
	inSnapshot,
	readDumpState,
	readTerms,
	sharedAfter,
} from '../store/dump-read.ts';
import { checkRoom, DumpFile } from './dump-file.ts';

export interface DumpDeps {
	readonly database: Database;
	readonly clock: Clock;
	/** Renders a batch somewhere with processor time to spare. */
	readonly render: (batch: DumpBatch) => Promise<RenderedBatch>;
	/** Batches to be rendered at once. */
	readonly threads: number;
	/** Where dumps lie. */
	readonly folder: string;
	/** Full dumps to keep, the newest; of deltas ten times as many. */
	readonly kept: number;
	/** Whose the ids are: MARC 003. */
	readonly agency: string;
	readonly signal?: AbortSignal;
	readonly formats?: readonly DumpFormat[];
	readonly onProgress?: (records: number) => void;
	/** Bytes that stay free on the disk. */
	readonly reserveBytes?: number;
}

const BATCH = 500;
const RESERVE_BYTES = 268_435_456;
const DELTAS_PER_FULL = 10;
const REMOVED_NAMED_MAX = 200;
/** A dump that is being written, or removed: cleared away at the next. */
const UNFINISHED = '.unfinished-';
const ENDING: Readonly<Record<DumpFormat, string>> = { marcxml: 'xml.gz', marc: 'mrc.gz', jsonl: 'jsonl.gz' };

/**
 * Writes a full dump of the union as it is now and, where there are dumps already, the delta from the newest of them, both of one
 * snapshot; removes those that are no longer kept. Gives the dumps written, none when nothing has changed since the last.
 * AppErrors busy: another process writes dumps, or the disk has too little room.
 */
export async function makeDumps(deps: DumpDeps): Promise<readonly DumpManifest[]> {
	const made = await asDumpWriter(deps.database.pool, async () => {
		await mkdir(deps.folder, { recursive: true });
		await clearUnfinished(deps.folder);
		const before = await new DumpFolder(deps.folder).list();
		const size = before.find(({ kind }) => kind === 'full')?.files.reduce((sum, { bytes }) => sum + bytes, 0) ?? 0;
		await checkRoom(deps.folder, size * 1.2, deps.reserveBytes ?? RESERVE_BYTES);
		try {
			const fresh = await writeDumps(deps, before);
			await retire(deps, [...fresh, ...before]);
			return fresh;
		} catch (error) {
			await clearUnfinished(deps.folder);
			throw error;
		}
	});
	if (made !== null) return made;
	throw new AppError('busy', 'another process is writing dumps', {
		hint: 'wait until it has ended: /dumps shows what is there',
		retriable: true,
	});
}

export async function clearUnfinished(folder: string): Promise<void> {
	for (const name of await readdir(folder)) if (name.startsWith(UNFINISHED)) await rm(join(folder, name), { recursive: true, force: true });
}

async function writeDumps(deps: DumpDeps, before: readonly DumpManifest[]): Promise<DumpManifest[]> {
	return await inSnapshot(deps.database.pool, async (client) => {
		const state = await readDumpState(client);
		// of another catalogue that used this folder, or of one that was set back: nothing can go on from them
		const known = before.filter(({ to }) => to <= state.seq);
		const chainEnd = (known.find(({ kind }) => kind === 'delta') ?? known.find(({ kind }) => kind === 'full'))?.to;
		const wanted: (Span | null)[] = [
			chainEnd !== undefined && chainEnd < state.seq ? { kind: 'delta', from: chainEnd } : null,
			known.some(({ kind, to }) => kind === 'full' && to === state.seq) ? null : { kind: 'full', from: null },
		];
		const terms = libraryTerms(await readTerms(client));
		const made: DumpManifest[] = [];
		for (const span of wanted) if (span !== null) made.push(await writeDump(deps, client, { ...span, state, terms }));
		// the delta first: where a kill comes between, the next delta goes on from it
		for (const { name } of made) await rename(join(deps.folder, UNFINISHED + name), join(deps.folder, name));
		if (made.length > 0) await synced(deps.folder);
		return made;
	});
}

interface Span {
	readonly kind: DumpManifest['kind'];
	readonly from: number | null;
}

interface DumpPlan extends Span {
	readonly state: DumpState;
	readonly terms: readonly LibraryTerms[];
}

/** Writes a dump under its unfinished name. */
async function writeDump(deps: DumpDeps, client: pg.ClientBase, plan: DumpPlan): Promise<DumpManifest> {
	const { kind, from, state, terms } = plan;
	const name = from === null ? `full-${state.seq}` : `delta-${from}-${state.seq}`;
	const folder = join(deps.folder, UNFINISHED + name);
	await mkdir(folder);
	const { files, records, deletions } = await writeRecords(deps, client, { folder, name, from });
	const iso = (ms: number): string => new Date(ms).toISOString().replace('.000Z', 'Z');
	const [datestamp, made] = [iso(state.stampMs), iso(deps.clock.now())];
	const { agency } = deps;
	const manifest: DumpManifest = { name, kind, from, to: state.seq, datestamp, made, agency, records, deletions, files, libraries: terms };
	for (const [file, text] of [
		[TERMS, termsText(terms)],
		[CHECKSUMS, checksumsText(files)],
		[MANIFEST, `${JSON.stringify(manifest, null, '\t')}\n`],
	] as const)
		await writeFile(join(folder, file), text, { flush: true });
	await synced(folder);
	return manifest;
}

interface Place {
	readonly folder: string;
	readonly name: string;
	readonly from: number | null;
}

async function writeRecords(
	deps: DumpDeps,
	client: pg.ClientBase,
	{ folder, name, from }: Place,
): Promise<Pick<DumpManifest, 'files' | 'records' | 'deletions'>> {
	const formats = deps.formats ?? DUMP_FORMATS;
	const reserve = deps.reserveBytes ?? RESERVE_BYTES;
	const files = await Promise.all(formats.map((format) => DumpFile.create(join(folder, `${name}.${ENDING[format]}`), reserve)));
	const tooLarge: string[] = [];
	let [records, deletions] = [0, 0];
	const frame = async (place: 0 | 1): Promise<void> => {
		for (const [i, format] of formats.entries()) await files[i]?.write(gzipPart(DUMP_FRAME[format][place]));
	};
	try {
		// in every format: a file without any member is no gzip
		await frame(0);
		for await (const part of renderedParts(deps, client, from)) {
			deps.signal?.throwIfAborted();
			for (const [i, file] of files.entries()) await file.write(part.parts[i] as Uint8Array);
			records += part.records;
			deletions += part.deletions;
			tooLarge.push(...part.tooLarge);
			deps.onProgress?.(records + deletions);
		}
		await frame(1);
		const entries: DumpFileEntry[] = [];
		for (const [i, format] of formats.entries()) {
			const leftOut = format === 'marc' ? tooLarge : [];
			const written = await (files[i] as DumpFile).finish();
			entries.push({ ...written, format, mediaType: 'application/gzip', records: records - leftOut.length, deletions, leftOut });
		}
		return { files: entries, records, deletions };
	} catch (error) {
		await Promise.all(files.map((file) => file.close().catch(() => undefined)));
		throw error;
	}
}

/** The records of a dump rendered, in order, a few batches ahead of who takes them; memory does not grow with their number. */
async function* renderedParts(deps: DumpDeps, client: pg.ClientBase, from: number | null): AsyncGenerator<RenderedBatch> {
	const ahead: Promise<RenderedBatch>[] = [];
	const { agency } = deps;
	const formats = deps.formats ?? DUMP_FORMATS;
	for await (const rows of pages(client, from)) {
		const unions = rows.map(({ id, redirectTo, body }) => ({ id, redirectTo, body: body ?? new Uint8Array() }));
		const rendered = deps.render({ unions, formats, agency, deletions: from !== null });
		// whoever takes it hears of a failure
		rendered.catch(() => undefined);
		ahead.push(rendered);
		if (ahead.length > 2 * deps.threads) yield await (ahead.shift() as Promise<RenderedBatch>);
	}
	for (const rendered of ahead) yield await rendered;
}

async function* pages(client: pg.ClientBase, from: number | null): AsyncGenerator<readonly DumpRow[]> {
	const read = (after: DumpRow | undefined): Promise<DumpRow[]> =>
		from === null ? sharedAfter(client, after?.id ?? 0, BATCH) : changedAfter(client, after?.seq ?? from, BATCH);
	for (let rows = await read(undefined); rows.length > 0; rows = await read(rows.at(-1))) yield rows;
}

/** Removes what is no longer kept, oldest first, and writes down what it was. */
async function retire(deps: DumpDeps, all: readonly DumpManifest[]): Promise<void> {
	const newest = all[0]?.to ?? 0;
	const beyond = (kind: DumpManifest['kind'], kept: number): DumpManifest[] => {
		const of = all.filter((one) => one.kind === kind);
		return [...of.filter(({ to }) => to > newest), ...of.filter(({ to }) => to <= newest).slice(kept)];
	};
	const gone = [...beyond('full', deps.kept), ...beyond('delta', deps.kept * DELTAS_PER_FULL)];
	if (gone.length === 0) return;
	const at = new Date(deps.clock.now()).toISOString();
	const named = gone.map(({ name, files }): RemovedDump => ({ name, files: files.map((file) => file.name), at }));
	const before = await new DumpFolder(deps.folder).removed();
	const list = join(deps.folder, `${UNFINISHED}removed`);
	await writeFile(list, JSON.stringify([...before, ...named].slice(-REMOVED_NAMED_MAX)), { flush: true });
	await rename(list, join(deps.folder, REMOVED));
	for (const { name } of gone) {
		// out of sight at once, whatever becomes of the rest
		await rename(join(deps.folder, name), join(deps.folder, UNFINISHED + name));
		await rm(join(deps.folder, UNFINISHED + name), { recursive: true });
	}
}

/** The names in a folder are on the disk when it resolves. */
async function synced(folder: string): Promise<void> {
	const handle = await open(folder, 'r');
	await handle.sync().finally(() => handle.close());
}
