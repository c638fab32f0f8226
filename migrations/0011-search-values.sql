-- Search: libraries that have a title as a rank among equals, words of values, what is counted beforehand, refused documents.

-- made again from the union records by the next projection
truncate search_document, search_facet;
delete from projection where name = 'postgres';

-- held: libraries that have it; titles: words of the titles without marks (tsvector.ts), which rank faster than a tsvector does
alter table search_document add column held smallint not null default 0, add column titles text collate "C";

-- words without marks (tsvector.ts), and how many records had the value when that was last counted; most have one, and need not be written again
alter table search_facet add column words tsvector, add column uses int not null default 1;
create index search_facet_words on search_facet using gin (words) with (fastupdate = off);

-- how many records had a word without marks, when that was last counted
create table search_word (
	word text collate "C" primary key,
	uses int not null
);

-- version: goes up with every change of the index; settled: the version at which values and words were last counted, with how many documents
create table search_state (
	only_row boolean primary key default true check (only_row),
	version bigint not null default 0,
	settled bigint not null default 0,
	settled_documents int not null default 0,
	settled_at timestamptz not null default now()
);
insert into search_state default values;

-- union records that an index refused, by its name in projection; taken out when it takes them
create table parked_document (
	index_name text not null,
	union_id bigint not null,
	seq bigint not null,
	reason text not null,
	parked_at timestamptz not null default now(),
	primary key (index_name, union_id)
);
