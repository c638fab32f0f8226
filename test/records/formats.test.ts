import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldText } from '../../src/lib/fold.ts';
import { bibFromMarc } from '../../src/records/bib-from-marc.ts';
import { citationOf } from '../../src/records/citation.ts';
import { decodeIso2709 } from '../../src/records/iso2709.ts';
import { decodeMarcJson } from '../../src/records/marc-json.ts';
import { publicUnion } from '../../src/records/public-view.ts';
import { FORMAT_NAMES, RECORD_FORMATS, type RecordFormat, renderAlone } from '../../src/records/record-format.ts';
import { citationToBibtex } from '../../src/records/render-bibtex.ts';
import { csvCell, csvHead } from '../../src/records/render-csv.ts';
import { marcToJson } from '../../src/records/render-marc-json.ts';
import { unionToMarc } from '../../src/records/render-marcxml.ts';
import { citationToRis } from '../../src/records/render-ris.ts';
import { fieldOfHeading } from '../../src/records/sheet/fields.ts';
import { sampleMarc } from '../support/sample-marc.ts';
import { readXml } from '../support/xcql-meaning.ts';
import { anyRecord, anyText, anyUnion } from './arbitrary.ts';
import { FORMAT_RECORDS, fileOf, optionsOf, unionOf } from './format-records.ts';
import { marc } from './marc-lines.ts';

const options = optionsOf('1qxef7vgg');
const address = { id: options.id, agency: options.agency, url: options.url };

/** Whether braces stand in pairs, as BibTeX counts them: a backslash makes no difference. */
function bracesBalance(text: string): boolean {
	let depth = 0;
	for (const letter of text) {
		if (letter === '{') depth++;
		if (letter === '}' && --depth < 0) return false;
	}
	return depth === 0;
}

/** The cells of a line of CSV, by RFC 4180. */
function cells(csv: string): string[][] {
	const rows: string[][] = [[]];
	for (let at = 0; at < csv.length; ) {
		const row = rows.at(-1) as string[];
		if (csv[at] === '"') {
			const end = /"(?!")/.exec(csv.slice(at + 1).replaceAll('""', '\u0000\u0000'))?.index ?? -1;
			row.push(csv.slice(at + 1, at + 1 + end).replaceAll('""', '"'));
			at += end + 2;
		} else {
			const cell = /^[^,\r\n]*/.exec(csv.slice(at))?.[0] ?? '';
			row.push(cell);
			at += cell.length;
		}
		if (csv[at] === ',') at++;
		else {
			at += 2;
			if (at < csv.length) rows.push([]);
		}
	}
	return rows;
}

