import type pg from 'pg';
import { type PackedTexts, TextPacker } from '../lib/packed-texts.ts';
import { RecentTexts } from '../lib/recent-texts.ts';
import { loadFeatures } from '../store/match-state.ts';

/** 250 bytes a record, so 40,000 to 80,000 of them. */
const HELD_BYTES = 20_000_000;
const BYTES_A_RECORD = 300;

/**
 * Packed features of records as they were last matched: what looks alike is matched together, so a batch asks for many that the one before
 * read. Of one drain, under the lock of the matcher: nobody else matches meanwhile. What the transaction under way has not matched is read on
 * another connection, beside its own statements.
 */
export class MatchedFeatures {
	readonly #held = new RecentTexts(HELD_BYTES);
	/** Of the records that the transaction under way matches: others do not see yet that they are matched. */
	readonly #own = new Map<number, string>();
	readonly #beside: Pick<pg.Pool, 'query'>;

	constructor(beside: Pick<pg.Pool, 'query'>) {
		this.#beside = beside;
	}

	/** A transaction begins; those before it are committed. */
	beginTransaction(): void {
		this.#own.clear();
	}

	set(id: number, features: string): void {
		this.#own.set(id, features);
		this.#held.set(id, features);
	}

	forget(id: number): void {
		this.#own.delete(id);
		this.#held.forget(id);
	}

	/** Of these records, each told once. One that is in no union record is not in the answer. */
	async packed(ids: readonly number[]): Promise<PackedTexts> {
		const packer = new TextPacker(ids.length, ids.length * BYTES_A_RECORD);
		const missing: number[] = [];
		for (const id of ids) {
			const held = this.#held.get(id);
			const own = held === undefined ? this.#own.get(id) : undefined;
			if (held !== undefined) packer.addBytes(id, held);
			else if (own !== undefined) packer.add(id, own);
			else missing.push(id);
		}
		for (const [id, features] of await this.#read(missing)) packer.add(id, features);
		return packer.finish();
	}

	/** The same as texts. */
	async of(ids: readonly number[]): Promise<ReadonlyMap<number, string>> {
		const found = new Map<number, string>();
		const missing: number[] = [];
		for (const id of ids) {
			const features = this.#own.get(id) ?? this.#held.get(id)?.toString('utf8');
			if (features === undefined) missing.push(id);
			else found.set(id, features);
		}
		for (const [id, features] of await this.#read(missing)) found.set(id, features);
		return found;
	}

	async #read(missing: readonly number[]): Promise<ReadonlyMap<number, string>> {
		const read = await loadFeatures(this.#beside, missing);
		// what the transaction matches may have been set meanwhile
		for (const [id, features] of read) if (!this.#own.has(id)) this.#held.set(id, features);
		return read;
	}
}
