import { foldText, hasVietnameseMarks } from '../lib/fold.ts';
import type { Bib } from '../records/bib.ts';
import { type MarcField, type MarcRecord, subfield } from '../records/marc.ts';
import { readName } from '../records/normalise/name-roles.ts';
import type { UnionField, UnionHolding, UnionMember, UnionRecord } from '../records/union.ts';
import { hasFullerForms, saysMore, statesMore } from './fuller-form.ts';
import { relink } from './linked-fields.ts';
import { encodingRank, isBrief, type MergeRule, tagRule } from './merge-rules.ts';
import { nameSyllables } from './normal-forms.ts';
import { beginsWith } from './similarity.ts';
import { isNameOf, UnitedFields } from './united-fields.ts';

/**
 * A source record to be merged. `modified` is 005 or the provider's datestamp as sortable text, '' when unknown; `rank` that of its
 * library (`libraryRank`), 0 the first.
 */
export interface MergeMember {
	readonly member: UnionMember;
	readonly record: MarcRecord;
	readonly bib: Pick<Bib, 'kind' | 'holdings'>;
	readonly modified: string;
	readonly rank: number;
}

/** A member with its place in the order of the result, and what the choice of the lead reads. */
interface Candidate {
	readonly at: number;
	readonly record: MarcRecord;
	readonly bib: MergeMember['bib'];
	readonly modified: string;
	readonly fromDublinCore: number;
	readonly level: number;
	readonly titleMarks: number;
	/** Fields of which the union takes one member's, by their group. */
	readonly groups: ReadonlyMap<string, MarcField[]>;
	/** Fields of all members that the union keeps. */
	readonly united: readonly { readonly field: MarcField; readonly rule: 'unite' | 'names' }[];
	/** How many kinds of fields (tags) it has. */
	readonly completeness: number;
	readonly rank: number;
}

const byPlace = (x: MergeMember, y: MergeMember): number => {
	const a = x.member;
	const b = y.member;
	if (a.source !== b.source) return a.source < b.source ? -1 : 1;
	if (a.identifier !== b.identifier) return a.identifier < b.identifier ? -1 : 1;
	return 0;
};

const titleField = (record: MarcRecord): MarcField | undefined => record.fields.find((f) => f.tag === '245');

function candidate(m: MergeMember, at: number): Candidate {
	const title = titleField(m.record);
	const tags = new Set<string>();
	const groups = new Map<string, MarcField[]>();
	const united: { field: MarcField; rule: 'unite' | 'names' }[] = [];
	for (const field of m.record.fields) {
		const { rule, group } = tagRule(field.tag);
		if (rule === 'member') continue;
		tags.add(field.tag);
		if (rule === 'unite' || rule === 'names') {
			united.push({ field, rule });
			continue;
		}
		const together = groups.get(group);
		if (together === undefined) groups.set(group, [field]);
		else together.push(field);
	}
	return {
		at,
		groups,
		united,
		record: m.record,
		bib: m.bib,
		modified: m.modified,
		fromDublinCore: m.record.fields.some((f) => f.origin !== undefined) ? 1 : 0,
		level: encodingRank(m.record.leader),
		titleMarks: title?.subfields.some((s) => hasVietnameseMarks(s.value)) ? 1 : 0,
		completeness: tags.size,
		rank: m.rank,
	};
}

/** MARC before Dublin Core, fuller encoding level, a title with diacritics, more kinds of fields, the library's rank, newer, then source and identifier. */
function bestFirst(x: Candidate, y: Candidate): number {
	return (
		x.fromDublinCore - y.fromDublinCore ||
		x.level - y.level ||
		y.titleMarks - x.titleMarks ||
		y.completeness - x.completeness ||
		x.rank - y.rank ||
		(x.modified === y.modified ? x.at - y.at : x.modified > y.modified ? -1 : 1)
	);
}

const NO_FIELDS: readonly MarcField[] = [];

const groupText = (fields: readonly MarcField[]): string =>
	fields
		.map((f) =>
			f.subfields
				.filter((s) => s.code !== '6')
				.map((s) => s.value)
				.join(' '),
		)
		.join(' ');

/** What a form of a group says, without marks. */
interface Said {
	/** Title proper, place; of a name its syllables. */
	readonly main: string;
	readonly whole: string;
}