describe('any union record', () => {
	it('comes out in every format or is refused by name, never an exception of another kind', () => {
		fc.assert(
			fc.property(anyUnion, (union) => {
				const open = publicUnion(union);
				if (open === null) return;
				for (const format of FORMAT_NAMES) {
					const made = renderAlone(open, format, options);
					if (made === null) expect('ignoredAs' in bibFromMarc(unionToMarc(open, options)), format).toBe(true);
				}
			}),
		);
	});

	it('is well-formed as XML and JSON', () => {
		fc.assert(
			fc.property(anyUnion, (union) => {
				const open = publicUnion(union);
				if (open === null) return;
				for (const format of FORMAT_NAMES) {
					const text = Buffer.from(renderAlone(open, format, options) ?? '').toString('utf8');
					if (text === '') continue;
					if (RECORD_FORMATS[format].suffix === 'xml') expect(readXml(text).name).toMatch(/record|dc|mods/);
					if (RECORD_FORMATS[format].mediaType.includes('json')) JSON.parse(text);
				}
			}),
		);
	});

	it('is RIS of tagged lines from TY to ER, whatever its text', () => {
		fc.assert(
			fc.property(anyRecord, (record) => {
				const citation = citationOf(record, address);
				if (citation === null) return;
				const lines = citationToRis(citation).split('\r\n');
				expect(lines.pop()).toBe('');
				expect(lines[0]).toMatch(/^TY {2}- [A-Z]+$/);
				expect(lines.at(-1)).toBe('ER  - ');
				for (const line of lines.slice(1, -1)) expect(line).toMatch(/^(?!TY|ER)[A-Z][A-Z\d] {2}- \S[^\r\n]*$/u);
			}),
		);
	});

	it('is BibTeX of one entry with its braces in pairs, a field a line, whatever its text', () => {
		fc.assert(
			fc.property(anyRecord, (record) => {
				const citation = citationOf(record, address);
				if (citation === null) return;
				const [first, ...rest] = citationToBibtex(citation).split('\n');
				expect(first).toMatch(/^@[a-z]+\{1qxef7vgg,$/);
				expect(rest.slice(-2)).toEqual(['}', '']);
				for (const line of rest.slice(0, -2)) {
					const [, value = ''] = /^ {2}[a-z]+ = \{(.*)\},?$/u.exec(line) ?? [];
					expect(line).toMatch(/^ {2}[a-z]+ = \{.*\},?$/u);
					expect(bracesBalance(value), line).toBe(true);
					expect(value.replaceAll(/\\[&%$#_]/g, '')).not.toMatch(/[&%$#_~^]/);
				}
			}),
		);
	});
});

describe('CSV', () => {
	it('never has a cell that a spreadsheet would take for a formula', () => {
		const beginning = fc.constantFrom('=', '+', '-', '@', '\t', '\r', '＝', '', '"', ' =');
		fc.assert(
			fc.property(fc.tuple(beginning, anyText), ([first, rest]) => {
				const [row = []] = cells(`${csvCell(first + rest)}\r\n`);
				expect(row[0] ?? '').not.toMatch(/^[=+\-@\t\r]/);
				expect((row[0] ?? '').replace(/^'(?=[=+\-@\t\r\n＝＋－＠])/, '')).toBe(first + rest);
			}),
		);
	});

	it('has as many cells in every row as headings, none of them a formula', () => {
		fc.assert(
			fc.property(anyUnion, (union) => {
				const open = publicUnion(union);
				const text = open === null ? '' : Buffer.from(renderAlone(open, 'csv', options) ?? '').toString('utf8');
				if (text === '') return;
				const [headings = [], row = [], ...more] = cells(text.replace('\ufeff', ''));
				expect([row.length, more]).toEqual([headings.length, []]);
				for (const cell of row) expect(cell).not.toMatch(/^[=+\-@\t\r]/);
			}),
		);
		expect(fileOf('csv').toString('utf8')).toContain(`,"'-2+3 {ngoặc ""kép"", 100%`);
	});

	it('has headings that an import of tables knows, but for what no table of a library says', () => {
		const notRead = ['Nguồn trích', 'Liên kết', 'Thư viện có tài liệu', 'Địa chỉ', 'In', 'Links', 'Held by', 'Address'];
		for (const language of ['vi', 'en'] as const) {
			const [headings = []] = cells(csvHead(language).replace('\ufeff', ''));
			const unknown = headings.filter((heading) => fieldOfHeading(foldText(heading)) === undefined);
			expect(unknown.filter((heading) => !notRead.includes(heading))).toEqual([]);
		}
	});
});

describe('round trips', () => {
	it('a record comes back from ISO 2709 and MARC-in-JSON as it went', () => {
		for (const record of sampleMarc(300)) {
			const json = decodeMarcJson(JSON.stringify(marcToJson(record)));
			expect(json).toEqual({ ok: true, record, repairs: [] });
		}
		for (const [id, union] of Object.entries(FORMAT_RECORDS)) {
			const bytes = renderAlone(union, 'marc', optionsOf(id)) ?? Buffer.alloc(0);
			const decoded = decodeIso2709(bytes);
			const { fields } = unionToMarc(union, optionsOf(id));
			expect(decoded.ok && decoded.record.fields.map(({ tag, value, subfields }) => ({ tag, value, subfields }))).toEqual(
				fields.map(({ tag, value, subfields }) => ({ tag, value, subfields })),
			);
		}
	});

	it('a record over 99,999 bytes is refused by ISO 2709 with its tag, and whole in every other format', () => {
		const lines = ['245 10 $aDài', ...Array.from({ length: 12 }, () => `500 __ $a${'ơ'.repeat(4_500)}`)];
		const long = unionOf({ kind: 'monograph', lines });
		for (const format of FORMAT_NAMES) {
			const { render }: RecordFormat = RECORD_FORMATS[format];
			if (format === 'marc') expect(() => render(long, options)).toThrow(/99,999 bytes.* 500/);
			else expect(render(long, options)).not.toBeNull();
		}
	});
});

describe('a reference', () => {
	const read = (...lines: string[]) => citationOf(marc(lines), address);

	it('keeps Vietnamese names whole, as they are spoken, and parts those of other languages that the record parts', () => {
		expect(read('100 1_ $aNguyễn Văn An', '700 1_ $aThêm, Trần Ngọc', '700 1_ $aAusten, Jane,$d1775-1817', '245 10 $aX')?.authors).toEqual([
			{ name: 'Nguyễn Văn An', type: 'person' },
			{ name: 'Trần Ngọc Thêm', type: 'person' },
			{ name: 'Austen, Jane', type: 'person', parted: { family: 'Austen', given: 'Jane' } },
		]);
	});

	it('sorts people by their roles, in codes and in words of either language', () => {
		const found = read(
			'100 1_ $aA B$echủ biên',
			'245 10 $aX',
			'700 1_ $aC D$4trl',
			'700 1_ $aE F$ebiên soạn',
			'700 1_ $aG H$4ill',
			'700 1_ $aI K',
		);
		const names = (list: readonly { readonly name: string }[] = []) => list.map(({ name }) => name);
		expect([names(found?.authors), names(found?.editors), names(found?.translators), names(found?.contributors)]).toEqual([
			['E F', 'I K'],
			['A B'],
			['C D'],
			['G H'],
		]);
	});

	it('counts pages, and not volumes or files', () => {
		expect(read('245 10 $aX', '300 __ $axii, 255 tr. ;$c21 cm')?.pages).toBe(255);
		expect(read('245 10 $aX', '300 __ $a3 tập')?.pages).toBeUndefined();
		expect(read('245 10 $aX', '300 __ $a1 tài liệu điện tử')?.pages).toBeUndefined();
	});

	it('is null for a record that describes no publication', () => {
		expect(citationOf(marc(['100 1_ $aNguyễn Du'], '00000nz  a2200000n  4500'), address)).toBeNull();
	});
});
