import type { Sourced } from '../bib.ts';
import type { MarcField, MarcRecord } from '../marc.ts';
import { tidy } from './trim.ts';

/** A field and where it stands among the fields of its tag. */
export class Place {
	readonly field: MarcField;
	private readonly siblings: readonly Place[];
	private readonly index: number;

	constructor(field: MarcField, siblings: readonly Place[], index: number) {
		this.field = field;
		this.siblings = siblings;
		this.index = index;
	}

	/** `245$a`, or `650[2]$x` where the tag is repeated; where the field was read from when that was not MARC. */
	path(code: string): string {
		const { field } = this;
		if (field.origin !== undefined) return field.origin;
		const tag = this.siblings.length > 1 ? `${field.tag}[${this.index + 1}]` : field.tag;
		return code === '' ? tag : `${tag}$${code}`;
	}

	/** The first subfield with this code that is not blank, its white space tidied; '' when there is none. */
	text(code: string): string {
		for (const s of this.field.subfields) {
			if (s.code !== code) continue;
			const text = tidy(s.value);
			if (text !== '') return text;
		}
		return '';
	}

	/** All values of a subfield that are not blank. */
	texts(code: string): string[] {
		const found: string[] = [];
		for (const s of this.field.subfields) {
			if (s.code !== code) continue;
			const text = tidy(s.value);
			if (text !== '') found.push(text);
		}
		return found;
	}

	/** The first value of a subfield as `clean` makes it, with its path; undefined when nothing is left. */
	sourced(code: string, clean: (text: string) => string): Sourced | undefined {
		const value = clean(this.text(code));
		return value === '' ? undefined : { value, path: this.path(code) };
	}
}

const NONE: readonly Place[] = [];

/** The fields of a record by tag. */
export class Fields {
	readonly leader: string;
	/** Whether any field was read from something that is not MARC. */
	readonly translated: boolean;
	private readonly byTag = new Map<string, Place[]>();

	constructor(record: MarcRecord) {
		this.leader = record.leader;
		let translated = false;
		for (const field of record.fields) {
			if (field.origin !== undefined) translated = true;
			const places = this.byTag.get(field.tag);
			if (places === undefined) {
				const first: Place[] = [];
				first.push(new Place(field, first, 0));
				this.byTag.set(field.tag, first);
			} else places.push(new Place(field, places, places.length));
		}
		this.translated = translated;
	}

	has(tag: string): boolean {
		return this.byTag.has(tag);
	}

	all(tag: string): readonly Place[] {
		return this.byTag.get(tag) ?? NONE;
	}

	first(tag: string): Place | undefined {
		return this.byTag.get(tag)?.[0];
	}

	/** The text of the first control field with this tag; '' when there is none. */
	control(tag: string): string {
		return this.byTag.get(tag)?.[0]?.field.value ?? '';
	}

	/** The tags that occur, each with its fields, in the order of their first occurrence. */
	entries(): IterableIterator<[string, readonly Place[]]> {
		return this.byTag.entries();
	}
}
