import type { MergeMember } from '../../src/matching/merge.ts';
import type { Bib, Kind } from '../../src/records/bib.ts';
import type { MarcField, MarcRecord } from '../../src/records/marc.ts';
import type { Share } from '../../src/records/union.ts';

/** A field from `245 10 $a Title : $b rest` or `001 text`. */
export function field(line: string, origin?: string): MarcField {
	const tag = line.slice(0, 3);
	if (tag.startsWith('00')) return { tag, ind1: ' ', ind2: ' ', value: line.slice(4), subfields: [] };
	const indicators = line.slice(4, 6);
	const subfields = line
		.slice(7)
		.split('$')
		.slice(1)
		.map((s) => ({ code: s.charAt(0), value: s.slice(1).trim() }));
	return { tag, ind1: indicators.charAt(0), ind2: indicators.charAt(1), value: '', subfields, ...(origin === undefined ? {} : { origin }) };
}

export const marc = (...lines: string[]): MarcRecord => ({ leader: '00000nam a2200000 a 4500', fields: lines.map((l) => field(l)) });

const at = (value: string, path: string): { value: string; path: string } => ({ value, path });

/** What a test says of a publication; everything else is not stated. */
export interface Said {
	readonly kind?: Kind;
	readonly title: string;
	readonly rest?: string;
	readonly volume?: string;
	readonly by?: readonly string[];
	readonly responsibility?: string;
	readonly year?: number;
	readonly pages?: number;
	readonly publisher?: string;
	readonly place?: string;
	readonly edition?: number;
	readonly classLevel?: string;
	readonly bookType?: string;
	readonly series?: readonly string[];
	readonly isbn?: string;
	readonly isbnRole?: 'own' | 'set';
	readonly issn?: string;
	readonly carrier?: string;
	readonly host?: string;
	readonly related?: string;
	readonly language?: string;
}

/** A bib that says just this. `isbn` is thirteen digits, `issn` NNNN-NNNC. */
export function bib(said: Said): Bib {
	const identifiers: Bib['identifiers'][number][] = [];
	if (said.isbn !== undefined)
		identifiers.push({ type: 'isbn', value: said.isbn, normal: said.isbn, valid: true, role: said.isbnRole ?? 'own', path: '020$a' });
	if (said.issn !== undefined)
		identifiers.push({ type: 'issn', value: said.issn, normal: said.issn, valid: true, role: 'own', path: '022$a' });
	return {
		kind: said.kind ?? (said.volume === undefined ? 'monograph' : 'volume'),
		title: {
			proper: at(said.title, '245$a'),
			...(said.rest === undefined ? {} : { rest: at(said.rest, '245$b') }),
			parts: [],
			...(said.volume === undefined ? {} : { volume: at(said.volume, '245$n') }),
			...(said.responsibility === undefined ? {} : { responsibility: at(said.responsibility, '245$c') }),
			variants: [],
		},
		creators: (said.by ?? []).map((name, i) => ({ name: at(name, '100$a'), roles: [], type: 'person' as const, main: i === 0 })),
		...(said.edition === undefined ? {} : { edition: { statement: at(`Tái bản lần thứ ${said.edition}`, '250$a'), number: said.edition } }),
		publication: [
			{
				...(said.publisher === undefined ? {} : { publisher: at(said.publisher, '260$b') }),
				...(said.place === undefined ? {} : { place: at(said.place, '260$a') }),
			},
		],
		...(said.year === undefined ? {} : { year: at(String(said.year), '260$c') }),
		...(said.pages === undefined ? {} : { extent: { statement: at(`${said.pages} tr.`, '300$a'), pages: said.pages } }),
		material: at('text', 'leader/06'),
		carrier: at(said.carrier ?? 'print', '338$b'),
		languages: said.language === undefined ? [] : [at(said.language, '041$a')],
		identifiers,
		subjects: [],
		classification: [],
		audience: [],
		...(said.classLevel === undefined ? {} : { classLevel: at(said.classLevel, '245$a') }),
		...(said.bookType === undefined ? {} : { bookType: at(said.bookType, '245$b') }),
		series: (said.series ?? []).map((s) => at(s, '490$a')),
		...(said.host === undefined
			? {}
			: {
					host: {
						title: at(said.host, '773$t'),
						identifiers: [],
						...(said.related === undefined ? {} : { related: at(said.related, '773$g') }),
					},
				}),
		notes: [],
		links: [],
		holdings: [],
		deleted: false,
	};
}

/** A member of a cluster, with a bib that has just a title and the holdings given. */
export function member(
	source: string,
	record: MarcRecord,
	more: { share?: Share; modified?: string; rank?: number; holdings?: Bib['holdings']; identifier?: string } = {},
): MergeMember {
	return {
		member: {
			record: 1,
			version: 1,
			run: 1,
			source,
			library: `lib-${source}`,
			identifier: more.identifier ?? '1',
			share: more.share ?? 'full',
			licence: null,
		},
		record,
		bib: { ...bib({ title: 'x' }), holdings: more.holdings ?? [] },
		modified: more.modified ?? '',
		rank: more.rank ?? 0,
	};
}
