import { isPlainXml, type PlainElement, type PlainTag, plainTag, plainText, TAG_LETTERS_MAX } from '../../lib/plain-xml.ts';

/** Reads what stands in `<metadata>` at once, from behind its start tag; null when that cannot be done. */
export type ReadMetadata = (text: string, from: number) => PlainElement | null;

/** A start tag, an element, a text, or null for an end tag. */
export type PlainToken = PlainTag | PlainElement | string | null;

export interface PlainRecord {
	readonly tokens: readonly PlainToken[];
	/** For each token, where it ends in the text. */
	readonly ends: readonly number[];
	/** Where the record ends. */
	readonly end: number;
}

const RECORD = /[ \t\n]*<(?=(?:[A-Za-z_][\w.-]*:)?record[ \t\n>])/y;
const METADATA = /^(?:[^:]+:)?metadata$/;
const DEPTH_MAX = 16;
/** Records that are longer are left to the parser, which need not have them whole. */
export const PLAIN_LETTERS_MAX = 65_536;

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
export function plainRecord(text: string, from: number, readMetadata: ReadMetadata): PlainRecord | 'incomplete' | null {
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
			const close = text.indexOf('>', at);
			if (close < 0) return text.length - at > TAG_LETTERS_MAX ? null : 'incomplete';
			const tag = plainTag(text.slice(at + 1, close));
			if (tag === null) return null;
			at = close + 1;
			if (open.length >= DEPTH_MAX) return null;
			tokens.push(tag);
			ends.push(at);
			if (tag.empty) {
				tokens.push(null);
				ends.push(at);
			} else if (open.push(tag.name) === 2 && METADATA.test(tag.name)) {
				const whole = readMetadata(text, at);
				if (whole !== null) {
					tokens.push(whole);
					ends.push(whole.end);
					at = whole.end;
				}
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
	if (!isPlainXml(whole)) return null;
	if (!whole.includes('&')) return record;
	return { ...record, tokens: record.tokens.map((token) => (typeof token === 'string' ? plainText(token) : token)) };
}
