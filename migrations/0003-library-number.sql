-- The change log names what changed by number, libraries too.
alter table library add column number int generated always as identity unique;
