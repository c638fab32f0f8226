import { type Citation, citationOf, type RecordAddress } from './citation.ts';
import { encodeIso2709 } from './iso2709.ts';
import type { PublicUnion } from './public-view.ts';
import { citationToBibtex } from './render-bibtex.ts';
import { citationToCsl } from './render-csl.ts';
import { type CsvLanguage, csvHead, csvRow } from './render-csv.ts';
import { marcToOaiDc } from './render-dc.ts';
import { citationToJsonLd, type LinkedTitle } from './render-json-ld.ts';
import { marcToJson } from './render-marc-json.ts';
import { renderUnionMarcXml, unionToMarc } from './render-marcxml.ts';
import { marcToMods } from './render-mods.ts';
import { citationToRis } from './render-ris.ts';

/** The formats in which union records are handed on, one by one or many in a file; JSON of our own stands in render-json.ts. */

export interface RenderOptions extends RecordAddress {
	/** Of the headings of a table. */
	readonly language: CsvLanguage;
	/** Address of a library, by its code. */
	readonly libraryUrl: (code: string) => string;
	/** Of a record alone: the records it is linked with, for formats that say so. */
	readonly links?: readonly LinkedTitle[];
}

/** What stands round a record alone, and round and between the records of a file. */
interface Frame {
	readonly head: string;
	readonly between: string;
	readonly foot: string;
}

export interface RecordFormat {
	/** Content-Type. */
	readonly mediaType: string;
	/** Other media types by which it is asked for. */
	readonly also: readonly string[];
	/** How the name of a file ends, without the dot. */
	readonly suffix: string;
	/** Its name, the same in every language, and what it is more exactly. */
	readonly label: string;
	readonly title: string;
	readonly alone: (language: CsvLanguage) => Frame;
	readonly file: (language: CsvLanguage) => Frame;
	/**
	 * One record; null when it describes no publication.
	 * @throws AppError `too-large` when the format cannot hold it; nothing is ever cut
	 */
	readonly render: (union: PublicUnion, options: RenderOptions) => string | Uint8Array | null;
}

const frame = (head: string, foot: string, between = '\n') => {
	const made: Frame = { head, between, foot };
	return (): Frame => made;
};
const NOTHING = frame('', '', '');
const XML = '<?xml version="1.0" encoding="UTF-8"?>\n';
const ALONE_XML = frame(XML, '\n');
const ALONE_JSON = frame('', '\n');
const LIST = frame('[\n', '\n]\n', ',\n');
const TABLE = (language: CsvLanguage): Frame => ({ head: csvHead(language), between: '', foot: '' });

type Render = RecordFormat['render'];
const cited =
	(write: (citation: Citation, union: PublicUnion, options: RenderOptions) => string): Render =>
	(union, options) => {
		const citation = citationOf(unionToMarc(union, options), options);
		return citation === null ? null : write(citation, union, options);
	};

const librariesOf = ({ members }: PublicUnion, { libraryUrl }: RenderOptions) =>
	[...new Set(members.map(({ library }) => library))].sort().map((code) => ({ code, url: libraryUrl(code) }));

export const RECORD_FORMATS = {
	jsonld: {
		mediaType: 'application/ld+json; charset=utf-8',
		also: [],
		suffix: 'jsonld',
		label: 'JSON-LD',
		title: 'JSON-LD (schema.org)',
		alone: ALONE_JSON,
		file: LIST,
		render: cited((citation, union, options) => JSON.stringify(citationToJsonLd(citation, librariesOf(union, options), options.links))),
	},
	marcxml: {
		mediaType: 'application/marcxml+xml; charset=utf-8',
		also: ['application/xml', 'text/xml'],
		suffix: 'xml',
		label: 'MARCXML',
		title: 'MARC 21 as MARCXML',
		alone: ALONE_XML,
		file: frame(`${XML}<collection xmlns="http://www.loc.gov/MARC21/slim">\n`, '\n</collection>\n'),
		render: renderUnionMarcXml,
	},
	marc: {
		mediaType: 'application/marc',
		also: [],
		suffix: 'mrc',
		label: 'ISO 2709',
		title: 'MARC 21 in ISO 2709, UTF-8',
		alone: NOTHING,
		file: NOTHING,
		render: (union, options) => encodeIso2709(unionToMarc(union, options)),
	},
	marcjson: {
		mediaType: 'application/marc-in-json; charset=utf-8',
		also: ['application/marc+json'],
		suffix: 'json',
		label: 'MARC-in-JSON',
		title: 'MARC-in-JSON',
		alone: ALONE_JSON,
		file: LIST,
		render: (union, options) => JSON.stringify(marcToJson(unionToMarc(union, options))),
	},
	dc: {
		mediaType: 'application/x-dc+xml; charset=utf-8',
		also: ['application/dc+xml'],
		suffix: 'xml',
		label: 'Dublin Core',
		title: 'Dublin Core (oai_dc)',
		alone: ALONE_XML,
		file: frame(`${XML}<collection>\n`, '\n</collection>\n'),
		render: (union, options) => marcToOaiDc(unionToMarc(union, options)),
	},
	mods: {
		mediaType: 'application/mods+xml; charset=utf-8',
		also: [],
		suffix: 'xml',
		label: 'MODS',
		title: 'MODS 3.7',
		alone: ALONE_XML,
		file: frame(`${XML}<modsCollection xmlns="http://www.loc.gov/mods/v3">\n`, '\n</modsCollection>\n'),
		render: (union, options) => marcToMods(unionToMarc(union, options)) || null,
	},
	ris: {
		mediaType: 'application/x-research-info-systems; charset=utf-8',
		also: [],
		suffix: 'ris',
		label: 'RIS',
		title: 'RIS',
		alone: NOTHING,
		file: frame('', '', '\r\n'),
		render: cited(citationToRis),
	},
	bibtex: {
		mediaType: 'application/x-bibtex; charset=utf-8',
		also: ['text/x-bibtex'],
		suffix: 'bib',
		label: 'BibTeX',
		title: 'BibTeX',
		alone: NOTHING,
		file: frame('', ''),
		render: cited(citationToBibtex),
	},
	csl: {
		mediaType: 'application/vnd.citationstyles.csl+json; charset=utf-8',
		also: [],
		suffix: 'json',
		label: 'CSL-JSON',
		title: 'CSL-JSON',
		// citeproc and pandoc read lists, of one too
		alone: LIST,
		file: LIST,
		render: cited((citation) => JSON.stringify(citationToCsl(citation))),
	},
	csv: {
		mediaType: 'text/csv; charset=utf-8; header=present',
		also: ['application/csv'],
		suffix: 'csv',
		label: 'CSV',
		title: 'CSV, for Excel and LibreOffice',
		alone: TABLE,
		file: TABLE,
		render: cited((citation, { members, holdings }) => csvRow({ citation, members, holdings })),
	},
} as const satisfies Readonly<Record<string, RecordFormat>>;
export type FormatName = keyof typeof RECORD_FORMATS;

export const FORMAT_NAMES = Object.keys(RECORD_FORMATS) as readonly FormatName[];

/** A record that stands by itself; null and errors as of `render`. */
export function renderAlone(union: PublicUnion, format: FormatName, options: RenderOptions): Uint8Array | null {
	const { alone, render }: RecordFormat = RECORD_FORMATS[format];
	const record = render(union, options);
	if (record === null) return null;
	const { head, foot } = alone(options.language);
	return typeof record === 'string' ? Buffer.from(head + record + foot) : record;
}
