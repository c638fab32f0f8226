-- Statistics know the sources there were, so a new one has no records for the planner until it is analysed again, and any index that begins with the
-- source will do: each look-up by identifier then read all that the source has. Without statistics a source has one record in 200. The change of type
-- is none: it takes away the statistics that are there.
alter table source_record alter column source_id type int, alter column source_id set statistics 0;
