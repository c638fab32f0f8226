/*
 * One harvest from an OAI-PMH address into a database of its own, in a process of its own, so that its memory and processor time
 * are its alone. Arguments: "fresh" or "again", data folder, address. Prints one JSON line.
 */
import { openService } from '../src/cli/open-service.ts';
import { quietLogger } from './quiet-logger.ts';
import { peakMegabytes, treeCpuSeconds } from './processes.ts';

const [mode, dataDir, oaiUrl] = process.argv.slice(2) as [string, string, string];

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
const postmaster = Number((await pool.query<{ pid: string }>("select split_part(pg_read_file('postmaster.pid'), E'\\n', 1) as pid")).rows[0]?.pid);

interface Sample {
	readonly seconds: number;
	readonly nodeCpu: number;
	readonly postgresCpu: number;
}

const startedAt = performance.now();
const nodeCpu = process.cpuUsage();
const postgresCpu = treeCpuSeconds(postmaster);
const since = (): Sample => {
	const used = process.cpuUsage(nodeCpu);
	return {
		seconds: (performance.now() - startedAt) / 1000,
		nodeCpu: (used.user + used.system) / 1e6,
		postgresCpu: treeCpuSeconds(postmaster) - postgresCpu,
	};
};

const run = await service.harvest({ source: 'bench', full: mode === 'again' });
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
const sizes = await pool.query<{ name: string; bytes: number }>(
	"select relname as name, pg_total_relation_size(oid) as bytes from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace order by 2 desc limit 12",
);
const tables = Object.fromEntries(sizes.rows.map((r) => [r.name, Math.round(r.bytes / 1e5) / 10]));
console.log(JSON.stringify({ run, harvested, matched, searchable, peakMegabytes: peakMegabytes(), ...rows[0], tables }));
await opened.close();
