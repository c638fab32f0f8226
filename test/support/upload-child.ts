/*
 * Takes a file in as a server does, in a process of its own, and kills itself at a query after its run has begun. Arguments, as JSON:
 * the database, the folder of uploads, the library, the file, and how many queries later it dies. Prints the number of the run.
 * With a source in place of a library it takes the files of the folder that the source watches, and dies at that query from the beginning.
 */
import { createReadStream, writeSync } from 'node:fs';
import pg from 'pg';
import { takeFolder } from '../../src/jobs/take-folder.ts';
import { Uploads } from '../../src/jobs/uploads.ts';
import { Harvester } from './harvester.ts';

export interface UploadTask {
	readonly databaseUrl: string;
	readonly folder?: string;
	readonly library?: string;
	readonly path?: string;
	readonly source?: string;
	readonly dieAfter: number;
}

const task = JSON.parse(process.argv[2] ?? '{}') as UploadTask;
let left = Number.POSITIVE_INFINITY;
const query = pg.Client.prototype.query;
pg.Client.prototype.query = function counted(this: pg.Client, ...args: unknown[]): unknown {
	if (left-- <= 0) process.kill(process.pid, 'SIGKILL');
	return Reflect.apply(query, this, args);
} as typeof pg.Client.prototype.query;

const harvester = new Harvester(task.databaseUrl, { leaseSeconds: 1 });
if (task.source !== undefined) {
	left = task.dieAfter;
	await takeFolder({ ...harvester.deps, restMs: 1 }, task.source, new AbortController().signal);
}
const uploads = new Uploads({ ...harvester.deps, folder: task.folder ?? '' });
const sent = { library: task.library ?? '', source: null, name: 'sach.mrc', snapshot: true, columns: {} };
writeSync(1, String(await uploads.receive(createReadStream(task.path ?? ''), sent)));
left = task.dieAfter;
await uploads.settled();
