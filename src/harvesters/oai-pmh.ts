import type { Clock } from '../lib/clock.ts';
import { AppError } from '../lib/errors.ts';
import { LIMITS } from '../lib/limits.ts';
import type { Logger } from '../lib/logger.ts';
import { writeInstant } from '../protocols/oai-pmh/datestamp.ts';
import type { RecordFormat } from '../protocols/oai-pmh/metadata-formats.ts';
import { type DeletedRecord, describeProvider, type ProviderDescription } from './describe-provider.ts';
import type { HttpTransport } from './http-transport.ts';
import { ListGuard } from './list-guard.ts';
import { following, incrementalFrom, isOutside, narrowed } from './list-window.ts';
import type { Checkpoint, HarvestSink, ListedItem, PageReading } from './page.ts';
import { PagePipeline, type ReadPage } from './page-pipeline.ts';
import { type OaiPmhSettings, oaiPmhError, ProviderClient } from './provider-client.ts';
import { type RecordRules, recordRules } from './record-rules.ts';

const RESTARTS_MAX = 8;
const SPLITS_MAX = 24;

export interface HarvestOaiPmhOptions {
	readonly source: {
		readonly url: string;
		readonly set?: string | null;
		readonly format?: string | null;
		readonly settings: Readonly<Record<string, unknown>>;
	};
	readonly mode: 'full' | 'incremental';
	/** responseDate of the last complete run's first page; null when there was none. */
	readonly harvestedUntil: string | null;
	/** Where a run that was cut off goes on. */
	readonly checkpoint: Checkpoint | null;
	/** Tries after the first before anything was listed; LIMITS.retriesMax unless told otherwise. */
	readonly openingRetries?: number;
	readonly transport: HttpTransport;
	readonly openPage: (options: { readonly format: RecordFormat; readonly rules?: RecordRules }) => PageReading;
	readonly sink: HarvestSink;
	readonly clock: Clock;
	readonly logger: Logger;
	readonly signal: AbortSignal;
	readonly onProgress?: (progress: { readonly pages: number; readonly listed: number; readonly total: number | null }) => void;
}

export type HarvestFlag =
	| 'out-of-window'
	| 'size-lied'
	| 'repaired-pages'
	| 'moved'
	| 'set-missing'
	| 'empty-list'
	| 'token-expired'
	| 'window-split'
	| 'not-selective'
	| 'no-response-date'
	| 'error-with-records';

export interface HarvestOutcome {
	/** `incomplete`: what was read may be kept, nothing may be removed, and the next run begins where this one did. */
	readonly state: 'complete' | 'incomplete';
	/** Where the next incremental run begins, before its overlap; null when the provider gave no date that can be read. */
	readonly firstResponseDate: string | null;
	readonly completeListSizeSaid: number | null;
	readonly flags: readonly HarvestFlag[];
	/** Why the run is incomplete, as a sentence. */
	readonly reason?: string;
	/** What stopped the run, when that was an error. */
	readonly error?: AppError;
	readonly deletedRecord: DeletedRecord;
	/** The whole list (of the set, if one is configured) was read: what was not in it is gone. */
	readonly fullList: boolean;
	/** Where the provider has moved for good, or null. */
	readonly movedTo: string | null;
	readonly pages: number;
	readonly listed: number;
	readonly outOfWindow: number;
}

/**
 * Harvests one source by ListRecords (OAI-PMH 2.0 §4.5; Guidelines for Harvester Implementers). Pages go to the sink in order, each
 * with the checkpoint to go on from. Throws AppErrors that a later run may overcome (`retriable`, BusyError with `notBefore`), those
 * met before anything was listed, and whatever the sink or the signal throws; other failures end the run as `incomplete`.
 */
export async function harvestOaiPmh(options: HarvestOaiPmhOptions): Promise<HarvestOutcome> {
	const settings: OaiPmhSettings = options.source.settings;
	const { transport, clock, logger, signal } = options;
	const client = new ProviderClient({ url: options.source.url, settings, transport, clock, logger, signal });
	const provider = await describeProvider(client, {
		format: options.source.format || null,
		...(options.openingRetries === undefined ? {} : { retries: options.openingRetries }),
	});
	return await new ListHarvest(options, client, provider).run();
}

