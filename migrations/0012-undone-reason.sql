-- Why a decision was undone, beside who and when; null for those undone before this was asked.
alter table decision add column undone_reason text;
