import { mergeBatch, type MergeMember } from '../catalogue/merge-batch.ts';
import { type Prepared, type PrepareRequest, prepare } from '../catalogue/prepare.ts';
import { type DocumentInput, documentBatch } from '../catalogue/document-batch.ts';
import { OaiPmhPageReader } from '../harvesters/oai-pmh-page.ts';
import type { ListedItem, PageEnd, ReadRecord } from '../harvesters/page.ts';
import { PartGatherer } from '../harvesters/page-reading.ts';

/** A part as it leaves the thread: what the loop needs, and where its records wait. */
export interface PartReply {
	readonly part: number;
	readonly items: readonly ListedItem[];
}

export interface PageEndReply {
	readonly parts: readonly PartReply[];
	readonly end: PageEnd;
}

export type PageFormat = 'marcxml' | 'oai_dc';

interface OpenPage {
	readonly reader: OaiPmhPageReader;
	readonly gatherer: PartGatherer;
	readonly parts: Map<number, readonly ReadRecord[]>;
	ended: boolean;
}

/** What a worker thread does. One instance in each thread; pages and their records stay here until they are prepared or dropped. */
export class WorkerTasks {
	readonly #pages = new Map<number, OpenPage>();
	#nextPart = 1;

	run(task: string, payload: never): unknown {
		switch (task) {
			case 'page.open':
				return this.#open(payload);
			case 'page.feed':
				return this.#feed(payload);
			case 'page.end':
				return this.#end(payload);
			case 'page.discard':
				return this.#pages.delete(payload);
			case 'part.prepare':
				return this.#prepare(payload);
			case 'part.drop':
				return this.#drop(payload);
			case 'merge':
				return mergeBatch(payload as readonly (readonly MergeMember[])[]);
			case 'documents':
				return documentBatch(payload as DocumentInput);
			default:
				throw new RangeError(`no task ${task}`);
		}
	}

	#open({ page, format }: { page: number; format: PageFormat }): void {
		const reader = new OaiPmhPageReader({ format });
		this.#pages.set(page, { reader, gatherer: new PartGatherer(), parts: new Map(), ended: false });
	}

	#page(page: number): OpenPage {
		const open = this.#pages.get(page);
		if (open === undefined) throw new RangeError(`page ${page} is not open`);
		return open;
	}

	#keep(page: OpenPage, records: readonly ReadRecord[]): PartReply {
		const part = this.#nextPart++;
		page.parts.set(part, records);
		return {
			part,
			items: records.map(({ identifier, datestamp, deleted, digest, ignoredAs, problem }) => ({
				identifier,
				datestamp,
				deleted,
				digest,
				...(ignoredAs === undefined ? {} : { ignoredAs }),
				...(problem === undefined ? {} : { problem }),
			})),
		};
	}

	#feed({ page, bytes }: { page: number; bytes: Uint8Array }): readonly PartReply[] {
		const open = this.#page(page);
		return open.gatherer.add(open.reader.feed(bytes)).map((records) => this.#keep(open, records));
	}

	#end({ page }: { page: number }): PageEndReply {
		const open = this.#page(page);
		const { records, end } = open.reader.end();
		const parts = open.gatherer.add(records);
		const rest = open.gatherer.take();
		if (rest.length > 0) parts.push(rest);
		open.ended = true;
		const replies = parts.map((part) => this.#keep(open, part));
		this.#forgetIfDone(page, open);
		return { parts: replies, end };
	}

	#prepare({ page, part, request }: { page: number; part: number; request: PrepareRequest }): Prepared {
		const records = this.#page(page).parts.get(part) ?? [];
		const prepared = prepare(records, request);
		this.#drop({ page, part });
		return prepared;
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
