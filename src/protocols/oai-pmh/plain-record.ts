/** A start tag as read: its name with prefix, its attributes, and those of them that have a colon or declare a namespace. */
export interface PlainTag {
	readonly name: string;
	readonly attributes: Readonly<Record<string, string>>;
	readonly prefixed: readonly (readonly [string, string])[];
	readonly empty: boolean;
}

/** A start tag, a text, or null for an end tag. */
export type PlainToken = PlainTag | string | null;

export interface PlainRecord {
	readonly tokens: readonly PlainToken[];
	/** For each token, where it ends in the text. */
	readonly ends: readonly number[];
	/** Where the record ends. */
	readonly end: number;
}

const NAME = '[A-Za-z_][\\w.-]*(?::[A-Za-z_][\\w.-]*)?';
const RECORD = /[ \t\n]*<(?=(?:[A-Za-z_][\w.-]*:)?record[ \t\n>])/y;
const TAG = new RegExp(`^(${NAME})((?:[ \\t\\n]+${NAME}[ \\t\\n]*=[ \\t\\n]*"[^"<&\\t\\n]*")*)[ \\t\\n]*(/?)$`);
const ATTRIBUTE = new RegExp(`(${NAME})[ \\t\\n]*=[ \\t\\n]*"([^"]*)"`, 'g');
/** What XML forbids, ends of lines to be changed, and what takes two units to write. */
const NOT_PLAIN = /[\u0000-\u0008\u000b-\u001f\ud800-\udfff\ufffe\uffff]/;
const REFERENCE = /&(amp|lt|gt|quot|apos);/g;
const BARE = /&(?!(?:amp|lt|gt|quot|apos);)/;
const LETTERS: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const ATTRIBUTES_MAX = 16;
const TAGS_MAX = 5_000;
const TAG_LETTERS_MAX = 300;
const DEPTH_MAX = 16;
/** Records that are longer are left to the parser, which need not have them whole. */
export const PLAIN_LETTERS_MAX = 65_536;

/** Tags of a catalogue are few hundreds. */
const tags = new Map<string, PlainTag | null>();

function readTag(text: string): PlainTag | null {
	const found = TAG.exec(text);
	if (found === null) return null;
	const attributes: Record<string, string> = Object.create(null);
	const prefixed: [string, string][] = [];
	let count = 0;
	for (const [, name, value] of (found[2] as string).matchAll(ATTRIBUTE)) {
		if (name === undefined || value === undefined || name in attributes || ++count > ATTRIBUTES_MAX) return null;
		attributes[name] = value;
		if (name.includes(':') || name === 'xmlns') prefixed.push([name, value]);
	}
	return { name: found[1] as string, attributes, prefixed, empty: found[3] === '/' };
}

function tagOf(text: string): PlainTag | null {
	let tag = tags.get(text);
	if (tag === undefined) {
		if (text.length > TAG_LETTERS_MAX) return null;
		tag = readTag(text);
		if (tags.size < TAGS_MAX) tags.set(text, tag);
	}
	return tag;
}

/** Subfields by their codes: they are two of three tags. */
const SUBFIELD = '<subfield code="';
const SUBFIELD_LENGTH = SUBFIELD.length + 3;
const subfields = Array.from({ length: 128 }, (_, code) => readTag(`subfield code="${String.fromCharCode(code)}"`));

function subfieldAt(text: string, at: number): PlainTag | null {
	if (!text.startsWith(SUBFIELD, at) || !text.startsWith('">', at + SUBFIELD_LENGTH - 2)) return null;
	return subfields[text.charCodeAt(at + SUBFIELD_LENGTH - 3)] ?? null;
}

const content = (text: string): string =>
	text.includes('&') ? text.replace(REFERENCE, (_, name: string) => LETTERS[name] as string) : text;

/** Where the end tag that begins at `at` ends, if it is that of `name`; -1 when it is another, or none. */
function endTag(text: string, at: number, name: string): number {
	if (!text.startsWith(name, at + 2)) return -1;
	const end = at + 2 + name.length;
	return text.charCodeAt(end) === 0x3e ? end + 1 : -1;
}

/**
 * Reads the `<record>` that begins at `from`, white space before it aside, when it is of the plain XML that nearly all of them are: tags of
 * ASCII names with double-quoted attributes, text with no references but the five of XML 1.0 (§4.6), nothing else. Gives the same as any
 * XML parser would, four times as fast. 'incomplete' when its end has not arrived, null when it is not plain or no record begins there:
 * then a parser has to look.
 */
export function plainRecord(text: string, from: number): PlainRecord | 'incomplete' | null {
	RECORD.lastIndex = from;
	if (!RECORD.test(text)) return text.length - from <= TAG_LETTERS_MAX && BEGINNING.test(text.slice(from)) ? 'incomplete' : null;
	const tokens: PlainToken[] = [];
	const ends: number[] = [];
	const open: string[] = [];
	const start = RECORD.lastIndex - 1;
	let at = start;
	do {
		if (text.charCodeAt(at + 1) === 0x2f) {
			const end = endTag(text, at, open.pop() as string);
			if (end < 0) return text.indexOf('>', at) < 0 ? 'incomplete' : null;
			tokens.push(null);
			ends.push(end);
			at = end;
		} else {
			let tag = subfieldAt(text, at);
			if (tag !== null) at += SUBFIELD_LENGTH;
			else {
				const close = text.indexOf('>', at);
				if (close < 0) return text.length - at > TAG_LETTERS_MAX ? null : 'incomplete';
				tag = tagOf(text.slice(at + 1, close));
				if (tag === null) return null;
				at = close + 1;
			}
			if (open.length >= DEPTH_MAX) return null;
			tokens.push(tag);
			ends.push(at);
			if (!tag.empty) open.push(tag.name);
			else {
				tokens.push(null);
				ends.push(at);
			}
		}
		if (open.length === 0) break;
		const next = text.indexOf('<', at);
		if (next < 0 || next + 1 >= text.length) return 'incomplete';
		if (next > at) {
			tokens.push(text.slice(at, next));
			ends.push(next);
			at = next;
		}
	} while (at - start <= PLAIN_LETTERS_MAX);
	return open.length > 0 ? null : checked(text.slice(start, at), { tokens, ends, end: at });
}

/** White space, or the beginning of a tag that may become `<record>`. */
const BEGINNING = /^[ \t\n]*(?:<(?:[A-Za-z_][\w.:-]*)?)?$/;

function checked(whole: string, record: PlainRecord): PlainRecord | null {
	if (NOT_PLAIN.test(whole) || whole.includes(']]>')) return null;
	if (!whole.includes('&')) return record;
	if (BARE.test(whole)) return null;
	return { ...record, tokens: record.tokens.map((token) => (typeof token === 'string' ? content(token) : token)) };
}
