import type { MarcField, MarcRecord } from '../records/marc.ts';
import { subfield } from '../records/marc.ts';
import type { UnionField } from '../records/union.ts';

/** Linkage: the tag and the number of the partner, then the script: `880-01`, `245-01/$1`. MARC 21, appendix A, subfield $6. */
const LINKAGE = /^(\d{3})-(\d{2})(.*)$/s;

function linkOf(field: MarcField): { tag: string; number: string; script: string } | undefined {
	const value = subfield(field, '6');
	const match = value === undefined ? null : LINKAGE.exec(value);
	return match === null ? undefined : { tag: match[1] as string, number: match[2] as string, script: match[3] as string };
}

function relinked(field: MarcField, linkage: string): MarcField {
	return { ...field, subfields: field.subfields.map((s) => (s.code === '6' ? { code: '6', value: linkage } : s)) };
}

function unlinked(f: UnionField): UnionField {
	const subfields = f.field.subfields.filter((s) => s.code !== '6');
	return subfields.length === 0 ? f : { ...f, field: { ...f.field, subfields } };
}

/** What an 880 says: the tag it stands for and its text, its own number left aside. */
const spoken = (field: MarcField): string =>
	`${linkOf(field)?.tag ?? ''}${field.subfields.map((s) => (s.code === '6' ? '' : `\u001f${s.code}${s.value}`)).join('')}`;

/**
 * Numbers the links between fields and their 880 anew, since members number theirs apart. A field's partner is looked up in the record it was
 * taken from, and may have come from another member that says the same. An 880 whose partner is not in the merged record becomes
 * unlinked (00); a field whose 880 is not there loses its link.
 */
export function relink(fields: readonly UnionField[], recordOf: (at: number) => MarcRecord | undefined): UnionField[] {
	if (!fields.some((f) => subfield(f.field, '6') !== undefined)) return [...fields];
	const free = new Map<string, UnionField[]>();
	for (const f of fields) {
		if (f.field.tag !== '880') continue;
		const text = spoken(f.field);
		const known = free.get(text);
		if (known === undefined) free.set(text, [f]);
		else known.push(f);
	}
	const partnerOf = (f: UnionField, number: string): UnionField | undefined => {
		const own = recordOf(f.sources[0] as number)?.fields.find((other) => {
			const link = other.tag === '880' ? linkOf(other) : undefined;
			return link !== undefined && number !== '00' && link.tag === f.field.tag && link.number === number;
		});
		return own === undefined ? undefined : free.get(spoken(own))?.shift();
	};
	const numbers = new Map<UnionField, string>();
	let next = 1;
	const renumbered = fields.map((f) => {
		const link = linkOf(f.field);
		if (f.field.tag === '880' || link === undefined) return f;
		const partner = partnerOf(f, link.number);
		if (partner === undefined) return unlinked(f);
		const number = String(next++).padStart(2, '0');
		numbers.set(partner, number);
		return { ...f, field: relinked(f.field, `880-${number}${link.script}`) };
	});
	return renumbered.map((f) => {
		const link = linkOf(f.field);
		if (f.field.tag !== '880' || link === undefined) return f;
		return { ...f, field: relinked(f.field, `${link.tag}-${numbers.get(f) ?? '00'}${link.script}`) };
	});
}
