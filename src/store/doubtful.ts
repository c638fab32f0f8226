import type pg from 'pg';
import { SINGLE } from './doubles.ts';

/** Why a pair waits for a librarian. */
export type DoubtReason = 'doubtful' | 'changed-since-decided' | 'decision-without-effect';

export interface DoubtfulPair {
	readonly a: number;
	readonly b: number;
	readonly why: DoubtReason;
	/** In ten-thousandths; null when no score is kept. */
	readonly score: number | null;
	/** The decision in force on the pair. */
	readonly decision: number | null;
	/** Libraries whose holdings would stand elsewhere. */
	readonly libraries: number;
}

/** Where a page of pairs ended. */
export interface AfterPair {
	readonly libraries: number;
	readonly a: number;
	readonly b: number;
}

/**
 * Questions for a librarian, those that touch most libraries first: for two union records the pair between the two thresholds that is most alike, as long as
 * nothing is decided on any pair of theirs (two of a source without doubles are decided by that); decided pairs of which a record says something
 * else since; "same" that is kept apart by a conflict that nobody confirmed. `mergeAt` in ten-thousandths.
 */
export async function doubtfulPairs(
	db: Pick<pg.Pool, 'query'>,
	mergeAt: number,
	after: AfterPair | null,
	limit: number,
): Promise<DoubtfulPair[]> {
	const { rows } = await db.query<DoubtfulPair>(
		`with decided as materialized (
			select least(ma.union_id, mb.union_id) as u, greatest(ma.union_id, mb.union_id) as v
			from decision d join cluster_member ma on ma.record_id = d.a join cluster_member mb on mb.record_id = d.b where d.undone_at is null
		), doubt as (
			select distinct on (least(ma.union_id, mb.union_id), greatest(ma.union_id, mb.union_id))
				e.a, e.b, e.score, least(ma.union_id, mb.union_id) as u, greatest(ma.union_id, mb.union_id) as v
			from edge e join cluster_member ma on ma.record_id = e.a join cluster_member mb on mb.record_id = e.b
			where e.score < $1 and ma.union_id <> mb.union_id
			order by 4, 5, e.score desc, e.a, e.b
		), pair as (
			select a, b, 'doubtful' as why, score, null::bigint as decision from doubt where (u, v) not in (select u, v from decided)
				and not exists (
					select 1 from cluster_member mx join source_record x on x.id = mx.record_id join source s on s.id = x.source_id and ${SINGLE} is not null
					join cluster_member my on my.union_id = doubt.v join source_record y on y.id = my.record_id and y.source_id = s.id
					where mx.union_id = doubt.u
				)
			union all
			select d.a, d.b, case when x.changed then 'changed-since-decided' else 'decision-without-effect' end, e.score, d.id
			from decision d left join edge e on e.a = d.a and e.b = d.b
			join source_record ra on ra.id = d.a join source_record rb on rb.id = d.b
			join version na on na.record_id = d.a and na.no = ra.current_no join version nb on nb.record_id = d.b and nb.no = rb.current_no
			left join version oa on oa.record_id = d.a and oa.no = d.version_a left join version ob on ob.record_id = d.b and ob.no = d.version_b
			left join cluster_member ma on ma.record_id = d.a left join cluster_member mb on mb.record_id = d.b
			cross join lateral (select na.features is distinct from oa.features or nb.features is distinct from ob.features as changed) x
			where d.undone_at is null and (x.changed or (d.verdict = 'same' and ma.union_id <> mb.union_id))
		), weighed as (
			select p.*, n.libraries from pair p join cluster_member ca on ca.record_id = p.a join cluster_member cb on cb.record_id = p.b
			cross join lateral (
				select count(distinct s.library)::int as libraries from cluster_member m
				join source_record r on r.id = m.record_id join source s on s.id = r.source_id where m.union_id in (ca.union_id, cb.union_id)
			) n
		)
		select a, b, why, score, decision, libraries from weighed
		where $2::int is null or (-libraries, a, b) > (-$2::int, $3::bigint, $4::bigint)
		order by libraries desc, a, b limit $5`,
		[mergeAt, after?.libraries ?? null, after?.a ?? null, after?.b ?? null, limit],
	);
	return rows;
}

