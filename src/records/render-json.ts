import type { Bib, Creator, Identifier, Kind, Sourced } from './bib.ts';
import { bibFromMarc } from './bib-from-marc.ts';
import type { UnionHolding, UnionRecord } from './union.ts';

/** A union record as plain JSON for the REST interface: every value with the source records that say so. */

/** A source record of the union: the library, its source, the record's public id and its own identifier, and the version and run that brought it. */
export interface JsonMember {
	readonly library: string;
	readonly source: string;
	readonly record: string;
	readonly identifier: string;
	readonly version: number;
	readonly run: number;
	readonly licence: string | null;
}

/** A value, where it stands in the merged MARC record, and the records that state it, the one it was taken from first. */
export interface JsonValue {
	readonly value: string;
	readonly path: string;
	/** Indexes into `members`. */
	readonly sources: readonly number[];
}

export interface JsonHolding {
	readonly location?: string;
	readonly callNumber?: string;
	readonly barcodes: readonly string[];
	readonly copies: number;
	readonly statement?: string;
	readonly note?: string;
	/** Index into `members`. */
	readonly sources: readonly number[];
}

export interface UnionJson {
	readonly id: string;
	readonly kind: Kind;
	readonly title: {
		readonly proper?: JsonValue;
		readonly rest?: JsonValue;
		readonly responsibility?: JsonValue;
		readonly volume?: JsonValue;
		readonly parts: readonly { readonly number?: JsonValue; readonly name?: JsonValue }[];
		readonly variants: readonly JsonValue[];
	};
	readonly creators: readonly (JsonValue & {
		readonly type: Creator['type'];
		readonly main: boolean;
		readonly roles: readonly string[];
		readonly dates?: string;
	})[];
	readonly edition?: JsonValue & { readonly number?: number };
	readonly publication: readonly { readonly place?: JsonValue; readonly publisher?: JsonValue; readonly date?: JsonValue }[];
	readonly year?: JsonValue;
	readonly yearEnd?: JsonValue;
	readonly extent?: JsonValue & { readonly pages?: number };
	readonly material: JsonValue;
	readonly carrier: JsonValue;
	readonly languages: readonly JsonValue[];
	readonly identifiers: readonly (JsonValue & Pick<Identifier, 'type' | 'role' | 'valid' | 'normal' | 'qualifier'>)[];
	readonly subjects: readonly JsonValue[];
	readonly classification: readonly (JsonValue & { readonly scheme: string })[];
	readonly audience: readonly JsonValue[];
	readonly classLevel?: JsonValue;
	readonly bookType?: JsonValue;
	readonly series: readonly (JsonValue & { readonly volume?: string })[];
	readonly host?: { readonly title?: JsonValue; readonly related?: JsonValue; readonly identifiers: readonly JsonValue[] };
	readonly notes: readonly JsonValue[];
	readonly summary?: JsonValue;
	readonly links: readonly (JsonValue & { readonly label?: string })[];
	readonly holdings: readonly { readonly library: string; readonly items: readonly JsonHolding[] }[];
	readonly members: readonly JsonMember[];
}

export interface UnionJsonOptions {
	/** The union record's public id. */
	readonly id: string;
	/** The public id of a source record's number. */
	readonly publicIdOf: (record: number) => string;
}

