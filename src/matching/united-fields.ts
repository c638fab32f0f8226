import { exactText, foldText, hasVietnameseMarks } from '../lib/fold.ts';
import type { MarcField } from '../records/marc.ts';
import type { UnionField } from '../records/union.ts';
import { nameSyllables } from './normal-forms.ts';

/** A field kept, the members that say it (its own first) and what it says: one text for each subfield, code and normal form. */
interface Entry {
	field: MarcField;
	sources: number[];
	says: readonly string[];
}

/** Linkage and local subfields: not part of what a field says. */
const isLinkage = (code: string): boolean => code === '6' || code === '8' || code === '9';

const alphanumeric = (text: string): string => text.replaceAll(/[^0-9A-Za-z]+/g, '').toLowerCase();

/** ISBN-10 and ISBN-13 of one publication have the same nine digits; what stands behind the number is a qualifier. */
function isbnNormal(value: string): string {
	const digits = alphanumeric(/^[\dXx -]+/.exec(value.trim())?.[0] ?? value);
	if (digits.length === 13) return digits.slice(3, 12);
	return digits.length === 10 ? digits.slice(0, 9) : digits;
}

/** Identifiers compare by letters and digits, addresses as they stand, names as sets of syllables, all else by its words. */
function normalForm(tag: string, code: string, value: string, asName: boolean): string {
	if (tag === '020') return code === 'c' ? '' : code === 'a' || code === 'z' ? isbnNormal(value) : foldText(value);
	if (tag === '856') return code === 'u' ? value.trim() : foldText(value);
	if (tag < '030' || tag === '035') return alphanumeric(value) || value;
	if (asName && code === 'a') return nameSyllables(foldText(value)) || foldText(value);
	return foldText(value) || value.trim();
}

function statements(field: MarcField, asName: boolean): string[] {
	const says: string[] = [];
	for (const { code, value } of field.subfields) {
		if (isLinkage(code)) continue;
		const normal = normalForm(field.tag, code, value, asName);
		if (normal === '') continue;
		const text = code + normal;
		if (!says.includes(text)) says.push(text);
	}
	if (field.subfields.length === 0) says.push(` ${field.value}`);
	return says;
}

const within = (part: readonly string[], whole: readonly string[]): boolean =>
	part.length <= whole.length && part.every((s) => whole.includes(s));

const textOf = (field: MarcField): string => {
	let text = field.value;
	for (const s of field.subfields) if (!isLinkage(s.code)) text += ` ${s.value}`;
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
	let key = field.tag + field.value;
	for (const s of field.subfields) if (!isLinkage(s.code)) key += `\u001f${s.code}${s.value}`;
	return key;
}

const addSource = (entry: Entry, at: number): void => {
	if (!entry.sources.includes(at)) entry.sources.push(at);
};

/** Collects the repeatable fields of the members, the best member's first. A field within another goes, its source stays with the other. */
export class UnitedFields {
	readonly #entries: Entry[] = [];
	readonly #byText = new Map<string, Entry>();
	readonly #byMain = new Map<string, Entry[]>();

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
		for (const entry of bucket) {
			const less = within(says, entry.says);
			if ((!less && !within(entry.says, says)) || !readAlike(field, entry.field)) continue;
			const better =
				!less || (says.length === entry.says.length && !hasVietnameseMarks(textOf(entry.field)) && hasVietnameseMarks(textOf(field)));
			if (better) {
				entry.field = field;
				entry.says = says;
				entry.sources = [at, ...entry.sources.filter((s) => s !== at)];
			} else addSource(entry, at);
			this.#byText.set(raw, entry);
			return;
		}
		const entry = { field, sources: [at], says };
		this.#entries.push(entry);
		bucket.push(entry);
		this.#byText.set(raw, entry);
	}

	/** The fields; added entries that only repeat the main entry give their sources to it. */
	fields(main: UnionField | undefined): { main: UnionField | undefined; fields: UnionField[] } {
		const said = main === undefined ? [] : statements(main.field, true);
		const sources = [...(main?.sources ?? [])];
		const fields: UnionField[] = [];
		for (const { field, sources: own, says } of this.#entries) {
			const [first = 0, ...others] = own;
			others.sort((a, b) => a - b);
			if (main !== undefined && isAddedEntryOf(field.tag, main.field.tag) && within(says, said) && readAlike(field, main.field)) {
				for (const s of own) if (!sources.includes(s)) sources.push(s);
			} else fields.push({ field, sources: [first, ...others], rule: 'unite' });
		}
		if (main === undefined) return { main, fields };
		const [first = 0, ...others] = sources;
		return { main: { ...main, sources: [first, ...others.sort((a, b) => a - b)] }, fields };
	}
}

const isAddedEntryOf = (tag: string, mainTag: string): boolean =>
	tag.length === 3 && tag.startsWith('7') && tag.slice(1) === mainTag.slice(1);
