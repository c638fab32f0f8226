-- New names of values wait in a list and go into their index many at a time: a third of what each by itself costs. The index is missing while it is
-- filled from nothing (src/index/postgres/bulk-fill.ts).
alter index if exists search_facet_words reset (fastupdate);
alter index if exists search_facet_words set (gin_pending_list_limit = 4096);