function said(fields: readonly MarcField[], group: string): Said {
	const first = fields[0] === undefined ? '' : (subfield(fields[0], 'a') ?? '');
	const main = foldText(group === '1XX' ? readName(first).name : first);
	return group === '1XX' ? { main: nameSyllables(main), whole: main } : { main, whole: foldText(groupText(fields)) };
}

/** Whether two forms have the same first words, or one is the other with more behind it in one subfield. */
const sayTheSame = (x: Said, y: Said): boolean =>
	x.main !== '' && (x.main === y.main || (y.main !== '' && (beginsWith(x.whole, y.whole) || beginsWith(y.whole, x.whole))));

/** The first member after the lead that has the same words with diacritics where the lead's form has none; one that says as much goes before, and Dublin Core never widens the main words. */
function markedForm(
	fields: readonly MarcField[],
	group: string,
	others: readonly Candidate[],
): { fields: readonly MarcField[]; from: Candidate } | undefined {
	if (hasVietnameseMarks(groupText(fields))) return undefined;
	const words = said(fields, group);
	let first: { fields: readonly MarcField[]; from: Candidate } | undefined;
	for (const from of others) {
		const theirs = from.groups.get(group) ?? NO_FIELDS;
		if (theirs.length === 0 || !hasVietnameseMarks(groupText(theirs))) continue;
		const told = said(theirs, group);
		const more = told.whole.length - words.whole.length;
		if (!sayTheSame(told, words) || (from.fromDublinCore === 1 && more > 0 && told.main !== words.main)) continue;
		if (more >= 0) return { fields: theirs, from };
		first ??= { fields: theirs, from };
	}
	return first;
}

interface Chosen {
	readonly fields: readonly MarcField[];
	readonly from: Candidate;
	readonly rule: UnionField['rule'];
}

/** The form of the best member that says all that a chosen one says and more; Dublin Core goes before no MARC. */
function fullestForm(chosen: Chosen, group: string, ranked: readonly Candidate[]): Chosen {
	if (!hasFullerForms(group)) return chosen;
	let fullest = chosen;
	for (const from of ranked) {
		if (from === fullest.from || from.fromDublinCore > fullest.from.fromDublinCore) continue;
		const fields = from.groups.get(group) ?? NO_FIELDS;
		const fuller =
			group === '008'
				? from.record.leader.slice(6, 8) === fullest.from.record.leader.slice(6, 8) &&
					statesMore(fields[0]?.value ?? '', fullest.fields[0]?.value ?? '')
				: saysMore(fields, fullest.fields, group);
		if (fuller) fullest = { fields, from, rule: 'fill' };
	}
	return fullest;
}

/** The fields of one group from one member: the lead, else the next best that has any; another's form that says the same and more goes before. */
function chooseGroup(group: string, rule: MergeRule, ranked: readonly Candidate[]): Chosen | undefined {
	for (const [place, from] of ranked.entries()) {
		const fields = from.groups.get(group) ?? NO_FIELDS;
		if (fields.length === 0) continue;
		const marked = rule === 'titled' ? markedForm(fields, group, ranked.slice(place + 1)) : undefined;
		const chosen: Chosen = marked === undefined ? { fields, from, rule: place === 0 ? 'lead' : 'fill' } : { ...marked, rule: 'fill' };
		return fullestForm(chosen, group, ranked);
	}
	return undefined;
}

const sameField = (x: MarcField, y: MarcField): boolean =>
	x.tag === y.tag &&
	x.value === y.value &&
	x.subfields.length === y.subfields.length &&
	x.subfields.every((s, i) => s.code === y.subfields[i]?.code && s.value === y.subfields[i]?.value);

/** The members whose record has the same field, the one it was taken from first. */
function sayers(field: MarcField, group: string, from: Candidate, ranked: readonly Candidate[]): number[] {
	const others: number[] = [];
	for (const c of ranked) if (c !== from && c.groups.get(group)?.some((f) => sameField(f, field)) === true) others.push(c.at);
	return [from.at, ...others.sort((a, b) => a - b)];
}

