import type { DocumentInput } from '../catalogue/document-batch.ts';
import type { DumpBatch, RenderedBatch } from '../catalogue/dump-batch.ts';
import type { PrepareWork } from '../catalogue/intake.ts';
import type { MergedUnion, MergeMember } from '../catalogue/merge-batch.ts';
import type { Prepared, PrepareRequest } from '../catalogue/prepare.ts';
import type { ScoreRequest } from '../catalogue/score-batch.ts';
import { type PackedRecords, packRecords } from '../harvesters/packed-records.ts';
import type { PageEnd, PagePart, PageReading } from '../harvesters/page.ts';
import type { RawRecord } from '../harvesters/raw-record.ts';
import type { SearchDocument } from '../index/engine.ts';
import { packBuffers, packBytes, unpackBytes } from '../lib/byte-pack.ts';
import { type PackedUnions, packClusters, unpackUnions } from './merge-message.ts';
import type { WorkerPool } from './worker-pool.ts';
import type { DocumentRequest, DumpRequest, PageEndReply, PageOptions, PartReply } from './worker-tasks.ts';

const ignore = (): void => undefined;

interface Handle {
	readonly lane: number;
	readonly page: number;
	readonly part: number;
}

/** Pages read, records prepared and clusters merged in the threads of a pool. */
export class ThreadWork implements PrepareWork {
	readonly #pool: WorkerPool;
	/**
	 * Lanes for what the main thread and Postgres work beside: all but one, since each thread has to compile whatever it runs for itself and keeps a heap of
	 * its own. A dump, which is made in threads alone, has all.
	 */
	readonly #beside: number;
	#nextPage = 1;
	/** The last merge of each lane. */
	readonly #merging: Promise<void>[] = [];

	constructor(pool: WorkerPool) {
		this.#pool = pool;
		this.#beside = Math.max(1, pool.lanes - 1);
	}

	/** Pages go to the threads in turn, so that one is read while the page before is prepared. */
	openPage(options: PageOptions): PageReading {
		const lane = this.#pool.nextLane(this.#beside);
		const page = this.#nextPage++;
		const opened = this.#pool.call<void>(lane, 'page.open', { page, ...options });
		opened.catch(() => undefined);
		const parts = (replies: readonly PartReply[]): PagePart[] =>
			replies.map(({ part, items, digests }) => {
				const bytes = unpackBytes(digests);
				return {
					items: items.map((item, i) => ({ ...item, digest: bytes[i] ?? new Uint8Array() })),
					handle: { lane, page, part } satisfies Handle,
				};
			});
		return {
			// the bytes are in memory of their own (src/harvesters/page-fetch.ts), so they are handed over, not copied
			feed: async (bytes) =>
				parts(await this.#pool.call<readonly PartReply[]>(lane, 'page.feed', { page, bytes }, [bytes.buffer as ArrayBuffer])),
			end: async (): Promise<{ parts: readonly PagePart[]; end: PageEnd }> => {
				const reply = await this.#pool.call<PageEndReply>(lane, 'page.end', { page });
				return { parts: parts(reply.parts), end: reply.end };
			},
			discard: () => {
				this.#pool.call(lane, 'page.discard', page).catch(() => undefined);
			},
		};
	}

	/** Reads records of a target in a thread. */
	async readRecords(records: readonly RawRecord[], encoding: PackedRecords['encoding']): Promise<PagePart> {
		const lane = this.#pool.nextLane(this.#beside);
		const page = this.#nextPage++;
		const packed = packRecords(records, encoding);
		const { part, items, digests } = await this.#pool.call<PartReply>(
			lane,
			'records.read',
			{ page, records: packed },
			packBuffers(packed.bytes),
		);
		const bytes = unpackBytes(digests);
		return {
			items: items.map((item, i) => ({ ...item, digest: bytes[i] ?? new Uint8Array() })),
			handle: { lane, page, part } satisfies Handle,
		};
	}

	async prepare(handle: unknown, request: PrepareRequest): Promise<Prepared> {
		const { lane, page, part } = handle as Handle;
		return await this.#pool.call<Prepared>(lane, 'part.prepare', { page, part, request });
	}

	drop(handle: unknown): void {
		const { lane, page, part } = handle as Handle;
		this.#pool.call(lane, 'part.drop', { page, part }).catch(() => undefined);
	}

	/** A thread is given its next clusters when it is done with those before, so that what somebody waits for need not wait for all. */
	async merge(clusters: readonly (readonly MergeMember[])[]): Promise<MergedUnion[]> {
		const lane = this.#pool.nextLane(this.#beside);
		const merged = (this.#merging[lane] ?? Promise.resolve()).then(async () => {
			const packed = packClusters(clusters);
			const transfer = [packed.numbers.buffer, ...packBuffers(packed.bodies)];
			return unpackUnions(await this.#pool.call<PackedUnions>(lane, 'merge', packed, transfer));
		});
		this.#merging[lane] = merged.then(ignore, ignore);
		return await merged;
	}

	/** All in one thread: a second would be sent the same features, and read most of them too. */
	async score(request: ScoreRequest): Promise<Uint16Array> {
		return await this.#pool.call<Uint16Array>(this.#beside - 1, 'score', request, [...packBuffers(request.features), request.pairs.buffer]);
	}

	async documents(input: DocumentInput): Promise<SearchDocument[]> {
		const bodies = packBytes(input.unions.map((union) => union.body));
		const request: DocumentRequest = {
			areas: input.areas,
			kinds: input.kinds,
			unions: input.unions.map(({ id, seq, collections }) => ({ id, seq, collections })),
			bodies,
		};
		return await this.#pool.call<SearchDocument[]>(this.#pool.idleLane(this.#beside), 'documents', request, packBuffers(bodies));
	}

	async dump({ unions, ...rest }: DumpBatch): Promise<RenderedBatch> {
		const bodies = packBytes(unions.map((union) => union.body));
		const request: DumpRequest = { ...rest, unions: unions.map(({ id, redirectTo }) => ({ id, redirectTo })), bodies };
		return await this.#pool.call<RenderedBatch>(this.#pool.idleLane(this.#pool.lanes), 'dump', request, packBuffers(bodies));
	}
}
