import { type DocumentInput, documentBatch } from '../catalogue/document-batch.ts';
import { type DumpBatch, dumpBatch } from '../catalogue/dump-batch.ts';
import { mergeBatch } from '../catalogue/merge-batch.ts';
import { makeReady, type PrepareRequest, prepare, type ReadyRecord } from '../catalogue/prepare.ts';
import { type ScoreRequest, scoreBatch } from '../catalogue/score-batch.ts';
import { type FileReading, FileRecordReader } from '../harvesters/file-records.ts';
import { OaiPmhPageReader } from '../harvesters/oai-pmh-page.ts';
import { type PackedRecords, unpackRecords } from '../harvesters/packed-records.ts';
import type { ListedItem, PageEnd, ReadRecord } from '../harvesters/page.ts';
import { PartGatherer } from '../harvesters/page-reading.ts';
import { readRawRecord } from '../harvesters/raw-record.ts';
import type { RecordRules } from '../harvesters/record-rules.ts';
import { type BytePack, packBuffers, packBytes, unpackBytes } from '../lib/byte-pack.ts';
import { type PackedClusters, packUnions, unpackClusters } from './merge-message.ts';

/** A part as it leaves the thread: what the loop needs; its records wait here. */
export interface PartReply {
	readonly part: number;
	readonly items: readonly Omit<ListedItem, 'digest'>[];
	readonly digests: BytePack;
}

export interface PageEndReply {
	readonly parts: readonly PartReply[];
	readonly end: PageEnd;
}

export interface DocumentRequest extends Pick<DocumentInput, 'areas' | 'kinds'> {
	readonly unions: readonly Omit<DocumentInput['unions'][number], 'body'>[];
	readonly bodies: BytePack;
}

export interface DumpRequest extends Pick<DumpBatch, 'formats' | 'agency' | 'deletions'> {
	readonly unions: readonly { readonly id: number; readonly redirectTo: number | null }[];
	readonly bodies: BytePack;
}

/** What a task gives, and the buffers that are handed over with it instead of copied. */
export interface TaskResult {
	readonly value: unknown;
	readonly transfer: ArrayBuffer[];
}

const plain = (value: unknown): TaskResult => ({ value, transfer: [] });

export type PageFormat = 'marcxml' | 'oai_dc';

/** What a page holds: an OAI-PMH answer with records in a format, or a whole file. */
export interface PageOptions {
	readonly format: PageFormat | FileReading['format'];
	readonly file?: FileReading;
	readonly rules?: RecordRules;
	/** Nearly all records will be new: they are made ready as they are read. */
	readonly expectsNew?: boolean;
}

interface OpenPage {
	readonly reader: Pick<OaiPmhPageReader, 'feed' | 'end' | 'context'>;
	readonly gatherer: PartGatherer;
	readonly expectsNew: boolean;
	readonly parts: Map<number, readonly (ReadRecord | ReadyRecord)[]>;
	ended: boolean;
}

/** For records that came one by one: no page stands around them. */
const NO_PAGE: OpenPage['reader'] = {
	context: { namespaces: {}, encoding: null },
	feed: () => [],
	end: () => {
		throw new RangeError('there is no page to end');
	},
};

/** What a worker thread does. One instance in each thread; pages and their records stay here until they are prepared or dropped. */
export class WorkerTasks {
	readonly #pages = new Map<number, OpenPage>();
	#nextPart = 1;

	run(task: string, payload: never): TaskResult {
		switch (task) {
			case 'page.open':
				return plain(this.#open(payload));
			case 'page.feed':
				return this.#feed(payload);
			case 'page.end':
				return this.#end(payload);
			case 'page.discard':
				return plain(this.#discard(payload));
			case 'records.read':
				return this.#read(payload);
			case 'part.prepare':
				return this.#prepare(payload);
			case 'part.drop':
				return plain(this.#drop(payload));
			case 'merge':
				return merge(payload);
			case 'score':
				return score(payload);
			case 'documents':
				return plain(documents(payload));
			case 'dump':
				return dump(payload);
			default:
				throw new RangeError(`no task ${task}`);
		}
	}

	#open({ page, format, file, rules, expectsNew = false }: PageOptions & { page: number }): void {
		const reader = file === undefined ? new OaiPmhPageReader({ format: format as PageFormat }) : new FileRecordReader(file);
		this.#pages.set(page, { reader, gatherer: new PartGatherer(rules), expectsNew, parts: new Map(), ended: false });
	}

	/** Records of a target, as one part of a page that is read. */
	#read({ page, records }: { page: number; records: PackedRecords }): TaskResult {
		const open: OpenPage = { reader: NO_PAGE, gatherer: new PartGatherer(), expectsNew: false, parts: new Map(), ended: true };
		this.#pages.set(page, open);
		const part = this.#keep(
			open,
			unpackRecords(records).map((raw) => readRawRecord(raw, records.encoding)),
		);
		return { value: part, transfer: buffersOf([part]) };
	}

