import { LIMITS } from '../lib/limits.ts';
import type { Repair } from './marc.ts';

/** Where a field stands in the bytes of a record: from its first indicator (or character) to before its terminator. */
interface FieldSpan {
	readonly tag: string;
	readonly from: number;
	readonly to: number;
}

interface Entry {
	readonly tag: string;
	/** From the base address; -1 when it is no number. */
	readonly start: number;
	readonly length: number;
}

export interface Structure {
	readonly leader: string;
	/** Where the fields begin. */
	readonly base: number;
	readonly spans: readonly FieldSpan[];
}

export type StructureFailure = { readonly code: string; readonly reason: string };

const FIELD_END = 0x1e;
const ENTRY = 12;

const isDigit = (b: number | undefined): boolean => b !== undefined && b >= 48 && b <= 57;
const isAlnum = (b: number | undefined): boolean => isDigit(b) || (b !== undefined && ((b >= 65 && b <= 90) || (b >= 97 && b <= 122)));

function looksLikeEntry(bytes: Buffer, at: number): boolean {
	for (let i = 0; i < 3; i++) if (!isAlnum(bytes[at + i])) return false;
	for (let i = 3; i < ENTRY; i++) if (!isDigit(bytes[at + i])) return false;
	return true;
}

function number(text: string): number {
	return /^\d+$/.test(text) ? Number(text) : -1;
}

/** Whether the leader's last four characters, the entry map, stand right before this place. */
const endsLeader = (bytes: Buffer, at: number): boolean => bytes.toString('latin1', at - 4, at) === '4500';

/**
 * Where a directory without its terminator ends, 0 when it has one: entries stop before the first terminator, where the leader says or
 * with the rest being no entry.
 */
function unterminatedEnd(bytes: Buffer, to: number): number {
	let walked = 24;
	while (walked + ENTRY <= to && looksLikeEntry(bytes, walked)) walked += ENTRY;
	if (walked === 24 || walked === to) return 0;
	const base = number(bytes.toString('latin1', 12, 17));
	for (const end of [base - 1, base]) if (end > 24 && (end - 24) % ENTRY === 0 && end <= walked && end < to) return end;
	return to - walked > ENTRY && !looksLikeEntry(bytes, to - ENTRY) ? walked : 0;
}

/** Where the leader ends and the directory ends: the directory is measured back from its terminator. */
function findDirectory(bytes: Buffer, repairs: Repair[]): { from: number; to: number } | null {
	let to = bytes.indexOf(FIELD_END);
	if (to < 0) to = bytes.length;
	const bare = unterminatedEnd(bytes, to);
	if (bare > 0) {
		repairs.push({ code: 'directory-terminator', at: String(bare) });
		return { from: 24, to: bare };
	}
	const over = (((to - 24) % ENTRY) + ENTRY) % ENTRY;
	if (over === 0) return to > 24 ? { from: 24, to } : null;
	const intact = endsLeader(bytes, 24);
	for (const from of [24 + over, 24 + over - ENTRY]) {
		if (from < 20 || from > 32 || from >= to || (intact && !endsLeader(bytes, from))) continue;
		let at = from;
		while (at < to && looksLikeEntry(bytes, at)) at += ENTRY;
		if (at < to) continue;
		repairs.push({ code: 'leader-length', at: 'leader', detail: `${from} bytes` });
		return { from, to };
	}
	return to > 24 ? { from: 24, to } : null;
}

/** Bytes [from, to) of the fields after the directory, cut at terminators. */
function cutFields(bytes: Buffer, from: number, repairs: Repair[]): { from: number; to: number }[] {
	const pieces: { from: number; to: number }[] = [];
	let at = from;
	while (at < bytes.length && pieces.length <= LIMITS.recordFieldsMax) {
		let to = bytes.indexOf(FIELD_END, at);
		if (to < 0) {
			to = bytes.length;
			repairs.push({ code: 'field-terminator', at: String(to) });
		}
		pieces.push({ from: at, to });
		at = to + 1;
	}
	return pieces;
}

