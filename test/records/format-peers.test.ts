import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeIso2709 } from '../../src/records/iso2709.ts';
import { isControlTag, type MarcRecord } from '../../src/records/marc.ts';
import { FORMAT_NAMES, type FormatName, RECORD_FORMATS, type RecordFormat } from '../../src/records/record-format.ts';
import { marcToJson } from '../../src/records/render-marc-json.ts';
import { renderMarcXml, unionToMarc } from '../../src/records/render-marcxml.ts';
import { hasPeer } from '../support/peers.ts';
import { sampleMarc } from '../support/sample-marc.ts';
import { FORMAT_RECORDS, fileOf, optionsOf } from './format-records.ts';

/** Readers that are not ours read the files that we hand out; what they find is what the records say. */

let folder: string;
beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), 'formats-'));
	for (const format of FORMAT_NAMES) writeFileSync(path(format), fileOf(format));
});
afterAll(() => rmSync(folder, { recursive: true }));

const path = (format: FormatName): string => join(folder, `${format}.${RECORD_FORMATS[format].suffix}`);
/** What a script in Python prints as JSON. */
function python(script: string, ...args: string[]): unknown {
	const env = { ...process.env, PYTHONIOENCODING: 'utf-8' };
	return JSON.parse(execFileSync('python3', ['-c', `import sys, json\n${script}`, ...args], { env, encoding: 'utf8', maxBuffer: 1e9 }));
}

const lines = (record: MarcRecord): string[] =>
	record.fields.map(({ tag, ind1, ind2, value, subfields }) =>
		isControlTag(tag) ? `${tag} ${value}` : `${tag} ${ind1}${ind2}${subfields.map((s) => `$${s.code}${s.value}`).join('')}`,
	);
const PYMARC_LINES = `
def lines(r):
    return [f.tag + ' ' + f.data if f.is_control_field() else f.tag + ' ' + ''.join(f.indicators) + ''.join('$' + s.code + s.value for s in f.subfields) for f in r.fields]
`;
const READERS = {
	marc: `from pymarc import MARCReader
records = list(MARCReader(open(sys.argv[1], 'rb')))`,
	marcjson: `from pymarc import JSONReader
records = list(JSONReader(open(sys.argv[1], encoding='utf-8').read()))`,
	marcxml: `from pymarc import parse_xml_to_array
records = parse_xml_to_array(sys.argv[1])`,
} as const;
const pymarc = (format: keyof typeof READERS, file: string): unknown =>
	python(`${PYMARC_LINES}\n${READERS[format]}\nprint(json.dumps([lines(r) for r in records]))`, file);

describe.runIf(hasPeer('pymarc'))('pymarc', () => {
	const formats = Object.keys(READERS) as (keyof typeof READERS)[];

	it.each(formats)('reads a file of union records as %s', (format) => {
		const records = Object.entries(FORMAT_RECORDS).map(([id, union]) => lines(unionToMarc(union, optionsOf(id))));
		expect(pymarc(format, path(format))).toEqual(records);
	});

	it.each(formats)('reads a thousand records of the sample networks as %s', (format) => {
		const records = sampleMarc(1_000).map((record) => ({
			...record,
			fields: [...record.fields].sort((a, b) => Number(isControlTag(b.tag)) - Number(isControlTag(a.tag))),
		}));
		const file = join(folder, `sample.${format}`);
		if (format === 'marc') writeFileSync(file, Buffer.concat(records.map(encodeIso2709)));
		if (format === 'marcjson') writeFileSync(file, JSON.stringify(records.map(marcToJson)));
		if (format === 'marcxml')
			writeFileSync(file, `<collection xmlns="http://www.loc.gov/MARC21/slim">${records.map(renderMarcXml).join('')}</collection>`);
		expect(pymarc(format, file)).toEqual(records.map(lines));
	});
});

const ids = Object.keys(FORMAT_RECORDS);

