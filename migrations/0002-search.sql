-- The search index on Postgres (src/index/postgres): a projection of union_record, made again by `reindex`.

create table search_document (
	id bigint primary key,
	seq bigint not null,
	-- 0 when unknown
	year smallint not null,
	sort_title text collate "C",
	-- made in JavaScript (tsvector.ts), so no text search configuration matters; null marks a removed document
	tsv tsvector,
	-- words with marks, at the same positions; only ranks, so it has no index
	exact tsvector,
	-- facet number and hash of the value (facets.ts)
	facets bigint[]
);
create index search_document_words on search_document using gin (tsv, facets) with (gin_pending_list_limit = 4096) where tsv is not null;
create index search_document_title on search_document (sort_title) where tsv is not null;
create index search_document_year on search_document (year) where tsv is not null;

-- what the hashes in search_document.facets stand for; grows only
create table search_facet (
	key bigint primary key,
	value text not null
);