	#page(page: number): OpenPage {
		const open = this.#pages.get(page);
		if (open === undefined) throw new RangeError(`page ${page} is not open`);
		return open;
	}

	#keep(page: OpenPage, records: readonly ReadRecord[]): PartReply {
		const part = this.#nextPart++;
		page.parts.set(part, page.expectsNew && page.reader.context.encoding === null ? records.map(makeReady) : records);
		return {
			part,
			items: records.map(({ identifier, datestamp, deleted, ignoredAs, problem }) => ({
				identifier,
				datestamp,
				deleted,
				...(ignoredAs === undefined ? {} : { ignoredAs }),
				...(problem === undefined ? {} : { problem }),
			})),
			digests: packBytes(records.map((r) => r.digest)),
		};
	}

	#feed({ page, bytes }: { page: number; bytes: Uint8Array }): TaskResult {
		const open = this.#page(page);
		const parts = open.gatherer.add(open.reader.feed(bytes)).map((records) => this.#keep(open, records));
		return { value: parts, transfer: buffersOf(parts) };
	}

	#end({ page }: { page: number }): TaskResult {
		const open = this.#page(page);
		const { records, end } = open.reader.end();
		const full = open.gatherer.add(records);
		const rest = open.gatherer.take();
		if (rest.length > 0) full.push(rest);
		open.ended = true;
		const parts = full.map((part) => this.#keep(open, part));
		this.#forgetIfDone(page, open);
		return { value: { parts, end } satisfies PageEndReply, transfer: buffersOf(parts) };
	}

	#prepare({ page, part, request }: { page: number; part: number; request: PrepareRequest }): TaskResult {
		const open = this.#page(page);
		const prepared = prepare(open.parts.get(part) ?? [], request, open.reader.context);
		this.#drop({ page, part });
		return { value: prepared, transfer: [prepared.versions.buffer as ArrayBuffer, prepared.parcel.buffer as ArrayBuffer] };
	}

	/** A page that was read whole belongs to the sink, which prepares or drops each of its parts. */
	#discard(page: number): void {
		if (this.#pages.get(page)?.ended !== true) this.#pages.delete(page);
	}

	#drop({ page, part }: { page: number; part: number }): void {
		const open = this.#pages.get(page);
		open?.parts.delete(part);
		if (open !== undefined) this.#forgetIfDone(page, open);
	}

	#forgetIfDone(page: number, open: OpenPage): void {
		if (open.ended && open.parts.size === 0) this.#pages.delete(page);
	}
}

const buffersOf = (parts: readonly PartReply[]): ArrayBuffer[] => parts.flatMap((part) => packBuffers(part.digests));

function score(request: ScoreRequest): TaskResult {
	const scores = scoreBatch(request);
	return { value: scores, transfer: [scores.buffer] };
}

function merge(request: PackedClusters): TaskResult {
	const packed = packUnions(mergeBatch(unpackClusters(request)));
	return { value: packed, transfer: packBuffers(packed.bodies) };
}

function documents({ unions, bodies, ...rest }: DocumentRequest): unknown {
	const items = unpackBytes(bodies);
	return documentBatch({ ...rest, unions: unions.map((union, i) => ({ ...union, body: items[i] ?? new Uint8Array() })) });
}

function dump({ unions, bodies, ...rest }: DumpRequest): TaskResult {
	const items = unpackBytes(bodies);
	const rendered = dumpBatch({ ...rest, unions: unions.map((union, i) => ({ ...union, body: items[i] ?? new Uint8Array() })) });
	// in memory of their own, so that they are handed over
	const parts = rendered.parts.map((part) => new Uint8Array(part));
	return { value: { ...rendered, parts }, transfer: parts.map((part) => part.buffer) };
}