describe.runIf(hasPeer('rispy'))('rispy', () => {
	it('reads RIS: names, pages, several titles of keywords, nothing run into the next record', () => {
		const script = `import rispy
print(json.dumps(rispy.loads(open(sys.argv[1], encoding='utf-8', newline='').read())))`;
		const read = python(script, path('ris')) as Record<string, unknown>[];
		expect(read.map((one) => one['id'])).toEqual(ids);
		expect(read[0]).toMatchObject({
			type_of_reference: 'BOOK',
			title: 'Lịch sử & văn hoá: tập bài giảng. Tập 1, Cổ đại',
			authors: ['Trần Quốc Vượng'],
			secondary_authors: ['Nguyễn Văn An'],
			subsidiary_authors: ['Lê Thị Hoa'],
			tertiary_authors: ['Phạm Minh'],
			secondary_title: 'Tủ sách Sử học',
			publisher: 'Giáo dục; Trẻ',
			place_published: 'Hà Nội; TP. Hồ Chí Minh',
			year: '2020',
			issn: '9780306406157',
			keywords: ['Lịch sử--Việt Nam--Cổ đại', 'Văn hoá'],
			abstract: 'Từ nguồn gốc đến thế kỷ X.',
			urls: ['https://lienthong.example.vn/records/volume001'],
		});
		expect(read[2]).not.toHaveProperty('year');
		expect(read[4]).toMatchObject({ type_of_reference: 'JOUR', secondary_title: 'Ngôn ngữ', start_page: '38', end_page: '41' });
		expect(read[6]).toMatchObject({ authors: ['Austen, Jane', 'Penguin Books (Firm)'] });
		expect(read[7]).toMatchObject({ abstract: 'Dòng một, ER - @book{x, title={y}}' });
	});
});

describe.runIf(hasPeer('bibtexparser'))('bibtexparser', () => {
	it('reads BibTeX: every entry, no block that fails, Vietnamese names whole', () => {
		const script = `import bibtexparser
from bibtexparser import middlewares as m
library = bibtexparser.parse_file(sys.argv[1], encoding='utf-8', append_middleware=[m.SeparateCoAuthors()])
print(json.dumps({'failed': [str(b.error) for b in library.failed_blocks], 'comments': len(library.comments), 'entries': [dict([(f.key, f.value) for f in e.fields], type=e.entry_type, key=e.key) for e in library.entries]}))`;
		const { failed, comments, entries } = python(script, path('bibtex')) as {
			failed: string[];
			comments: number;
			entries: Record<string, unknown>[];
		};
		expect([failed, comments]).toEqual([[], 0]);
		expect(entries.map((one) => one['key'])).toEqual(ids);
		expect(entries[0]).toMatchObject({
			type: 'book',
			title: '{Lịch sử \\& văn hoá: tập bài giảng. Tập 1, Cổ đại}',
			author: ['{Trần Quốc Vượng}'],
			editor: ['{Nguyễn Văn An}'],
			volume: '1',
			series: 'Tủ sách Sử học',
			year: '2020',
			isbn: '9780306406157',
		});
		expect(entries[4]).toMatchObject({ type: 'article', journal: 'Ngôn ngữ', pages: '38--41' });
		expect(entries[5]).toMatchObject({ type: 'mastersthesis', school: 'Trường Đại học Bách khoa, Đại học Đà Nẵng' });
		expect(entries[6]).toMatchObject({ author: ['Austen, Jane', '{Penguin Books (Firm)}'] });
	});
});

describe.runIf(hasPeer('rdflib'))('rdflib', () => {
	it('reads JSON-LD as triples in the words of schema.org', () => {
		// no network in tests: the context of schema.org is its vocabulary, and these properties hold addresses
		const script = `import rdflib
from rdflib import RDF
context = {'@vocab': 'https://schema.org/', 'url': {'@type': '@id'}, 'sameAs': {'@type': '@id'}}
text = json.dumps([dict(one, **{'@context': context}) for one in json.load(open(sys.argv[1], encoding='utf-8'))])
g = rdflib.Graph().parse(data=text, format='json-ld')
S = rdflib.Namespace('https://schema.org/')
out = {}
for s in set(g.subjects(S.url, None)):
    out[str(s).rsplit('/', 1)[1]] = {
        'types': sorted(str(t) for t in g.objects(s, RDF.type)),
        'name': [str(o) for o in g.objects(s, S.name)],
        'authors': sorted(str(n) for a in g.objects(s, S.author) for n in g.objects(a, S.name)),
        'isbn': [str(o) for o in g.objects(s, S.isbn)],
        'in': sorted(str(n) for p in g.objects(s, S.isPartOf) for n in g.objects(p, S.name)),
        'libraries': sorted(str(o) for o in g.objects(s, S.provider)),
        'links': [str(o) for o in g.objects(s, S.sameAs)],
    }
print(json.dumps(out))`;
		const read = python(script, path('jsonld')) as Record<string, Record<string, string[]>>;
		expect(Object.keys(read).sort()).toEqual([...ids].sort());
		expect(read['volume001']).toEqual({
			types: ['https://schema.org/Book', 'https://schema.org/PublicationVolume'],
			name: ['Lịch sử & văn hoá: tập bài giảng. Tập 1, Cổ đại'],
			authors: ['Trần Quốc Vượng'],
			isbn: ['9780306406157'],
			in: ['Tủ sách Sử học'],
			libraries: ['https://lienthong.example.vn/api/v1/libraries/THCS', 'https://lienthong.example.vn/api/v1/libraries/TVT'],
			links: [],
		});
		expect(read['article05']).toMatchObject({ types: ['https://schema.org/Article'], in: ['Ngôn ngữ'] });
		expect(read['online004']?.['links']).toEqual(['https://thuvienso.example.vn/sach/0057?a=1&b=2_x']);
	});
});

