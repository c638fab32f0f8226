-- What the newest batches changed in the index, so that whoever holds it in memory can take that in (src/index/postgres/memory).

create table search_change (
	-- search_state.version after the batch and before it
	version bigint primary key,
	since bigint not null,
	ids bigint[] not null,
	-- keys of values in search_facet that the process named with it; one may have been named before
	named bigint[] not null
);
