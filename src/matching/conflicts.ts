import type { Kind } from '../records/bib.ts';
import type { MatchFeatures } from './features.ts';

/** The part of the features that hard conflicts read. */
export type Stance = Pick<
	MatchFeatures,
	| 'kind'
	| 'carrier'
	| 'material'
	| 'formats'
	| 'volumes'
	| 'edition'
	| 'classLevel'
	| 'bookType'
	| 'curriculum'
	| 'numbers'
	| 'issns'
	| 'host'
	| 'hostNumbers'
>;

const share = (a: readonly string[], b: readonly string[]): boolean => a.some((x) => b.includes(x));
const within = (a: readonly string[], b: readonly string[]): boolean => a.every((x) => b.includes(x));
const bothDiffer = (a: string, b: string): boolean => a !== b && a !== '' && b !== '';
const bothDisjoint = (a: readonly string[], b: readonly string[]): boolean => a.length > 0 && b.length > 0 && !share(a, b);

/**
 * What separates carriers: a print book, its braille edition, its microfilm and its electronic edition are four publications. Manuscript
 * is no class: of two libraries one calls a typed thesis printed and the other manuscript.
 */
const CARRIER_CLASS: Readonly<Record<string, string>> = {
	print: 'print',
	online: 'electronic',
	electronic: 'electronic',
	disc: 'disc',
	microform: 'microform',
	braille: 'braille',
};
export const carrierClass = (carrier: string): string => CARRIER_CLASS[carrier] ?? '';

/** Year and extent say nothing of a serial, nor do volume and edition; an issue and a component part lie in a host. */
const isSerial = (s: Stance): boolean => s.kind === 'serial';
const areNoSerials = (a: Stance, b: Stance): boolean => !isSerial(a) && !isSerial(b);
const isBook = (s: Stance): boolean => s.kind !== 'serial' && s.kind !== 'component' && s.kind !== 'issue';
const areBooks = (a: Stance, b: Stance): boolean => isBook(a) && isBook(b);
const areComponents = (a: Stance, b: Stance): boolean => a.kind === 'component' && b.kind === 'component';

function hostsDiffer(a: Stance, b: Stance): boolean {
	if (!areComponents(a, b) || !bothDiffer(a.host, b.host)) return false;
	return !share(a.host.split(' '), b.host.split(' '));
}

/** A set is also described as one book (`2 v. in 1` and `608 p.`): such pairs are told by their score. */
const isWhole = (kind: Kind): boolean => kind === 'monograph' || kind === 'set';
const kindsConflict = (a: Stance, b: Stance): boolean => a.kind !== b.kind && !(isWhole(a.kind) && isWhole(b.kind));

/** A school book that says its class and not its kind is the pupil's. */
const bookTypeOf = (s: Stance): string => s.bookType || (s.classLevel === '' ? '' : 'SGK');

/** Other discs, tapes or files; and a talking book for people who cannot read print is told by Daisy on one side alone. */
function formatsConflict(a: Stance, b: Stance): boolean {
	const [x, y] = [a.formats, b.formats];
	if (x.length === 0 || y.length === 0) return false;
	return !share(x, y) || x.includes('daisy') !== y.includes('daisy');
}

/** Each hard conflict: true when the two can never be one publication, whatever the score. All are symmetric. */
export const CONFLICTS = {
	kind: kindsConflict,
	carrier: (a: Stance, b: Stance) => bothDiffer(carrierClass(a.carrier), carrierClass(b.carrier)),
	material: (a: Stance, b: Stance) => bothDiffer(a.material, b.material),
	format: formatsConflict,
	issn: (a: Stance, b: Stance) => isSerial(a) && isSerial(b) && bothDisjoint(a.issns, b.issns),
	volume: (a: Stance, b: Stance) => areNoSerials(a, b) && bothDisjoint(a.volumes, b.volumes),
	edition: (a: Stance, b: Stance) => areBooks(a, b) && a.edition > 0 && b.edition > 0 && a.edition !== b.edition,
	'class-level': (a: Stance, b: Stance) => bothDiffer(a.classLevel, b.classLevel),
	'book-type': (a: Stance, b: Stance) => bothDiffer(bookTypeOf(a), bookTypeOf(b)),
	curriculum: (a: Stance, b: Stance) => bothDiffer(a.curriculum, b.curriculum),
	'title-numbers': (a: Stance, b: Stance) => areNoSerials(a, b) && !within(a.numbers, b.numbers) && !within(b.numbers, a.numbers),
	host: hostsDiffer,
	'host-pages': (a: Stance, b: Stance) =>
		areComponents(a, b) && !within(a.hostNumbers, b.hostNumbers) && !within(b.hostNumbers, a.hostNumbers),
} as const satisfies Readonly<Record<string, (a: Stance, b: Stance) => boolean>>;

export type ConflictName = keyof typeof CONFLICTS;
export const CONFLICT_NAMES = Object.keys(CONFLICTS) as readonly ConflictName[];

/** The first hard conflict between two records, in the order of `CONFLICTS`, or null. */
export function conflictBetween(a: Stance, b: Stance): ConflictName | null {
	if (kindsConflict(a, b)) return 'kind';
	for (const name of CONFLICT_NAMES) if (CONFLICTS[name](a, b)) return name;
	return null;
}

/** All hard conflicts between two records: what a librarian has to confirm to join them. */
export const conflictsBetween = (a: Stance, b: Stance): ConflictName[] => CONFLICT_NAMES.filter((name) => CONFLICTS[name](a, b));

const FIELD = '|';
const ITEM = ';';
const items = (text: string): readonly string[] => (text === '' ? [] : text.split(ITEM));
const safe = (text: string): string => (text.includes(FIELD) || text.includes(ITEM) ? text.replaceAll(/[|;]+/g, ' ') : text);

/** The stance of a record as text: records with equal stances have no conflict, so groups compare by their distinct stances. */
export function stance(f: Stance): string {
	const component = f.kind === 'component';
	return [
		f.kind,
		carrierClass(f.carrier),
		f.material,
		f.formats.join(ITEM),
		f.volumes.map(safe).join(ITEM),
		isBook(f) && f.edition > 0 ? f.edition : '',
		safe(f.classLevel),
		safe(f.bookType),
		f.curriculum,
		f.numbers.join(ITEM),
		isSerial(f) ? f.issns.join(ITEM) : '',
		component ? safe(f.host) : '',
		component ? f.hostNumbers.join(ITEM) : '',
	].join(FIELD);
}

function parse(text: string): Stance {
	const [
		kind = '',
		carrier = '',
		material = '',
		formats = '',
		volumes = '',
		edition = '',
		classLevel = '',
		bookType = '',
		curriculum = '',
		numbers = '',
		issns = '',
		host = '',
		pages = '',
	] = text.split(FIELD);
	return {
		kind: kind as Kind,
		carrier,
		material,
		formats: items(formats),
		volumes: items(volumes),
		edition: Number(edition),
		classLevel,
		bookType,
		curriculum,
		numbers: items(numbers),
		issns: items(issns),
		host,
		hostNumbers: items(pages),
	};
}

/** The hard conflict between two stances, or null. Symmetric; null for equal stances. */
export function stancesConflict(s1: string, s2: string): ConflictName | null {
	return s1 === s2 ? null : conflictBetween(parse(s1), parse(s2));
}

/** All hard conflicts between two stances. */
export const stancesConflicts = (s1: string, s2: string): ConflictName[] => conflictsBetween(parse(s1), parse(s2));