describe.runIf(hasPeer('Python csv'))("Python's csv", () => {
	it('reads the table: headings, a row a record, no cell that is a formula', () => {
		const script = `import csv
print(json.dumps(list(csv.reader(open(sys.argv[1], encoding='utf-8-sig', newline='')))))`;
		const [headings = [], ...rows] = python(script, path('csv')) as string[][];
		expect(headings.slice(0, 3)).toEqual(['Mã biểu ghi', 'Nhan đề', 'Tác giả']);
		expect(rows.map(([id]) => id)).toEqual(ids);
		for (const row of rows) {
			expect(row).toHaveLength(headings.length);
			for (const cell of row) expect(cell).not.toMatch(/^[=+\-@\t\r]/);
		}
		const cell = (row: number, heading: string): string | undefined => rows[row]?.[headings.indexOf(heading)];
		expect(cell(0, 'Nhan đề')).toBe('Lịch sử & văn hoá: tập bài giảng. Tập 1, Cổ đại');
		expect([cell(0, 'Thư viện có tài liệu'), cell(0, 'Số bản'), cell(1, 'Năm xuất bản')]).toEqual(['THCS; TVT', '3', '1969-']);
		expect(cell(7, 'Nơi xuất bản')).toBe("'+84");
	});
});

/** The official schema, with xml.xsd and xlink.xsd beside it. */
const SCHEMA = '../shared/schemas/mods-3-7.xsd';

/** A schema of MODS 3.4 that a package of Python has, made to read what it imports from here. What we write was there in 3.4 already. */
function packagedSchema(): string {
	const find = "import importlib.util; print(importlib.util.find_spec('eulxml').submodule_search_locations[0])";
	const from = join(execFileSync('python3', ['-c', find], { encoding: 'utf8' }).trim(), 'schema_data');
	const schema = readFileSync(join(from, 'mods-3-4.xsd'), 'utf8');
	writeFileSync(join(folder, 'xml.xsd'), XML_ATTRIBUTES);
	writeFileSync(join(folder, 'xlink.xsd'), readFileSync(join(from, 'xlink.xsd')));
	const file = join(folder, 'mods-3-4.xsd');
	writeFileSync(file, schema.replaceAll(/schemaLocation="http:[^"]*\/(xml|xlink)\.xsd"/g, 'schemaLocation="$1.xsd"'));
	return file;
}
const XML_ATTRIBUTES = `<xs:schema targetNamespace="http://www.w3.org/XML/1998/namespace" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<xs:attribute name="lang" type="xs:language"/></xs:schema>`;

/** A thousand records of every kind as one file of MODS. */
function sampleMods(): string {
	const { render, file: frame }: RecordFormat = RECORD_FORMATS.mods;
	const { head, foot } = frame('vi');
	const records = sampleMarc(1_000).map(({ leader, fields }) => ({
		kind: 'monograph' as const,
		leader,
		members: [],
		fields: fields.map((field) => ({ field, sources: [], rule: 'lead' as const })),
		holdings: [],
		passed: 'publicUnion' as const,
	}));
	return head + records.map((record, i) => render(record, optionsOf(`s${i}`)) ?? '').join('\n') + foot;
}

describe.runIf(hasPeer('xmllint'))('xmllint', () => {
	const check = (schema: string, text: string): void => {
		const file = join(folder, 'sample-mods.xml');
		writeFileSync(file, text);
		execFileSync('xmllint', ['--nonet', '--noout', '--schema', schema, file], { stdio: 'pipe' });
	};
	const written = (): string[] => [readFileSync(path('mods'), 'utf8'), sampleMods()];

	it.runIf(existsSync(SCHEMA))('finds MODS valid by the official schema', () => {
		for (const text of written()) check(SCHEMA, text);
	});

	it.runIf(hasPeer('MODS schema of eulxml'))('finds MODS valid by the schema of version 3.4, and what is none invalid', () => {
		const schema = packagedSchema();
		for (const text of written()) check(schema, text.replaceAll('version="3.7"', 'version="3.4"'));
		expect(() => check(schema, '<mods xmlns="http://www.loc.gov/mods/v3"><title>A</title></mods>')).toThrow();
	});
});
