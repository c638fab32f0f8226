import type { MarcRecord } from './marc.ts';
import type { UnionMarcOptions } from './render-marcxml.ts';

const LEADER = '00000dam a2200000 a 4500';

/** The MARC record that says that a record is no longer there: leader/05 d (MARC 21 Bibliographic), its number in 001, whose it is in 003. */
export function deletionRecord({ id, agency }: UnionMarcOptions): MarcRecord {
	const control = (tag: string, value: string) => ({ tag, ind1: ' ', ind2: ' ', value, subfields: [] });
	return { leader: LEADER, fields: [control('001', id), control('003', agency)] };
}
