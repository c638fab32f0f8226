import type pg from 'pg';
import type { Clock } from '../lib/clock.ts';
import { IdSet } from '../lib/id-set.ts';
import type { OtherClass } from '../records/bib.ts';
import { copyInto } from '../store/copy.ts';
import { type Database, withTransaction } from '../store/database.ts';
import { commitPage, emptyLedger, type Ledger, seenInRun } from '../store/harvest-run.ts';
import {
	allocateIds,
	clearQuarantine,
	insertParcel,
	insertReleased,
	insertStaged,
	isQuarantined,
	type KnownRecord,
	knownRecords,
	markDirty,
	type NewRecord,
	quarantineRecords,
	releaseChanges,
	type StateChange,
	stageChanges,
} from '../store/intake.ts';
import { assertFence } from '../store/lease.ts';
import { type Prepared, type PrepareRequest, VERSION_COLUMNS } from './prepare.ts';
import { SharedCommits } from './shared-commits.ts';

/** One record as a page lists it (ListedItem of the harvesters, by structure). */
export interface IntakeItem {
	readonly identifier: string;
	readonly digest: Uint8Array;
	readonly deleted: boolean;
	readonly ignoredAs?: OtherClass;
	readonly problem?: { readonly code: string; readonly reason: string };
}

export interface IntakePart {
	readonly items: readonly IntakeItem[];
	readonly handle: unknown;
	readonly repairs: readonly string[];
	readonly checkpoint: unknown;
}

/** Where decoded records are turned into rows: a worker thread, usually. `drop` forgets a part nobody wants. */
export interface PrepareWork {
	prepare(handle: unknown, request: PrepareRequest): Promise<Prepared>;
	drop(handle: unknown): void;
}

export interface IntakeRun {
	readonly id: number;
	readonly sourceId: number;
	readonly fence: number;
	readonly staged: boolean;
	/** Number of the format that pages are in, known once the first is opened. */
	readonly format: () => number;
	readonly ledger: Ledger;
}

type Fate = 'created' | 'updated' | 'unchanged' | 'deleted' | 'quarantined' | 'repeated' | 'ignored';

/** What is to be written for one part of a page. */
interface Plan {
	readonly part: IntakePart;
	readonly added: Ledger;
	readonly seen: number[];
	readonly created: NewRecord[];
	readonly changed: StateChange[];
	readonly readable: string[];
	/** Identifiers of which nothing is unreadable any more. */
	readonly settled: string[];
	readonly ignoredAs: Record<string, number>;
	readonly prepared: Prepared | null;
	readonly failures: { identifier: string; code: string; reason: string; body: Uint8Array }[];
	readonly parcelId: number;
}

/** A planned part that waits for its commit, and what its records will be known as. */
interface Queued {
	readonly plan: Plan;
	readonly state: ReadonlyMap<string, KnownRecord>;
}

type Numbers = Awaited<ReturnType<typeof allocateIds>>;

/** Parts being prepared at once: one for each thread. */
const PREPARING_MAX = 2;

interface Preparing {
	readonly identifiers: ReadonlySet<string>;
	/** Resolves, never rejects, when the part is prepared and in line for its commit. */
	readonly inLine: Promise<void>;
}

/**
 * Intake of one run: every part of a page is committed whole, with the ledger and the checkpoint, in order. While one transaction is
 * under way the next parts are prepared. `flush` waits for the last.
 */
export class Intake {
	readonly #database: Database;
	readonly #work: PrepareWork;
	readonly #clock: Clock;
	readonly #run: IntakeRun;
	readonly #seen = new IdSet();
	/** Parts being prepared, in order. */
	#preparing: readonly Preparing[] = [];
	/** Parts that are prepared: the database does not show their records yet. */
	readonly #commits: SharedCommits<Queued>;
	#numbering: Promise<void> = Promise.resolve();
	/** Whether the source has anything in quarantine; null until asked. */
	#quarantine: boolean | null = null;
	readonly ledger: Ledger;