/** Entries of the directory. One whose length or start needed more digits than it has room for is recognised by the field it describes. */
function readEntries(bytes: Buffer, from: number, to: number, pieces: readonly { from: number; to: number }[], repairs: Repair[]): Entry[] {
	const text = bytes.toString('latin1', from, to);
	const entries: Entry[] = [];
	const ragged = text.length % ENTRY !== 0;
	if (ragged) repairs.push({ code: 'directory-length', at: String(from), detail: `${text.length} bytes` });
	const base = pieces[0]?.from ?? 0;
	for (let at = 0; at < text.length; ) {
		const piece = ragged ? pieces[entries.length] : undefined;
		const stated = piece && String(piece.to - piece.from + 1).padStart(4, '0') + String(piece.from - base).padStart(5, '0');
		const size = stated !== undefined && text.startsWith(stated, at + 3) ? 3 + stated.length : ENTRY;
		const entry = text.slice(at, at + size);
		if (entry.length < 3) break;
		if (size !== ENTRY && piece) entries.push({ tag: entry.slice(0, 3), start: piece.from - base, length: piece.to - piece.from + 1 });
		else entries.push({ tag: entry.slice(0, 3), start: number(entry.slice(7)), length: number(entry.slice(3, 7)) });
		at += size;
	}
	return entries;
}

/** As many fields as entries: they belong together in order, unless the directory itself states another order. */
function pairInOrder(
	entries: readonly Entry[],
	pieces: readonly { from: number; to: number }[],
	base: number,
	repairs: Repair[],
): FieldSpan[] {
	const rank = entries.map((_, i) => i).sort((a, b) => (entries[a] as Entry).start - (entries[b] as Entry).start || a - b);
	const unordered = rank.some((entry, i) => entry !== i);
	const true_ = (k: number, entry: Entry): boolean => (pieces[k] as { from: number }).from - base === entry.start;
	const agree = unordered && rank.every((entry, k) => true_(k, entries[entry] as Entry));
	if (agree) repairs.push({ code: 'directory-unordered', at: 'directory' });
	else if (
		entries.some(
			(entry, k) =>
				!true_(k, entry) || entry.length !== (pieces[k] as { from: number; to: number }).to - (pieces[k] as { from: number }).from + 1,
		)
	)
		repairs.push({ code: 'directory-entries', at: 'directory', detail: 'lengths or starts are not true; read by terminators' });
	const place: number[] = [];
	for (const [k, entry] of rank.entries()) place[entry] = agree ? k : entry;
	return entries.map((entry, i) => ({ tag: entry.tag, ...(pieces[place[i] as number] as { from: number; to: number }) }));
}

/**
 * Fields and entries differ in number: entries whose start is a field's beginning are anchors; between two anchors, as many unclaimed
 * beginnings as entries pair up, none means missing terminators (cut at the stated start), and beginnings without entries are terminators
 * inside a field.
 */
