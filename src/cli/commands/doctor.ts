import { statfsSync } from 'node:fs';
import { AppError } from '../../lib/errors.ts';
import { databaseError } from '../../store/database.ts';
import { type HealthFacts, healthFacts } from '../../store/health.ts';
import { countParked } from '../../store/parked.ts';
import { readArgs } from '../args.ts';
import type { Command, CommandContext } from '../command.ts';
import { searchEngine } from '../search-engine.ts';

interface Finding {
	readonly state: 'ok' | 'warn' | 'fail';
	readonly text: string;
}

const POSTGRES_MIN = 150_000;
const DISK_FREE_WARN = 2e9;
const DISK_FREE_FAIL = 2e8;

const finding = (state: Finding['state'], text: string): Finding => ({ state, text });

function server({ version, versionNumber, encoding, schema }: HealthFacts): Finding[] {
	return [
		versionNumber >= POSTGRES_MIN
			? finding('ok', `Postgres ${version}`)
			: finding('fail', `Postgres ${version} is too old: move to version 15 or newer`),
		encoding === 'UTF8'
			? finding('ok', 'the database is in UTF8')
			: finding('fail', `the database has encoding ${encoding}; it must be UTF8: create it anew with --encoding=UTF8`),
		finding('ok', `the schema is up to date: ${schema}`),
	];
}

/** Documents in the search index, and records that it refused. */
interface IndexFacts {
	readonly indexed: number;
	readonly parked: number;
}

function catalogue(facts: HealthFacts, { indexed, parked }: IndexFacts): Finding[] {
	const { dirty, liveUnions } = facts;
	const behind = facts.lastUnionSeq - facts.projectedSeq;
	return [
		dirty === 0 ? finding('ok', 'no record waits to be matched') : finding('warn', `${dirty} records wait to be matched: lienthong match`),
		behind <= 0
			? finding('ok', 'the search index is up to date')
			: finding('warn', `the search index is ${behind} changes behind: a running serve, or lienthong match, brings it up`),
		indexed + parked === liveUnions || behind > 0
			? finding('ok', `${liveUnions} union records, ${indexed} of them in the index`)
			: finding('fail', `${liveUnions} union records, but ${indexed} in the index: lienthong reindex`),
		parked === 0
			? finding('ok', 'the search index refused no record')
			: finding('warn', `the search index refused ${parked} records: lienthong quarantine --index says why`),
		facts.runsLeftRunning === 0
			? finding('ok', 'no run was cut off')
			: finding('warn', `${facts.runsLeftRunning} runs were cut off: a running serve, or lienthong harvest, goes on with them`),
		...facts.heldSources.map((code) => finding('warn', `a run of source ${code} waits for a person: lienthong source rekey ${code}`)),
		...facts.givenUpWebhooks.map((id) =>
			finding('warn', `webhook ${id} was given up: lienthong webhook list says why, lienthong webhook resume ${id} tries it again`),
		),
		...facts.silentSources.map((code) =>
			finding('warn', `source ${code} has had no complete run for seven days: lienthong runs ${code} says why`),
		),
	];
}

/** Findings about the database; one when it cannot be used. */
async function database(context: CommandContext): Promise<Finding[]> {
	try {
		const { pool } = await context.database();
		const engine = searchEngine(context.config.openSearchUrl, pool);
		try {
			const index = await engine.indexName();
			const facts = await healthFacts(pool, index);
			const found = { indexed: await engine.count(), parked: await countParked(pool, index) };
			return [...server(facts), ...catalogue(facts, found)];
		} finally {
			await engine.close();
		}
	} catch (error) {
		const known = databaseError(error);
		if (!(known instanceof AppError)) throw error;
		return [finding('fail', `${known.message}: ${known.hint}`)];
	}
}

function disk(folder: string): Finding {
	try {
		const { bavail, bsize } = statfsSync(folder);
		const free = bavail * bsize;
		const text = `${(free / 1e9).toFixed(1)} GB free at ${folder}`;
		if (free < DISK_FREE_FAIL) return finding('fail', `${text}: make room, harvests will fail`);
		return finding(free < DISK_FREE_WARN ? 'warn' : 'ok', text);
	} catch (error) {
		return finding('fail', `cannot look at ${folder} (DATA_DIR): ${error instanceof Error ? error.message : error}`);
	}
}

export const command: Command = {
	name: 'doctor',
	summary: 'look whether everything is well',
	help: `
Usage: lienthong doctor [--json]

Prints a line for each thing looked at: ok, warn or fail, and what to do. The exit code is 1 when something failed.

  --json   print the findings as JSON
`,
	async run(args, context) {
		const { values } = readArgs(args, { json: { type: 'boolean' } }, 0);
		const findings = [...(await database(context)), disk(context.config.dataDir)];
		context.print(values.json ? JSON.stringify(findings) : findings.map(({ state, text }) => `${state.padEnd(5)}${text}`).join('\n'));
		const failed = findings.filter(({ state }) => state === 'fail').length;
		if (failed > 0) throw new AppError('internal', `${failed} of ${findings.length} checks failed`, { hint: 'see the lines marked fail' });
	},
};
