import { type TSchema, Type } from 'typebox';
import type { RecordLink } from '../catalogue/links.ts';
import { type BriefRecord, wholeTitle } from '../catalogue/render-record.ts';
import type { LinkedRecord } from '../catalogue/show.ts';
import { LIMITS } from '../lib/limits.ts';
import { LINK_RELATIONS } from '../records/references.ts';
import { Id, iso, Nullable, oneOf, refer, Text, Time } from './rest-kit.ts';

const BRIEF = {
	id: Id,
	url: Text('Permanent address of this record'),
	kind: Text('monograph, volume, set, serial, issue, component or electronic'),
	title: Text('Title proper'),
	part: Text('Numbers and names of the part that it is; empty for none'),
	subtitle: Text('Rest of the title'),
	creators: Type.Array(Type.String(), { description: 'Names of creators' }),
	year: Nullable(Text('Year of publication')),
	libraries: Type.Array(Type.String(), { description: 'Codes of the libraries that hold it' }),
	shared: Type.Boolean({ description: 'False when its sources let it be searched, but not handed on' }),
	changed: Time('When it last changed'),
};
export const Brief = Type.Object(BRIEF, { $id: 'BriefRecord', description: 'A record as a list shows it.' });

const VALUE = {
	value: Text('As the record has it'),
	path: Text('Where it stands in the merged MARC record', '245$a'),
	sources: Type.Array(Type.Integer({ minimum: 0 }), { description: 'Members that state it, by index; the one it was taken from first' }),
};
export const StatedValue = Type.Object(VALUE, { $id: 'Value', description: 'A value, its place and who states it.' });
const Value = refer(StatedValue);
const Values = Type.Array(Value);
const maybe = <T extends TSchema>(type: T) => Type.Optional(type);
const valueWith = <P extends Record<string, TSchema>>(more: P) => Type.Object({ ...VALUE, ...more });

const Description = Type.Object(
	{
		id: Id,
		kind: Type.String(),
		title: Type.Object({
			proper: maybe(Value),
			rest: maybe(Value),
			responsibility: maybe(Value),
			volume: maybe(Value),
			parts: Type.Array(Type.Object({ number: maybe(Value), name: maybe(Value) })),
			variants: Values,
		}),
		creators: Type.Array(
			valueWith({ type: Type.String(), main: Type.Boolean(), roles: Type.Array(Type.String()), dates: maybe(Type.String()) }),
		),
		edition: maybe(valueWith({ number: maybe(Type.Integer()) })),
		publication: Type.Array(Type.Object({ place: maybe(Value), publisher: maybe(Value), date: maybe(Value) })),
		year: maybe(Value),
		yearEnd: maybe(Value),
		extent: maybe(valueWith({ pages: maybe(Type.Integer()) })),
		material: Value,
		carrier: Value,
		languages: Values,
		identifiers: Type.Array(
			valueWith({
				type: Type.String(),
				role: Type.String(),
				valid: Type.Boolean(),
				normal: maybe(Type.String()),
				qualifier: maybe(Type.String()),
			}),
		),
		subjects: Values,
		classification: Type.Array(valueWith({ scheme: Type.String() })),
		audience: Values,
		classLevel: maybe(Value),
		bookType: maybe(Value),
		series: Type.Array(valueWith({ volume: maybe(Type.String()) })),
		host: maybe(Type.Object({ title: maybe(Value), related: maybe(Value), identifiers: Values })),
		notes: Values,
		summary: maybe(Value),
		links: Type.Array(valueWith({ label: maybe(Type.String()) })),
		holdings: Type.Array(
			Type.Object({
				library: Text('Code of the library'),
				items: Type.Array(
					Type.Object({
						location: maybe(Type.String()),
						callNumber: maybe(Type.String()),
						barcodes: Type.Array(Type.String()),
						copies: Type.Integer({ minimum: 0 }),
						statement: maybe(Type.String()),
						note: maybe(Type.String()),
						sources: Type.Array(Type.Integer({ minimum: 0 })),
					}),
				),
			}),
		),
		members: Type.Array(
			Type.Object({
				library: Text('Code of the library'),
				source: Text('Code of the source'),
				record: Id,
				identifier: Text('What the source calls it'),
				version: Type.Integer(),
				run: Type.Integer(),
				licence: Nullable(Text('URI of the licence of its metadata')),
			}),
		),
	},
	{ description: 'Every value with the member records that state it.' },
);
const Link = Type.Object(
	{
		relation: oneOf(LINK_RELATIONS, 'What the other record is to this one'),
		id: Nullable(Id),
		url: Nullable(Text('Permanent address of the other record')),
		kind: Nullable(Text('Kind of the other record')),
		title: Text('Its whole title; of one that leads to no record, what this record says of it'),
		text: Text('What this record says of it; empty where the other record says it, or shared numbers and titles do'),
	},
	{ description: 'id is null where no record can be told with certainty from what is stated.' },
);
const Links = Type.Union([Type.Array(Link), Type.Null()], {
	description: 'Records that it refers to, and that refer to it, as the catalogue is now; null while they cannot be looked up',
});
export const Full = Type.Object({
	...BRIEF,
	description: Type.Union([Description, Type.Null()]),
	links: Links,
	linksCut: Type.Boolean({ description: `More than ${LIMITS.linksMax} records may refer to it; not all are among its links` }),
});

export function briefJson(record: BriefRecord, publicUrl: string) {
	const { id, kind, title, part, subtitle, creators, year, libraries, shared, changedMs } = record;
	return {
		id,
		url: `${publicUrl}/records/${id}`,
		kind,
		title,
		part,
		subtitle,
		creators: [...creators],
		year,
		libraries: [...libraries],
		shared,
		changed: iso(changedMs),
	};
}

const linkJson = ({ relation, to, text }: RecordLink, publicUrl: string) => ({
	relation,
	id: to?.id ?? null,
	url: to === null ? null : `${publicUrl}/records/${to.id}`,
	kind: to?.kind ?? null,
	title: to === null ? text : wholeTitle(to),
	text,
});

/** What the schema says goes out; it drops what it does not name, so nothing of ours can slip in. */
export const fullJson = (record: LinkedRecord, publicUrl: string) => ({
	...briefJson(record, publicUrl),
	description: record.description,
	links: record.links?.links.map((link) => linkJson(link, publicUrl)) ?? null,
	linksCut: record.links?.cut ?? false,
});
