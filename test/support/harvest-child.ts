/*
 * A worker in a process of its own. Arguments, as JSON: the database, sources to harvest one after another (but those that have had
 * so many complete runs), whether to match and project then, the lease in seconds, and the query (counted over all connections) at which it kills itself.
 * Prints one JSON line: the runs and how many queries each step took.
 */
import pg from 'pg';
import { decideHeldRun, type HeldDecision } from '../../src/catalogue/held-run.ts';
import { harvestSource } from '../../src/store/harvest-source.ts';
import { Harvester } from './harvester.ts';

export interface ChildTask {
	readonly databaseUrl: string;
	readonly sources: readonly string[];
	/** The file that is the whole catalogue of the one source, which is of its library of the same code. */
	readonly file?: string;
	readonly runs: number;
	readonly unite: boolean;
	/** What is decided then of the run of the first source, which waits. */
	readonly decide?: HeldDecision;
	readonly leaseSeconds: number;
	/** Number of the query, from 1; when `sent`, the query is on its way when the process dies. */
	readonly dieAt?: { readonly query: number; readonly sent: boolean };
}

export interface ChildReport {
	readonly runs: readonly { readonly run: number; readonly state: string }[];
	/** Queries done at the end of each step: each source, then matching and projecting. */
	readonly queries: readonly number[];
}

const task = JSON.parse(process.argv[2] ?? '{}') as ChildTask;
let queries = 0;
const query = pg.Client.prototype.query;
pg.Client.prototype.query = function counted(this: pg.Client, ...args: unknown[]): unknown {
	queries++;
	const dies = queries === task.dieAt?.query;
	if (dies && task.dieAt?.sent !== true) process.kill(process.pid, 'SIGKILL');
	const result: unknown = Reflect.apply(query, this, args);
	if (dies) process.nextTick(() => process.kill(process.pid, 'SIGKILL'));
	return result;
} as typeof pg.Client.prototype.query;

const harvester = new Harvester(task.databaseUrl, { leaseSeconds: task.leaseSeconds });
const runs: { run: number; state: string }[] = [];
const steps: number[] = [];
const done = async (source: string): Promise<boolean> => {
	const sql = "select 1 from run r join source s on s.id = r.source_id where s.code = $1 and r.state = 'complete'";
	return (await harvester.database.pool.query(sql, [source])).rows.length >= task.runs;
};
for (const source of task.sources) {
	if (task.decide !== undefined || (await done(source))) continue;
	const { run, state } = await (task.file === undefined
		? harvester.harvestWhenFree(source)
		: harvester.whenFree(() => harvester.importFile(task.file as string, source, { snapshot: true })));
	runs.push({ run, state });
	steps.push(queries);
}
if (task.decide !== undefined) {
	const source = await harvestSource(harvester.database.pool, task.sources[0] ?? '');
	await decideHeldRun(harvester.database, source, task.decide, undefined, { leaseSeconds: task.leaseSeconds });
	steps.push(queries);
}
if (task.unite) {
	await harvester.unite();
	steps.push(queries);
}
console.log(JSON.stringify({ runs, queries: steps } satisfies ChildReport));
await harvester.close();
