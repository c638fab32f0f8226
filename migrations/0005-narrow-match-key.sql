-- Match keys are computed from the features whenever the matcher needs them, so versions no longer carry them.
alter table version drop column match_keys, drop column match_year, drop column match_word;

-- A row for each match key: 16 bytes instead of 22, its index a third smaller. The steps of the ladder are one number, the rung: year of
-- publication * 65536 + 16 bits of the first title word's hash, so that a year is a range of rungs. Record numbers fit 31 bits here.
alter table match_key rename to match_key_wide;
create table match_key (
	key bigint not null,
	rung int not null,
	record_id int not null
);
insert into match_key select key, year * 65536 + (word & 65535), record_id from match_key_wide;
drop table match_key_wide;
alter table match_key add primary key (key, rung, record_id);

-- nothing looks for the versions of a parcel
drop index version_parcel;