const PATH = /^([^[$/]+)(?:\[(\d+)\])?/;

/** Finds the sources of a value by the path the normaliser gave it: the tag and its occurrence, an origin, or a control field. */
class Provenance {
	private readonly byPlace = new Map<string, readonly number[]>();
	private readonly all: readonly number[];

	constructor(union: UnionRecord) {
		this.all = union.members.map((_, at) => at);
		const counts = new Map<string, number>();
		for (const { field, sources } of union.fields) {
			const count = (counts.get(field.tag) ?? 0) + 1;
			counts.set(field.tag, count);
			this.byPlace.set(`${field.tag}[${count}]`, sources);
			if (field.origin !== undefined && !this.byPlace.has(field.origin)) this.byPlace.set(field.origin, sources);
		}
	}

	/** The leader is the lead's, but every member has one: then all are named. */
	of(path: string): readonly number[] {
		const direct = this.byPlace.get(path);
		if (direct !== undefined) return direct;
		const match = PATH.exec(path);
		return match === null ? this.all : (this.byPlace.get(`${match[1]}[${match[2] ?? 1}]`) ?? this.all);
	}
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** The holdings of each library, libraries in the order of their members. */
function holdingsByLibrary(union: UnionRecord): UnionJson['holdings'] {
	const byLibrary = new Map<string, JsonHolding[]>();
	for (const member of union.members) if (!byLibrary.has(member.library)) byLibrary.set(member.library, []);
	for (const holding of union.holdings) {
		const library = union.members[holding.member]?.library;
		if (library !== undefined) byLibrary.get(library)?.push(jsonHolding(holding));
	}
	return Array.from(byLibrary, ([library, items]) => ({ library, items }));
}

function jsonHolding({ member, path: _path, ...rest }: UnionHolding): JsonHolding {
	return { ...rest, sources: [member] };
}

/** What the normaliser reads from the merged record. */
function mergedBib(union: UnionRecord): Bib {
	const read = bibFromMarc({ leader: union.leader, fields: union.fields.map((f) => f.field) });
	if ('bib' in read) return read.bib;
	throw new RangeError(`a union record cannot have the leader ${union.leader} of ${read.ignoredAs} records`);
}

/** A union record as JSON. Give it what `publicUnion` returned, unless it is for the library's own eyes. */
export function unionToJson(union: UnionRecord, options: UnionJsonOptions): UnionJson {
	const bib = mergedBib(union);
	const provenance = new Provenance(union);
	const value = (s: Sourced): JsonValue => ({ value: s.value, path: s.path, sources: provenance.of(s.path) });
	const values = (list: readonly Sourced[]): JsonValue[] => list.map(value);
	/** Replaces each sourced value in an object by its JSON form. */
	const each = <K extends string>(object: Readonly<Partial<Record<K, Sourced>>>, keys: readonly K[]): { [P in K]?: JsonValue } => {
		const made: { [P in K]?: JsonValue } = {};
		for (const key of keys) {
			const found = object[key];
			if (found !== undefined) made[key] = value(found);
		}
		return made;
	};
	const json: Writable<UnionJson> = {
		id: options.id,
		kind: union.kind,
		title: {
			...each(bib.title, ['proper', 'rest', 'responsibility', 'volume']),
			parts: bib.title.parts.map((part) => each(part, ['number', 'name'])),
			variants: values(bib.title.variants),
		},
		creators: bib.creators.map((c) => ({
			...value(c.name),
			type: c.type,
			main: c.main,
			roles: c.roles.map((r) => r.value),
			...(c.dates === undefined ? {} : { dates: c.dates.value }),
		})),
		publication: bib.publication.map((p) => each(p, ['place', 'publisher', 'date'])),
		material: value(bib.material),
		carrier: value(bib.carrier),
		languages: values(bib.languages),
		identifiers: bib.identifiers.map((i) => ({ ...i, ...value(i) })),
		subjects: values(bib.subjects),
		classification: bib.classification.map((c) => ({ ...value(c), scheme: c.scheme })),
		audience: values(bib.audience),
		...each(bib, ['year', 'yearEnd', 'classLevel', 'bookType', 'summary']),
		series: bib.series.map((s) => ({ ...s, ...value(s) })),
		notes: values(bib.notes),
		links: bib.links.map((l) => ({ ...l, ...value(l) })),
		holdings: holdingsByLibrary(union),
		members: union.members.map(({ library, source, record, identifier, version, run, licence }) => ({
			library,
			source,
			record: options.publicIdOf(record),
			identifier,
			version,
			run,
			licence,
		})),
	};
	if (bib.edition !== undefined)
		json.edition = { ...value(bib.edition.statement), ...(bib.edition.number === undefined ? {} : { number: bib.edition.number }) };
	if (bib.extent !== undefined)
		json.extent = { ...value(bib.extent.statement), ...(bib.extent.pages === undefined ? {} : { pages: bib.extent.pages }) };
	if (bib.host !== undefined) json.host = { ...each(bib.host, ['title', 'related']), identifiers: values(bib.host.identifiers) };
	return json;
}
