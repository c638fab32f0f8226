import type { ColumnType, Generated, GeneratedAlways } from 'kysely';

/** A calendar date, `YYYY-MM-DD`. */
type Day = string;
type Timestamp = ColumnType<Date, Date | string, Date | string>;
type GeneratedTimestamp = ColumnType<Date, Date | string | undefined, Date | string>;
type NullableTimestamp = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;
type Json<T> = ColumnType<T, string | undefined, string>;

export const LIBRARY_KINDS = ['province', 'district', 'school', 'other'] as const;
export type LibraryKind = (typeof LIBRARY_KINDS)[number];
export const SOURCE_KINDS = ['oai-pmh', 'z3950', 'sru', 'file'] as const;
export type SourceKind = (typeof SOURCE_KINDS)[number];
export const SHARES = ['none', 'metadata', 'full'] as const;
export type Share = (typeof SHARES)[number];
export const RUN_STATES = ['running', 'complete', 'incomplete', 'failed', 'cancelled', 'held'] as const;
export type RunState = (typeof RUN_STATES)[number];

export interface AreaTable {
	code: string;
	kind: string;
	name_vi: string;
	name_en: Generated<string>;
	parent: string | null;
	valid_from: Day | null;
	valid_until: Day | null;
	successor: string | null;
}

export interface LibraryTable {
	code: string;
	name: string;
	kind: LibraryKind;
	merged_into: string | null;
	created_at: GeneratedTimestamp;
}

export interface LibraryAreaTable {
	library: string;
	area: string;
	since: Day;
}

export interface SourceTable {
	id: GeneratedAlways<number>;
	code: string;
	library: string;
	kind: SourceKind;
	url: string;
	format: string | null;
	set_spec: string | null;
	schedule: string | null;
	time_zone: Generated<string>;
	share: Generated<Share>;
	licence: string | null;
	settings: Json<Record<string, unknown>>;
	harvested_until: NullableTimestamp;
	first_complete_run: number | null;
	due_at: NullableTimestamp;
	not_before: NullableTimestamp;
	lease_holder: string | null;
	lease_until: NullableTimestamp;
	fence: Generated<number>;
	created_at: GeneratedTimestamp;
	removed_at: NullableTimestamp;
}

export interface RunTable {
	id: GeneratedAlways<number>;
	source_id: number;
	mode: 'full' | 'incremental';
	state: Generated<RunState>;
	staged: boolean;
	started_at: GeneratedTimestamp;
	finished_at: NullableTimestamp;
	checkpoint: Json<unknown>;
	pages: Generated<number>;
	listed: Generated<number>;
	created: Generated<number>;
	updated: Generated<number>;
	unchanged: Generated<number>;
	deleted: Generated<number>;
	quarantined: Generated<number>;
	repeated: Generated<number>;
	ignored: Generated<number>;
	vanished: Generated<number>;
	notes: Json<Record<string, unknown>>;
	error: Json<Record<string, unknown> | null>;
}

export interface QuarantineTable {
	id: GeneratedAlways<number>;
	run_id: number;
	source_id: number;
	identifier: string | null;
	at: Timestamp;
	code: string;
	reason: string;
	body: Buffer;
}

export interface ApiKeyTable {
	id: GeneratedAlways<number>;
	name: string;
	hash: Buffer;
	role: Generated<string>;
	created_at: GeneratedTimestamp;
	revoked_at: NullableTimestamp;
}

/** The tables that Kysely builds queries for; the hot tables are written and read with SQL of their own. */
export interface Tables {
	area: AreaTable;
	library: LibraryTable;
	library_area: LibraryAreaTable;
	source: SourceTable;
	run: RunTable;
	quarantine: QuarantineTable;
	api_key: ApiKeyTable;
}
