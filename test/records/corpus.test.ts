import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { Iso2709Reader } from '../../src/records/iso2709.ts';
import { type Decoded, type MarcRecord, subfield } from '../../src/records/marc.ts';
import { MarcXmlReader } from '../../src/records/marcxml-reader.ts';
import { repairText } from '../../src/records/repair-text.ts';

const FOLDER = '../shared/corpus/marc';

/** File, records in it, and how many of them its list calls unreadable. */
const FILES: readonly (readonly [string, number, number])[] = [
	['uva_2000.mrc.gz', 2000, 0],
	['evergreen_jazz_1k.mrc.gz', 1000, 0],
	['evergreen_nepali.mrc.gz', 96, 0],
	['evergreen_fsl.mrc.gz', 52, 0],
	['evergreen_oss.mrc.gz', 42, 1],
	['evergreen_badisbns.xml.gz', 10, 0],
	['thomas_mann.xml.gz', 352, 0],
	['bf_loc_general.xml.gz', 99, 0],
	['bf_british_library.xml.gz', 99, 0],
	['bf_dnb.xml.gz', 99, 0],
	['temple_ampersand.xml.gz', 114, 0],
	['temple_2.xml.gz', 91, 0],
	['oai_marcxml_vufindharvest.xml.gz', 100, 0],
	['vn_cse_part0.mrc.gz', 10_000, 0],
	['vn_cse_part1.mrc.gz', 10_000, 0],
	['malformed_too_long.mrc.gz', 1, 1],
	['marc8_brkrtest.mrc.gz', 8, 0],
];

function readFile(name: string): Decoded[] {
	const bytes = gunzipSync(readFileSync(`${FOLDER}/${name}`));
	const reader = name.includes('.xml') ? new MarcXmlReader() : new Iso2709Reader();
	const out: Decoded[] = [];
	for (let i = 0; i < bytes.length; i += 65_521) for (const { decoded } of reader.feed(bytes.subarray(i, i + 65_521))) out.push(decoded);
	for (const { decoded } of reader.end()) out.push(decoded);
	return out;
}
const recordsOf = (decoded: readonly Decoded[]): MarcRecord[] => decoded.flatMap((d) => (d.ok ? [d.record] : []));
const titles = (record: MarcRecord): string[] =>
	record.fields.filter((f) => f.tag === '245').flatMap((f) => f.subfields.map((s) => s.value));

describe.runIf(existsSync(FOLDER))('real catalogues (../shared/corpus/marc)', () => {
	it.each(FILES)('%s: every record arrives', (name, count, unreadable) => {
		const decoded = readFile(name);
		const records = recordsOf(decoded);
		expect(decoded.length).toBeGreaterThanOrEqual(count);
		expect(decoded.length - records.length).toBeLessThanOrEqual(unreadable);
		expect(records.length).toBeGreaterThanOrEqual(count - unreadable);
		for (const record of records)
			for (const field of record.fields)
				for (const value of [field.value, ...field.subfields.map((s) => s.value)]) {
					expect(value === value.normalize('NFC')).toBe(true);
					expect(value).not.toMatch(/[\0-\u0008\u000b\u000c\u000e-\u001f]/);
				}
	});

	it('a leader that says MARC-8 over UTF-8 is seen through', () => {
		const decoded = readFile('evergreen_fsl.mrc.gz');
		expect(decoded.every((d) => d.repairs.some((r) => r.code === 'leader-encoding'))).toBe(true);
		expect(recordsOf(decoded).some((r) => titles(r).some((t) => /[\u0400-\u04ff]/.test(t)))).toBe(true);
	});

	it('the decomposed titles agree with the precomposed rows of the library', () => {
		const rows = gunzipSync(readFileSync(`${FOLDER}/vn_cse_rows_1-20000.csv.gz`))
			.toString('utf8')
			.normalize('NFC');
		const squeezed = rows.replaceAll('""', '"').replace(/\s+/g, ' ');
		const records = recordsOf(readFile('vn_cse_part0.mrc.gz'));
		const found = records.filter((r) => titles(r).every((t) => squeezed.includes(t.replace(/\s+/g, ' ').trim())));
		expect(found.length / records.length).toBeGreaterThan(0.99);
	});

	it('titles with VNI leftovers are mended or flagged, and no title of another library is touched', () => {
		// a letter and a mark that Vietnamese and French in Unicode never have side by side
		const vni = /[eEuUyY][ùøÙØ]|[aA][àáâùøÀÁÂÙØ]|[oO][øâ]|[ôöÔÖ][ùøûõïÙØÛÕÏ]/;
		let leftovers = 0;
		for (const [name] of FILES)
			for (const record of recordsOf(readFile(name))) {
				const { record: mended, repairs } = repairText(record);
				const flagged = repairs.some((r) => r.code.startsWith('vni-') && r.at.startsWith('245'));
				const suspicious = name.startsWith('vn_cse') && titles(record).some((t) => vni.test(t));
				if (suspicious) leftovers++;
				expect(flagged, titles(record).join(' ')).toBe(suspicious);
				if (!name.startsWith('vn_cse')) expect(titles(mended)).toEqual(titles(record));
			}
		// 42 in the library's 44,860 rows; these two files hold 20,000 of them
		expect(leftovers).toBe(34);
	});

	it('some titles read as they should', () => {
		const mended = recordsOf(readFile('vn_cse_part1.mrc.gz')).map((r) => repairText(r).record);
		const all = mended.flatMap((r) => r.fields).flatMap((f) => [subfield(f, 'a') ?? '']);
		expect(all).toContain('CRC Handbook of Chemistry and Physics. (Phần I: từ đầu đến C763)');
		expect(all).toContain('Trường cao đẳng hoá học');
	});
});
