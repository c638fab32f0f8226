-- Words, data path and invariants: ARCHITECTURE.md. Ids of source records are their age; the public id is made from them by src/lib/ids.ts.

create table setting (
	name text primary key,
	value jsonb not null
);

create table area (
	code text primary key,
	kind text not null,
	name_vi text not null,
	name_en text not null default '',
	parent text references area,
	valid_from date,
	valid_until date,
	successor text references area
);

create table library (
	code text primary key,
	name text not null,
	kind text not null check (kind in ('province', 'district', 'school', 'other')),
	merged_into text references library,
	created_at timestamptz not null default now()
);

create table library_area (
	library text not null references library,
	area text not null references area,
	since date not null,
	primary key (library, since)
);

create table source (
	id int generated always as identity primary key,
	code text not null unique,
	library text not null references library,
	kind text not null check (kind in ('oai-pmh', 'z3950', 'sru', 'file')),
	url text not null,
	format text,
	set_spec text,
	schedule text,
	time_zone text not null default 'Asia/Ho_Chi_Minh',
	share text not null default 'full' check (share in ('none', 'metadata', 'full')),
	licence text,
	settings jsonb not null default '{}',
	-- where the next incremental harvest begins: the provider's own responseDate at the start of the last complete run
	harvested_until timestamptz,
	first_complete_run bigint,
	due_at timestamptz,
	not_before timestamptz,
	lease_holder text,
	lease_until timestamptz,
	fence bigint not null default 0,
	created_at timestamptz not null default now(),
	removed_at timestamptz
);
create index source_library on source (library);

create table run (
	id bigint generated always as identity primary key,
	source_id int not null references source,
	mode text not null check (mode in ('full', 'incremental')),
	state text not null default 'running' check (state in ('running', 'complete', 'incomplete', 'failed', 'cancelled', 'held')),
	-- a first harvest is released page by page; later runs when they end
	staged boolean not null,
	started_at timestamptz not null default now(),
	finished_at timestamptz,
	checkpoint jsonb,
	pages int not null default 0,
	listed int not null default 0,
	created int not null default 0,
	updated int not null default 0,
	unchanged int not null default 0,
	deleted int not null default 0,
	quarantined int not null default 0,
	repeated int not null default 0,
	ignored int not null default 0,
	vanished int not null default 0,
	notes jsonb not null default '{}',
	error jsonb
);
create index run_source on run (source_id, id);
create unique index run_one_at_a_time on run (source_id) where state = 'running';

-- what a page of a run listed, so that "repeated" and "vanished" are known after a kill
create table run_page (
	run_id bigint not null references run on delete cascade,
	page int not null,
	seen bigint[] not null,
	primary key (run_id, page)
);

-- the bytes of the new and changed records of one page as received, one after another, zstd
create table parcel (
	id bigint generated always as identity primary key,
	body bytea not null,
	-- namespaces in scope where the records stood: prefix -> URI
	namespaces jsonb not null default '{}',
	-- 'record': slices are records; 'page': the page had to be mended, body is the whole page and slices are null
	holds text not null default 'record'
);
alter table parcel alter column body set storage external;

create table source_record (
	id bigint primary key,
	source_id int not null references source,
	current_no int not null,
	seq bigint not null,
	stamp timestamptz not null,
	heir bigint,
	kind smallint not null,
	deleted boolean not null default false,
	suppressed boolean not null default false,
	stale boolean not null default false,
	identifier text not null,
	digest bytea
);
create sequence source_record_id as bigint increment by 1;
create unique index source_record_identifier on source_record (source_id, identifier);
create index source_record_stamp on source_record (source_id, stamp, seq);
create index source_record_heir on source_record (heir) where heir is not null;

