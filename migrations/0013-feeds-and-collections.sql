-- The newest records of a source, for the feeds of libraries and areas.
create index source_record_newest on source_record (source_id, id);

-- Thematic collections: a saved query or a list of records. What is in one is said by union_record.collections, which the job of
-- src/catalogue/collections.ts alone writes, with change numbers.
create table collection (
	id int generated always as identity primary key,
	code text not null unique,
	name_vi text not null,
	name_en text not null default '',
	-- words of the search box, or null for a list
	query text,
	set_id int not null references oai_set,
	-- what is in it follows the union up to this change number; null: everything is to be looked at again
	seq bigint,
	-- goes up when it is defined anew
	revision int not null default 1,
	removed_at timestamptz
);

-- the list of a collection without a query, by any id that a record ever had
create table collection_item (
	collection_id int not null references collection on delete cascade,
	record_id bigint not null,
	primary key (collection_id, record_id)
);

-- ids of oai_set, beside the sets that the matcher writes
alter table union_record add column collections int[] not null default '{}';
drop index union_record_sets;
create index union_record_sets on union_record using gin ((sets || collections || past_sets));
