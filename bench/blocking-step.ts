/*
 * One size of bench/blocking.ts, in a process of its own. Arguments: data folder, folder of the corpus, folder of the corpus that comes next.
 * Prints one JSON line.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type pg from 'pg';
import { openService } from '../src/cli/open-service.ts';
import type { Service } from '../src/cli/wiring.ts';
import { KEY_HOLDERS_MAX } from '../src/matching/keys.ts';
import { peakMegabytes, treeCpuSeconds } from './processes.ts';
import { quietLogger } from './quiet-logger.ts';
import { rows } from './samples.ts';

/** What it took to match the records of one corpus in a catalogue that had others before. */
export interface Growth {
	readonly what: string;
	readonly records: number;
	readonly inCatalogue: number;
	readonly keysPerRecord: number;
	readonly candidatesPerRecord: number;
	/** The share of the pairs of one publication, among the records of the corpus, that are compared. */
	readonly completeness: number;
	readonly matcherRecordsPerSecond: number;
	/** Of Node and Postgres together. */
	readonly matcherCpuSeconds: number;
	readonly peakMegabytes: number;
	/** Import of the files. */
	readonly importSeconds: number;
}

const LIBRARIES = 8;

async function importAll(
	{ database, importFile }: Pick<Service, 'database'> & { importFile: Service['importFile'] },
	folder: string,
	prefix: string,
) {
	for (let n = 1; n <= LIBRARIES; n++) {
		const name = `lib0${n}`;
		await database.pool.query("insert into library (code, name, kind) values ($1, $1, 'school')", [prefix + name]);
		const run = await importFile({ path: join(folder, `${name}.mrc`), library: prefix + name, snapshot: false });
		if (run.state !== 'complete' || run.quarantined > 0) throw new Error(`${name}: ${JSON.stringify(run)}`);
	}
}

/** Keeps the true cluster of each record of a corpus. */
async function keepTruth(pool: pg.Pool, folder: string, prefix: string): Promise<void> {
	await pool.query('create table if not exists bench_truth (record_id bigint primary key, corpus text not null, cluster text not null)');
	const truth = rows(readFileSync(join(folder, 'truth.tsv'), 'utf8'), '\t');
	for (let at = 0; at < truth.length; at += 50_000) {
		const part = truth.slice(at, at + 50_000);
		await pool.query(
			`insert into bench_truth select r.id, $1, t.cluster from unnest($2::text[], $3::text[], $4::text[]) as t (library, local, cluster)
			join source s on s.library = $1 || t.library join source_record r on r.source_id = s.id and regexp_replace(r.identifier, '^[(][^)]*[)]', '') = t.local`,
			[prefix, part.map((row) => row[0]), part.map((row) => row[1]), part.map((row) => row[2])],
		);
	}
	const { rows: kept } = await pool.query<{ n: number }>('select count(*)::int as n from bench_truth where corpus = $1', [prefix]);
	if (kept[0]?.n !== truth.length) throw new Error(`${kept[0]?.n} of ${truth.length} records of the truth are there`);
}

/** Reads off the key table which pairs of a corpus's clusters are compared: what src/store/match-candidates.ts reads, all at once. */
async function completenessOf(pool: pg.Pool, prefix: string): Promise<number> {
	const client = await pool.connect();
	// what is joined here has no index
	await client.query("set enable_nestloop = off; set work_mem = '256MB'; analyze match_key, bench_truth");
	const { rows: found } = await client.query<{ compared: number; pairs: number }>(
		`with held as (
			select t.cluster, m.record_id, m.key, m.rung from match_key m join bench_truth t on t.record_id = m.record_id and t.corpus = $1
		), shared as (
			select x.record_id as a, y.record_id as b, x.key, x.rung, x.rung >> 16 = y.rung >> 16 as same_year, x.rung = y.rung as same_rung
			from held x join held y on y.cluster = x.cluster and y.key = x.key and y.record_id > x.record_id
		), keys as (select distinct key from shared),
		on_key as (select key, count(*) as n from match_key join keys using (key) group by 1),
		on_year as (select key, rung >> 16 as year, count(*) as n from match_key join keys using (key) group by 1, 2),
		on_rung as (select key, rung, count(*) as n from match_key join keys using (key) group by 1, 2)
		select count(distinct (a, b))::int as compared,
			(select sum(n * (n - 1) / 2)::int from (select count(*) as n from bench_truth where corpus = $1 group by cluster) c) as pairs
		from shared s join on_key k using (key) join on_year y on y.key = s.key and y.year = s.rung >> 16 join on_rung r on r.key = s.key and r.rung = s.rung
		where k.n <= $2 or (same_year and y.n <= $2) or (same_rung and r.n <= $2)`,
		[prefix, KEY_HOLDERS_MAX],
	);
	client.release(true);
	const { compared = 0, pairs = 1 } = found[0] ?? {};
	return compared / pairs;
}

const round = (n: number, places: number): number => Number(n.toFixed(places));

async function matched(service: Service, postmaster: number, what: string, folder: string, prefix: string): Promise<Growth> {
	const { pool } = service.database;
	const began = performance.now();
	await importAll({ database: service.database, importFile: (request) => service.importFile(request) }, folder, prefix);
	const importSeconds = (performance.now() - began) / 1000;
	await keepTruth(pool, folder, prefix);
	const [node, postgres, at] = [process.cpuUsage(), treeCpuSeconds(postmaster), performance.now()];
	const done = await service.match();
	if (done === null) throw new Error('somebody else is matching');
	const seconds = (performance.now() - at) / 1000;
	const used = process.cpuUsage(node);
	const cpuSeconds = (used.user + used.system) / 1e6 + treeCpuSeconds(postmaster) - postgres;
	const { rows: sums } = await pool.query<{ keys: number; mine: number; records: number }>(
		`select (select count(*) from match_key m join bench_truth t on t.record_id = m.record_id and t.corpus = $1) as keys,
			(select count(*) from bench_truth where corpus = $1) as mine, (select count(*) from source_record) as records`,
		[prefix],
	);
	const { keys = 0, mine = 0, records = 0 } = sums[0] ?? {};
	return {
		what,
		records: mine,
		inCatalogue: records,
		keysPerRecord: round(keys / mine, 2),
		candidatesPerRecord: round(done.pairs / mine, 2),
		completeness: round(await completenessOf(pool, prefix), 4),
		matcherRecordsPerSecond: Math.round(mine / seconds),
		matcherCpuSeconds: round(cpuSeconds, 1),
		peakMegabytes: peakMegabytes(),
		importSeconds: round(importSeconds, 1),
	};
}

const [dataDir = '', first = '', next = ''] = process.argv.slice(2);
const config = { databaseUrl: null, dataDir, publicUrl: 'http://127.0.0.1', allowPrivateAddresses: [] };
const opened = await openService(config, quietLogger, () => undefined);
try {
	const { service } = opened;
	const file = await service.database.pool.query<{ pid: string }>("select split_part(pg_read_file('postmaster.pid'), E'\\n', 1) as pid");
	const postmaster = Number(file.rows[0]?.pid);
	const figures = [
		await matched(service, postmaster, 'the whole catalogue', first, ''),
		await matched(service, postmaster, 'the next records of other libraries', next, 'next-'),
	];
	console.log(JSON.stringify(figures));
} finally {
	await opened.close();
}
