import type pg from 'pg';

export interface HealthFacts {
	/** Of Postgres, as text and as in server_version_num. */
	readonly version: string;
	readonly versionNumber: number;
	/** The newest migration that has run. */
	readonly schema: string;
	readonly encoding: string;
	readonly dirty: number;
	readonly lastUnionSeq: number;
	readonly projectedSeq: number;
	readonly liveUnions: number;
	readonly runsLeftRunning: number;
	/** Codes of sources with a run that waits for a person. */
	readonly heldSources: readonly string[];
	/** Ids of webhooks that were given up. */
	readonly givenUpWebhooks: readonly number[];
	/** Codes of sources with a schedule and no complete run for a week. */
	readonly silentSources: readonly string[];
}

/** What `lienthong doctor` looks at; `index` is the name of the search index. */
export async function healthFacts(db: Pick<pg.Pool, 'query'>, index: string): Promise<HealthFacts> {
	const { rows } = await db.query<HealthFacts>(
		`select current_setting('server_version') as version, current_setting('server_version_num')::int as "versionNumber",
			(select name from schema_migration order by number desc limit 1) as schema, current_setting('server_encoding') as encoding,
			(select count(*) from dirty) as dirty,
			(select coalesce(max(seq), 0) from union_record) as "lastUnionSeq",
			(select coalesce(max(seq), 0) from projection where name = $1) as "projectedSeq",
			(select count(*) from union_record where state = 'live') as "liveUnions",
			(select count(*) from run r join source s on s.id = r.source_id
				where r.state = 'running' and (s.lease_until is null or s.lease_until < clock_timestamp())) as "runsLeftRunning",
			array(select distinct s.code from run r join source s on s.id = r.source_id where r.state = 'held' order by s.code) as "heldSources",
			array(select id from webhook where given_up_at is not null order by id) as "givenUpWebhooks",
			array(select code from source s where removed_at is null and schedule is not null and created_at < now() - interval '7 days'
				and not exists (select 1 from run r where r.source_id = s.id and r.state = 'complete' and r.finished_at > now() - interval '7 days')
				order by code) as "silentSources"`,
		[index],
	);
	const facts = rows[0];
	if (facts === undefined) throw new Error('the health query gave no row');
	return facts;
}
