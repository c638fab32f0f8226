import type { LegacyEncoding } from './legacy-bytes.ts';
import { mayBeLegacy, mendLegacy, mendTwiceEncoded, mendViqr } from './legacy-text.ts';
import type { MarcField, MarcRecord, Repair, Subfield } from './marc.ts';
import { withCapital } from './tcvn3-capitals.ts';
import { mayBeVni, mendVni } from './vni.ts';

/** Whether a text has anything in it that Vietnamese in Unicode, or French, rarely has. */
function needsLook(value: string): boolean {
	for (let i = 0; i < value.length; i++) {
		const c = value.charCodeAt(i);
		if (c < 0x80) {
			if (c === 0x5e || (c === 0x3f && i + 1 < value.length && isAsciiLetter(value.charCodeAt(i + 1)))) return true;
			continue;
		}
		if (c >= 0x1ea0 && c <= 0x1ef9) continue;
		if (c <= 0xff) {
			if (mayBeLegacy(value, i, c) || (c >= 0xc0 && mayBeVni(value, i, c))) return true;
		} else if (c === 0x302 || c === 0x306 || c === 0xfffd) return true;
		else if (i > 0 && c <= 0x2122 && c >= 0x152 && mayBeSign(value.charCodeAt(i - 1), c)) return true;
	}
	return false;
}

const isAsciiLetter = (c: number): boolean => (c | 0x20) >= 0x61 && (c | 0x20) <= 0x7a;

/** Whether a letter or sign of windows-1252 may be a byte: behind the first byte of UTF-8, or behind a capital, as in VISCII. */
const mayBeSign = (before: number, c: number): boolean =>
	isLeadByte(before)
		? c >= 0x2018 && c <= 0x203a
		: before >= 0x41 && before <= 0x5a && (c < 0x180 || c >= 0x2020 || c === 0x192) && !(c === 0x168 || c === 0x169);

/** Reads as the first of the bytes of a Vietnamese letter in UTF-8. */
const isLeadByte = (c: number): boolean => c >= 0xc3 && c <= 0xe1;

const SHAPE_LEFT_OVER = /[\u0302\u0306]/;
const TONE_BEFORE_SHAPE = /([aeoAEO])(\u0323?)([\u0300\u0301\u0303\u0309])([\u0302\u0306])/g;

/** Vietnamese letters whose tone was typed before the circumflex or breve, which NFC does not put in order. */
function mendMarkOrder(text: string): string {
	if (!SHAPE_LEFT_OVER.test(text)) return text;
	return text.normalize('NFD').replace(TONE_BEFORE_SHAPE, '$1$2$4$3').normalize('NFC');
}

const DETAIL_MAX = 200;

/** A letter that a system had no code for: `Nguy?n`, `?i?n`; what it was is not to be known. An address has such signs, too. */
const LOST = /\ufffd|\p{L}\?\p{Ll}|\p{Lu}\?\p{Lu}|(?:^|[\s("])\?\p{Ll}/u;
const ADDRESS = /:\/\/|www\./;

function nameLost(text: string, at: string, repairs: Repair[]): void {
	if (LOST.test(text) && !ADDRESS.test(text)) repairs.push({ code: 'letters-lost', at, detail: text.slice(0, DETAIL_MAX) });
}

/** A text by itself: encoded twice, VIQR, marks in no order. */
function mendAlone(text: string, at: string, repairs: Repair[]): string {
	const told = (code: string): number => repairs.push({ code, at, detail: text.slice(0, DETAIL_MAX) });
	const once = mendTwiceEncoded(text);
	if (once !== null) {
		told('utf8-twice-repaired');
		return once;
	}
	const marked = mendViqr(text);
	if (marked !== null) {
		told('viqr-repaired');
		return marked;
	}
	const ordered = mendMarkOrder(text);
	if (ordered !== text) repairs.push({ code: 'mark-order', at });
	return ordered;
}

/** A text that the encoding of the record left as it is: VNI between Unicode. */
function mendMixed(text: string, at: string, repairs: Repair[]): string {
	const verdict = mendVni(text);
	const detail = text.slice(0, DETAIL_MAX);
	if (verdict.kind === 'suspected') repairs.push({ code: 'vni-suspected', at, detail });
	if (verdict.kind !== 'repaired') return text;
	repairs.push({ code: 'vni-repaired', at, detail });
	return verdict.text;
}

/** A title begins with a capital, also where TCVN3 has none. */
export const begun = (text: string | null, at: string, encoding: LegacyEncoding | undefined): string | null =>
	text !== null && encoding === 'tcvn3' && at === '245$a' ? withCapital(text) : text;

/**
 * The record with legacy Vietnamese text mended and every repair named; the same object when there is nothing to mend, which is
 * quickly seen. Texts in an encoding of bytes are judged together, since one record is in one encoding.
 */
export function repairText(record: MarcRecord): { readonly record: MarcRecord; readonly repairs: readonly Repair[] } {
	const repairs: Repair[] = [];
	if (!record.fields.some((f) => f.subfields.some((s) => needsLook(s.value)))) return { record, repairs };
	const before: string[] = [];
	const after: string[] = [];
	for (const field of record.fields) {
		for (const { code, value } of field.subfields) {
			before.push(value);
			after.push(mendAlone(value, `${field.tag}$${code}`, repairs));
		}
	}
	const legacy = mendLegacy(after);
	let place = 0;
	const fields = record.fields.map((field): MarcField => {
		let changed = false;
		const subfields = field.subfields.map((s): Subfield => {
			const own = place++;
			const at = `${field.tag}$${s.code}`;
			const mended = begun(legacy?.texts[own] ?? null, at, legacy?.encoding);
			if (legacy !== null && mended !== null)
				repairs.push({ code: `${legacy.encoding}-repaired`, at, detail: s.value.slice(0, DETAIL_MAX) });
			const alone = after[own] as string;
			nameLost(alone, at, repairs);
			const value = mended ?? (legacy === null || legacy.encoding === 'vni' ? mendMixed(alone, at, repairs) : alone);
			if (value === before[own]) return s;
			changed = true;
			return { code: s.code, value };
		});
		return changed ? { ...field, subfields } : field;
	});
	return repairs.length === 0 ? { record, repairs } : { record: { leader: record.leader, fields }, repairs };
}
