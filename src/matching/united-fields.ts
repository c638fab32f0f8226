import { exactText, foldText, hasVietnameseMarks } from '../lib/fold.ts';
import { type MarcField, subfield } from '../records/marc.ts';
import { isbnApart, issnOf } from '../records/normalise/identifiers.ts';
import { type NameRead, readName, withoutBracketedRole } from '../records/normalise/name-roles.ts';
import type { UnionField } from '../records/union.ts';
import { nameSyllables } from './normal-forms.ts';
import { nameLikeness } from './similarity.ts';

/** A field kept, the members that say it (its own first) and what it says: one text for each subfield, code and normal form. */
interface Entry {
	field: MarcField;
	sources: number[];
	says: readonly string[];
}

/** Linkage and local subfields: not part of what a field says. */
const isLinkage = (code: string): boolean => code === '6' || code === '8' || code === '9';

const MANY_DIGITS = /\d(?:[-– ]?\d){8}/;

/**
 * A valid ISBN by its nine digits, as ISBN-10 and ISBN-13 of one publication share them, and what stands behind it but a price. Anything
 * else (a wrong check digit, two numbers in one subfield) only by itself.
 */
function isbnStatements(code: string, value: string): string[] {
	const { normal, behind } = isbnApart(value);
	if (normal === undefined || MANY_DIGITS.test(behind)) return [code + compact(value)];
	const qualifier = foldText(behind.replace(PRICE, ' '));
	return qualifier === '' ? [code + normal.slice(3, 12)] : [code + normal.slice(3, 12), `q${qualifier}`];
}

const PRICE = /[\d.,]+ ?(?:đồng|đ|d|vnđ|vnd)(?![\p{L}])|^[ :;]+/giu;

/** A number that is told by nothing but its white space: schemes differ in what letters and marks mean. */
const compact = (value: string): string => value.replaceAll(/\s+/g, '');

const NUMBERS: ReadonlySet<string> = new Set([
	'010',
	'013',
	'015',
	'016',
	'017',
	'022',
	'024',
	'026',
	'027',
	'028',
	'030',
	'032',
	'035',
	'036',
	'074',
	'088',
]);

/** Numbers compare as they stand, addresses too, all else by its words. */
function normalForm(tag: string, code: string, value: string): string {
	if (tag === '022') return issnOf(value) ?? compact(value);
	if (NUMBERS.has(tag)) return compact(value);
	if (tag === '020') return code === 'c' ? '' : foldText(value);
	if (tag === '856') return code === 'u' ? value.trim() : foldText(value);
	return foldText(value) || value.trim();
}

/** That somebody is an author is said by nothing more than the name. */
const AUTHOR = /^(?:tac gia|author|aut)$/;

const nameRead = (tag: string, value: string): NameRead => (tag.endsWith('00') ? readName(value) : withoutBracketedRole(value));

/** A name as its syllables, and a role that stands behind it (`Tô Hoài (dịch)`) as if it had a subfield of its own. */
function nameStatements(tag: string, value: string): string[] {
	const { name, roles } = nameRead(tag, value);
	const syllables = nameSyllables(foldText(name)) || foldText(value);
	return [`a${syllables}`, ...roles.map((role) => roleStatement(role))].filter((text) => text !== '');
}

function roleStatement(role: string): string {
	const folded = foldText(role);
	return folded === '' || AUTHOR.test(folded) ? '' : `e${folded}`;
}

/** What makes two fields of one tag different things: the first indicator of 024, the field an 880 stands for. */
function schemeOf(field: MarcField): string {
	if (field.tag === '024') return field.ind1;
	return field.tag === '880' ? (subfield(field, '6') ?? '').slice(0, 3) : '';
}

function statements(field: MarcField, asName: boolean): string[] {
	const says: string[] = [];
	const add = (text: string): void => {
		if (!says.includes(text)) says.push(text);
	};
	for (const { code, value } of field.subfields) {
		if (isLinkage(code)) continue;
		if (field.tag === '020' && (code === 'a' || code === 'z')) for (const text of isbnStatements(code, value)) add(text);
		else if (asName && code === 'a') for (const text of nameStatements(field.tag, value)) add(text);
		else if (asName && code === 'e') {
			const text = roleStatement(value);
			if (text !== '') add(text);
		} else {
			const normal = normalForm(field.tag, code, value);
			if (normal !== '') add(code + normal);
		}
	}
	const scheme = schemeOf(field);
	if (scheme !== '') add(`6${scheme}`);
	if (field.subfields.length === 0) says.push(` ${field.value}`);
	return says;
}

