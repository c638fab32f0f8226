import type pg from 'pg';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { drain } from './world.ts';

export interface Death {
	/** Which query of the matcher it dies at, from 1, counted over its connections. */
	readonly query: number;
	/** Whether the query was on its way. */
	readonly sent: boolean;
	readonly batchMax: number;
}

/** Matches until the given query, then breaks all connections as a process that is killed does. True when it lived to see that query. */
export async function killedMatcher(url: string, { query, sent, batchMax }: Death): Promise<boolean> {
	const victim = openDatabase(url, { max: 4, applicationName: 'victim' });
	const clients: pg.PoolClient[] = [];
	let queries = 0;
	let dead = false;
	const die = (): void => {
		dead = true;
		for (const client of clients) client.connection.stream.destroy();
	};
	victim.pool.on('connect', (client) => {
		clients.push(client);
		client.on('error', () => undefined);
		const ask = client.query;
		client.query = function counted(this: pg.PoolClient, ...args: unknown[]): unknown {
			queries++;
			if (queries === query && !sent) die();
			const answer: unknown = Reflect.apply(ask, this, args);
			if (queries === query && sent) process.nextTick(die);
			return answer;
		} as typeof client.query;
	});
	try {
		await drain(victim, { batchMax });
	} catch (error) {
		if (!dead) throw error;
	} finally {
		await victim.close();
	}
	return dead;
}

/** Waits until the server has noticed that the matcher is gone, and let go of its lock. */
export async function matcherGone({ pool }: Database): Promise<void> {
	for (;;) {
		const { rows } = await pool.query("select from pg_stat_activity where application_name = 'victim' and datname = current_database()");
		if (rows.length === 0) return;
		await new Promise((resolve) => setTimeout(resolve, 20));
	}
}
