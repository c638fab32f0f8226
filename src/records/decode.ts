import { isUtf8 } from 'node:buffer';
import { mixed } from '../lib/utf8.ts';
import { DublinCoreBuilder } from './dublin-core.ts';
import { decodeIso2709, type Iso2709Options } from './iso2709.ts';
import type { Decoded } from './marc.ts';
import { decodeMarcJson } from './marc-json.ts';
import { MarcXmlBuilder } from './marcxml.ts';
import { readOneXmlRecord } from './xml-record.ts';

/** What the bytes of a version are in. */
export type RecordFormat = 'iso2709' | 'marcxml' | 'oai_dc' | 'marc-json';

/**
 * One record from what was received: ISO 2709 bytes, or the text (or UTF-8 bytes) of a MARC-in-JSON object or of a MARCXML or Dublin Core
 * element, in an OAI-PMH record or not. The first record found counts. Never throws.
 */
export function decodeRecord(format: RecordFormat, received: Uint8Array | string, options: Iso2709Options = {}): Decoded {
	if (format === 'iso2709') return decodeIso2709(typeof received === 'string' ? Buffer.from(received) : received, options);
	const text = typeof received === 'string' ? received : textOf(Buffer.from(received.buffer, received.byteOffset, received.length));
	if (format === 'marc-json') return decodeMarcJson(text);
	const decoded = readOneXmlRecord(text, format === 'marcxml' ? new MarcXmlBuilder() : new DublinCoreBuilder());
	return decoded ?? { ok: false, code: 'no-record', reason: `there is no ${format} record in the text`, repairs: [] };
}

const textOf = (bytes: Buffer): string => (isUtf8(bytes) ? bytes.toString('utf8') : mixed(bytes)).replace(/^\ufeff/, '');
