-- Slices of a mended page are received bytes too (src/lib/undecoded.ts), so no page has to be kept whole; what they are in is said here:
-- null for UTF-8, else the name that TextDecoder has for it, 'utf-8 from NAME' where only the decoded text could be kept.
alter table parcel drop column holds;
alter table parcel add column encoding text;
