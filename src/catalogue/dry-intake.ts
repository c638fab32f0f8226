import { hash53 } from '../lib/hash.ts';
import { IdSet } from '../lib/id-set.ts';
import type { Database } from '../store/database.ts';
import { emptyLedger, type Ledger } from '../store/harvest-run.ts';
import { knownRecords, livingRecords } from '../store/intake.ts';
import type { IntakeItem, PrepareWork } from './intake.ts';

/** A record that would not be taken, and why. */
export interface Refused {
	readonly identifier: string;
	readonly code: string;
	readonly reason: string;
}

/** What an intake would come to. */
export interface Foreseen extends Readonly<Ledger> {
	readonly refused: readonly Refused[];
}

const REFUSED_SHOWN = 100;

/** What an intake would do with the parts of a whole file, without writing anything: its ledger, and what could not be read. */
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

	/** `sourceId`: null when the source does not exist yet. */
	constructor(database: Database, work: PrepareWork, sourceId: number | null) {
		this.#database = database;
		this.#work = work;
		this.#sourceId = sourceId;
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
			wanted: wanted.map((index) => ({ index, record: 1, no: 1 })),
		});
		this.ledger.ignored += prepared.ignored.length;
		this.ledger.quarantined += prepared.failures.length;
		for (const { index, code, reason } of prepared.failures) {
			if (this.refused.length < REFUSED_SHOWN) this.refused.push({ identifier: items[index]?.identifier ?? '', code, reason });
		}
		for (const [place, index] of wanted.entries()) {
			if ((prepared.kinds[place] ?? -1) < 0) continue;
			const before = known.get(items[index]?.identifier ?? '');
			this.ledger[before === undefined || before.currentNo === 0 ? 'created' : 'updated']++;
		}
	}

	/** After the last part of a snapshot: what is missing from it. */
	async end(snapshot: boolean): Promise<Ledger> {
		if (snapshot && this.#sourceId !== null)
			this.ledger.vanished = (await livingRecords(this.#database.pool, this.#sourceId)) - this.#living;
		return this.ledger;
	}
}
