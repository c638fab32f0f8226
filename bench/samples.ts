import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { decodeIso2709 } from '../src/records/iso2709.ts';
import { controlValue, type MarcField, type MarcRecord } from '../src/records/marc.ts';

/** Records whose true clusters are known. */
export interface Sample {
	readonly name: string;
	readonly records: readonly MarcRecord[];
	/** The true cluster of each record. */
	readonly truth: readonly string[];
}

const RECORD_TERMINATOR = 0x1d;

function* iso2709Records(bytes: Buffer): Generator<MarcRecord> {
	let start = 0;
	for (let end = bytes.indexOf(RECORD_TERMINATOR); end >= 0; end = bytes.indexOf(RECORD_TERMINATOR, start)) {
		const decoded = decodeIso2709(bytes.subarray(start, end + 1));
		if (!decoded.ok) throw new Error(`a record of the sample cannot be read: ${decoded.reason}`);
		yield decoded.record;
		start = end + 1;
	}
}

export const rows = (text: string, separator: string): string[][] =>
	text
		.trim()
		.split(/\r?\n/)
		.slice(1)
		.map((line) => line.split(separator));

/** `all.mrc` of a folder and, in the same order, `truth.tsv` (third column: cluster). */
export function corpus(folder: string): Sample {
	const records = [...iso2709Records(readFileSync(join(folder, 'all.mrc')))];
	const truth = rows(readFileSync(join(folder, 'truth.tsv'), 'utf8'), '\t').map((row) => row[2] as string);
	return { name: folder, records, truth };
}

interface JsonField {
	readonly [tag: string]: string | { ind1: string; ind2: string; subfields: { [code: string]: string }[] };
}

function fromJson(line: string): MarcRecord {
	const { leader, fields } = JSON.parse(line) as { leader: string; fields: JsonField[] };
	return {
		leader,
		fields: fields.flatMap((field) =>
			Object.entries(field).map(([tag, content]): MarcField => {
				if (typeof content === 'string') return { tag, ind1: ' ', ind2: ' ', value: content.normalize('NFC'), subfields: [] };
				const subfields = content.subfields.flatMap((s) =>
					Object.entries(s).map(([code, value]) => ({ code, value: value.normalize('NFC') })),
				);
				return { tag, ind1: content.ind1, ind2: content.ind2, value: '', subfields };
			}),
		),
	};
}

export const unzipped = (file: string): string => gunzipSync(readFileSync(file)).toString();
export const identifierOf = (record: MarcRecord): string => controlValue(record, '001') ?? '';

/** The records of `X.records.jsonl.gz` (MARC in JSON, a record a line). */
export const recordsOf = (file: string): MarcRecord[] => unzipped(file).trim().split('\n').map(fromJson);

/** The rows of a `.csv.gz` without its heading. */
export const csvRows = (file: string): string[][] => rows(unzipped(file), ',');

/** The same with `X.clusters.csv.gz` (id,cluster) beside it; a record without a cluster stands alone. */
export function labelled(file: string): Sample {
	const records = recordsOf(file);
	const clusters = new Map(csvRows(file.replace('.records.jsonl.gz', '.clusters.csv.gz')).map(([id = '', cluster = '']) => [id, cluster]));
	return { name: file, records, truth: records.map((r, i) => clusters.get(identifierOf(r)) ?? `alone ${i}`) };
}
