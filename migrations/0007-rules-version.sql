-- What features, keys and edges were made under: {"version": n}, and while the catalogue is brought over to other rules also where that stands
-- (src/store/going-live.ts). A database without the row takes the version of the first that matches in it.
insert into setting (name, value) select 'rules', '{"version": 1}' where exists (select 1 from version);
