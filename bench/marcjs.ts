/* Reads a file of ISO 2709 with marcjs as a stream, as ours is read. Argument: the file. Prints one JSON line. */
import { createReadStream } from 'node:fs';
import { createRequire } from 'node:module';
import type { Transform } from 'node:stream';

const { Marc } = createRequire(import.meta.url)('marcjs') as { Marc: { createStream(format: string, what: string): Transform } };

let records = 0;
const startedAt = performance.now();
const read = createReadStream(process.argv[2] as string).pipe(Marc.createStream('iso2709', 'parser'));
for await (const record of read) if (record !== null) records++;
console.log(JSON.stringify({ records, seconds: (performance.now() - startedAt) / 1000 }));
