import { AppError } from '../lib/errors.ts';
import { hash53 } from '../lib/hash.ts';
import { LIMITS } from '../lib/limits.ts';
import type { Logger } from '../lib/logger.ts';
import type { HarvestSink, ListedItem, PagePart } from './page.ts';
import type { RawRecord } from './raw-record.ts';
import { type Fetched, isUnsupported, type RecordTarget } from './record-target.ts';
import { ALL, anyOf, describeSlice } from './slice-query.ts';
import { type Halves, type Slice, SliceSplitter, wholeSlice } from './slice-splitter.ts';
import { emptyTally, shortfall, type Tally, withSlice } from './slice-tally.ts';
import { controlNumbers } from './split-domain.ts';
import type { TargetSettings } from './target-settings.ts';

const FIRST_COUNT = 50;
const TERMS_AT_ONCE = 20;
/** A count that is a multiple of this may be where the target stops counting. */
const ROUND = 50;
/** Parts together may hold so many times the records of the whole, where records have several values. */
const OVERLAP_MAX = 1.5;

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
	/** Of each identifier met in this process, what its record was. */
	readonly #met = new Map<number, number>();
	/** Control numbers to ask for; null while the list is not read by those. */
	#terms: readonly { readonly term: string; readonly records: number }[] | null = null;
	#pending: readonly Slice[] = [];
	#position = 1;
	#lost = 0;
	#termsDone = 0;
	#tally: Tally;
	#page: number;
	#count: number;
	#listed = 0;
	#countMax: number;

	constructor(options: SliceHarvestOptions) {
		this.#options = options;
		this.#target = options.target;
		this.#splitter = new SliceSplitter(options.target, options.logger);
		this.#countMax = Math.min(options.settings.presentMax ?? LIMITS.presentRecordsMax, LIMITS.presentRecordsMax);
		this.#count = Math.min(FIRST_COUNT, this.#countMax);
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

	/** Cuts into the fuller half until the parts hold more than the whole, which tells a count that stops, or do not. */
	async #unmask(slice: Slice): Promise<void> {
		for (let part: Slice | undefined = slice; part !== undefined; ) {
			const halves: Halves | null = await this.#splitter.split(part);
			if (halves === null) return;
			const sum = halves.slices.reduce((all, { hits }) => all + (hits ?? Number.POSITIVE_INFINITY), 0);
			part = halves.slices.find(({ hits }) => hits === slice.hits);
			if (part !== undefined && sum > (slice.hits as number)) return this.#capped(slice.hits as number);
		}
	}

	/** Replaces a slice by its parts. False when it cannot be cut. */
	async #split(slice: Slice): Promise<boolean> {
		let halves = await this.#splitter.split(slice);
		while (halves !== null && this.#overlaps(slice, halves)) {
			this.#splitter.giveUp(halves.by);
			halves = await this.#splitter.split(slice);
		}
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
		if (this.#pending.length > LIMITS.slicesMax)
			throw new AppError('too-large', `${this.#target.where} would have to be read in more than ${LIMITS.slicesMax} slices`, {
				hint: 'ask the library to hand out more records of one result set',
			});
		return true;
	}

	/** Parts that hold nearly everything each lead nowhere. */
	#overlaps({ hits }: Slice, { slices }: Halves): boolean {
		if (hits === null || (hits === this.#tally.cap && this.#flags.has('count-capped'))) return false;
		return slices.reduce((all, part) => all + (part.hits ?? hits), 0) > hits * OVERLAP_MAX;
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
		const hits = slice.hits ?? this.#tally.cap ?? Number.MAX_SAFE_INTEGER;
		let ahead = this.#position <= hits ? this.#fetch(slice, hits) : null;
		let refused: AppError | null = null;
		while (ahead !== null) {
			this.#options.signal.throwIfAborted();
			let batch: Fetched;
			try {
				batch = await ahead;
			} catch (error) {
				if (!isUnsupported(error)) throw error;
				refused = error as AppError;
				break;
			}
			ahead = null;
			if (batch.hits !== null && slice.hits !== null && batch.hits !== slice.hits) return await this.#changed(slice, batch.hits);
			if (batch.outOfReach || batch.records.length === 0) {
				if (await this.#beyondReach(slice)) return;
				break;
			}
			if (batch.records.length === this.#count && this.#count < this.#countMax) this.#count = Math.min(this.#count * 2, this.#countMax);
			const reading = this.#options.readRecords(batch.records);
			this.#position += batch.records.length;
			if (this.#position <= hits) {
				ahead = this.#fetch(slice, hits);
				ahead.catch(() => undefined);
			}
			const last = ahead === null;
			await this.#commit(await reading, last && this.#position > hits ? slice : null);
			if (last) return;
		}
		await this.#close(slice, refused);
	}

	#fetch(slice: Slice, hits: number): Promise<Fetched> {
		return this.#target.fetch(slice.query, this.#position, Math.min(this.#count, hits - this.#position + 1));
	}

	/** The set ended before its count: a cap has been found. True when the slice was replaced by smaller ones. */
	async #beyondReach(slice: Slice): Promise<boolean> {
		const reach = this.#position - 1;
		if (reach < 1 || slice.expected !== undefined) return false;
		this.#tally = { ...this.#tally, cap: Math.min(reach, this.#tally.cap ?? reach) };
		return await this.#split(slice);
	}

	/** The set is no longer what it was: once it is read again from its beginning. */
	async #changed(slice: Slice, hits: number): Promise<void> {
		this.#flags.add('count-changed');
		if (slice.again === true) return await this.#close({ ...slice, hits }, null, `the count changed while it was read, to ${hits}`);
		this.#flags.add('read-again');
		this.#replace([{ ...slice, hits, again: true }]);
	}

	async #commit(part: PagePart, ending: Slice | null): Promise<void> {
		const items = part.items.map((item) => this.#ownName(item));
		this.#lost += items.filter((item) => item.identifier === '').length;
		this.#listed += items.length;
		if (ending !== null) this.#settle(ending, '');
		await this.#options.sink.accept({
			page: ++this.#page,
			items,
			handle: part.handle,
			namespaces: {},
			repairs: [],
			checkpoint: this.#checkpoint(),
		});
		this.#options.onProgress?.(this.#listed, this.#tally.total);
	}

	/** Two records with one control number are two records: the second is told by its contents too. */
	#ownName(item: ListedItem): ListedItem {
		if (item.identifier === '') return item;
		const key = hash53(item.identifier);
		const digest = Buffer.from(item.digest.buffer, item.digest.byteOffset, item.digest.length);
		const contents = digest.readUIntBE(0, 6);
		const before = this.#met.get(key);
		if (before === undefined) this.#met.set(key, contents);
		if (before === undefined || before === contents) return item;
		this.#flags.add('identifier-shared');
		return { ...item, identifier: `${item.identifier.slice(0, LIMITS.identifierBytesMax - 20)}#${digest.toString('hex', 0, 8)}` };
	}

	/** The end of a slice whose last part was not committed with it. */
	async #close(slice: Slice, refused: AppError | null, why = ''): Promise<void> {
		const received = this.#position - 1;
		let reason = why;
		if (reason === '' && refused !== null) reason = refused.message;
		if (reason === '' && (slice.hits === null || received < slice.hits))
			reason = 'the target hands out no more, and it cannot be cut further';
		this.#settle(slice, reason);
		await this.#options.sink.accept({
			page: ++this.#page,
			items: [],
			handle: null,
			namespaces: {},
			repairs: [],
			checkpoint: this.#checkpoint(),
		});
	}

	/** Puts a slice that was read into the tally, and goes on to the next. */
	#settle(slice: Slice, reason: string): void {
		const received = this.#position - 1;
		let why = reason;
		if (why === '' && slice.expected !== undefined && received !== slice.expected) why = `${slice.expected} were expected`;
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

/** Errors that speak of the target, as opposed to lost leases, databases and the like. */
const SAID_BY_TARGET: ReadonlySet<string> = new Set([
	'z3950-error',
	'not-z3950',
	'sru-error',
	'not-sru',
	'login-refused',
	'http-status',
	'too-large',
	'address-refused',
	'certificate',
	'host-unknown',
	'usage',
]);
