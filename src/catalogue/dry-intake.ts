import { hash53 } from '../lib/hash.ts';
import { IdSet } from '../lib/id-set.ts';
import type { Database } from '../store/database.ts';
import { ForeseenVersions } from '../store/foreseen-versions.ts';
import { emptyLedger, type Ledger } from '../store/harvest-run.ts';
import { knownRecords, livingRecords } from '../store/intake.ts';
import type { StagedVersion } from '../store/reidentify.ts';
import type { IntakeItem, PrepareWork } from './intake.ts';
import { VERSION_COLUMNS } from './prepare.ts';
import { mustBeAsked, pairsOf } from './reidentify.ts';

/** A record that would not be taken, and why. */
export interface Refused {
	readonly identifier: string;
	readonly code: string;
	readonly reason: string;
}

/** What an intake would come to. */
export interface Foreseen extends Readonly<Ledger> {
	readonly refused: readonly Refused[];
	/** Records that are missing and come again under other identifiers. */
	readonly renumbered: number;
	/** Those are so many that the run would wait for a person; the ledger is that of the run as it waits. */
	readonly waits: boolean;
}

const REFUSED_SHOWN = 100;

/** What an intake would do with the parts of a whole file, without writing anything: its ledger, and what could not be read. To be closed. */
export class DryIntake {
	readonly #database: Database;
	readonly #work: PrepareWork;
	readonly #sourceId: number | null;
	/** Hashes of identifiers. */
	readonly #seen = new Set<number>();
	readonly #known = new IdSet();
	#living = 0;
	readonly ledger: Ledger = emptyLedger();
	/** The first ones. */
	readonly refused: Refused[] = [];

	/** Of a snapshot of a source that is there: what would come, to be compared with what would be gone. */
	#versions: ForeseenVersions | null = null;
	readonly #snapshot: boolean;

	/** `sourceId`: null when the source does not exist yet. `snapshot`: what is missing is gone. */
	constructor(database: Database, work: PrepareWork, sourceId: number | null, snapshot: boolean) {
		this.#database = database;
		this.#work = work;
		this.#sourceId = sourceId;
		this.#snapshot = snapshot;
	}

	async accept({ items, handle }: { readonly items: readonly IntakeItem[]; readonly handle: unknown }): Promise<void> {
		const identifiers = [...new Set(items.map((item) => item.identifier))];
		const found = this.#sourceId === null ? [] : await knownRecords(this.#database.pool, this.#sourceId, 0, false, identifiers);
		const known = new Map(found.map((record) => [record.identifier, record]));
		for (const { id, deleted, currentNo } of found) {
			if (!deleted && currentNo > 0 && !this.#known.has(id)) this.#living++;
			this.#known.add(id);
		}
		this.ledger.listed += items.length;
		const wanted: number[] = [];
		for (const [index, item] of items.entries()) {
			const record = known.get(item.identifier);
			const same = record !== undefined && !record.deleted && !record.stale && record.digest?.equals(item.digest) === true;
			const mark = hash53(item.identifier);
			if (this.#seen.has(mark)) this.ledger.repeated++;
			else if (item.ignoredAs !== undefined) this.ledger.ignored++;
			else if (same) this.ledger.unchanged++;
			else wanted.push(index);
			this.#seen.add(mark);
		}
		const prepared = await this.#work.prepare(handle, {
			runId: 1,
			parcelId: 1,
			receivedAtMs: 0,
			format: 0,
			// below zero: those that are new
			wanted: wanted.map((index, place) => ({
				index,
				record: isNew(known.get(items[index]?.identifier ?? '')) ? -(this.ledger.listed + place) : 1,
				no: 1,
			})),
		});
		if (this.#snapshot && this.#sourceId !== null) {
			this.#versions ??= await ForeseenVersions.open(this.#database.pool);
			await this.#versions.add(prepared.versions, VERSION_COLUMNS);
		}
		this.ledger.ignored += prepared.ignored.length;
		this.ledger.quarantined += prepared.failures.length;
		for (const { index, code, reason } of prepared.failures) {
			if (this.refused.length < REFUSED_SHOWN) this.refused.push({ identifier: items[index]?.identifier ?? '', code, reason });
		}
		for (const [place, index] of wanted.entries()) {
			if ((prepared.kinds[place] ?? -1) < 0) continue;
			this.ledger[isNew(known.get(items[index]?.identifier ?? '')) ? 'created' : 'updated']++;
		}
	}

	/** After the last part. */
	async end(): Promise<Foreseen> {
		const { ledger, refused } = this;
		if (!this.#snapshot || this.#sourceId === null) return { ...ledger, refused, renumbered: 0, waits: false };
		const living = await livingRecords(this.#database.pool, this.#sourceId);
		const vanished = living - this.#living;
		const renumbered = vanished === 0 || ledger.created === 0 ? 0 : await this.#renumbered(this.#sourceId);
		if (mustBeAsked(renumbered, living)) return { ...ledger, vanished, refused, renumbered, waits: true };
		return {
			...ledger,
			created: ledger.created - renumbered,
			updated: ledger.updated + renumbered,
			vanished: vanished - renumbered,
			refused,
			renumbered,
			waits: false,
		};
	}

	close(): void {
		this.#versions?.close();
	}

	async #renumbered(sourceId: number): Promise<number> {
		const versions = this.#versions;
		if (versions === null) return 0;
		const known = this.#known;
		async function* gone(): AsyncGenerator<StagedVersion[]> {
			for await (const some of versions?.living(sourceId) ?? []) yield some.filter(({ id }) => !known.has(id));
		}
		return (await pairsOf(this.#database.pool, gone(), versions.come())).pairs.length;
	}
}

const isNew = (before: { readonly currentNo: number } | undefined): boolean => before === undefined || before.currentNo === 0;