/** Incomplete for a reason that no retry mends. */
class Stopped extends Error {
	readonly flag: HarvestFlag | null;

	constructor(reason: string, flag: HarvestFlag | null) {
		super(reason);
		this.flag = flag;
	}
}

class ListHarvest {
	readonly #options: HarvestOaiPmhOptions;
	readonly #client: ProviderClient;
	readonly #provider: ProviderDescription;
	readonly #flags = new Set<HarvestFlag>();
	readonly #pipeline: PagePipeline;
	#at: Checkpoint;
	#guard: ListGuard;
	readonly #begunWhole: boolean;
	readonly #whole: boolean;
	#done = false;
	#listed = 0;
	#windowListed = 0;
	#outOfWindow = 0;
	#sizeSaid: number | null = null;
	#tokenTried: string | null = null;
	#restarts = 0;
	#splits = 0;

	constructor(options: HarvestOaiPmhOptions, client: ProviderClient, provider: ProviderDescription) {
		this.#options = options;
		this.#client = client;
		this.#provider = provider;
		this.#begunWhole = options.checkpoint === null;
		this.#at = options.checkpoint ?? this.#beginning();
		this.#guard = new ListGuard(this.#at.page, this.#at.emptyPages);
		// A split full list has windows that begin somewhere; only an incremental run begins its first window at a date.
		this.#whole = options.mode === 'full' || this.#at.from === null;
		const rules = recordRules(options.source.settings);
		this.#pipeline = new PagePipeline(
			client,
			options.sink,
			() => options.openPage({ format: this.#at.format, ...(rules === undefined ? {} : { rules }) }),
			(items) => this.#compare(items),
		);
	}

	async run(): Promise<HarvestOutcome> {
		const set = this.#at.set;
		if (set !== null && this.#provider.sets !== null && !this.#hasSet(set))
			this.#options.logger.warn({ set }, 'the provider does not list the set');
		if (!this.#begunWhole && this.#at.resumptionToken === null) this.#next();
		try {
			while (!this.#done) {
				this.#options.signal.throwIfAborted();
				await this.#step();
			}
			await this.#pipeline.settled();
		} catch (error) {
			await this.#pipeline.abandon();
			if (error instanceof Stopped) {
				if (error.flag !== null) this.#flags.add(error.flag);
				return this.#outcome({ state: 'incomplete', reason: error.message });
			}
			if (!(error instanceof AppError) || error.retriable || this.#at.page === 0 || !isProviderError(error)) throw error;
			return this.#outcome({ state: 'incomplete', reason: error.message, error });
		}
		if (this.#sizeSaid !== null && this.#sizeSaid !== this.#windowListed && this.#begunWhole) this.#flags.add('size-lied');
		if (this.#at.firstResponseDate === null) this.#flags.add('no-response-date');
		return this.#outcome({ state: 'complete' });
	}

	#beginning(): Checkpoint {
		const { source, mode, harvestedUntil } = this.#options;
		const { granularity, deletedRecord, chosen } = this.#provider;
		const selective = this.#client.settings.selective !== false;
		if (mode === 'incremental' && !selective) this.#flags.add('not-selective');
		return {
			metadataPrefix: chosen.prefix,
			format: chosen.format,
			set: source.set || null,
			from: mode === 'incremental' && selective && harvestedUntil !== null ? incrementalFrom(harvestedUntil, granularity) : null,
			until: null,
			resumptionToken: null,
			firstResponseDate: this.#provider.responseDate,
			page: 0,
			emptyPages: 0,
			deletedRecord,
			granularity,
		};
	}

	/** One page: fetched, read, committed; or what its failure calls for. */
	async #step(): Promise<void> {
		const url = this.#url();
		let page: ReadPage;
		try {
			page = await this.#pipeline.read(url, this.#at.page + 1, (token) => this.#url(token));
		} catch (error) {
			if (this.#splitsFor(error)) return;
			throw error;
		}
		const { end } = page;
		if (end.error !== null && end.listed > 0) this.#flags.add('error-with-records');
		if (end.error !== null && end.listed === 0 && !(end.error.code === 'noRecordsMatch' && end.resumptionToken !== null)) {
			page.discard();
			if (!(await this.#onError(end.error, url))) return;
		}
		this.#note(page);
		const before = this.#at;
		const token = end.resumptionToken;
		const verdict = this.#guard.look({ token, fingerprint: end.fingerprint, listed: end.listed });
		this.#at = {
			...before,
			resumptionToken: token,
			firstResponseDate: earlier(before.firstResponseDate, before.page === 0 ? end.responseDate : null),
			page: before.page + 1,
			emptyPages: this.#guard.emptyPages,
		};
		this.#tokenTried = null;
		await this.#pipeline.commit(page, this.#at);
		this.#options.onProgress?.({ pages: this.#at.page, listed: this.#listed, total: this.#sizeSaid });
		if (verdict !== null) throw new Stopped(WHY[verdict], null);
		if (token === null) this.#next();
	}

	/** After the end of a list: the next window, or the end of the run. */
	#next(): void {
		if (this.#at.until === null) {
			this.#done = true;
			return;
		}
		const window = following(this.#at, this.#at.granularity, this.#provider.earliestDatestamp, this.#now());
		this.#begin(window);
	}

	#begin(window: { readonly from: string | null; readonly until: string | null }): void {
		this.#at = { ...this.#at, ...window, resumptionToken: null, emptyPages: 0 };
		this.#guard = new ListGuard(this.#at.page, 0);
		this.#tokenTried = null;
		this.#windowListed = 0;
		this.#sizeSaid = null;
	}

	/** What an OAI-PMH error means here (§3.6). True when it is the end of the list, to be committed as such. */
	async #onError(error: { readonly code: string; readonly text: string }, url: string): Promise<boolean> {
		const { resumptionToken: token, from, until } = this.#at;
		if (error.code === 'noRecordsMatch') return this.#onNoRecords();
		if (token !== null && (error.code === 'badResumptionToken' || error.code === 'badArgument')) {
			await this.#onExpired(token);
			return false;
		}
		if (error.code === 'badArgument' && (from !== null || until !== null)) {
			this.#coarser();
			return false;
		}
		throw oaiPmhError(error, url);
	}

	#onNoRecords(): boolean {
		const { set, from, until, resumptionToken } = this.#at;
		if (resumptionToken !== null) return true;
		if (set !== null && this.#provider.sets !== null && !this.#hasSet(set))
			throw new Stopped(`the provider has no set ${set} any more`, 'set-missing');
		if (from === null && until === null) throw new Stopped('the provider lists no records at all', 'empty-list');
		return true;
	}

	/** A token may fail once by chance; then the window is read again, and in smaller pieces when that happens again. */
	async #onExpired(token: string): Promise<void> {
		this.#pipeline.forget();
		if (this.#tokenTried !== token) {
			this.#tokenTried = token;
			return;
		}
		this.#flags.add('token-expired');
		if (++this.#restarts > RESTARTS_MAX) throw new Stopped('resumption tokens expire before the list is read', 'token-expired');
		const { from, until, granularity } = this.#at;
		const smaller =
			this.#restarts > 1 && this.#client.settings.selective !== false
				? narrowed({ from, until }, granularity, this.#provider.earliestDatestamp, this.#now())
				: null;
		if (smaller !== null) this.#flags.add('window-split');
		this.#begin(smaller ?? { from, until });
	}

	/** The provider refuses from or until: days, which each has to take, then no dates at all. */
	#coarser(): void {
		const { from, until, granularity } = this.#at;
		if (granularity === 'second') {
			this.#at = { ...this.#at, granularity: 'day', from: from?.slice(0, 10) ?? null, until: until?.slice(0, 10) ?? null };
			return;
		}
		this.#flags.add('not-selective');
		this.#at = { ...this.#at, from: null, until: null };
	}

	/** A list that cannot even begin is asked for in smaller windows. */
	#splitsFor(error: unknown): boolean {
		if (!(error instanceof AppError) || this.#at.resumptionToken !== null || this.#client.settings.selective === false) return false;
		if (!(error.code === 'timeout' || ('status' in error && (error.status === 502 || error.status === 504 || error.status === 500))))
			return false;
		const { from, until, granularity } = this.#at;
		const window = narrowed({ from, until }, granularity, this.#provider.earliestDatestamp, this.#now());
		if (window === null || ++this.#splits > SPLITS_MAX) return false;
		this.#flags.add('window-split');
		this.#options.logger.warn({ from: window.from, until: window.until }, 'the list is too much at once, it is read in smaller windows');
		this.#begin(window);
		return true;
	}

	#note(page: ReadPage): void {
		this.#listed += page.end.listed;
		this.#windowListed += page.end.listed;
		if (page.end.repairs.length > 0) this.#flags.add('repaired-pages');
		const said = page.end.completeListSize;
		if (said === null) return;
		if (this.#sizeSaid !== null && this.#sizeSaid !== said) this.#flags.add('size-lied');
		this.#sizeSaid = said;
	}

	#compare(items: readonly ListedItem[]): void {
		const { from, until } = this.#at;
		if (from === null && until === null) return;
		for (const item of items) if (isOutside(item.datestamp, { from, until })) this.#outOfWindow++;
		if (this.#outOfWindow > 0) this.#flags.add('out-of-window');
	}

	#url(token: string | null = this.#at.resumptionToken): string {
		const { metadataPrefix, from, until, set } = this.#at;
		if (token === null) return this.#client.url({ verb: 'ListRecords', metadataPrefix, from, until, set });
		return this.#client.url({
			verb: 'ListRecords',
			resumptionToken: token,
			metadataPrefix: this.#client.settings.metadataPrefixWithToken === true ? metadataPrefix : null,
		});
	}

	#hasSet(set: string): boolean {
		return this.#provider.sets?.some(({ spec }) => spec === set || spec.startsWith(`${set}:`)) === true;
	}

	#now(): string {
		return this.#provider.responseDate ?? writeInstant(this.#options.clock.now());
	}

	#outcome(end: Pick<HarvestOutcome, 'state' | 'reason' | 'error'>): HarvestOutcome {
		if (this.#client.movedTo !== null) this.#flags.add('moved');
		return {
			...end,
			firstResponseDate: this.#at.firstResponseDate,
			completeListSizeSaid: this.#sizeSaid,
			flags: [...this.#flags],
			deletedRecord: this.#at.deletedRecord,
			fullList: end.state === 'complete' && (this.#whole || (this.#at.from === null && this.#at.until === null)),
			movedTo: this.#client.movedTo,
			pages: this.#at.page,
			listed: this.#listed,
			outOfWindow: this.#outOfWindow,
		};
	}
}

const WHY = {
	'token-loop': 'the provider hands out the same resumption token with the same page for ever',
	'no-progress': 'the provider lists the same pages again and again under new resumption tokens',
	'empty-pages': `the provider sent ${LIMITS.emptyPagesMax} pages in a row without records, each with a resumption token`,
	'too-many-pages': `the list has more than ${LIMITS.pagesPerRunMax} pages`,
} as const;

/** Errors that speak of the provider, as opposed to lost leases, databases and the like. */
const isProviderError = (error: AppError): boolean =>
	[
		'http-status',
		'not-oai-pmh',
		'oai-pmh-error',
		'too-large',
		'address-refused',
		'certificate',
		'host-unknown',
		'connection-refused',
		'timeout',
	].includes(error.code);

function earlier(a: string | null, b: string | null): string | null {
	if (a === null || b === null) return a ?? b;
	return Date.parse(b) < Date.parse(a) ? b : a;
}
