import { statfsSync } from 'node:fs';
import { AppError } from '../../lib/errors.ts';
import { type HealthFacts, healthFacts } from '../../store/health.ts';
import { readArgs } from '../args.ts';
import type { Command } from '../command.ts';

interface Finding {
	readonly state: 'ok' | 'warn' | 'fail';
	readonly text: string;
}

const DISK_FREE_WARN = 2e9;
const DISK_FREE_FAIL = 2e8;

const finding = (state: Finding['state'], text: string): Finding => ({ state, text });

function examine(facts: HealthFacts): Finding[] {
	const behind = facts.lastUnionSeq > facts.projectedSeq;
	return [
		facts.encoding === 'UTF8'
			? finding('ok', `Postgres ${facts.version}, UTF8`)
			: finding('fail', `the database has encoding ${facts.encoding}; it must be UTF8: create it anew with --encoding=UTF8`),
		finding(facts.dirty === 0 ? 'ok' : 'warn', `${facts.dirty} records wait to be matched${facts.dirty === 0 ? '' : ': lienthong match'}`),
		finding(
			behind ? 'warn' : 'ok',
			behind ? 'the search index is behind: a running serve, or lienthong match, brings it up' : 'the search index is up to date',
		),
		facts.indexed === facts.liveUnions || behind
			? finding('ok', `${facts.liveUnions} union records, ${facts.indexed} indexed`)
			: finding('fail', `${facts.liveUnions} union records but ${facts.indexed} in the index: lienthong reindex`),
		finding(facts.runsLeftRunning === 0 ? 'ok' : 'warn', `${facts.runsLeftRunning} runs were cut off and wait to go on`),
		...facts.silentSources.map((code) => finding('warn', `source ${code} has had no complete run for seven days: lienthong runs`)),
	];
}

function disk(folder: string): Finding {
	const { bavail, bsize } = statfsSync(folder);
	const free = bavail * bsize;
	const text = `${(free / 1e9).toFixed(1)} GB free at ${folder}`;
	if (free < DISK_FREE_FAIL) return finding('fail', `${text}: make room, harvests will fail`);
	return finding(free < DISK_FREE_WARN ? 'warn' : 'ok', text);
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
		const { pool } = await context.database();
		const findings = [...examine(await healthFacts(pool)), disk(context.config.dataDir)];
		context.print(values.json ? JSON.stringify(findings) : findings.map(({ state, text }) => `${state.padEnd(5)}${text}`).join('\n'));
		const failed = findings.filter(({ state }) => state === 'fail').length;
		if (failed > 0) throw new AppError('internal', `${failed} of ${findings.length} checks failed`, { hint: 'see the lines marked fail' });
	},
};