	constructor(database: Database, work: PrepareWork, clock: Clock, run: IntakeRun) {
		this.#database = database;
		this.#work = work;
		this.#clock = clock;
		this.#run = run;
		this.ledger = { ...run.ledger };
		this.#commits = new SharedCommits((parts) => this.#commit(parts.map(({ plan }) => plan)), clock);
	}

	/** Reads what a run that was cut off had listed already. */
	async resume(): Promise<void> {
		await seenInRun(this.#database.pool, this.#run.id, (ids) => {
			for (const id of ids) this.#seen.add(id);
		});
	}

	/** Resolves when there is room for the next part; rejects when this or an earlier one could not be prepared or committed. */
	async accept(part: IntakePart): Promise<void> {
		// a record that is listed again waits for what becomes of its first listing
		const again = this.#preparing.findLast(({ identifiers }) => part.items.some((item) => identifiers.has(item.identifier)));
		await again?.inLine;
		const before = this.#preparing.at(-1)?.inLine ?? Promise.resolve();
		const entry: Preparing = {
			identifiers: new Set(part.items.map((item) => item.identifier)),
			inLine: this.#line(this.#plan(part), before).finally(() => {
				this.#preparing = this.#preparing.filter((other) => other !== entry);
			}),
		};
		this.#preparing = [...this.#preparing, entry];
		while (this.#preparing.length >= PREPARING_MAX) await this.#preparing[0]?.inLine;
		await this.#commits.room();
		this.#commits.throwFailure();
	}

	/** Puts a part in line for its commit once it is prepared and those before it are in line. Never rejects: the failure is kept. */
	async #line(plan: Promise<Queued>, before: Promise<void>): Promise<void> {
		try {
			const queued = await plan;
			await before;
			this.#commits.add(queued);
		} catch (error) {
			await before;
			this.#commits.fail(error);
		}
	}

	async flush(): Promise<void> {
		await this.#commits.flush(async () => {
			while (this.#preparing.length > 0) await this.#preparing[0]?.inLine;
		});
		this.#commits.throwFailure();
	}

	/** Parts are planned side by side, but numbered in their order: a number is an age. */
	async #plan(part: IntakePart): Promise<Queued> {
		const turn = this.#numbering;
		const { promise, resolve } = Promise.withResolvers<void>();
		this.#numbering = promise;
		const number = async (records: number): Promise<Numbers> => {
			await turn;
			const numbers = await allocateIds(this.#database.pool, records);
			resolve();
			return numbers;
		};
		try {
			return await this.#decide(part, number);
		} finally {
			resolve();
		}
	}

	/** Decides the fate of each record and has the wanted ones prepared. */
	async #decide(part: IntakePart, number: (records: number) => Promise<Numbers>): Promise<Queued> {
		const added = emptyLedger();
		added.listed = part.items.length;
		const last = new Map<string, number>();
		for (const [index, item] of part.items.entries()) last.set(item.identifier === '' ? `\0${index}` : item.identifier, index);
		added.repeated += part.items.length - last.size;
		// taken before the look-up: what is committed meanwhile may be in both, what is not is in one
		const before = this.#commits.waiting;
		const identifiers = [...last.keys()].filter((identifier) => !identifier.startsWith('\0'));
		const known = new Map<string, KnownRecord>();
		for (const record of await knownRecords(this.#database.pool, this.#run.sourceId, this.#run.id, this.#run.staged, identifiers)) {
			known.set(record.identifier, record);
		}
		for (const { state } of before) {
			for (const identifier of identifiers) {
				const record = state.get(identifier);
				if (record !== undefined) known.set(identifier, record);
			}
		}

		const seen: number[] = [];
		const wanted: { index: number; fate: Fate; known: KnownRecord | undefined }[] = [];
		const deletions: { identifier: string; known: KnownRecord | undefined }[] = [];
		const ignoredAs: Record<string, number> = {};
		for (const [identifier, index] of last) {
			const item = part.items[index] as IntakeItem;
			const record = known.get(identifier);
			const fate = this.#fate(item, record);
			if (record !== undefined) {
				seen.push(record.id);
				this.#seen.add(record.id);
			}
			if (fate === 'deleted') deletions.push({ identifier, known: record });
			else if (fate === 'ignored') count(ignoredAs, item.ignoredAs ?? 'other');
			if (fate === 'created' || fate === 'updated' || fate === 'quarantined') wanted.push({ index, fate, known: record });
			else added[fate]++;
		}
		return await this.#prepare(part, { added, seen, wanted, deletions, ignoredAs }, number);
	}

	#fate(item: IntakeItem, record: KnownRecord | undefined): Fate {
		if (item.ignoredAs !== undefined) return 'ignored';
		if (item.problem !== undefined) return 'quarantined';
		const listedBefore = record !== undefined && this.#seen.has(record.id);
		if (item.deleted) return record?.deleted ? (listedBefore ? 'repeated' : 'unchanged') : 'deleted';
		if (record === undefined || isUnborn(record)) return 'created';
		const same = !record.deleted && !record.stale && record.digest?.equals(item.digest);
		if (same) return listedBefore ? 'repeated' : 'unchanged';
		return 'updated';
	}

	async #prepare(
		part: IntakePart,
		found: {
			added: Ledger;
			seen: number[];
			wanted: { index: number; fate: Fate; known: KnownRecord | undefined }[];
			deletions: { identifier: string; known: KnownRecord | undefined }[];
			ignoredAs: Record<string, number>;
		},
		number: (records: number) => Promise<Numbers>,
	): Promise<Queued> {
		const { added, seen, wanted, deletions, ignoredAs } = found;
		const fresh = wanted.filter((w) => w.known === undefined).length + deletions.filter((d) => d.known === undefined).length;
		const settled = part.items.filter((item) => item.deleted || item.ignoredAs !== undefined).map((item) => item.identifier);
		const [created, changed, readable]: [NewRecord[], StateChange[], string[]] = [[], [], []];
		const plan = { part, added, seen, created, changed, readable, settled, ignoredAs };
		const state = new Map<string, KnownRecord>();
		const ids = fresh + wanted.length === 0 ? { records: [], parcel: 0 } : await number(fresh);
		let used = 0;
		const nextId = (): number => ids.records[used++] as number;
		const remember = (
			identifier: string,
			id: number,
			no: number,
			deleted: boolean,
			digest: Uint8Array | null,
			base?: KnownRecord,
		): void => {
			state.set(identifier, {
				id,
				identifier,
				currentNo: base?.currentNo ?? no,
				lastNo: Math.max(no, base?.lastNo ?? 0),
				deleted,
				stale: false,
				digest: digest === null ? (base?.digest ?? null) : Buffer.from(digest),
			});
		};
		for (const { identifier, known } of deletions) {
			const id = known?.id ?? nextId();
			if (known === undefined) plan.created.push({ id, identifier, no: 0, deleted: true });
			else plan.changed.push({ id, no: known.currentNo, deleted: true });
			this.#note(seen, id);
			remember(identifier, id, known?.currentNo ?? 0, true, null, known);
		}
		const slots = wanted.map((w) => ({ ...w, record: w.known?.id ?? nextId(), no: (w.known?.lastNo ?? 0) + 1 }));
		const prepared = await this.#read(part, slots, ids.parcel);
		const failures = (prepared?.failures ?? []).map((f) => ({ ...f, identifier: part.items[f.index]?.identifier ?? '' }));
		for (const { as } of prepared?.ignored ?? []) count(ignoredAs, as);
		added.quarantined += failures.length;
		added.ignored += prepared?.ignored.length ?? 0;
		for (const [place, slot] of slots.entries()) {
			if ((prepared?.kinds[place] ?? -1) < 0) continue;
			const item = part.items[slot.index] as IntakeItem;
			added[slot.known === undefined || isUnborn(slot.known) ? 'created' : 'updated']++;
			if (slot.known === undefined) plan.created.push({ id: slot.record, identifier: item.identifier, no: slot.no, deleted: false });
			else plan.changed.push({ id: slot.record, no: slot.no, deleted: false });
			plan.readable.push(item.identifier);
			settled.push(item.identifier);
			this.#note(seen, slot.record);
			remember(item.identifier, slot.record, slot.no, false, item.digest, slot.known);
		}
		return { plan: { ...plan, prepared, failures, parcelId: ids.parcel }, state };
	}

	async #read(part: IntakePart, slots: readonly { index: number; record: number; no: number }[], parcelId: number) {
		if (slots.length > 0) {
			return await this.#work.prepare(part.handle, {
				runId: this.#run.id,
				parcelId,
				receivedAtMs: this.#clock.now(),
				format: this.#run.format(),
				wanted: slots.map(({ index, record, no }) => ({ index, record, no })),
			});
		}
		// an empty page has no handle
		if (part.handle !== null) this.#work.drop(part.handle);
		return null;
	}

	#note(seen: number[], id: number): void {
		if (!this.#seen.has(id)) seen.push(id);
		this.#seen.add(id);
	}

	async #commit(plans: readonly Plan[]): Promise<void> {
		await withTransaction(this.#database, async (client) => {
			await assertFence(client, this.#run.sourceId, this.#run.fence);
			for (const plan of plans) {
				await this.#writeVersions(client, plan);
				await commitPage(client, this.#run.id, { ...plan, checkpoint: plan.part.checkpoint, repairs: plan.part.repairs });
			}
			const created = plans.flatMap((plan) => plan.created);
			if (this.#run.staged) {
				await insertStaged(client, this.#run.sourceId, created);
				for (const plan of plans) await stageChanges(client, this.#run.id, [...plan.created, ...plan.changed]);
			} else {
				const changed = plans.flatMap((plan) => plan.changed.map((change) => change.id));
				await markDirty(client, [...new Set(changed)], 1);
				await insertReleased(client, this.#run.sourceId, created);
				// first listed as deleted and alive a page later: not dirty by either of the above
				const dead = new Set(created.filter((record) => record.deleted).map((record) => record.id));
				if (dead.size > 0)
					await markDirty(
						client,
						[...new Set(changed)].filter((id) => dead.has(id)),
						1,
					);
				for (const plan of plans) await releaseChanges(client, plan.changed);
			}
		});
		for (const plan of plans) for (const [key, value] of Object.entries(plan.added)) this.ledger[key as keyof Ledger] += value;
	}

	async #writeVersions(client: pg.PoolClient, plan: Plan): Promise<void> {
		this.#quarantine ??= await isQuarantined(client, this.#run.sourceId);
		if (this.#quarantine && plan.settled.length > 0) await clearQuarantine(client, this.#run.sourceId, plan.settled);
		if (plan.prepared === null) return;
		if (plan.failures.length > 0) {
			await quarantineRecords(client, this.#run.id, this.#run.sourceId, plan.failures);
			this.#quarantine = true;
		}
		if (plan.readable.length === 0) return;
		await insertParcel(client, { id: plan.parcelId, body: plan.prepared.parcel, ...plan.prepared.context });
		await copyInto(client, `version (${VERSION_COLUMNS})`, plan.prepared.versions);
	}
}

/** Known by a run that was given up before it released anything, and by nothing else. */
const isUnborn = (record: KnownRecord): boolean => record.currentNo === 0 && !record.deleted && record.digest === null;

function count(counts: Record<string, number>, name: string): void {
	counts[name] = (counts[name] ?? 0) + 1;
}
