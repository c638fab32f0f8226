-- Decisions are kept when undone, with who undid them; the versions that were judged tell when a record says something else since.
alter table decision
	add column undone_by text,
	add column version_a int not null default 0,
	add column version_b int not null default 0;
