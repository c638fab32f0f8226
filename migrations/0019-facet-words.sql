-- New names of values wait in a list and go into their index many at a time: a third of what each by itself costs. Missing while an index is filled
-- from nothing (src/index/postgres/bulk-fill.ts).
alter index if exists search_facet_words set (fastupdate = on, gin_pending_list_limit = 4096);
