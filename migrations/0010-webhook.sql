-- Addresses that are told of changes (src/jobs/webhook-delivery.ts).
create table webhook (
	id int generated always as identity primary key,
	url text not null,
	-- signs what is sent, so it is kept as it is
	secret bytea not null,
	-- the change number up to which it has been told
	seq bigint not null,
	created_at timestamptz not null default now(),
	told_at timestamptz,
	-- next look or try, in database time; whoever tries moves it on first, so that of many processes one tries
	next_at timestamptz not null default now(),
	failing_since timestamptz,
	failures int not null default 0,
	error text,
	given_up_at timestamptz
);
