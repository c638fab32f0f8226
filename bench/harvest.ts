/*
 * One step of a harvest into a database of its own, in a process of its own, so that memory and processor time are its alone.
 * Arguments: "fresh" or "again", data folder, one or more OAI-PMH addresses. Prints one JSON line.
 */
import { keepCompiled } from '../src/cli/keep-compiled.ts';
import { openService } from '../src/cli/open-service.ts';
import { peakMegabytes, treeCpuSeconds } from './processes.ts';
import { quietLogger } from './quiet-logger.ts';

keepCompiled(process.env);
const [mode, dataDir, ...addresses] = process.argv.slice(2) as [string, string, ...string[]];

const opened = await openService(
	{ databaseUrl: null, dataDir, publicUrl: 'http://127.0.0.1', allowPrivateAddresses: ['127.0.0.0/8'] },
	quietLogger,
	() => undefined,
);
const { service } = opened;
const { pool } = service.database;
await pool.query("insert into library (code, name, kind) values ('BENCH', 'Bench', 'province') on conflict do nothing");
for (const url of addresses) {
	await pool.query("insert into source (code, library, kind, url) values ($1, 'BENCH', 'oai-pmh', $1) on conflict do nothing", [url]);
}
const file = await pool.query<{ pid: string }>("select split_part(pg_read_file('postmaster.pid'), E'\\n', 1) as pid");
const postmaster = Number(file.rows[0]?.pid);

const startedAt = performance.now();
const nodeCpu = process.cpuUsage();
const postgresCpu = treeCpuSeconds(postmaster);
const since = (): { seconds: number; nodeCpu: number; postgresCpu: number } => {
	const used = process.cpuUsage(nodeCpu);
	return {
		seconds: (performance.now() - startedAt) / 1000,
		nodeCpu: (used.user + used.system) / 1e6,
		postgresCpu: treeCpuSeconds(postmaster) - postgresCpu,
	};
};

let listed = 0;
let unchanged = 0;
for (const url of addresses) {
	const run = await service.harvest({ source: url, full: mode === 'again' });
	if (run.state !== 'complete') throw new Error(`the harvest of ${url} ended ${run.state}: ${run.error?.message}`);
	listed += run.listed;
	unchanged += run.unchanged;
}
const harvested = since();
await service.match();
const matched = since();
await service.project();
const searchable = since();
const { rows } = await pool.query<{ bytes: number; unions: number; dirty: number }>(
	`select pg_database_size(current_database()) as bytes, (select count(*) from union_record where state = 'live') as unions,
		(select count(*) from dirty) as dirty`,
);
const sizes = await pool.query<{ name: string; bytes: number }>(
	`select relname as name, pg_total_relation_size(oid) as bytes from pg_class
	where relkind = 'r' and relnamespace = 'public'::regnamespace order by 2 desc limit 12`,
);
const megabytes = Object.fromEntries(sizes.rows.map((r) => [r.name, Math.round(r.bytes / 1e5) / 10]));
console.log(JSON.stringify({ listed, unchanged, harvested, matched, searchable, peakMegabytes: peakMegabytes(), ...rows[0], megabytes }));
await opened.close();
