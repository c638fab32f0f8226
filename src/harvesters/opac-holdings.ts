import type { External } from '../protocols/z3950/external.ts';
import type { OpacHolding } from '../protocols/z3950/opac.ts';
import { decodeIso2709 } from '../records/iso2709.ts';
import type { MarcField, Subfield } from '../records/marc.ts';

const HOLDINGS_TAG = /^(?:852|86[678]|87[678]|9[45][29])$/;

/** Holdings of an OPAC record as MARC 21 holdings fields: 852 for the place, 866 for what is held, 876 for each item. */
export function holdingFields(holdings: readonly (OpacHolding | { readonly marc: External })[]): MarcField[] {
	return holdings.flatMap((holding, i) =>
		'marc' in holding ? marcHolding(holding.marc) : plainHolding(holding, `opac:holding[${i + 1}]`),
	);
}

/** Fields of a MARC holdings record that say what is held. */
function marcHolding({ octets }: External): MarcField[] {
	if (octets === null) return [];
	const decoded = decodeIso2709(octets);
	return decoded.ok ? decoded.record.fields.filter(({ tag }) => HOLDINGS_TAG.test(tag)) : [];
}

function plainHolding(holding: OpacHolding, origin: string): MarcField[] {
	const items = holding.circulation ?? [];
	const place = field('852', origin, [
		['a', holding.nucCode],
		['b', holding.localLocation],
		['c', holding.shelvingLocation],
		['h', holding.callNumber],
		['t', holding.copyNumber],
		['z', holding.publicNote],
	]);
	const held = [holding.enumAndChron, ...(holding.volumes ?? []).map((volume) => volume.enumAndChron ?? volume.enumeration)];
	const statements = held.map((text) => field('866', origin, [['a', text]]));
	const copies = items.map((item) =>
		field('876', origin, [
			['p', item.itemId],
			['l', item.temporaryLocation],
			['3', item.enumAndChron],
			['z', item.restrictions],
		]),
	);
	return [place, ...statements, ...copies].filter((one) => one !== null);
}

function field(tag: string, origin: string, values: readonly (readonly [code: string, value: string | undefined])[]): MarcField | null {
	const subfields: Subfield[] = values.flatMap(([code, value]) =>
		value === undefined || value.trim() === '' ? [] : [{ code, value: value.trim().normalize('NFC') }],
	);
	return subfields.length === 0 ? null : { tag, ind1: ' ', ind2: ' ', value: '', subfields, origin };
}
