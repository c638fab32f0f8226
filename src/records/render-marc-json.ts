import { isControlTag, type MarcRecord } from './marc.ts';

type FieldJson = Readonly<
	Record<string, string | { readonly ind1: string; readonly ind2: string; readonly subfields: readonly Readonly<Record<string, string>>[] }>
>;

/** A record as an object of MARC-in-JSON (Ross Singer's form): what `decodeMarcJson` reads. Give it what `unionToMarc` returned. */
export interface MarcJson {
	readonly leader: string;
	readonly fields: readonly FieldJson[];
}

export function marcToJson({ leader, fields }: MarcRecord): MarcJson {
	return {
		leader,
		fields: fields.flatMap(({ tag, ind1, ind2, value, subfields }): FieldJson[] => {
			if (isControlTag(tag)) return [{ [tag]: value.toWellFormed() }];
			if (subfields.length === 0) return [];
			return [{ [tag]: { ind1, ind2, subfields: subfields.map((s) => ({ [s.code]: s.value.toWellFormed() })) } }];
		}),
	};
}
