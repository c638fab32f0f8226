import { setImmediate } from 'node:timers/promises';
import { COMPLETED, type Completed } from '../engine.ts';
import { facetKey } from '../postgres/facets.ts';
import { NameIndex } from '../postgres/memory/name-index.ts';
import { MARK } from '../postgres/tsvector.ts';
import { terms } from '../terms.ts';
import type { Answers } from './answers.ts';
import { valueOfTerm } from './facet-term.ts';
import { facetField } from './mapping.ts';

/** Terms of one request. */
const PAGE = 5_000;
/** Values that are taken in before others have their turn. */
const SLICE = 1_000;
const VALUE_WORDS_MAX = 200;
/** So many of the commonest words are told: together they find more than all others. */
const COMMON_WORDS = 300;
/** Between two readings, of which each costs some seconds of processor time for 200,000 titles. */
const REST_MS = 60_000;

interface NamesAnswer {
	readonly aggregations: {
		readonly names: {
			readonly after_key?: { readonly term: string };
			readonly buckets: readonly { readonly key: { readonly term: string }; readonly doc_count: number }[];
		};
	};
}
/** Values by the number of records that have them. */
type Counted = Map<number, { readonly of: Completed; readonly value: string }[]>;

/** The titles, creators and subjects of the index in memory, to be completed. Read anew after it changed; what takes more than `bytesMax` stays away. */
export class ValueNames {
	readonly #answers: Answers;
	readonly #bytesMax: number;
	/** Told the commonest words of an index, folded, commonest first, each time its names have been read. */
	readonly #tellCommon: (words: readonly string[], version: string) => Promise<void>;
	#held: { readonly version: string; readonly names: NameIndex } | null = null;
	/** No more is read: it is too large, or nobody asks any more. */
	#isOver: boolean;
	#reading: Promise<void> | null = null;
	#rest: NodeJS.Timeout | null = null;

	constructor(answers: Answers, bytesMax: number, tellCommon: (words: readonly string[], version: string) => Promise<void>) {
		this.#tellCommon = tellCommon;
		this.#answers = answers;
		this.#bytesMax = bytesMax;
		this.#isOver = bytesMax === 0;
	}

	/** The names as they are at a version; null while they are read, which this begins. */
	at(version: string): NameIndex | null {
		if (this.#held?.version === version) return this.#held.names;
		if (this.#rest === null) void this.load(version);
		return null;
	}

	/** Reads them unless they are there. */
	async load(version: string): Promise<void> {
		if (this.#isOver || this.#held?.version === version) return;
		this.#reading ??= this.#hold(version).finally(() => {
			this.#reading = null;
		});
		await this.#reading;
	}

	/** Gives up what is under way. */
	async close(): Promise<void> {
		this.#isOver = true;
		await this.#reading;
		if (this.#rest !== null) clearTimeout(this.#rest);
	}

	async #hold(version: string): Promise<void> {
		try {
			const read = await this.#read();
			if (read !== null && (await this.#answers.version()) === version) {
				this.#held = { version, names: read.names };
				await this.#tellCommon(read.common, version);
			}
		} catch {
			// as long as they cannot be read, completions are looked up there
		}
		if (this.#rest !== null) clearTimeout(this.#rest);
		this.#rest = setTimeout(() => {
			this.#rest = null;
		}, REST_MS).unref();
	}

	async #read(): Promise<{ readonly names: NameIndex; readonly common: readonly string[] } | null> {
		const counted: Counted = new Map();
		let bytes = 0;
		for (const of of COMPLETED) bytes += await this.#collect(of, counted, this.#bytesMax - bytes);
		if (this.#isOver) return null;
		const names = new NameIndex();
		const uses = new Map<string, number>();
		let added = 0;
		// those of many records first, those of as many in the Vietnamese order
		for (const count of [...counted.keys()].sort((a, b) => b - a)) {
			for (const { of, value } of counted.get(count) ?? []) {
				const places = placesOf(value);
				for (const word of places.keys()) uses.set(word, (uses.get(word) ?? 0) + count);
				names.add(facetKey(of, value), count, Buffer.from(value), vectorOf(places));
				if (++added % SLICE === 0) await setImmediate();
				if (names.bytes > this.#bytesMax) this.#isOver = true;
				if (this.#isOver) return null;
			}
		}
		const common = [...uses].sort(([, a], [, b]) => b - a).slice(0, COMMON_WORDS);
		return { names, common: common.map(([word]) => word) };
	}

	/** Adds the values of a field; gives their bytes, of which no more than `bytesMax` are read. */
	async #collect(of: Completed, counted: Counted, bytesMax: number): Promise<number> {
		let bytes = 0;
		let after: object | undefined;
		do {
			const composite = { size: PAGE, sources: [{ term: { terms: { field: facetField(of) } } }], ...(after && { after }) };
			// removed documents have no values
			const body = { size: 0, track_total_hits: false, aggs: { names: { composite } } };
			const { names } = (await this.#answers.ask<NamesAnswer>(body)).aggregations;
			for (const { key, doc_count } of names.buckets) {
				const one = { of, value: valueOfTerm(key.term) };
				bytes += one.value.length;
				const same = counted.get(doc_count);
				if (same === undefined) counted.set(doc_count, [one]);
				else same.push(one);
			}
			if (bytes > bytesMax) this.#isOver = true;
			after = names.after_key;
		} while (after !== undefined && !this.#isOver);
		return bytes;
	}
}

/** The words of a value with their places. */
function placesOf(value: string): Map<string, number[]> {
	const places = new Map<string, number[]>();
	for (const [i, { folded }] of terms(value).slice(0, VALUE_WORDS_MAX).entries()) {
		const known = places.get(folded);
		if (known === undefined) places.set(folded, [i + 2]);
		else known.push(i + 2);
	}
	return places;
}

/** Words at their places, the beginning of the value marked: what tsvectorsend gives. */
function vectorOf(places: ReadonlyMap<string, readonly number[]>): Buffer {
	const parts: Buffer[] = [Buffer.alloc(4)];
	parts[0]?.writeInt32BE(places.size + 1);
	for (const [word, at] of [[MARK.edge, [1]] as const, ...places]) {
		const numbers = Buffer.alloc(2 * at.length + 3);
		numbers.writeUInt16BE(at.length, 1);
		for (const [i, place] of at.entries()) numbers.writeUInt16BE(place, 2 * i + 3);
		parts.push(Buffer.from(word), numbers);
	}
	return Buffer.concat(parts);
}
