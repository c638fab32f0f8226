/*
 * One harvest from an OAI-PMH address into a database of its own, in a process of its own, so that its memory and processor time
 * are its alone. Arguments: address, data folder, "fresh" or "again". Prints one JSON line.
 */
import { openService } from '../src/cli/open-service.ts';
import { quietLogger } from './quiet-logger.ts';
import { peakMegabytes, treeCpuSeconds } from './processes.ts';

const [url, dataDir, oaiUrl] = process.argv.slice(2) as [string, string, string];

const opened = await openService(
	{ databaseUrl: null, dataDir, publicUrl: 'http://127.0.0.1', allowPrivateAddresses: ['127.0.0.0/8'] },
	quietLogger,
	() => undefined,
);
const { service } = opened;
const { pool } = service.database;
await pool.query("insert into library (code, name, kind) values ('BENCH', 'Bench', 'province') on conflict do nothing");
await pool.query(
	`insert into source (code, library, kind, url) select 'bench', 'BENCH', 'oai-pmh', $1 where not exists (select 1 from source)`,
	[oaiUrl],
);
const { rows: pids } = await pool.query<{ pid: number }>(
	"select pg_backend_pid() as pid",
);
void pids;
const postmaster = Number((await pool.query<{ pid: string }>("select split_part(pg_read_file('postmaster.pid'), E'\\n', 1) as pid")).rows[0]?.pid);

interface Sample {
	readonly seconds: number;
	readonly nodeCpu: number;
	readonly postgresCpu: number;
}

let startedAt = performance.now();
let nodeCpu = process.cpuUsage();
let postgresCpu = treeCpuSeconds(postmaster);
const since = (): Sample => {
	const used = process.cpuUsage(nodeCpu);
	return {
		seconds: (performance.now() - startedAt) / 1000,
		nodeCpu: (used.user + used.system) / 1e6,
		postgresCpu: treeCpuSeconds(postmaster) - postgresCpu,
	};
};

const run = await service.harvest({ source: 'bench', full: url === 'again' });
const harvested = since();
await service.match();
const matched = since();
await service.project();
const searchable = since();
await pool.query('checkpoint');
const { rows } = await pool.query<{ bytes: number; unions: number; dirty: number }>(
	`select pg_database_size(current_database()) as bytes, (select count(*) from union_record where state = 'live') as unions,
		(select count(*) from dirty) as dirty`,
);
console.log(JSON.stringify({ run, harvested, matched, searchable, peakMegabytes: peakMegabytes(), ...rows[0] }));
startedAt = 0;
nodeCpu = { user: 0, system: 0 };
postgresCpu = 0;
await opened.close();