/**
 * All words of a field but a number, an address or a name, in their order, without regard to subfields: the same series is catalogued as
 * `$a X, 5` and as `$a X $v 5`. undefined where subfields say what a value is.
 */
function wordsAcrossSubfields(tag: string, says: readonly string[], asName: boolean): string | undefined {
	if (asName || tag.startsWith('0') || tag === '856' || tag === '880') return undefined;
	return tag + says.map((s) => s.slice(1)).join(' ');
}

const within = (part: readonly string[], whole: readonly string[]): boolean =>
	part.length <= whole.length && part.every((s) => whole.includes(s));

const isName = (tag: string): boolean => /^[17](?:00|10|11)$/.test(tag);

/** What a field says; of a name without what somebody did. */
const textOf = (field: MarcField): string => {
	const ofName = isName(field.tag);
	let text = field.value;
	for (const { code, value } of field.subfields) {
		if (isLinkage(code) || (ofName && (code === 'e' || code === '4'))) continue;
		text += ` ${ofName && code === 'a' ? nameRead(field.tag, value).name : value}`;
	}
	return text;
};

/** Whether two fields with the same letters read alike: equal with marks, or one of them typed without any. */
function readAlike(x: MarcField, y: MarcField): boolean {
	const a = textOf(x);
	const b = textOf(y);
	if (a === b || !hasVietnameseMarks(a) || !hasVietnameseMarks(b)) return true;
	const more = exactText(a).split(' ');
	const less = exactText(b).split(' ');
	const [long, short] = more.length >= less.length ? [new Set(more), less] : [new Set(less), more];
	return short.every((word) => long.has(word));
}

function rawKey(field: MarcField): string {
	let key = field.tag + schemeOf(field) + field.value;
	for (const s of field.subfields) if (!isLinkage(s.code)) key += `\u001f${s.code}${s.value}`;
	return key;
}

/** A number of an authority file (or an address of one) is never lost. */
const hasAuthority = (field: MarcField): boolean => field.subfields.some((s) => s.code === '0' || s.code === '1');

const isMarked = (field: MarcField): boolean => hasVietnameseMarks(textOf(field));

/** Whether one of two fields says more than the other and is without the marks that it has. */
function hidesMarks(x: MarcField, says: readonly string[], y: MarcField, said: readonly string[]): boolean {
	if (says.length === said.length) return false;
	const [more, less] = says.length > said.length ? [x, y] : [y, x];
	return !isMarked(more) && isMarked(less);
}

const addSource = (entry: Entry, at: number): void => {
	if (!entry.sources.includes(at)) entry.sources.push(at);
};

/** The terms of a subject, folded; the scheme that they are of is none. */
const wordsOfSubject = (field: MarcField): string[] =>
	field.subfields
		.filter((s) => !isLinkage(s.code) && s.code !== '2')
		.map((s) => foldText(s.value))
		.filter((term) => term !== '');

/** Collects the repeatable fields of the members, the best member's first. A field within another goes, its source stays with the other. */
export class UnitedFields {
	readonly #entries: Entry[] = [];
	readonly #byText = new Map<string, Entry>();
	readonly #byMain = new Map<string, Entry[]>();
	readonly #byWords = new Map<string, Entry>();
	readonly #mainSayers = new Set<number>();

