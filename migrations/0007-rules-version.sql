-- What features, keys and edges were made under: {"version": n}, and while the catalogue is brought over to other rules also where that stands
-- (src/store/going-live.ts). A database without the row takes the version of the first that matches in it.
insert into setting (name, value) select 'rules', '{"version": 1}' where exists (select 1 from version);

-- True while nothing but the rules is other: a union record that comes out the same is not written again. Who marks a record for another
-- reason makes it false, since what is shown with it may be other (touchSources).
alter table dirty add column quiet boolean not null default false;
