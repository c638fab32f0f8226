import { isUtf8 } from 'node:buffer';
import { hash } from 'node:crypto';
import { LIMITS } from '../lib/limits.ts';
import { mixed } from '../lib/utf8.ts';
import { BerError } from '../protocols/ber/node.ts';
import { readBer } from '../protocols/ber/read.ts';
import { readOpac } from '../protocols/z3950/opac.ts';
import { decodeRecord } from '../records/decode.ts';
import type { Encoding } from '../records/encoding.ts';
import { controlValue, type Decoded, type MarcRecord, subfield } from '../records/marc.ts';
import { holdingFields } from './opac-holdings.ts';
import type { ReadRecord } from './page.ts';

/** What the bytes of a record are in: ISO 2709, XML of either kind, or an OPAC record in BER. */
export type RawFormat = 'iso2709' | 'marcxml' | 'oai_dc' | 'opac';

/** A record as a target handed it out, or why it did not. */
export interface RawRecord {
	readonly format: RawFormat;
	/** As received; empty when there is none. */
	readonly bytes: Uint8Array;
	/** What the target calls it; '' leaves it to the record. */
	readonly identifier: string;
	readonly problem: { readonly code: string; readonly reason: string } | null;
}

const DIGEST_BYTES = 16;
/** What Zebra adds of its own (size, rank, number) is different after each indexing. */
const IDZEBRA = /<idzebra[\s>][\s\S]*?<\/idzebra>/g;

/** Reads one record, in any thread. Never throws for what a stranger sent. */
export function readRawRecord(raw: RawRecord, encoding: Encoding | null): ReadRecord {
	const bytes = Buffer.from(raw.bytes.buffer, raw.bytes.byteOffset, raw.bytes.length);
	const text = isUtf8(bytes) ? bytes.toString('utf8') : mixed(bytes);
	const own = text.includes('<idzebra') ? text.replace(IDZEBRA, '') : bytes;
	const digest = hash('sha256', own, 'buffer').subarray(0, DIGEST_BYTES);
	const base = { datestamp: null, deleted: false, raw: text, digest };
	if (raw.problem !== null) return { ...base, identifier: raw.identifier, decoded: null, problem: raw.problem };
	if (bytes.length > LIMITS.recordBytesMax) {
		const problem = { code: 'record-too-long', reason: `the record is longer than ${LIMITS.recordBytesMax} bytes` };
		return { ...base, identifier: raw.identifier, decoded: null, problem };
	}
	const decoded = decode(raw.format, bytes, text, encoding);
	return { ...base, identifier: raw.identifier || identifierOf(decoded, digest), decoded };
}

function decode(format: RawFormat, bytes: Uint8Array, text: string, encoding: Encoding | null): Decoded {
	if (format === 'opac') return decodeOpac(bytes, encoding);
	if (format === 'iso2709') return decodeRecord('iso2709', bytes, encoding === null ? {} : { encoding });
	return decodeRecord(format, text);
}

/** The record inside an OPAC record, with what the target tells of its holdings as fields 852 and 876. */
function decodeOpac(bytes: Uint8Array, encoding: Encoding | null): Decoded {
	try {
		const { bibliographic, holdings = [] } = readOpac(readBer(bytes));
		const inner = bibliographic?.octets ?? null;
		if (inner === null) return { ok: false, code: 'no-record', reason: 'the OPAC record has no bibliographic record', repairs: [] };
		const decoded = decodeRecord(looksLikeXml(inner) ? 'marcxml' : 'iso2709', inner, encoding === null ? {} : { encoding });
		if (!decoded.ok) return decoded;
		const { record } = decoded;
		return { ...decoded, record: { ...record, fields: [...record.fields, ...holdingFields(holdings)] } };
	} catch (error) {
		if (!(error instanceof BerError)) throw error;
		return { ok: false, code: 'not-opac', reason: `the OPAC record cannot be read: ${error.message}`, repairs: [] };
	}
}

export const looksLikeXml = (bytes: Uint8Array): boolean => bytes[0] === 0x3c || (bytes[0] === 0xef && bytes[3] === 0x3c);

/** The control number; else the first system control number; else a name made of the contents. '' when nothing can be read. */
function identifierOf(decoded: Decoded, digest: Uint8Array): string {
	if (!decoded.ok) return '';
	const own = controlValue(decoded.record, '001')?.trim() || systemNumber(decoded.record);
	return (own || `sha256:${Buffer.from(digest).toString('hex')}`).slice(0, LIMITS.identifierBytesMax);
}

function systemNumber(record: MarcRecord): string {
	const field = record.fields.find(({ tag }) => tag === '035');
	return field === undefined ? '' : (subfield(field, 'a')?.trim() ?? '');
}
