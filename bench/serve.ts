/* Serves the union of a data folder, searched in Postgres or in the OpenSearch of a second argument, until its standard input closes. Prints the address, then its CPU seconds and memory. */
import { createServer, listen } from '../src/api/server.ts';
import { openFolder, serverDeps } from './open-folder.ts';
import { peakMegabytes } from './processes.ts';

const opened = await openFolder(process.argv[2] as string, process.argv[3]);
const app = createServer(serverDeps(opened));
console.log(await listen(app, '127.0.0.1', 0));
const begun = process.cpuUsage();
process.stdin.resume();
await new Promise((done) => process.stdin.once('end', done));
const used = process.cpuUsage(begun);
console.log(JSON.stringify({ nodeCpu: (used.user + used.system) / 1e6, peakMegabytes: peakMegabytes() }));
await app.close();
await opened.close();
