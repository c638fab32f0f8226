import { mayBeLegacy, mendLegacy, mendTwiceEncoded, mendViqr } from './legacy-text.ts';
import type { MarcField, MarcRecord, Repair, Subfield } from './marc.ts';
import { mayBeVni, mendVni } from './vni.ts';

/** Whether a text has anything in it that Vietnamese in Unicode, or French, rarely has. */
function needsLook(value: string): boolean {
	for (let i = 0; i < value.length; i++) {
		const c = value.charCodeAt(i);
		if (c < 0x80) {
			if (c === 0x5e) return true;
			continue;
		}
		if (c <= 0xff) {
			if (mayBeLegacy(value, i, c) || (c >= 0xc0 && mayBeVni(value, i, c))) return true;
		} else if (c === 0x302 || c === 0x306 || (c >= 0x2018 && c <= 0x203a && i > 0 && isLeadByte(value.charCodeAt(i - 1)))) return true;
	}
	return false;
}

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

/** A text by itself: encoded twice, VIQR, marks in no order, VNI. */
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
	const verdict = mendVni(ordered);
	if (verdict.kind === 'suspected') told('vni-suspected');
	if (verdict.kind !== 'repaired') return ordered;
	told('vni-repaired');
	return verdict.text;
}

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
			const mended = legacy?.texts[own] ?? null;
			if (legacy !== null && mended !== null)
				repairs.push({ code: `${legacy.encoding}-repaired`, at: `${field.tag}$${s.code}`, detail: s.value.slice(0, DETAIL_MAX) });
			const value = mended ?? (after[own] as string);
			if (value === before[own]) return s;
			changed = true;
			return { code: s.code, value };
		});
		return changed ? { ...field, subfields } : field;
	});
	return repairs.length === 0 ? { record, repairs } : { record: { leader: record.leader, fields }, repairs };
}
