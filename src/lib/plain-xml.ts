import { remembering } from './remembering.ts';

/*
 * The plain XML that nearly all records of catalogues are: tags of ASCII names with double-quoted attributes, text with no references but the five of
 * XML 1.0 (§4.6), nothing else. What is plain may be read without a parser; everything else is left to one.
 */

/** A start tag as read: its name with prefix, its attributes, and those of them that have a colon or declare a namespace. */
export interface PlainTag {
	readonly name: string;
	readonly attributes: Readonly<Record<string, string>>;
	readonly prefixed: readonly (readonly [string, string])[];
	readonly empty: boolean;
}

/** An element read at once: its start tag, where it ends in the text, and what takes it if the text around it turns out to be plain. */
export interface PlainElement {
	readonly root: PlainTag;
	readonly end: number;
	keep(): void;
}

const NAME = '[A-Za-z_][\\w.-]*(?::[A-Za-z_][\\w.-]*)?';
const TAG = new RegExp(`^(${NAME})((?:[ \\t\\n]+${NAME}[ \\t\\n]*=[ \\t\\n]*"[^"<&\\t\\n]*")*)[ \\t\\n]*(/?)$`);
const ATTRIBUTE = new RegExp(`(${NAME})[ \\t\\n]*=[ \\t\\n]*"([^"]*)"`, 'g');
/** What XML forbids, ends of lines to be changed, and what takes two units to write. */
const NOT_PLAIN = /[\u0000-\u0008\u000b-\u001f\ud800-\udfff\ufffe\uffff]/;
const REFERENCE = /&(amp|lt|gt|quot|apos);/g;
const BARE = /&(?!(?:amp|lt|gt|quot|apos);)/;
const LETTERS: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const ATTRIBUTES_MAX = 16;
const TAGS_MAX = 5_000;
/** Tags that are longer are not plain. */
export const TAG_LETTERS_MAX = 300;

/** A start tag, without its angle brackets; null when it is not plain. */
export function readPlainTag(text: string): PlainTag | null {
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

/** Tags of a catalogue are few hundreds. */
const knownTag = remembering(readPlainTag, TAGS_MAX);

/** As `readPlainTag`; tags read before are known, and long ones are not plain. */
export const plainTag = (text: string): PlainTag | null => (text.length > TAG_LETTERS_MAX ? null : knownTag(text));

/** Text between tags as it reads, if all its references are plain. */
export const plainText = (text: string): string =>
	text.includes('&') ? text.replace(REFERENCE, (_, name: string) => LETTERS[name] as string) : text;

/** Whether nothing stands in a text, tags aside, that only a parser can judge. */
export const isPlainXml = (text: string): boolean =>
	!NOT_PLAIN.test(text) && !text.includes(']]>') && !(text.includes('&') && BARE.test(text));

/** Where white space that begins at `from` ends. */
export function skipSpace(text: string, from: number): number {
	let at = from;
	for (; ; at++) {
		const code = text.charCodeAt(at);
		if (code !== 0x20 && code !== 0x0a && code !== 0x09) return at;
	}
}
