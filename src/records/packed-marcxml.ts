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

/** What xmlText would change, but for the four delimiters. */
const NEEDS_ESCAPE = /[&<>"\r\u0000-\u0008\u000b\u000c\u000e-\u001b\ufffe\uffff]/;
const asIs = (text: string): string => text;

/** Start tags by tag and indicators; '' for fields that are not handed on. */
const starts = new Map<string, string>();
const STARTS_MAX = 10_000;

function startOf(key: string): string {
	let made = starts.get(key);
	if (made === undefined) {
		const field = { tag: key.slice(0, 3), ind1: key.charAt(3), ind2: key.charAt(4), value: '', subfields: [] };
		made = isPrivate(field) || isHoldingsTag(field.tag) ? '' : beginning(field);
		if (starts.size < STARTS_MAX) starts.set(key, made);
	}
	return made;
}

function fieldXml(packed: string, from: number, escaped: (text: string) => string): string {
	const tag = packed.slice(from, from + 3);
	if (isControlTag(tag)) {
		if (isReplaced(tag) || !CONTROL_TAG.test(tag)) return '';
		return `<controlfield tag="${tag}">${escaped(packed.slice(from + 3))}</controlfield>`;
	}
	const start = startOf(packed.slice(from, from + 5));
	let at = packed.indexOf(SUBFIELD, from + 3);
	if (start === '' || at < 0) return '';
	let xml = start;
	while (at >= 0) {
		const next = packed.indexOf(SUBFIELD, at + 1);
		const value = next < 0 ? packed.slice(at + 2) : packed.slice(at + 2, next);
		xml += `${subfieldStart(packed.charAt(at + 1))}${escaped(value)}</subfield>`;
		at = next;
	}
	return `${xml}</datafield>`;
}

/** A packed union record (compact.ts) of which only the first line has been read. */
export interface PackedUnion extends Pick<UnionRecord, 'kind' | 'members' | 'holdings'> {
	readonly packed: string;
}

export function openPackedUnion(packed: string): PackedUnion {
	return { ...unpackUnionHeader(packed.slice(0, packed.indexOf(FIELD))), packed };
}

/**
 * The record as public MARCXML, the same as publicUnion and renderUnionMarcXml give, but without building it when all members share
 * everything: for lists of many. null when nothing may be handed on.
 */
export function packedUnionToMarcXml({ packed, members, holdings }: PackedUnion, options: UnionMarcOptions): string | null {
	if (members.length === 0 || members.some((member) => member.share !== 'full')) {
		const union = publicUnion(unpackUnion(packed));
		return union === null ? null : renderUnionMarcXml(union, options);
	}
	const parts = packed.slice(packed.indexOf(FIELD) + 1).split(FIELD);
	const escaped = NEEDS_ESCAPE.test(packed.slice(packed.indexOf(FIELD))) ? xmlText : asIs;
	let controls = unionStart(parts[0] as string, options);
	let xml = '';
	for (let i = 1; i < parts.length; i++) {
		const part = parts[i] as string;
		const end = part.indexOf(ORIGIN);
		const from = part.indexOf(SOURCES) + 1;
		const made = fieldXml(end < 0 ? part : part.slice(0, end), from, escaped);
		if (part.startsWith('00', from)) controls += made;
		else xml += made;
	}
	for (const holding of holdings) xml += renderHolding(holding, members[holding.member]?.library ?? '');
	return controls + xml + RECORD_CLOSE;
}
