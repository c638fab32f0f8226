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
 * Pairs for a librarian, those that touch most libraries first: scored between the two thresholds and undecided (two of a source without doubles are decided by that); decided, but a record says
 * something else since; decided "same", but kept apart by a conflict that nobody confirmed. `mergeAt` in ten-thousandths.
 */
export async function doubtfulPairs(
	db: Pick<pg.Pool, 'query'>,
	mergeAt: number,
	after: AfterPair | null,
	limit: number,
): Promise<DoubtfulPair[]> {
	const { rows } = await db.query<DoubtfulPair>(
		`with pair as (
			select e.a, e.b, 'doubtful' as why, e.score, null::bigint as decision from edge e
			where e.score < $1 and not exists (select 1 from decision d where d.a = e.a and d.b = e.b and d.undone_at is null)
				and not exists (
					select 1 from source s join source_record x on x.source_id = s.id join source_record y on y.source_id = s.id
					where x.id = e.a and y.id = e.b and ${SINGLE} is not null
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
			) n where p.decision is not null or ca.union_id <> cb.union_id
		)
		select a, b, why, score, decision, libraries from weighed
		where $2::int is null or (-libraries, a, b) > (-$2::int, $3::bigint, $4::bigint)
		order by libraries desc, a, b limit $5`,
		[mergeAt, after?.libraries ?? null, after?.a ?? null, after?.b ?? null, limit],
	);
	return rows;
}

export interface OddCluster {
	readonly id: number;
	readonly members: number;
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

/** Clusters with two volumes or two unlike ISBNs among their members, or with more members than `size`; those in most libraries first. */
export async function oddClusters(
	db: Pick<pg.Pool, 'query'>,
	size: number,
	after: AfterCluster | null,
	limit: number,
): Promise<OddCluster[]> {
	// fields 8 and 21 of the packed features (src/matching/features.ts): volumes, ISBNs
	const { rows } = await db.query<OddCluster>(
		`with member as (
			select m.union_id as id, s.library, string_to_array(nullif(split_part(v.features, '|', 8), ''), ';') as volumes,
				string_to_array(nullif(split_part(v.features, '|', 21), ''), ';') as isbns
			from cluster_member m join version v on v.record_id = m.record_id and v.no = m.version_no
			join source_record r on r.id = m.record_id join source s on s.id = r.source_id
		), cluster as (
			select id, count(*)::int as members, count(distinct library)::int as libraries, count(distinct volumes) > 1 as volumes,
				count(distinct isbns) > 1 as isbns
			from member group by id having count(*) > 1
		), odd as (
			select c.id, c.members, c.libraries, c.members > $1 as large,
				c.volumes and exists (select 1 from member x, member y where x.id = c.id and y.id = c.id and not x.volumes && y.volumes) as volumes,
				c.isbns and exists (select 1 from member x, member y where x.id = c.id and y.id = c.id and not x.isbns && y.isbns) as isbns
			from cluster c where (c.volumes or c.isbns or c.members > $1)
				and ($2::int is null or (-c.libraries, c.id) > (-$2::int, $3::bigint))
		)
		select * from odd where volumes or isbns or large order by libraries desc, id limit $4`,
		[size, after?.libraries ?? null, after?.id ?? null, limit],
	);
	return rows;
}
