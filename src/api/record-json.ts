import { Type } from 'typebox';
import type { BriefRecord, FullRecord } from '../catalogue/render-record.ts';
import { publicId } from '../lib/ids.ts';
import { iso, Id, Nullable, Text, Time } from './rest-kit.ts';

const BRIEF = {
	id: Id,
	url: Text('Address of this record'),
	kind: Text('monograph, volume, set, serial, issue, component or electronic'),
	title: Text('Title proper'),
	subtitle: Text('Rest of the title'),
	creators: Type.Array(Type.String()),
	year: Nullable(Text('Year of publication')),
	libraries: Type.Array(Type.String(), { description: 'Codes of the libraries that hold it' }),
	shared: Type.Boolean({ description: 'False when its sources let it be searched, but not handed on' }),
	changed: Time('When it last changed'),
};
export const Brief = Type.Object(BRIEF);
export const Full = Type.Object({
	...BRIEF,
	members: Type.Array(Type.Record(Type.String(), Type.Unknown())),
	holdings: Type.Array(Type.Record(Type.String(), Type.Unknown())),
});

export const briefJson = (record: BriefRecord, publicUrl: string) => ({
	id: publicId(record.id),
	url: `${publicUrl}/records/${publicId(record.id)}`,
	kind: record.kind,
	title: record.title,
	subtitle: record.subtitle,
	creators: [...record.creators],
	year: record.year,
	libraries: [...record.libraries],
	shared: record.shared,
	changed: iso(record.changedMs),
});

export const fullJson = (record: FullRecord, publicUrl: string) => ({
	...briefJson(record, publicUrl),
	members: record.members.map(({ record: id, source, library, identifier, licence }) => ({ id: publicId(id), source, library, identifier, licence })),
	holdings: record.holdings.map(({ member, ...holding }) => ({ ...holding, library: record.members[member]?.library ?? null })),
});
