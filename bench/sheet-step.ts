/*
 * One import of a table into a database of its own, in a process of its own, so that memory and processor time are its alone.
 * Arguments: data folder, file. Prints one JSON line.
 */
import { openFolder } from './open-folder.ts';
import { peakMegabytes } from './processes.ts';

const [dataDir, path] = process.argv.slice(2) as [string, string];

const { service, close } = await openFolder(dataDir);
await service.database.pool.query("insert into library (code, name, kind) values ('BENCH', 'Bench', 'school')");
const before = peakMegabytes();
const used = process.cpuUsage();
const startedAt = performance.now();
const run = await service.importFile({ path, library: 'BENCH', snapshot: true });
const seconds = (performance.now() - startedAt) / 1000;
const { user, system } = process.cpuUsage(used);
if (run.state !== 'complete') throw new Error(`the import of ${path} ended ${run.state}: ${run.error?.message}`);
const figures = { rows: run.rows ?? 0, records: run.listed, seconds, nodeCpu: (user + system) / 1e6 };
console.log(JSON.stringify({ ...figures, beforeMegabytes: before, peakMegabytes: peakMegabytes() }));
await close();