create table version (
	record_id bigint not null,
	no int not null,
	run_id bigint not null,
	parcel_id bigint,
	raw_at int,
	raw_length int,
	received_at timestamptz not null,
	match_word int not null,
	match_year smallint not null,
	kind smallint not null,
	format smallint not null,
	suppressed boolean not null default false,
	provider_stamp timestamptz,
	digest bytea not null,
	-- the decoded record (src/records/compact.ts), deflate with the dictionary
	body bytea not null,
	-- what matching reads (src/matching/features.ts)
	features text not null,
	match_keys bigint[] not null,
	repairs jsonb,
	primary key (record_id, no)
);
alter table version alter column body set storage external;
create index version_parcel on version (parcel_id);

-- deletions wait here in a staged run; versions wait by not being current
create table staged_change (
	run_id bigint not null references run on delete cascade,
	record_id bigint not null,
	no int not null,
	deleted boolean not null,
	primary key (run_id, record_id)
);

create table quarantine (
	id bigint generated always as identity primary key,
	run_id bigint not null,
	source_id int not null,
	identifier text,
	at timestamptz not null default now(),
	code text not null,
	reason text not null,
	body bytea not null
);
create index quarantine_source on quarantine (source_id, id);
create index quarantine_run on quarantine (run_id, id);

create table dirty (
	record_id bigint primary key,
	-- 0 decisions, 1 harvests, 2 re-matching
	priority smallint not null,
	-- the beginning of its features: records alike are taken in one batch, so that a cluster is merged once and not once for each member
	neighbours text collate "C" not null default ''
);
create index dirty_order on dirty (priority, neighbours, record_id);

create table match_key (
	key bigint not null,
	word int not null,
	year smallint not null,
	record_id bigint not null,
	primary key (key, year, word, record_id)
);

create table edge (
	a bigint not null,
	b bigint not null,
	-- ten-thousandths, so that no rounding ever decides
	score smallint not null,
	rules smallint not null,
	primary key (a, b),
	check (a < b)
);
create index edge_b on edge (b);

create table cluster_member (
	record_id bigint primary key,
	union_id bigint not null,
	version_no int not null
);
create index cluster_member_union on cluster_member (union_id);

create table decision (
	id bigint generated always as identity primary key,
	a bigint not null,
	b bigint not null,
	verdict text not null check (verdict in ('same', 'not-same')),
	-- hard conflicts named when "same" was confirmed over them
	confirmed text[] not null default '{}',
	decided_by text not null,
	reason text not null default '',
	decided_at timestamptz not null default now(),
	undone_at timestamptz,
	check (a < b)
);
create index decision_a on decision (a) where undone_at is null;
create index decision_b on decision (b) where undone_at is null;

create table union_record (
	id bigint primary key,
	state text not null check (state in ('live', 'redirect', 'deleted')),
	redirect_to bigint,
	seq bigint not null,
	stamp timestamptz not null,
	kind smallint not null,
	-- false while no member's source shares its metadata: searched and shown in brief, never handed on
	shared boolean not null,
	sets int[] not null,
	past_sets int[] not null default '{}',
	-- the merged record (src/records/union.ts), deflate with the dictionary; null unless live
	body bytea
);
alter table union_record alter column body set storage external;
create index union_record_stamp on union_record (stamp, seq);
create unique index union_record_seq on union_record (seq);
create index union_record_sets on union_record using gin ((sets || past_sets));

create table oai_set (
	id int generated always as identity primary key,
	spec text not null unique
);

-- one row, locked by whoever gives numbers
create table change_counter (
	one boolean primary key default true check (one),
	seq bigint not null,
	stamp timestamptz not null
);
insert into change_counter (seq, stamp) values (0, date_trunc('second', now()));

create table change (
	seq bigint primary key,
	stamp timestamptz not null,
	id bigint not null,
	-- 1 union record, 2 source record, 3 library, 4 source
	entity smallint not null,
	-- 1 created, 2 updated, 3 deleted, 4 redirected
	op smallint not null
);

create table projection (
	name text primary key,
	seq bigint not null
);

create table api_key (
	id int generated always as identity primary key,
	name text not null,
	hash bytea not null unique,
	role text not null default 'operator',
	created_at timestamptz not null default now(),
	revoked_at timestamptz
);
