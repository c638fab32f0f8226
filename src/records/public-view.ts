import type { MarcField, MarcRecord } from './marc.ts';
import { isHoldingsTag, isPrivate } from './private-fields.ts';
import type { Share, UnionHolding, UnionRecord } from './union.ts';

/** What leaves the system: every record handed on or shown passes `publicView` or `publicUnion`. */

/** Subfields of holdings that are not for the public: $x of all of them, Koha's prices, statistics and suppliers in 952. */
const PRIVATE_IN_HOLDINGS = 'x';
const PRIVATE_IN_952 = 'xegvlmnqrsw';

function publicField(field: MarcField): MarcField | null {
	const hidden = field.tag === '952' ? PRIVATE_IN_952 : PRIVATE_IN_HOLDINGS;
	if (!field.subfields.some((s) => hidden.includes(s.code))) return field;
	const subfields = field.subfields.filter((s) => !hidden.includes(s.code));
	return subfields.length === 0 ? null : { ...field, subfields };
}

/**
 * What others may have of a source record: without private fields and subfields; without holdings when its source shares `metadata`
 * only; null when it shares nothing or when the record is suppressed (leader/05 d).
 */
export function publicView(record: MarcRecord, share: Share): MarcRecord | null {
	if (share === 'none' || record.leader.charAt(5) === 'd') return null;
	const fields: MarcField[] = [];
	for (const field of record.fields) {
		if (isPrivate(field)) continue;
		if (!isHoldingsTag(field.tag)) fields.push(field);
		else if (share === 'full') {
			const shown = publicField(field);
			if (shown !== null) fields.push(shown);
		}
	}
	return fields.length === record.fields.length && fields.every((f, i) => f === record.fields[i])
		? record
		: { leader: record.leader, fields };
}

/** The record without what its library holds. */
export function withoutHoldings(record: MarcRecord): MarcRecord {
	return record.fields.some((f) => isHoldingsTag(f.tag))
		? { leader: record.leader, fields: record.fields.filter((f) => !isHoldingsTag(f.tag)) }
		: record;
}

/** A union record that `publicUnion` has passed; only the type says so. */
export type PublicUnion = UnionRecord & { readonly passed: 'publicUnion' };

/** A holding of a library that does not share item details: that it holds the publication, and no more. */
const bare = (holding: UnionHolding): UnionHolding => ({ member: holding.member, path: holding.path, barcodes: [], copies: 0 });

const isShown = (field: MarcField): boolean => !isPrivate(field) && !isHoldingsTag(field.tag);

/**
 * What others may have of a union record: fields that a sharing member states, items of members that share everything, and of the
 * other members only that they hold it. null when no member shares its metadata.
 */
export function publicUnion(union: UnionRecord): PublicUnion | null {
	const { members } = union;
	let sharing = 0;
	let full = 0;
	for (const m of members) {
		if (m.share !== 'none') sharing++;
		if (m.share === 'full') full++;
	}
	if (sharing === 0) return null;
	const seen = (sources: readonly number[]): boolean => sharing === members.length || sources.some((at) => members[at]?.share !== 'none');
	const allFields = union.fields.every((f) => seen(f.sources) && isShown(f.field));
	const fields = allFields ? union.fields : union.fields.filter((f) => seen(f.sources) && isShown(f.field));
	const holdings = full === members.length ? union.holdings : restrictedHoldings(union);
	return { ...union, fields, holdings } as PublicUnion;
}

function restrictedHoldings(union: UnionRecord): UnionHolding[] {
	const holdings: UnionHolding[] = [];
	const named = new Set<number>();
	for (const holding of union.holdings) {
		if (union.members[holding.member]?.share === 'full') holdings.push(holding);
		else if (!named.has(holding.member)) {
			named.add(holding.member);
			holdings.push(bare(holding));
		}
	}
	return holdings;
}
