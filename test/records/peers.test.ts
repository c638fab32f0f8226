import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeIso2709, Iso2709Reader } from '../../src/records/iso2709.ts';
import type { MarcRecord } from '../../src/records/marc.ts';
import { MarcXmlReader } from '../../src/records/marcxml-reader.ts';
import { renderMarcXml } from '../../src/records/render-marcxml.ts';
import { lines, marcRecord } from '../support/marc-bytes.ts';

const require = createRequire(import.meta.url);

interface MarcjsRecord {
	readonly leader: string;
	/** `[tag, value]` or `[tag, indicators, code, value, …]`. */
	readonly fields: readonly (readonly string[])[];
}
interface Marcjs {
	readonly Marc: { parse(bytes: Buffer, format: string): MarcjsRecord };
}
interface Marc4jsField {
	readonly tag: string;
	readonly data?: string;
	readonly indicator1?: string;
	readonly indicator2?: string;
	readonly subfields?: readonly { readonly code: string; readonly data: string }[];
}
interface Marc4jsRecord {
	readonly controlFields: readonly Marc4jsField[];
	readonly dataFields: readonly Marc4jsField[];
}
interface Marc4js {
	parse(bytes: Buffer, options: { readonly fromFormat: string }, done: (error: Error | null, records: Marc4jsRecord[]) => void): void;
}

const { Marc } = require('marcjs') as Marcjs;
const marc4js = require('marc4js') as Marc4js;

const marcjsLines = (record: MarcjsRecord): string[] =>
	record.fields.map(([tag, second = '', ...rest]) => {
		let line = `${tag} ${second}`;
		for (let i = 0; i < rest.length; i += 2) line += `$${rest[i]}${rest[i + 1]}`;
		return line;
	});

function marc4jsLines(bytes: Buffer, fromFormat: string): Promise<string[][]> {
	const data = (f: Marc4jsField): string =>
		`${f.tag} ${f.indicator1}${f.indicator2}${(f.subfields ?? []).map((s) => `$${s.code}${s.data}`).join('')}`;
	return new Promise((resolve, reject) => {
		marc4js.parse(bytes, { fromFormat }, (error, records) => {
			if (error) reject(error);
			else resolve(records.map((r) => [...r.controlFields.map((f) => `${f.tag} ${f.data}`), ...r.dataFields.map(data)]));
		});
	});
}

/** What yaz-marcdump prints of a record as lines: `245 10 $a Title`. */
function yazLines(records: Uint8Array): string[][] {
	const folder = mkdtempSync(join(tmpdir(), 'marc-'));
	const file = join(folder, 'records.mrc');
	try {
		writeFileSync(file, records);
		const { stdout } = spawnSync('yaz-marcdump', ['-i', 'marc', '-o', 'marcxml', '-f', 'utf-8', '-t', 'utf-8', file], { maxBuffer: 1e9 });
		return xmlLines(stdout);
	} finally {
		rmSync(folder, { recursive: true });
	}
}

const records = (bytes: Uint8Array): MarcRecord[] => {
	const reader = new Iso2709Reader();
	return [...reader.feed(bytes), ...reader.end()].flatMap(({ decoded }) => (decoded.ok ? [decoded.record] : []));
};
function xmlLines(bytes: Uint8Array): string[][] {
	const reader = new MarcXmlReader();
	return [...reader.feed(bytes), ...reader.end()].flatMap(({ decoded }) => (decoded.ok ? [lines(decoded.record)] : []));
}

/** Records that every peer can write down: no line ends, no white space at the ends of values. */
const tidy = marcRecord.map((record) => ({
	...record,
	fields: record.fields.map((f) => ({
		...f,
		value: f.value.replace(/[\s\ufffd]+/g, ' ').trim() || (f.subfields.length === 0 ? 'x' : ''),
		subfields: f.subfields.map((s) => ({ code: s.code, value: s.value.replace(/[\s\ufffd]+/g, ' ').trim() || 'x' })),
	})),
}));
const samples = (count: number): MarcRecord[] => fc.sample(tidy, { numRuns: count, seed: 7 });
const collection = (list: readonly MarcRecord[]): string =>
	`<collection xmlns="http://www.loc.gov/MARC21/slim">${list.map((r) => renderMarcXml(r)).join('')}</collection>`;

describe('other MARC readers read what is written', () => {
	it('marcjs, ISO 2709', () => {
		for (const record of samples(300))
			expect(marcjsLines(Marc.parse(Buffer.from(encodeIso2709(record)), 'iso2709'))).toEqual(lines(record));
	});

	it('marc4js, ISO 2709 and MARCXML', async () => {
		const list = samples(100);
		for (const record of list) expect(await marc4jsLines(Buffer.from(encodeIso2709(record)), 'iso2709')).toEqual([lines(record)]);
		expect(await marc4jsLines(Buffer.from(collection(list)), 'marcxml')).toEqual(list.map(lines));
	});
});

const hasYaz = spawnSync('yaz-marcdump', ['-V']).error === undefined;
const CORPUS = '../shared/corpus/marc';

describe('yaz-marcdump as a second reader', () => {
	it.runIf(hasYaz)('reads what is written', () => {
		const list = samples(300);
		expect(yazLines(Buffer.concat(list.map((r) => encodeIso2709(r))))).toEqual(list.map(lines));
	});

	it.runIf(hasYaz && existsSync(CORPUS))('agrees on a real catalogue in decomposed Unicode', () => {
		const bytes = gunzipSync(readFileSync(`${CORPUS}/vn_cse_part1.mrc.gz`));
		expect(records(bytes).map(lines)).toEqual(yazLines(bytes));
	});
});