	add(field: MarcField, at: number, rule: 'unite' | 'names'): void {
		const raw = rawKey(field);
		const same = this.#byText.get(raw);
		if (same !== undefined) {
			addSource(same, at);
			return;
		}
		const says = statements(field, rule === 'names');
		const main = `${field.tag}${says.find((s) => s.startsWith('a')) ?? says[0] ?? ''}`;
		let bucket = this.#byMain.get(main);
		if (bucket === undefined) {
			bucket = [];
			this.#byMain.set(main, bucket);
		}
		const alike = bucket.find(
			(e) =>
				(within(says, e.says) || within(e.says, says)) &&
				readAlike(field, e.field) &&
				!((rule === 'unite' || hasAuthority(field) || hasAuthority(e.field)) && hidesMarks(field, says, e.field, e.says)),
		);
		const words = wordsAcrossSubfields(field.tag, says, rule === 'names');
		const worded = words === undefined ? undefined : this.#byWords.get(words);
		const known = alike ?? (worded !== undefined && readAlike(field, worded.field) ? worded : undefined);
		const entry = known ?? { field, sources: [at], says };
		if (known === undefined) this.#entries.push(entry);
		else {
			const less = alike === undefined ? says.length <= known.says.length : within(says, known.says);
			const marked = isMarked(field);
			const unequal = marked !== isMarked(known.field) && (rule === 'names' || says.length === known.says.length);
			const parted = says.length === known.says.length && field.subfields.length > known.field.subfields.length;
			if (unequal ? !marked : less && !parted) addSource(known, at);
			else {
				known.field = field;
				known.says = says;
				known.sources = [at, ...known.sources.filter((s) => s !== at)];
			}
		}
		if (alike === undefined) bucket.push(entry);
		if (words !== undefined && worded === undefined) this.#byWords.set(words, entry);
		this.#byText.set(raw, entry);
	}

	/** A member that has the main entry, in whatever form of the name. */
	addSayer(at: number): void {
		this.#mainSayers.add(at);
	}

	/** Subjects typed without marks, each word of which another says with marks, give their sources to that. */
	#markedSubjects(): Entry[] {
		const marked = new Map<string, Entry>();
		const subjects = this.#entries.filter((e) => e.field.tag.startsWith('6'));
		for (const entry of subjects) {
			if (!isMarked(entry.field)) continue;
			for (const word of wordsOfSubject(entry.field)) if (!marked.has(word)) marked.set(word, entry);
		}
		if (marked.size === 0) return this.#entries;
		return this.#entries.filter((entry) => {
			if (!entry.field.tag.startsWith('6') || isMarked(entry.field)) return true;
			const words = wordsOfSubject(entry.field);
			if (words.length === 0 || !words.every((word) => marked.has(word))) return true;
			for (const word of words) for (const at of entry.sources) addSource(marked.get(word) as Entry, at);
			return false;
		});
	}

	/** The fields; added entries that only repeat the main entry give their sources to it. */
	fields(main: UnionField | undefined): { main: UnionField | undefined; fields: UnionField[] } {
		const said = main === undefined ? [] : statements(main.field, true);
		const sources = [...(main?.sources ?? [])];
		const fields: UnionField[] = [];
		for (const { field, sources: own, says } of this.#markedSubjects()) {
			const [first = 0, ...others] = own;
			others.sort((a, b) => a - b);
			if (main !== undefined && isAddedEntryOf(field.tag, main.field.tag) && within(says, said) && readAlike(field, main.field)) {
				for (const s of own) if (!sources.includes(s)) sources.push(s);
			} else fields.push({ field, sources: [first, ...others], rule: 'unite' });
		}
		if (main === undefined) return { main, fields };
		for (const at of this.#mainSayers) if (!sources.includes(at)) sources.push(at);
		const [first = 0, ...others] = sources;
		return { main: { ...main, sources: [first, ...others.sort((a, b) => a - b)] }, fields };
	}
}

const SAME_NAME = 0.9;

/** Whether two headings name the same, one of them perhaps with initials, inverted or without marks. */
export function isNameOf(x: MarcField, y: MarcField): boolean {
	const written = subfield(x, 'a') ?? '';
	const other = subfield(y, 'a') ?? '';
	if (written === other) return true;
	const a = readName(written).name;
	const b = readName(other).name;
	if (a === b) return true;
	if (nameLikeness(nameSyllables(foldText(a)), nameSyllables(foldText(b))) < SAME_NAME) return false;
	if (!hasVietnameseMarks(a) || !hasVietnameseMarks(b)) return true;
	const [p, q] = [exactText(a).split(' '), exactText(b).split(' ')];
	const stands = (words: readonly string[], among: readonly string[]): boolean => words.every((w) => w.length === 1 || among.includes(w));
	return stands(p, q) || stands(q, p);
}

const isAddedEntryOf = (tag: string, mainTag: string): boolean =>
	tag.length === 3 && tag.startsWith('7') && tag.slice(1) === mainTag.slice(1);
