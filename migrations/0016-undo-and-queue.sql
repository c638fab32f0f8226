-- Which records took over the identifier and versions of another when a library changed its system, so that it can be undone.

create table reidentified (
	run_id bigint not null references run on delete cascade,
	record_id bigint not null,
	-- the record that came and was never shown; it comes to be when they are parted
	fresh_id bigint not null,
	-- what the record was called before
	identifier text not null,
	-- its versions up to this one are its own, those after it are of the record that came
	last_no int not null,
	undone_at timestamptz,
	primary key (run_id, record_id)
);
create index reidentified_record on reidentified (record_id);

-- Files that are sent for a source that is busy wait for their turn: their runs are there, and have not begun.
alter table run drop constraint run_state_check;
alter table run add constraint run_state_check check (state in ('queued', 'running', 'complete', 'incomplete', 'failed', 'cancelled', 'held'));
create index run_queued on run (source_id, id) where state = 'queued';
