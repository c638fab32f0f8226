-- True when a key of the record crossed its cap: what it is compared with is other, though the record is the same.
alter table dirty add column again boolean not null default false;