function pairByAnchors(
	bytes: Buffer,
	entries: readonly Entry[],
	pieces: readonly { from: number; to: number }[],
	repairs: Repair[],
): FieldSpan[] | null {
	const base = pieces[0]?.from ?? 0;
	const begins = new Set(pieces.map((piece) => piece.from));
	const real = entries.filter((entry) => entry.length !== 0 && entry.start >= 0).sort((a, b) => a.start - b.start);
	const anchors = real.filter((entry) => begins.has(base + entry.start));
	if (anchors.length * 2 < real.length || anchors.length === 0) return null;
	const spans: { tag: string; from: number; length: number }[] = [];
	const claimed = new Set(anchors.map((anchor) => base + anchor.start));
	const free = pieces.map((piece) => piece.from).filter((from) => !claimed.has(from));
	for (let i = 0; i < real.length; ) {
		const entry = real[i] as Entry;
		if (begins.has(base + entry.start)) {
			spans.push({ tag: entry.tag, from: base + entry.start, length: entry.length });
			i++;
			continue;
		}
		let j = i;
		while (j < real.length && !begins.has(base + (real[j] as Entry).start)) j++;
		const low = spans.at(-1)?.from ?? base - 1;
		const high = j < real.length ? base + (real[j] as Entry).start : bytes.length;
		const unclaimed = free.filter((from) => from > low && from < high);
		for (let k = i; k < j; k++) {
			const from = unclaimed[k - i] ?? (unclaimed.length === 0 ? base + (real[k] as Entry).start : -1);
			if (from > low && from < high) spans.push({ tag: (real[k] as Entry).tag, from, length: 0 });
			else repairs.push({ code: 'directory-entry', at: (real[k] as Entry).tag, detail: 'no such field' });
		}
		i = j;
	}
	repairs.push({ code: 'directory-mismatch', at: 'directory', detail: `${entries.length} entries, ${pieces.length} fields` });
	return spans.map(({ tag, from, length }, i) => {
		const next = spans[i + 1]?.from ?? bytes.length;
		// a stated length that ends at a terminator is true; else the field goes on to the next one
		const stated = from + length - 1;
		if (length > 0 && stated < next && bytes[stated] === FIELD_END) return { tag, from, to: stated };
		return { tag, from, to: next > from && bytes[next - 1] === FIELD_END ? next - 1 : next };
	});
}

function mendLeader(bytes: Buffer, to: number, repairs: Repair[]): string {
	let leader = bytes.toString('latin1', 0, to);
	// a character of several bytes where one should be
	if (leader.length > 24) leader = leader.replace(/[\u00c2-\u00f4][\u0080-\u00bf]+/g, '?');
	if (leader.length !== 24) {
		// the parts that are read stand at the ends: status and type in front, the base address and entry map behind
		leader = leader.length > 24 ? leader.slice(0, 12) + leader.slice(leader.length - 12) : leader.padEnd(24, ' ');
	}
	const clean = leader.replace(/[^ ->@-~]/g, ' ');
	if (clean !== leader) repairs.push({ code: 'leader-characters', at: 'leader', detail: JSON.stringify(leader) });
	return clean;
}

/** The structure of a record whose directory is not sound, found from its terminators. `bytes` are those before 0x1D. */
export function recoverStructure(bytes: Buffer, repairs: Repair[]): Structure | StructureFailure {
	if (bytes.length < 25) return { code: 'record-too-short', reason: `${bytes.length} bytes are less than a leader and a directory` };
	const directory = findDirectory(bytes, repairs);
	if (directory === null) return { code: 'directory-missing', reason: 'there is no directory after the leader' };
	const leader = mendLeader(bytes, directory.from, repairs);
	const after = bytes[directory.to] === FIELD_END ? directory.to + 1 : directory.to;
	const base = number(leader.slice(12, 17));
	if (base !== after) repairs.push({ code: 'base-address', at: 'leader/12-16', detail: `says ${leader.slice(12, 17)}, is ${after}` });
	const pieces = cutFields(bytes, after, repairs);
	const entries = readEntries(bytes, directory.from, directory.to, pieces, repairs);
	if (pieces.length === 0 || entries.length === 0) return { code: 'no-fields', reason: 'the record has no fields' };
	if (pieces.length > LIMITS.recordFieldsMax || entries.length > LIMITS.recordFieldsMax)
		return { code: 'too-many-fields', reason: `more than ${LIMITS.recordFieldsMax} fields` };
	const spans =
		entries.length === pieces.length ? pairInOrder(entries, pieces, after, repairs) : pairByAnchors(bytes, entries, pieces, repairs);
	if (spans === null)
		return {
			code: 'directory-unreadable',
			reason: `the directory has ${entries.length} entries for ${pieces.length} fields and its starts are not true`,
		};
	return { leader, base: after, spans };
}
