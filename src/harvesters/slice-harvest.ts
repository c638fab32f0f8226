import { AppError } from '../lib/errors.ts';
import { LIMITS } from '../lib/limits.ts';
import type { Logger } from '../lib/logger.ts';
import { MetRecords } from './met-records.ts';
import type { HarvestSink, ListedItem, PagePart } from './page.ts';
import type { RawRecord } from './raw-record.ts';
import { isUnsupported, type RecordTarget, SAID_BY_TARGET } from './record-target.ts';
import { ALL, anyOf, describeSlice } from './slice-query.ts';
import { type SliceBatch, SliceReader } from './slice-reader.ts';
import { type Halves, type Slice, SliceSplitter, wholeSlice } from './slice-splitter.ts';
import { assertNotInVain, emptyTally, shortfall, type Tally, withSlice } from './slice-tally.ts';
import { controlNumbers } from './split-domain.ts';
import type { TargetSettings } from './target-settings.ts';

const TERMS_AT_ONCE = 20;
/** A count that is a multiple of this may be where the target stops counting. */
const ROUND = 50;
/** Records in a row that a slice brought before are taken for the end of what the target hands out: so many, and at the end of the slice. */
const REPEATED_MAX = 100;
const REPEATED_AT_END_MAX = 10;
/** Control numbers may each have so many times the records that the target lists of them. */
const EXPECTED_TIMES = 2;

/** Where a harvest by slices goes on after a kill. */
export interface SliceCheckpoint {
	/** What is still to be read; the first is under way from `position` on. */
	readonly pending: readonly Slice[];
	readonly position: number;
	/** Records of the slice under way that came without anything to know them by. */
	readonly lost: number;
	/** Control numbers asked for so far, when the list is read by those. */
	readonly termsDone: number;
	readonly tally: Tally;
	readonly page: number;
}

export interface SliceHarvestOptions {
	readonly target: RecordTarget;
	readonly settings: TargetSettings;
	readonly checkpoint: SliceCheckpoint | null;
	/** Reads records, in another thread as a rule. */
	readonly readRecords: (records: readonly RawRecord[]) => Promise<PagePart>;
	readonly sink: HarvestSink<SliceCheckpoint>;
	/** Distinct records that the run has listed, kills included; everything handed to the sink is counted. */
	readonly distinct: () => Promise<number>;
	readonly logger: Logger;
	readonly signal: AbortSignal;
	readonly onProgress?: (listed: number, total: number | null) => void;
}

export type SliceFlag = 'split' | 'by-identifiers' | 'count-capped' | 'count-changed' | 'identifier-shared' | 'read-again';

export interface SliceOutcome {
	readonly state: 'complete' | 'incomplete';
	readonly flags: readonly SliceFlag[];
	readonly tally: Tally;
	readonly reason?: string;
	readonly error?: AppError;
}

/**
 * Reads a catalogue whole, over any protocol that searches and hands out by position: all at once where the target lets one, else cut by ranges
 * of its indexes until each slice fits what it hands out, else by control numbers. The run is complete only when the slices add up to
 * the target's total. Throws what may be overcome later, as `harvestOaiPmh` does.
 */
export async function harvestSlices(options: SliceHarvestOptions): Promise<SliceOutcome> {
	const harvest = new SliceHarvest(options);
	return await harvest.run();
}

class SliceHarvest {
	readonly #options: SliceHarvestOptions;
	readonly #target: RecordTarget;
	readonly #splitter: SliceSplitter;
	readonly #flags = new Set<SliceFlag>();
	readonly #reader: SliceReader;
	readonly #met = new MetRecords();
	/** Control numbers to ask for; null while the list is not read by those. */
	#terms: readonly { readonly term: string; readonly records: number }[] | null = null;
	#pending: readonly Slice[] = [];
	#position = 1;
	#lost = 0;
	#termsDone = 0;
	#tally: Tally;
	#page: number;
	#listed = 0;

	constructor(options: SliceHarvestOptions) {
		this.#options = options;
		this.#target = options.target;
		this.#splitter = new SliceSplitter(options.target, options.logger);
		this.#reader = new SliceReader(options.target, options.settings.presentMax ?? LIMITS.presentRecordsMax);
		this.#tally = options.checkpoint?.tally ?? emptyTally(null, options.settings.resultSetMax ?? null);
		this.#page = options.checkpoint?.page ?? 0;
	}

