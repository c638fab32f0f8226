import { xmlText } from '../lib/xml-text.ts';
import { FIELD, ORIGIN, SOURCES, SUBFIELD, unpackUnion, unpackUnionHeader } from './compact.ts';
import { isControlTag } from './marc.ts';
import { isHoldingsTag, isPrivate } from './private-fields.ts';
import { publicUnion } from './public-view.ts';
import {
	beginning,
	CONTROL_TAG,
	isReplaced,
	RECORD_CLOSE,
	renderHolding,
	renderUnionMarcXml,
	subfieldStart,
	type UnionMarcOptions,
	unionStart,
} from './render-marcxml.ts';
import type { UnionRecord } from './union.ts';

/*
 * Lists of many records are rendered without decoding them: the UTF-8 of a packed record is read as if it were Latin-1, one letter for
 * each byte ("byte text"), cut at the delimiters, which are ASCII, and put together with tags, which are ASCII too. What needs to know
 * letters takes the slow way by the unpacked record.
 */

/** What xmlText would change, but for the four delimiters. */
const NEEDS_ESCAPE = /[&<>"\r\u0000-\u0008\u000b\u000c\u000e-\u001b]/;
/** U+FFFE and U+FFFF, which XML forbids, as byte text. */
const NONCHARACTER = /\u00ef\u00bf[\u00be\u00bf]/;
const BEYOND_ASCII = /[\u0080-\uffff]/;
const asIs = (text: string): string => text;
const byteText = (text: string): string => (BEYOND_ASCII.test(text) ? Buffer.from(text, 'utf8').toString('latin1') : text);

/** Start tags by tag and indicators; '' for fields that are not handed on; null where these are not ASCII. */
const starts = new Map<string, string | null>();
const STARTS_MAX = 10_000;

function makeStart(key: string): string | null {
	if (BEYOND_ASCII.test(key)) return null;
	const field = { tag: key.slice(0, 3), ind1: key.charAt(3), ind2: key.charAt(4), value: '', subfields: [] };
	return isPrivate(field) || isHoldingsTag(field.tag) ? '' : beginning(field);
}

function startOf(key: string): string | null {
	let made = starts.get(key);
	if (made === undefined) {
		made = makeStart(key);
		if (starts.size < STARTS_MAX) starts.set(key, made);
	}
	return made;
}

/** A field of byte text as XML; null where its tag, indicators or codes are not ASCII. */
function fieldXml(packed: string, from: number, escaped: (text: string) => string): string | null {
	const tag = packed.slice(from, from + 3);
	if (isControlTag(tag)) {
		if (isReplaced(tag) || !CONTROL_TAG.test(tag)) return BEYOND_ASCII.test(tag) ? null : '';
		return `<controlfield tag="${tag}">${escaped(packed.slice(from + 3))}</controlfield>`;
	}
	const start = startOf(packed.slice(from, from + 5));
	if (start === null) return null;
	let at = packed.indexOf(SUBFIELD, from + 3);
	if (start === '' || at < 0) return '';
	let xml = start;
	while (at >= 0) {
		if (packed.charCodeAt(at + 1) > 0x7f) return null;
		const next = packed.indexOf(SUBFIELD, at + 1);
		const value = next < 0 ? packed.slice(at + 2) : packed.slice(at + 2, next);
		xml += `${subfieldStart(packed.charAt(at + 1))}${escaped(value)}</subfield>`;
		at = next;
	}
	return `${xml}</datafield>`;
}

/** A packed union record (compact.ts), as UTF-8, of which only the first line has been read. */
export interface PackedUnion extends Pick<UnionRecord, 'kind' | 'members' | 'holdings'> {
	readonly packed: Buffer;
}

export function openPackedUnion(packed: Buffer): PackedUnion {
	return { ...unpackUnionHeader(packed.toString('utf8', 0, packed.indexOf(FIELD))), packed };
}

/** Leader and fields as byte text; null where that takes letters to be known. */
function renderBytes({ packed, members, holdings }: PackedUnion, options: UnionMarcOptions): string | null {
	const text = packed.toString('latin1', packed.indexOf(FIELD) + 1);
	if (NONCHARACTER.test(text)) return null;
	const escaped = NEEDS_ESCAPE.test(text) ? xmlText : asIs;
	const parts = text.split(FIELD);
	const leader = parts[0] as string;
	if (BEYOND_ASCII.test(leader)) return null;
	let controls = byteText(unionStart(leader, options));
	let xml = '';
	for (let i = 1; i < parts.length; i++) {
		const part = parts[i] as string;
		const end = part.indexOf(ORIGIN);
		const from = part.indexOf(SOURCES) + 1;
		const made = fieldXml(end < 0 ? part : part.slice(0, end), from, escaped);
		if (made === null) return null;
		if (part.startsWith('00', from)) controls += made;
		else xml += made;
	}
	for (const holding of holdings) xml += byteText(renderHolding(holding, members[holding.member]?.library ?? ''));
	return controls + xml + RECORD_CLOSE;
}

/**
 * The record as public MARCXML in UTF-8, the same as publicUnion and renderUnionMarcXml give, but without building it when all members
 * share everything: for lists of many. null when nothing may be handed on.
 */
export function packedUnionToMarcXml(union: PackedUnion, options: UnionMarcOptions): Buffer | null {
	const { members, packed } = union;
	const bytes = members.length === 0 || members.some((member) => member.share !== 'full') ? null : renderBytes(union, options);
	if (bytes !== null) return Buffer.from(bytes, 'latin1');
	const published = publicUnion(unpackUnion(packed.toString('utf8')));
	return published === null ? null : Buffer.from(renderUnionMarcXml(published, options), 'utf8');
}
