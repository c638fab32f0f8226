import { LIMITS } from '../lib/limits.ts';
import { type PlainTag, plainTag, plainText, readPlainTag, skipSpace } from '../lib/plain-xml.ts';
import { remembering } from '../lib/remembering.ts';
import { toNfc } from './encoding.ts';
import { mendCode, mendIndicator, mendLeader, mendTag, NO_SUBFIELDS, numericTag } from './field-text.ts';
import { type Decoded, isControlTag, type MarcField, type Repair, type Subfield } from './marc.ts';

/** A MARC record read at once. */
export interface PlainMarc {
	readonly decoded: Decoded;
	/** Its start tag. */
	readonly root: PlainTag;
	/** Where it ends in the text. */
	readonly end: number;
}

type Head = Pick<MarcField, 'tag' | 'ind1' | 'ind2'>;

/** The tags of MARCXML with a prefix, as they are written. */
class Tags {
	readonly leader: string;
	readonly leaderEnd: string;
	readonly control: string;
	readonly controlEnd: string;
	readonly data: string;
	readonly dataEnd: string;
	readonly subfield: string;
	readonly subfieldEnd: string;
	readonly end: string;

	constructor(prefix: string) {
		this.leader = `<${prefix}leader>`;
		this.leaderEnd = `</${prefix}leader>`;
		this.control = `<${prefix}controlfield tag="00`;
		this.controlEnd = `</${prefix}controlfield>`;
		this.data = `<${prefix}datafield `;
		this.dataEnd = `</${prefix}datafield>`;
		this.subfield = `<${prefix}subfield code="`;
		this.subfieldEnd = `</${prefix}subfield>`;
		this.end = `</${prefix}record>`;
	}
}

const PREFIXES_MAX = 20;
const tagsWith = remembering((prefix) => new Tags(prefix), PREFIXES_MAX);

const HEAD_LETTERS_MAX = 100;

/** The head of a data field from its attributes as written; null for one that needs mending. */
function readHead(attributes: string): Head | null {
	if (attributes.length > HEAD_LETTERS_MAX) return null;
	const { tag, ind1, ind2 } = readPlainTag(`datafield ${attributes}`)?.attributes ?? {};
	if (tag === undefined || ind1 === undefined || ind2 === undefined || attributes.includes(':') || attributes.endsWith('/')) return null;
	const repairs: Repair[] = [];
	const head = { tag: mendTag(tag, repairs), ind1: mendIndicator(ind1, tag, repairs), ind2: mendIndicator(ind2, tag, repairs) };
	return repairs.length > 0 || isControlTag(tag) ? null : head;
}

const HEADS_MAX = 5_000;
const headOf = remembering(readHead, HEADS_MAX);

/** ASCII characters that are codes of subfields as they stand. */
const CODES: readonly (string | undefined)[] = Array.from({ length: 128 }, (_, code) => {
	const repairs: Repair[] = [];
	const letter = mendCode(String.fromCharCode(code), '', repairs);
	return repairs.length > 0 || '"&<>'.includes(letter) ? undefined : letter;
});

/** Whether a quoted attribute and its tag end at `at`. */
const tagEndsAt = (text: string, at: number): boolean => text.charCodeAt(at) === 0x22 && text.charCodeAt(at + 1) === 0x3e;

/** One record as it is read. */
class Reading {
	readonly text: string;
	readonly tags: Tags;
	readonly fields: MarcField[] = [];
	leader: string | null = null;
	at: number;

	constructor(text: string, tags: Tags, at: number) {
		this.text = text;
		this.tags = tags;
		this.at = at;
	}

	/** Reads up to and with the end tag of the record; false when it is not plain. */
	all(): boolean {
		const { text, tags } = this;
		for (;;) {
			this.at = skipSpace(text, this.at);
			if (text.startsWith(tags.data, this.at)) {
				if (!this.#data()) return false;
			} else if (text.startsWith(tags.control, this.at)) {
				if (!this.#control()) return false;
			} else if (text.startsWith(tags.end, this.at)) {
				this.at += tags.end.length;
				return this.fields.length > 0 && this.fields.length <= LIMITS.recordFieldsMax;
			} else if (this.leader !== null || !text.startsWith(tags.leader, this.at)) return false;
			else {
				this.leader = this.#value(this.at + tags.leader.length, tags.leaderEnd);
				if (this.leader === '') return false;
			}
		}
	}

	/** The text from `start` to the end tag, which is passed; '' when there is none. */
	#value(start: number, endTag: string): string {
		const end = this.text.indexOf('<', start);
		if (end <= start || !this.text.startsWith(endTag, end)) return '';
		this.at = end + endTag.length;
		return plainText(this.text.slice(start, end));
	}

	#control(): boolean {
		const { text, tags } = this;
		const digit = this.at + tags.control.length;
		const number = text.charCodeAt(digit) - 0x30;
		if (!(number >= 0 && number <= 9) || !tagEndsAt(text, digit + 1)) return false;
		const value = toNfc(this.#value(digit + 3, tags.controlEnd));
		if (value === '') return false;
		this.fields.push({ tag: numericTag(number), ind1: ' ', ind2: ' ', value, subfields: NO_SUBFIELDS });
		return true;
	}

	#data(): boolean {
		const { text, tags } = this;
		const from = this.at + tags.data.length;
		const close = text.indexOf('>', from);
		const head = close < 0 ? null : headOf(text.slice(from, close));
		if (head === null) return false;
		const subfields: Subfield[] = [];
		const codeAt = tags.subfield.length;
		for (this.at = skipSpace(text, close + 1); text.startsWith(tags.subfield, this.at); this.at = skipSpace(text, this.at)) {
			const code = CODES[text.charCodeAt(this.at + codeAt)];
			if (code === undefined || !tagEndsAt(text, this.at + codeAt + 1)) return false;
			const value = this.#value(this.at + codeAt + 3, tags.subfieldEnd);
			if (value === '') return false;
			subfields.push({ code, value: toNfc(value) });
		}
		if (subfields.length === 0 || subfields.length > LIMITS.subfieldsPerFieldMax || !text.startsWith(tags.dataEnd, this.at)) return false;
		this.at += tags.dataEnd.length;
		this.fields.push({ tag: head.tag, ind1: head.ind1, ind2: head.ind2, value: '', subfields });
		return true;
	}
}

/**
 * Reads the MARCXML record that begins at `from`, white space before it aside, when it is plain XML (src/lib/plain-xml.ts) and nothing in it has to be mended but
 * the leader: then it is what MarcXmlBuilder makes of it. null for any other, also one whose end has not come. Whether the text is plain but for its
 * tags (`isPlainXml`) is left to whoever asks.
 */
export function plainMarc(text: string, from: number): PlainMarc | null {
	const start = skipSpace(text, from);
	const close = text.charCodeAt(start) === 0x3c ? text.indexOf('>', start) : -1;
	const root = close < 0 ? null : plainTag(text.slice(start + 1, close));
	if (root === null || root.empty || !/^(?:[^:]+:)?record$/.test(root.name)) return null;
	const reading = new Reading(text, tagsWith(root.name.slice(0, -'record'.length)), close + 1);
	if (!reading.all()) return null;
	const repairs: Repair[] = [];
	const record = { leader: mendLeader(reading.leader ?? '', repairs), fields: reading.fields };
	return { decoded: { ok: true, record, repairs }, root, end: reading.at };
}
