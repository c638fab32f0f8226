import { publicId } from '../lib/ids.ts';
import type { Kind } from '../records/bib.ts';
import { listedFromMarc } from '../records/bib-from-marc.ts';
import { unpackUnion } from '../records/compact.ts';
import type { MarcRecord } from '../records/marc.ts';
import { publicUnion } from '../records/public-view.ts';
import { type UnionJson, unionToJson } from '../records/render-json.ts';
import type { UnionRecord } from '../records/union.ts';
import { unpackBody } from '../store/body-codec.ts';

/** A union record as a list shows it. */
export interface BriefRecord {
	readonly id: string;
	readonly changedMs: number;
	/** False when no member's source shares its metadata: searched and shown in brief, never handed on. */
	readonly shared: boolean;
	readonly kind: Kind;
	readonly title: string;
	/** Numbers and names of the part that it is, '' for none: `T. 3. Thời trung đại`. */
	readonly part: string;
	readonly subtitle: string;
	readonly creators: readonly string[];
	readonly year: string | null;
	/** MARC codes. */
	readonly languages: readonly string[];
	readonly libraries: readonly string[];
}

/** A union record with every value that may be handed on; `description` is null when nothing may. */
export interface FullRecord extends BriefRecord {
	readonly description: UnionJson | null;
}

const titled = (between: string, ...texts: readonly (string | undefined)[]): string =>
	texts.filter((text) => text !== undefined && text !== '').join(between);

/** Title, part and rest as one line: what tells the volumes of a set apart. */
export const wholeTitle = ({ title, part, subtitle }: Pick<BriefRecord, 'title' | 'part' | 'subtitle'>): string =>
	titled(' : ', titled('. ', title, part), subtitle);

/** What tells a record from another on one line. */
export interface RecordLine {
	readonly title: string;
	/** '' when it names none. */
	readonly creator: string;
	readonly year: string | null;
}

const partOf = (bib: ReturnType<typeof listedFromMarc>): string =>
	titled('. ', ...(bib?.title.parts ?? []).flatMap(({ number, name }) => [number?.value, name?.value]));

/** Title with part and rest, first creator and year of a record. */
export function recordLine(record: MarcRecord): RecordLine {
	const bib = listedFromMarc(record);
	return {
		title: wholeTitle({ title: bib?.title.proper?.value ?? '', part: partOf(bib), subtitle: bib?.title.rest?.value ?? '' }),
		creator: bib?.creators[0]?.name.value ?? '',
		year: bib?.year?.value ?? null,
	};
}

/** The same of a stored union record. */
export function unionLine(body: Uint8Array): RecordLine {
	const { leader, fields } = unpackUnion(unpackBody(body));
	return recordLine({ leader, fields: fields.map((f) => f.field) });
}

function brief(id: number, changedMs: number, shared: boolean, union: UnionRecord): BriefRecord {
	const bib = listedFromMarc({ leader: union.leader, fields: union.fields.map((f) => f.field) });
	return {
		id: publicId(id),
		changedMs,
		shared,
		kind: union.kind,
		title: bib?.title.proper?.value ?? '',
		part: partOf(bib),
		subtitle: bib?.title.rest?.value ?? '',
		creators: [...new Set(bib?.creators.map((c) => c.name.value))],
		year: bib?.year?.value ?? null,
		languages: bib?.languages.map((one) => one.value) ?? [],
		libraries: [...new Set(union.members.map((m) => m.library))].sort(),
	};
}

export function briefRecord(id: number, changedMs: number, body: Uint8Array): BriefRecord {
	const union = unpackUnion(unpackBody(body));
	const open = publicUnion(union);
	return brief(id, changedMs, open !== null, open ?? union);
}

export function fullRecord(id: number, changedMs: number, body: Uint8Array): FullRecord {
	const union = unpackUnion(unpackBody(body));
	const open = publicUnion(union);
	const description = open === null ? null : unionToJson(open, { id: publicId(id), publicIdOf: publicId });
	return { ...brief(id, changedMs, open !== null, open ?? union), description };
}

/** The title of a stored union record with its parts, as titles are filed; '' when it has none. */
export function filedTitle(body: Uint8Array): string {
	const union = unpackUnion(unpackBody(body));
	const { leader, fields } = publicUnion(union) ?? union;
	const bib = listedFromMarc({ leader, fields: fields.map((f) => f.field) });
	if (bib === undefined) return '';
	const { proper, parts } = bib.title;
	const words = [proper, ...parts.flatMap(({ number, name }) => [number, name])].map((one) => one?.value ?? '');
	return words.filter((word) => word !== '').join('. ');
}