/** Main entries under another name than the chosen one are added entries of the union: an author is never lost. */
function addOtherMainEntries(c: Candidate, main: UnionField, united: UnitedFields): void {
	for (const field of c.groups.get('1XX') ?? NO_FIELDS) {
		if (field.tag !== '100' && field.tag !== '110' && field.tag !== '111') continue;
		if (isNameOf(field, main.field)) united.addSayer(c.at);
		else if (nameSyllables(foldText(subfield(field, 'a') ?? '')) !== '')
			united.add({ ...field, tag: `7${field.tag.slice(1)}`, subfields: field.subfields.filter((s) => s.code !== '6') }, c.at, 'names');
	}
}

/** The merged fields of members in order of merit, in order of tag. */
function mergeFields(ranked: readonly Candidate[], wanted: (tag: string) => boolean): UnionField[] {
	const merged: UnionField[] = [];
	const united = new UnitedFields();
	const groups = new Map<string, MergeRule>();
	for (const c of ranked) {
		for (const { field, rule } of c.united) if (wanted(field.tag)) united.add(field, c.at, rule);
		for (const [group, [first]] of c.groups) if (first !== undefined && !groups.has(group)) groups.set(group, tagRule(first.tag).rule);
	}
	for (const [group, rule] of groups) {
		const chosen = chooseGroup(group, rule, ranked);
		if (chosen === undefined) continue;
		for (const taken of chosen.fields) {
			if (wanted(taken.tag)) merged.push({ field: taken, sources: sayers(taken, group, chosen.from, ranked), rule: chosen.rule });
		}
	}
	const main = merged.find((u) => u.field.tag.startsWith('1'));
	if (main !== undefined && wanted('700')) for (const c of ranked) addOtherMainEntries(c, main, united);
	const result = united.fields(main);
	const whole = main === undefined ? merged : merged.map((u) => (u === main ? (result.main ?? u) : u));
	const recordOf = new Map(ranked.map((c) => [c.at, c.record]));
	return relink([...whole, ...result.fields].sort(byTag), (at) => recordOf.get(at));
}

const byTag = (x: UnionField, y: UnionField): number => (x.field.tag === y.field.tag ? 0 : x.field.tag < y.field.tag ? -1 : 1);

/** One member: its own fields, nothing to compare. */
function ownFields(c: Candidate, wanted: (tag: string) => boolean): UnionField[] {
	const own: UnionField[] = [];
	const sources = [c.at];
	for (const field of c.record.fields) {
		if (!wanted(field.tag)) continue;
		const { rule } = tagRule(field.tag);
		if (rule !== 'member') own.push({ field, sources, rule: rule === 'unite' || rule === 'names' ? 'unite' : 'lead' });
	}
	return own.sort(byTag);
}

/** What a source lets be seen of its holdings: items only with share `full`, else only that the library has it. */
function holdingsOf(members: readonly MergeMember[]): UnionHolding[] {
	const holdings: UnionHolding[] = [];
	for (const [at, { member, bib }] of members.entries()) {
		if (member.share === 'full' && bib.holdings.length > 0) for (const holding of bib.holdings) holdings.push({ ...holding, member: at });
		else holdings.push({ path: '', barcodes: [], copies: 0, member: at });
	}
	return holdings;
}

const anyTag = (): boolean => true;

/**
 * Merges the members of a cluster. Pure, and independent of the order they are given in: members come out in order of source code and
 * identifier. Members whose source shares nothing give no fields while another shares; when none shares, a brief record remains.
 */
export function mergeRecords(given: readonly MergeMember[]): UnionRecord {
	const members = given.length > 1 ? [...given].sort(byPlace) : given;
	if (members.length === 0) throw new RangeError('a cluster has at least one member');
	const all = members.map(candidate);
	const sharing = all.filter((c) => (members[c.at] as MergeMember).member.share !== 'none');
	const wanted = sharing.length > 0 ? anyTag : isBrief;
	const ranked = (sharing.length > 0 ? sharing : all).sort(bestFirst);
	const lead = ranked[0] as Candidate;
	return {
		kind: lead.bib.kind,
		leader: lead.record.leader,
		members: members.map((m) => m.member),
		fields: ranked.length === 1 ? ownFields(lead, wanted) : mergeFields(ranked, wanted),
		holdings: holdingsOf(members),
	};
}