	async run(): Promise<SliceOutcome> {
		try {
			await this.#begin();
			for (let slice = await this.#next(); slice !== null; slice = await this.#next()) {
				this.#options.signal.throwIfAborted();
				await this.#process(slice);
			}
			return await this.#finish();
		} catch (error) {
			if (!(error instanceof AppError) || error.retriable || this.#page === 0 || !SAID_BY_TARGET.has(error.code)) throw error;
			return { state: 'incomplete', flags: [...this.#flags], tally: this.#tally, reason: error.message, error };
		}
	}

	async #begin(): Promise<void> {
		const { checkpoint, settings } = this.#options;
		if (checkpoint !== null) {
			this.#pending = checkpoint.pending;
			this.#position = checkpoint.position;
			this.#lost = checkpoint.lost;
			this.#termsDone = checkpoint.termsDone;
			if (checkpoint.termsDone > 0) await this.#byTerms();
			return;
		}
		if (settings.identifiers !== undefined) {
			await this.#byTerms();
			return;
		}
		try {
			const { hits, doubtful } = await this.#target.count(ALL);
			this.#tally = { ...this.#tally, total: doubtful ? null : hits };
			this.#pending = [wholeSlice(ALL, hits)];
		} catch (error) {
			if (!isUnsupported(error)) throw error;
			this.#options.logger.warn({ error: (error as Error).message }, 'the target has no query for all records');
			if (!(await this.#byTerms())) throw error;
		}
	}

	/** Reads by control numbers: those of the settings, else those that the target lists. False when there are none. */
	async #byTerms(): Promise<boolean> {
		this.#terms = await controlNumbers(this.#target, this.#options.settings.identifiers);
		if (this.#terms === null) return false;
		const total = this.#terms.reduce((sum, { records }) => sum + records, 0);
		this.#flags.add('by-identifiers');
		this.#tally = { ...this.#tally, total: this.#tally.total ?? total, exhaustive: false };
		return true;
	}

	/** The slice to read now, or null at the end. */
	async #next(): Promise<Slice | null> {
		const first = this.#pending[0];
		if (first !== undefined) return first;
		if (this.#terms === null || this.#termsDone >= this.#terms.length) return null;
		const some = this.#terms.slice(this.#termsDone, this.#termsDone + TERMS_AT_ONCE);
		this.#termsDone += some.length;
		const index = this.#target.identifierIndex;
		const expected = some.reduce((sum, { records }) => sum + records, 0);
		const query = anyOf(
			index,
			some.map(({ term }) => term),
		);
		this.#pending = [{ ...wholeSlice(query, null), expected }];
		return this.#pending[0] ?? null;
	}

	async #process(slice: Slice): Promise<void> {
		if (this.#position > 1) return await this.#read(slice);
		const counted = slice.hits === null && slice.expected !== undefined ? await this.#counted(slice) : slice;
		if (counted.hits === 0 && counted.expected === undefined) return this.#drop();
		if (counted.expected !== undefined && (counted.hits ?? 0) > counted.expected * EXPECTED_TIMES)
			return await this.#close(counted, `${counted.expected} were expected: the target takes no notice of control numbers`);
		if (counted.expected === undefined && (await this.#mustSplit(counted)) && (await this.#split(counted))) return;
		await this.#read(counted);
	}

	async #counted(slice: Slice): Promise<Slice> {
		const { hits } = await this.#target.count(slice.query);
		const counted = { ...slice, hits };
		this.#replace([counted]);
		return counted;
	}

	/** Whether a slice is more than the target hands out, or may be: a count at its cap, or a round total, may be where it stops counting. */
	async #mustSplit(slice: Slice): Promise<boolean> {
		const { hits, query } = slice;
		const { cap } = this.#tally;
		if (hits === null || (cap !== null && hits > cap)) return true;
		if (hits === cap || (query.kind === 'all' && cap === null && hits % ROUND === 0)) await this.#unmask(slice);
		return this.#over(slice);
	}

	/** Cuts into what counts as much as the whole until the parts hold more than it, which tells a count that stops, or do not. */
	async #unmask(slice: Slice): Promise<void> {
		const hits = slice.hits as number;
		for (let part: Slice | undefined = slice; part !== undefined; ) {
			const halves: Halves | null = await this.#splitter.split(part, hits);
			if (halves === null) return;
			part = halves.slices.find((one) => one.hits === hits);
			if (halves.sum - halves.shared > hits) return this.#capped(hits);
		}
	}

	/** Replaces a slice by its parts. False when it cannot be cut. */
	async #split(slice: Slice): Promise<boolean> {
		const halves = await this.#splitter.split(slice, this.#flags.has('count-capped') ? this.#tally.cap : null);
		if (halves === null) {
			if (slice.query.kind === 'all' && this.#terms === null && (await this.#byTerms())) {
				this.#drop();
				return true;
			}
			return false;
		}
		this.#flags.add('split');
		if (!halves.exhaustive) this.#tally = { ...this.#tally, exhaustive: false };
		this.#replace(halves.slices.filter((part) => part.hits !== 0));
		if (this.#tally.slices + this.#pending.length > LIMITS.slicesMax)
			throw new AppError('too-large', `${this.#target.where} would have to be read in more than ${LIMITS.slicesMax} slices`, {
				hint: 'ask the library to hand out more records of one result set',
			});
		return true;
	}

	/** The target counts up to here and no further: its total is unknown. */
	#capped(hits: number): void {
		this.#flags.add('count-capped');
		const cap = Math.min(hits, this.#tally.cap ?? hits);
		this.#tally = { ...this.#tally, cap, total: this.#tally.total === hits ? null : this.#tally.total };
	}

	#over({ hits }: Slice): boolean {
		const { cap } = this.#tally;
		return hits === null || (cap !== null && (hits > cap || (hits === cap && this.#flags.has('count-capped'))));
	}

	#replace(parts: readonly Slice[]): void {
		this.#pending = [...parts, ...this.#pending.slice(1)];
		this.#position = 1;
		this.#lost = 0;
	}

	#drop(): void {
		this.#replace([]);
	}

	/** Reads a slice to its end, the next records being fetched while those before are read and committed. */
	async #read(slice: Slice): Promise<void> {
		const upTo = slice.hits ?? (slice.counted === undefined ? this.#tally.cap : null) ?? Number.MAX_SAFE_INTEGER;
		if (slice.counted === undefined && !slice.unsteady) this.#met.begin();
		let why = '';
		let said = '';
		for await (const batch of this.#reader.read(slice.query, this.#position, upTo, slice.unsteady ? null : slice.hits)) {
			this.#options.signal.throwIfAborted();
			if (batch.kind === 'changed') return await this.#changed(slice, batch.hits);
			if (batch.kind === 'refused') why = batch.error.message;
			else if (batch.kind === 'end') {
				said = batch.said;
				if (await this.#beyondReach(slice)) return;
			} else {
				const after = await this.#take(slice, batch);
				if (after === 'settled') return;
				if (after === 'more') return await this.#read(this.#pending[0] as Slice);
				if (after === 'repeats') {
					if (await this.#beyondReach(slice)) return;
					why = this.#andFaults(`from record ${this.#position - this.#met.repeated} on it hands out again what it handed out before`);
					break;
				}
			}
		}
		await this.#close(slice, why, said);
	}

	/** Commits records of a slice, and the slice with its last ones. */
	async #take(slice: Slice, { records, isLast }: SliceBatch & { kind: 'records' }): Promise<'settled' | 'more' | 'repeats' | 'reading'> {
		const part = await this.#options.readRecords(records);
		this.#position += records.length;
		const items = part.items.map((item) => this.#own(item));
		this.#lost += items.filter((item) => item.identifier === '').length;
		const repeats = this.#met.repeated >= (isLast ? REPEATED_AT_END_MAX : REPEATED_MAX);
		const isWhole = isLast && !repeats && slice.hits !== null;
		const further = isWhole && slice.query.kind === 'all' ? await this.#reader.beyond(slice.query, this.#position) : null;
		await this.#commit({ ...part, items }, isWhole && further === null ? slice : null);
		if (repeats) return 'repeats';
		if (further !== null && (await this.#isNew(further))) {
			this.#capped(slice.hits as number);
			this.#pending = [{ ...slice, hits: null, counted: slice.hits as number }, ...this.#pending.slice(1)];
			return 'more';
		}
		return isWhole && further === null ? 'settled' : 'reading';
	}

	/** Whether the slice did not bring that record before; it is committed like others. */
	async #isNew(raw: RawRecord): Promise<boolean> {
		const part = await this.#options.readRecords([raw]);
		const items = part.items.map((item) => this.#own(item));
		await this.#commit({ ...part, items }, null);
		return this.#met.repeated === 0 && items.some(({ identifier }) => identifier !== '');
	}

	/** The set ended before its count: a cap has been found. True when the slice was replaced by smaller ones. */
	async #beyondReach(slice: Slice): Promise<boolean> {
		const reach = this.#position - 1 - this.#met.repeated;
		if (reach < 1 || slice.expected !== undefined) return false;
		this.#tally = { ...this.#tally, cap: Math.min(reach, this.#tally.cap ?? reach) };
		return await this.#split(slice);
	}

	/** The set is no longer what it was: once it is read again from its beginning, then read on. */
	async #changed(slice: Slice, hits: number): Promise<void> {
		this.#flags.add('count-changed');
		if (slice.again === true) {
			this.#pending = [{ ...slice, hits, unsteady: true }, ...this.#pending.slice(1)];
			return await this.#read(this.#pending[0] as Slice);
		}
		this.#flags.add('read-again');
		this.#replace([{ ...slice, hits, again: true }]);
	}

	#own(item: ListedItem): ListedItem {
		const own = this.#met.take(item);
		if (own !== item) this.#flags.add('identifier-shared');
		return own;
	}

	async #commit({ items, handle }: PagePart, ending: Slice | null): Promise<void> {
		this.#listed += items.length;
		if (ending !== null) this.#settle(ending, '');
		await this.#accept(items, handle);
		this.#options.onProgress?.(this.#listed, this.#tally.total);
	}

	async #accept(items: readonly ListedItem[], handle: unknown): Promise<void> {
		if (this.#met.size > LIMITS.searchedRecordsMax || this.#page >= LIMITS.pagesPerRunMax)
			throw new AppError('too-large', `${this.#target.where} hands out more than ${this.#met.size} records`, {
				hint: 'if it has so many, read it in parts: as several sources, each with a filter',
			});
		await this.#options.sink.accept({
			page: ++this.#page,
			items,
			handle,
			namespaces: {},
			repairs: [],
			checkpoint: this.#checkpoint(),
		});
	}