/** A source record that is asked about. */
export interface AskedRecord {
	readonly id: number;
	readonly identifier: string;
	readonly library: string;
	readonly libraryName: string;
	readonly versionNo: number;
	readonly unionId: number;
}

/** Where records that stand in union records come from, in no order. */
export async function askedRecords(db: Pick<pg.Pool, 'query'>, ids: readonly number[]): Promise<AskedRecord[]> {
	const { rows } = await db.query<AskedRecord>(
		`select r.id, r.identifier, s.library, l.name as "libraryName", r.current_no as "versionNo", m.union_id as "unionId"
		from source_record r join source s on s.id = r.source_id join library l on l.code = s.library join cluster_member m on m.record_id = r.id where r.id = any($1)`,
		[ids],
	);
	return rows;
}

export interface OddCluster {
	readonly id: number;
	readonly members: number;
	readonly sources: number;
	readonly volumes: boolean;
	readonly isbns: boolean;
	readonly large: boolean;
	readonly libraries: number;
}

/** Where a page of clusters ended. */
export interface AfterCluster {
	readonly libraries: number;
	readonly id: number;
}

/** How many members a cluster may have before it is large: so many of each source, and so many more. */
export interface Plausible {
	readonly ofSource: number;
	readonly more: number;
}

/**
 * Clusters that look wrong, those in most libraries first: with members of two volumes, unless "same" in force holds together records of both; with
 * ISBNs of two families, which neither a member that has ISBNs of both nor "same" in force joins; with more members than is plausible.
 */
export async function oddClusters(
	db: Pick<pg.Pool, 'query'>,
	plausible: Plausible,
	after: AfterCluster | null,
	limit: number,
): Promise<OddCluster[]> {
	// fields 8 and 21 of the packed features (src/matching/features.ts): volumes, ISBNs
	const { rows } = await db.query<OddCluster>(
		`with recursive same (x, y) as materialized (
			select a, b from decision where undone_at is null and verdict = 'same' union all
			select b, a from decision where undone_at is null and verdict = 'same'
		), closure (root, record) as (
			select x, x from same union select c.root, s.y from closure c join same s on s.x = c.record
		), judged as (
			select record, min(root) as root from closure group by record
		), member as materialized (
			select m.record_id as record, m.union_id as id, r.source_id as source, s.library, nullif(split_part(v.features, '|', 8), '') as volumes,
				nullif(split_part(v.features, '|', 21), '') as isbns
			from cluster_member m join version v on v.record_id = m.record_id and v.no = m.version_no
			join source_record r on r.id = m.record_id join source s on s.id = r.source_id
		), decided as materialized (
			select m.id, array_agg(distinct m.volumes) as volumes, array_agg(distinct m.isbns) as isbns
			from judged j join member m on m.record = j.record group by m.id, j.root
		), cluster as (
			select id, count(*)::int as members, count(distinct source)::int as sources, count(distinct library)::int as libraries,
				array_agg(distinct volumes) filter (where volumes is not null) as volumes,
				array_agg(distinct isbns) filter (where isbns is not null) as isbns
			from member group by id having count(*) > 1
		), odd as (
			select id, members, sources, libraries, members > $1 * sources + $2 as large,
				coalesce(cardinality(volumes), 0) > 1 and exists (
					select from unnest(volumes) x, unnest(volumes) y
					where x < y and not string_to_array(x, ';') && string_to_array(y, ';')
						and not exists (select from decided d where d.id = c.id and x = any(d.volumes) and y = any(d.volumes))
				) as volumes,
				coalesce(cardinality(isbns), 0) > 1 and cardinality(isbns) > (
					with recursive family (isbns) as (
						select c.isbns[1] union
						select y from family f, unnest(c.isbns) y where string_to_array(f.isbns, ';') && string_to_array(y, ';')
							or exists (select from decided d where d.id = c.id and f.isbns = any(d.isbns) and y = any(d.isbns))
					) select count(*) from family
				) as isbns
			from cluster c where (cardinality(volumes) > 1 or cardinality(isbns) > 1 or members > $1 * sources + $2)
				and ($3::int is null or (-c.libraries, c.id) > (-$3::int, $4::bigint))
		)
		select * from odd where volumes or isbns or large order by libraries desc, id limit $5`,
		[plausible.ofSource, plausible.more, after?.libraries ?? null, after?.id ?? null, limit],
	);
	return rows;
}
