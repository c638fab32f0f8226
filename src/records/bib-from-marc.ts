import { LIMITS } from '../lib/limits.ts';
import type { Bib, OtherClass } from './bib.ts';
import type { MarcField, MarcRecord } from './marc.ts';
import {
	readAudience,
	readClassification,
	readHost,
	readLanguages,
	readLinks,
	readNotes,
	readSeries,
	readSubjects,
	readSummary,
} from './normalise/content.ts';
import { readCreators } from './normalise/creators.ts';
import { Fields } from './normalise/fields.ts';
import { readForm } from './normalise/form.ts';
import { readFormats } from './normalise/format.ts';
import { isHoldingsTag, readHoldings } from './normalise/holdings.ts';
import { readIdentifiers } from './normalise/identifiers.ts';
import { kindOf, otherClassOf } from './normalise/kind.ts';
import { readCodedYear, readCountry, readEdition, readExtent, readStatements, readYear, readYearEnd } from './normalise/publication.ts';
import { readSchoolBook } from './normalise/school.ts';
import { readTitle } from './normalise/title.ts';

const STAMP = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.\d)?/;
const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** 005 as an ISO instant, when it is a date. */
function modifiedOf(fields: Fields): string | undefined {
	const match = STAMP.exec(fields.control('005'));
	if (match === null) return undefined;
	const [, year, month, day, hour, minute, second] = match;
	const days = DAYS[Number(month) - 1];
	const valid =
		days !== undefined && Number(day) >= 1 && Number(day) <= days && Number(hour) < 24 && Number(minute) < 60 && Number(second) < 60;
	return valid ? `${year}-${month}-${day}T${hour}:${minute}:${second}Z` : undefined;
}

const DELETED = 'd';

/** Whether leader/05 says that the record is deleted: kept, shown nowhere. */
export const isDeleted = (record: MarcRecord): boolean => record.leader.charAt(5) === DELETED || record.fields.some(isStatusOfNone);

/** STA of Aleph systems, on records that no catalogue shows. */
function isStatusOfNone({ tag, subfields }: MarcField): boolean {
	return tag === 'STA' && subfields.some((s) => s.code === 'a' && /^(?:deleted|suppressed|test)$/i.test(s.value.trim()));
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** The part of `bibFromMarc` that a merge needs beside the record itself, without reading the rest. */
export function holdingsFromMarc(record: MarcRecord): Pick<Bib, 'holdings' | 'modified'> {
	const fields = new Fields({ leader: record.leader, fields: record.fields.filter(({ tag }) => tag === '005' || isHoldingsTag(tag)) });
	const holdings = readHoldings(fields);
	const modified = modifiedOf(fields);
	return modified === undefined ? { holdings } : { holdings, modified };
}

/** 001, or of a holdings record 004, the 001 of what it holds; undefined where there is none that can be looked up. */
export function controlNumberOf(record: MarcRecord, holdings: boolean): string | undefined {
	const tag = holdings ? '004' : '001';
	const control = record.fields.find((field) => field.tag === tag)?.value.trim() ?? '';
	return control === '' || Buffer.byteLength(control) > LIMITS.identifierBytesMax || control.includes('\0') ? undefined : control;
}

/** The part of a bib that a list shows. */
export type ListedBib = Pick<Bib, 'title' | 'creators' | 'year' | 'languages'>;

/** The part of `bibFromMarc` that a list shows, without reading the rest; undefined for a record that describes no publication. */
export function listedFromMarc(record: MarcRecord): ListedBib | undefined {
	if (otherClassOf(record.leader) !== undefined) return undefined;
	const fields = new Fields(record);
	const bib = { title: readTitle(fields).title, creators: readCreators(fields), languages: readLanguages(fields) };
	const year = readYear(fields, readStatements(fields));
	return year === undefined ? bib : { ...bib, year };
}

/** The part of a bib that tells which publication it is of: all that matching reads. */
export type BibIdentity = Omit<Bib, 'subjects' | 'classification' | 'notes' | 'links' | 'holdings' | 'summary' | 'modified'>;

function identityOf(record: MarcRecord, fields: Fields): BibIdentity {
	const read = readTitle(fields);
	const extent = readExtent(fields);
	const form = readForm(fields, read.medium);
	const kind = kindOf(fields, read, extent, form.electronic);
	const audience = readAudience(fields);
	const bib: Writable<BibIdentity> = {
		kind,
		title: read.title,
		creators: readCreators(fields),
		publication: readStatements(fields),
		material: form.material,
		carrier: form.carrier,
		languages: readLanguages(fields),
		identifiers: readIdentifiers(fields, form.electronic),
		audience,
		series: readSeries(fields),
		deleted: isDeleted(record),
	};
	const year = readYear(fields, bib.publication);
	if (year !== undefined) bib.year = year;
	const codedYear = readCodedYear(fields, year);
	if (codedYear !== undefined) bib.codedYear = codedYear;
	const country = readCountry(fields);
	if (country !== undefined) bib.country = country;
	const yearEnd = kind === 'serial' || kind === 'set' ? readYearEnd(fields, bib.publication, year) : undefined;
	if (yearEnd !== undefined) bib.yearEnd = yearEnd;
	const formats = readFormats(fields);
	if (formats.length > 0) bib.formats = formats;
	const edition = readEdition(fields);
	if (edition !== undefined) bib.edition = edition;
	if (extent !== undefined) bib.extent = extent;
	const { classLevel, bookType } = readSchoolBook(fields, read.title, audience);
	if (classLevel !== undefined) bib.classLevel = classLevel;
	if (bookType !== undefined) bib.bookType = bookType;
	const host = readHost(fields);
	if (host !== undefined) bib.host = host;
	return bib;
}

/** `bibFromMarc` without what matching does not read. */
export function identityFromMarc(record: MarcRecord): { readonly bib: BibIdentity } | { readonly ignoredAs: OtherClass } {
	const other = otherClassOf(record.leader);
	return other === undefined ? { bib: identityOf(record, new Fields(record)) } : { ignoredAs: other };
}

/**
 * The description that a MARC record gives, every value with the place it was read from; or the class of a record that describes
 * no publication. Never throws.
 */
export function bibFromMarc(record: MarcRecord): { readonly bib: Bib } | { readonly ignoredAs: OtherClass } {
	const other = otherClassOf(record.leader);
	if (other !== undefined) return { ignoredAs: other };
	const fields = new Fields(record);
	const bib: Writable<Bib> = {
		...identityOf(record, fields),
		subjects: readSubjects(fields),
		classification: readClassification(fields),
		notes: readNotes(fields),
		links: readLinks(fields),
		holdings: readHoldings(fields),
	};
	const summary = readSummary(fields);
	if (summary !== undefined) bib.summary = summary;
	const modified = modifiedOf(fields);
	if (modified !== undefined) bib.modified = modified;
	return { bib };
}
