import { sampleNetwork } from '../../src/demo/cataloguing.ts';
import { decodeRecord } from '../../src/records/decode.ts';
import { encodeIso2709 } from '../../src/records/iso2709.ts';
import type { MarcField, MarcRecord } from '../../src/records/marc.ts';

const control = (tag: string, value: string): MarcField => ({ tag, ind1: ' ', ind2: ' ', value, subfields: [] });

/** So many different MARC records of the sample networks, with control numbers `tv000001` and on, and days of change in 005. */
export function sampleMarc(count: number): MarcRecord[] {
	const records: MarcRecord[] = [];
	for (let seed = 1; records.length < count; seed++) {
		for (const { records: own, marcPrefix } of sampleNetwork(seed).libraries) {
			for (const { metadata, what } of own) {
				const xml = metadata.get(marcPrefix) ?? '';
				if (records.length === count || xml === '' || what === 'authority' || what === 'unreadable') continue;
				const decoded = decodeRecord('marcxml', xml);
				if (decoded.ok) records.push(numbered(decoded.record, records.length + 1));
			}
		}
	}
	return records;
}

function numbered(record: MarcRecord, number: number): MarcRecord {
	const day = new Date(Date.UTC(2024, 0, 1 + (number % 600))).toISOString().slice(0, 10).replaceAll('-', '');
	const rest = record.fields.filter(({ tag }) => tag !== '001' && tag !== '005');
	const fields = [control('001', `tv${String(number).padStart(6, '0')}`), control('005', `${day}120000.0`), ...rest];
	return { ...record, fields };
}

/** The records as one file in ISO 2709. */
export const marcFile = (records: readonly MarcRecord[]): Buffer => Buffer.concat(records.map(encodeIso2709));
