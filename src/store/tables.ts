import type { ColumnType, Generated, GeneratedAlways } from 'kysely';

/** A calendar date, `YYYY-MM-DD`. */
type Day = string;

export const LIBRARY_KINDS = ['province', 'district', 'school', 'other'] as const;
export const SOURCE_KINDS = ['oai-pmh', 'z3950', 'sru', 'file'] as const;
export const SHARES = ['none', 'metadata', 'full'] as const;

interface AreaTable {
	code: string;
	kind: string;
	name_vi: string;
	name_en: Generated<string>;
	parent: string | null;
	valid_from: Day | null;
	valid_until: Day | null;
	successor: string | null;
}

interface ApiKeyTable {
	id: GeneratedAlways<number>;
	name: string;
	hash: Buffer;
	role: Generated<string>;
	created_at: ColumnType<Date, never, never>;
	revoked_at: ColumnType<Date | null, never, Date>;
}

/** The tables that Kysely builds queries for; the others are written and read with SQL of their own. */
export interface Tables {
	area: AreaTable;
	api_key: ApiKeyTable;
}
