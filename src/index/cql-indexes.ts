import type { Facet, Scannable } from './engine.ts';
import type { QueryField, WordField } from './query.ts';

/** What an index of CQL searches here. */
export type IndexTarget =
	| { readonly kind: 'words'; readonly field: WordField }
	/** Numbers and classes: compared by their letters and digits alone. */
	| { readonly kind: 'number'; readonly field: QueryField }
	| { readonly kind: 'years' }
	| { readonly kind: 'value'; readonly facet: Facet }
	/** The public id of a union record. */
	| { readonly kind: 'record' }
	| { readonly kind: 'all' };

/** Context sets by their short names, with the identifiers that stand for them; the first is the one that explain gives. */
export const CONTEXT_SETS: Readonly<Record<string, readonly [string, ...string[]]>> = {
	cql: [
		'info:srw/cql-context-set/1/cql-v1.2',
		'info:srw/cql-context-set/1/cql-v1.1',
		'info:srw/cql-context-set/1/cql-v2.0',
		'http://docs.oasis-open.org/ns/search-ws/cql',
		'http://www.loc.gov/zing/cql/context-sets/cql/v1.1/',
	],
	dc: ['info:srw/cql-context-set/1/dc-v1.1', 'http://purl.org/dc/elements/1.1/'],
	bath: ['http://zing.z3950.org/cql/bath/2.0/'],
	rec: ['info:srw/cql-context-set/2/rec-1.1', 'info:srw/cql-context-set/2/rec-1.0'],
	sort: ['info:srw/cql-context-set/1/sort-v1.0'],
	lt: ['urn:x-lienthong:cql-context-set:1'],
};

export interface CqlIndex {
	readonly set: string;
	readonly name: string;
	readonly target: IndexTarget;
	readonly vi: string;
	readonly en: string;
}

type Names = Readonly<Record<string, string>>;
const index = (target: IndexTarget, vi: string, en: string, names: Names): CqlIndex[] =>
	Object.entries(names).flatMap(([set, list]) => list.split(' ').map((name) => ({ set, name, target, vi, en })));
const words = (field: WordField): IndexTarget => ({ kind: 'words', field });
const number = (field: QueryField): IndexTarget => ({ kind: 'number', field });
const value = (facet: Facet): IndexTarget => ({ kind: 'value', facet });

/** Every index, under all its names (DC, Bath Profile release 2.0, cql, rec; `lt` are our own). */
export const CQL_INDEXES: readonly CqlIndex[] = [
	...index(words('any'), 'Mọi trường', 'Any field', { cql: 'serverChoice anywhere anyIndexes allIndexes keywords', bath: 'any' }),
	...index({ kind: 'all' }, 'Mọi biểu ghi', 'All records', { cql: 'allRecords' }),
	...index(words('title'), 'Nhan đề', 'Title', { dc: 'title', bath: 'title uniformTitle keyTitle' }),
	...index(words('creator'), 'Tác giả', 'Author', {
		dc: 'creator contributor author',
		bath: 'author name personalName corporateName conferenceName personalAuthor corporateAuthor conferenceAuthor',
	}),
	...index(words('subject'), 'Chủ đề', 'Subject', { dc: 'subject', bath: 'subject topicalSubject geographicName genreForm' }),
	...index(words('publisher'), 'Nhà xuất bản', 'Publisher', { dc: 'publisher', bath: 'publisher' }),
	...index(words('note'), 'Phụ chú, tóm tắt', 'Notes and summary', { dc: 'description', bath: 'notes' }),
	...index(words('series'), 'Tùng thư', 'Series', { lt: 'series', bath: 'seriesTitle' }),
	...index(number('identifier'), 'Số nhận dạng', 'Identifier', { dc: 'identifier', bath: 'standardIdentifier' }),
	...index(number('isbn'), 'ISBN', 'ISBN', { bath: 'isbn' }),
	...index(number('issn'), 'ISSN', 'ISSN', { bath: 'issn' }),
	...index(number('classification'), 'Ký hiệu phân loại', 'Class number', { lt: 'classification', bath: 'classification' }),
	...index({ kind: 'years' }, 'Năm xuất bản', 'Year of publication', { dc: 'date', bath: 'dateOfPublication publicationDate', lt: 'year' }),
	...index(value('language'), 'Ngôn ngữ', 'Language', { dc: 'language', bath: 'languageCode' }),
	...index(value('material'), 'Dạng tài liệu', 'Type of material', { dc: 'type', lt: 'material' }),
	...index(value('kind'), 'Loại biểu ghi', 'Kind of record', { lt: 'kind' }),
	...index(value('library'), 'Mã thư viện', 'Code of a library', { lt: 'library', bath: 'possessingInstitution' }),
	...index(value('libraryKind'), 'Loại thư viện', 'Kind of library', { lt: 'libraryKind' }),
	...index(value('area'), 'Mã địa bàn', 'Code of an area', { lt: 'area' }),
	...index(value('collection'), 'Mã bộ sưu tập', 'Code of a thematic collection', { lt: 'collection' }),
	...index(value('classLevel'), 'Lớp', 'School grade', { lt: 'grade' }),
	...index({ kind: 'record' }, 'Mã biểu ghi', 'Id of a record', { rec: 'id identifier' }),
];

const BY_NAME = new Map(CQL_INDEXES.map((one) => [`${one.set}.${one.name}`.toLowerCase(), one]));
/** An index without a set is looked for in these, in this order. */
const DEFAULT_SETS = ['dc', 'bath', 'cql', 'rec', 'lt'];

/** An index by the short name of its set (undefined: the default ones) and its name; case does not matter. */
export function findCqlIndex(set: string | undefined, name: string): CqlIndex | undefined {
	for (const one of set === undefined ? DEFAULT_SETS : [set]) {
		const found = BY_NAME.get(`${one}.${name}`.toLowerCase());
		if (found !== undefined) return found;
	}
	return undefined;
}

/** What the terms of an index can be listed as; undefined for those that are words or numbers of their own. */
export function scannable(target: IndexTarget): Scannable | undefined {
	if (target.kind === 'value') return target.facet;
	if (target.kind === 'years') return 'year';
	if (target.kind !== 'words') return undefined;
	const { field } = target;
	return field === 'title' || field === 'creator' || field === 'subject' || field === 'series' ? field : undefined;
}
