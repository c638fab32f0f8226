import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeIso2709 } from '../../src/records/iso2709.ts';
import type { MarcRecord } from '../../src/records/marc.ts';
import { startTarget, type Target } from './zebra.ts';

/** How a scripted target misbehaves. */
export interface Misbehaviour {
	/** Positions (from 1) that get a diagnostic in place of their record. */
	readonly diagnosticAt?: readonly number[];
	/** It says goodbye at the record at this position, once. */
	readonly closeAt?: number;
	/** With `closeAt`: each time, not once. */
	readonly closesAlways?: boolean;
	/** Counts are never said to be more than this. */
	readonly countsTo?: number;
	/** Records that are added to each count. */
	readonly lie?: number;
	/** Positions beyond this are refused (Bib-1 13). */
	readonly handsOut?: number;
	/** Only this user and password may come in. */
	readonly login?: readonly [user: string, password: string];
	/** Ranges (relations) are refused (Bib-1 117). */
	readonly noRanges?: boolean;
	/** What is asked for all records by a name of Zebra's finds nothing. */
	readonly noAllRecords?: boolean;
	/** Records are SUTRS, whatever was asked for. */
	readonly sutrs?: boolean;
	/** No record is to be had in the syntax asked for (Bib-1 238). */
	readonly refusesSyntax?: boolean;
	/** Each session has an order of its own. */
	readonly shuffled?: boolean;
	/** Each search finds so many records fewer than the one before. */
	readonly shrinks?: number;
	/** Whatever is searched, all records are found; or whatever is searched in the index of days (1012). */
	readonly ignores?: 'queries' | 'days';
	/** Records that were handed out come again at later positions: so many different ones there are. */
	readonly repeatsAfter?: number;
}

const SCRIPT = String.raw`
use strict; use warnings; use Net::Z3950::SimpleServer; use JSON::PP; use Digest::MD5 'md5_hex';
my $how = decode_json($ENV{HOW}); my @records; my @days;
open(my $file, '<:raw', 'records.mrc') or die; { local $/ = "\x1d"; @records = <$file>; } close $file;
open(my $list, '<', 'days.txt') or die; @days = <$list>; chomp @days; close $list;
my $searches = 0;
sub init { my $arg = shift; $arg->{HANDLE} = {};
  if ($how->{login} && (($arg->{USER} // '') ne $how->{login}[0] || ($arg->{PASS} // '') ne $how->{login}[1])) { $arg->{ERR_CODE} = 1010; $arg->{ERR_STR} = 'wrong'; } }
sub hits { my $node = shift; my $kind = ref $node; my %in;
  if ($kind =~ /Term$/) { my ($use, $relation) = (0, 3);
    for (@{ $node->{attributes} }) { $use = $_->{attributeValue} if $_->{attributeType} == 1; $relation = $_->{attributeValue} if $_->{attributeType} == 2; }
    return \%in if $how->{noAllRecords} && $use eq '_ALLRECORDS';
    if ($relation == 103) { $in{$_} = 1 for 0 .. $#records; return \%in; }
    if ($how->{ignores} && ($how->{ignores} eq 'queries' || $use eq '1012')) { $in{$_} = 1 for 0 .. $#records; return \%in; }
    die 114 if $use ne '1012' && $use ne '1011'; die 117 if $how->{noRanges};
    my $term = $node->{term};
    for (0 .. $#records) { my $c = $days[$_] cmp $term; $in{$_} = 1 if $relation == 2 && $c <= 0 || $relation == 4 && $c >= 0 || $relation == 3 && $c == 0; }
    return \%in; }
  my ($l, $r) = (hits($node->[0]), hits($node->[1]));
  return $l if $how->{ignores} && $how->{ignores} eq 'queries';
  return { map { $_ => 1 } grep { $r->{$_} } keys %$l } if $kind =~ /::And$/;
  return { map { $_ => 1 } grep { !$r->{$_} } keys %$l } if $kind =~ /AndNot$/;
  return { %$l, %$r }; }
sub search { my $arg = shift; my $in = eval { hits($arg->{RPN}{query}) };
  if (!$in) { my ($code) = $@ =~ /^(\d+)/; $arg->{ERR_CODE} = $code || 1; $arg->{ERR_STR} = $@; return; }
  my @set = sort { $a <=> $b } keys %$in; @set = sort { substr(md5_hex($a . $$), 0, 4) cmp substr(md5_hex($b . $$), 0, 4) } @set if $how->{shuffled}; $arg->{HANDLE}{$arg->{SETNAME}} = \@set;
  my $n = @set; $n -= $how->{shrinks} * $searches++ if $how->{shrinks}; $n += $how->{lie} if $how->{lie};
  $n = $how->{countsTo} if $how->{countsTo} && $n > $how->{countsTo}; $arg->{HITS} = $n; }
sub fetch { my $arg = shift; my $at = $arg->{OFFSET}; my $set = $arg->{HANDLE}{$arg->{SETNAME}};
  if ($how->{closeAt} && $at == $how->{closeAt} && ($how->{closesAlways} || !-e 'closed')) { open(my $f, '>', 'closed'); close $f; exit 0; }
  if (($how->{handsOut} && $at > $how->{handsOut}) || $at > @$set) { $arg->{ERR_CODE} = 13; $arg->{ERR_STR} = $at; return; }
  if ($how->{diagnosticAt} && grep { $_ == $at } @{ $how->{diagnosticAt} }) { $arg->{SUR_FLAG} = 1; $arg->{ERR_CODE} = 14; $arg->{ERR_STR} = 'broken'; return; }
  if ($how->{refusesSyntax}) { $arg->{ERR_CODE} = 238; $arg->{ERR_STR} = 'usmarc'; return; }
  if ($how->{sutrs}) { $arg->{REP_FORM} = '1.2.840.10003.5.101'; $arg->{RECORD} = 'plain'; return; }
  $arg->{REP_FORM} = '1.2.840.10003.5.10'; $arg->{RECORD} = $records[$set->[$how->{repeatsAfter} ? ($at - 1) % $how->{repeatsAfter} : $at - 1]]; $arg->{LAST} = $at == @$set ? 1 : 0; }
Net::Z3950::SimpleServer->new(INIT => \&init, SEARCH => \&search, FETCH => \&fetch)->launch_server('target', @ARGV);
`;

const isBytes = (record: MarcRecord | Uint8Array): record is Uint8Array => record instanceof Uint8Array;

/**
 * A scripted target with the records (or the octets of records in ISO 2709), that searches all of them and ranges of the day of change (1012),
 * and misbehaves as told.
 */
export async function startSimpleServer(records: readonly (MarcRecord | Uint8Array)[], how: Misbehaviour): Promise<Target> {
	const folder = mkdtempSync(join(tmpdir(), 'lienthong-target-'));
	writeFileSync(join(folder, 'records.mrc'), Buffer.concat(records.map((record) => (isBytes(record) ? record : encodeIso2709(record)))));
	const day = (record: MarcRecord | Uint8Array): string =>
		isBytes(record) ? '' : (record.fields.find(({ tag }) => tag === '005')?.value.slice(0, 8) ?? '');
	writeFileSync(join(folder, 'days.txt'), records.map((record) => `${day(record)}\n`).join(''));
	writeFileSync(join(folder, 'target.pl'), SCRIPT);
	return await startTarget('perl', (port) => ['target.pl', '-v', 'fatal', `tcp:127.0.0.1:${port}`], {
		cwd: folder,
		database: 'Default',
		env: { HOW: JSON.stringify(how) },
	});
}
