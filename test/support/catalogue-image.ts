import { unpackUnion } from '../../src/records/compact.ts';
import { unpackBody } from '../../src/store/body-codec.ts';
import type { Database } from '../../src/store/database.ts';

/** What a catalogue says, with every id, number and date of ours left out: equal for equal current versions. */
export interface CatalogueImage {
	readonly records: readonly string[];
	readonly unions: readonly string[];
	readonly documents: readonly string[];
	/** What has to be zero when nothing is under way. */
	readonly leftovers: Readonly<Record<string, number>>;
}

const RECORDS = `
	select concat_ws(' ', s.code, r.identifier, case when r.deleted then 'deleted' end, case when r.suppressed then 'suppressed' end,
		case when r.stale then 'stale' end, r.kind, r.current_no > 0, encode(r.digest, 'hex'), encode(v.body, 'hex'), v.features, v.repairs) as it
	from source_record r join source s on s.id = r.source_id left join version v on v.record_id = r.id and v.no = r.current_no
	union all select concat_ws(' ', 'vanished', s.code, r.vanished) from run r join source s on s.id = r.source_id
	union all select concat_ws(' ', 'quarantine', s.code, q.identifier, q.code, encode(q.body, 'hex')) from quarantine q join source s on s.id = q.source_id
	order by 1`;

const UNIONS = `
	select u.body, array_to_string(array(select spec from oai_set where id = any(u.sets) order by spec), ' ') as sets,
		concat_ws('|', d.year, d.sort_title, d.tsv, d.exact, d.facets) as document
	from union_record u left join search_document d on d.id = u.id and d.tsv is not null where u.state = 'live'`;

const LEFTOVERS = `
	select (select count(*)::int from dirty) as dirty, (select count(*)::int from staged_change) as staged, (select count(*)::int from run_page) as pages,
		(select count(*)::int from run where state = 'running') as running,
		(select count(*)::int from version v where not exists (select 1 from parcel p where p.id = v.parcel_id)) as "versions without bytes",
		(select count(*)::int from cluster_member m join source_record r on r.id = m.record_id where r.deleted or r.current_no <> m.version_no) as "old members",
		(select count(*)::int from source_record r where not r.deleted and not exists (select 1 from cluster_member m where m.record_id = r.id)) as unmatched,
		(select count(*)::int from search_document d where d.tsv is not null
			and not exists (select 1 from union_record u where u.id = d.id and u.state = 'live')) as "documents of nothing"`;

export async function catalogueImage({ pool }: Database): Promise<CatalogueImage> {
	const records = await pool.query<{ it: string }>(RECORDS);
	const { rows } = await pool.query<{ body: Buffer; sets: string; document: string }>(UNIONS);
	const unions = rows.map(({ body, sets, document }) => {
		const union = unpackUnion(unpackBody(body));
		const members = union.members.map(({ source, library, identifier }) => `${source}/${library}/${identifier}`);
		return { union: JSON.stringify({ sets, ...union, members }), document: `${members.join()} ${document}` };
	});
	const leftovers = await pool.query<Record<string, number>>(LEFTOVERS);
	return {
		records: records.rows.map((row) => row.it),
		unions: unions.map((u) => u.union).sort(),
		documents: unions.map((u) => u.document).sort(),
		leftovers: leftovers.rows[0] ?? {},
	};
}
