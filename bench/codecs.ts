/* Reads a file of ISO 2709 or MARCXML in chunks that cut letters anywhere. Arguments: "marc" or "xml", file. Prints one JSON line. */
import { createReadStream } from 'node:fs';
import { Iso2709Reader } from '../src/records/iso2709.ts';
import { MarcXmlReader } from '../src/records/marcxml-reader.ts';

const CHUNK = 65_521;

const [kind, file] = process.argv.slice(2) as ['marc' | 'xml', string];
const reader = kind === 'marc' ? new Iso2709Reader() : new MarcXmlReader();
let records = 0;
let failed = 0;
const count = (read: readonly { readonly decoded: { readonly ok: boolean } }[]): void => {
	records += read.length;
	for (const { decoded } of read) if (!decoded.ok) failed++;
};
const begun = process.cpuUsage();
const startedAt = performance.now();
for await (const chunk of createReadStream(file, { highWaterMark: CHUNK })) count(reader.feed(chunk as Buffer));
count(reader.end());
const used = process.cpuUsage(begun);
console.log(JSON.stringify({ records, failed, seconds: (performance.now() - startedAt) / 1000, nodeCpu: (used.user + used.system) / 1e6 }));
