/* Harvests and reads every record of an OAI-PMH address and keeps nothing. Prints one JSON line. */
import { Egress } from '../src/harvesters/egress.ts';
import { httpTransport } from '../src/harvesters/http-transport.ts';
import { harvestOaiPmh } from '../src/harvesters/oai-pmh.ts';
import { systemClock } from '../src/jobs/system-clock.ts';
import { ThreadWork } from '../src/jobs/thread-work.ts';
import { WorkerPool } from '../src/jobs/worker-pool.ts';
import { peakMegabytes } from './processes.ts';
import { quietLogger } from './quiet-logger.ts';

const url = process.argv[2] as string;
const pool = new WorkerPool(2);
const work = new ThreadWork(pool);
const transport = httpTransport({
	egress: new Egress({ allowPrivate: ['127.0.0.0/8'] }),
	clock: systemClock,
	userAgent: 'lienthong-bench',
});
const begun = process.cpuUsage();
const startedAt = performance.now();
const outcome = await harvestOaiPmh({
	source: { url, settings: {} },
	mode: 'full',
	harvestedUntil: null,
	checkpoint: null,
	transport,
	openPage: (options) => work.openPage(options),
	sink: { accept: async (part) => work.drop(part.handle) },
	clock: systemClock,
	logger: quietLogger,
	signal: new AbortController().signal,
});
const used = process.cpuUsage(begun);
const seconds = (performance.now() - startedAt) / 1000;
console.log(JSON.stringify({ listed: outcome.listed, seconds, nodeCpu: (used.user + used.system) / 1e6, peakMegabytes: peakMegabytes() }));
await transport.close();
await pool.close();
