/** A subfield of a data field: its code is one character. */
export interface Subfield {
	readonly code: string;
	readonly value: string;
}

/**
 * One variable field. Control fields (tags 001 to 009) have their text in `value`, blank indicators and no subfields;
 * data fields have `value` '' and at least one subfield. All text is NFC.
 */
export interface MarcField {
	readonly tag: string;
	readonly ind1: string;
	readonly ind2: string;
	readonly value: string;
	readonly subfields: readonly Subfield[];
	/** Where the field came from when that is not a MARC field: `dc:title[2]`. */
	readonly origin?: string;
}

/** A MARC 21 record in memory, whatever it was read from. `leader` has 24 characters. */
export interface MarcRecord {
	readonly leader: string;
	readonly fields: readonly MarcField[];
}

/** Something a reader mended on the way in; `code` names what, `at` where (a tag, an offset, an element). */
export interface Repair {
	readonly code: string;
	readonly at: string;
	readonly detail?: string;
}

/** What a codec made of the bytes of one record: never an exception. */
export type Decoded =
	| { readonly ok: true; readonly record: MarcRecord; readonly repairs: readonly Repair[] }
	| { readonly ok: false; readonly reason: string; readonly code: string; readonly repairs: readonly Repair[] };

export const isControlTag = (tag: string): boolean => tag.length === 3 && tag.startsWith('00');

/** The first value of a subfield in a field, or undefined. */
export function subfield(field: MarcField, code: string): string | undefined {
	for (const s of field.subfields) if (s.code === code) return s.value;
	return undefined;
}

/** The text of the first control field with this tag, or undefined. */
export function controlValue(record: MarcRecord, tag: string): string | undefined {
	for (const f of record.fields) if (f.tag === tag) return f.value;
	return undefined;
}
