-- MARC holdings records are records of their source beside the bibliographic ones; field 004 names the 001 of the one they are of.
-- Set by the matcher with the first such record of a source; only then are the control numbers of the source's records kept.
alter table source add column holdings_apart boolean not null default false;

-- Control numbers of matched records, by version: 001 of a bibliographic record, 004 of a holdings record. Written by the matcher alone.
create table control_number (
	record_id bigint primary key,
	source_id int not null,
	control text not null,
	holdings boolean not null,
	version_no int not null
);
create index control_number_control on control_number (source_id, control);
