import { LIMITS } from '../lib/limits.ts';
import type { RecordFormat } from '../protocols/oai-pmh/metadata-formats.ts';
import { OaiPmhPageReader } from './oai-pmh-page.ts';
import type { PagePart, PageReading, ReadRecord } from './page.ts';
import { type RecordRules, underRules } from './record-rules.ts';

/** Gathers the records of a page into parts of at most LIMITS.partRecordsMax records and, but for its last record, LIMITS.partBytesMax characters. */
export class PartGatherer {
	readonly #rules: RecordRules | undefined;
	#records: ReadRecord[] = [];
	#size = 0;

	constructor(rules?: RecordRules) {
		this.#rules = rules;
	}

	/** The parts that became full. */
	add(records: readonly ReadRecord[]): ReadRecord[][] {
		const full: ReadRecord[][] = [];
		for (const record of records) {
			if (this.#records.length >= LIMITS.partRecordsMax || this.#size >= LIMITS.partBytesMax) full.push(this.take());
			this.#records.push(this.#rules === undefined ? record : underRules(record, this.#rules));
			this.#size += record.raw.length;
		}
		return full;
	}

	/** What is left; empty only when the page was. */
	take(): ReadRecord[] {
		const records = this.#records;
		this.#records = [];
		this.#size = 0;
		return records;
	}
}

/** Reads a page in this thread. The `handle` of its parts is the array of their ReadRecords. */
export function localPageReading(options: { readonly format: RecordFormat; readonly rules?: RecordRules }): PageReading {
	const reader = new OaiPmhPageReader(options);
	const gatherer = new PartGatherer(options.rules);
	const part = (records: ReadRecord[]): PagePart => ({ items: records, handle: records });
	return {
		async feed(bytes) {
			return gatherer.add(reader.feed(bytes)).map(part);
		},
		async end() {
			const last = reader.end();
			const parts = gatherer.add(last.records).map(part);
			const rest = gatherer.take();
			if (rest.length > 0) parts.push(part(rest));
			return { parts, end: last.end };
		},
		discard() {
			gatherer.take();
		},
	};
}