	/** The end of a slice whose last part was not committed with it; `said` is how the target put it. */
	async #close(slice: Slice, why: string, said = ''): Promise<void> {
		const { hits, counted } = slice;
		const isShort = hits === null || this.#position - 1 < hits;
		const reason = why !== '' || !isShort ? why : this.#whyShort(slice, said);
		this.#settle({ ...slice, hits: counted ?? hits }, reason);
		await this.#accept([], null);
		assertNotInVain(this.#tally, describeSlice(slice.query), reason);
	}

	#whyShort({ counted }: Slice, said: string): string {
		const what =
			counted === undefined ? `hands out no more${said === '' ? '' : ` (${said})`}` : `counts ${counted} records and hands out more`;
		return this.#andFaults(`the target ${what}, and it cannot be cut further`);
	}

	#andFaults(why: string): string {
		return this.#splitter.faults === '' ? why : `${why}: ${this.#splitter.faults}`;
	}

	/** Puts a slice that was read into the tally, and goes on to the next. */
	#settle(slice: Slice, reason: string): void {
		const received = this.#position - 1;
		let why = reason;
		if (why === '' && slice.expected !== undefined && received !== slice.expected) why = `${slice.expected} were expected`;
		if (why === '' && slice.unsteady) why = `the count changed while it was read, to ${slice.hits}`;
		if (why === '' && this.#lost > 0) why = `${this.#lost} records could not be had`;
		this.#tally = withSlice(this.#tally, { slice: describeSlice(slice.query), said: slice.hits, received, reason: why });
		this.#drop();
	}

	#checkpoint(): SliceCheckpoint {
		return {
			pending: this.#pending,
			position: this.#position,
			lost: this.#lost,
			termsDone: this.#termsDone,
			tally: this.#tally,
			page: this.#page,
		};
	}

	async #finish(): Promise<SliceOutcome> {
		const distinct = await this.#options.distinct();
		let now: number | null = null;
		if (this.#tally.total !== null && this.#terms === null) now = (await this.#target.count(ALL)).hits;
		if (now !== null && now !== this.#tally.total) this.#flags.add('count-changed');
		const reason = shortfall(this.#tally, distinct, now);
		const outcome = { flags: [...this.#flags], tally: this.#tally };
		return reason === null ? { ...outcome, state: 'complete' } : { ...outcome, state: 'incomplete', reason };
	}
}
