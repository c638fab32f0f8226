import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { decide, undo } from '../../src/catalogue/decide.ts';
import { RefusedDecision } from '../../src/catalogue/refused-decision.ts';
import { publicId } from '../../src/lib/ids.ts';
import { type Database, openDatabase, withTransaction } from '../../src/store/database.ts';
import { insertDecision, judgedRecords } from '../../src/store/decision.ts';
import { markDirty } from '../../src/store/intake.ts';
import { setSourceSettings } from '../../src/store/source.ts';
import { killedMatcher, matcherGone } from '../support/killed-matcher.ts';
import { testDatabase } from '../support/postgres.ts';
import { type Event, event, finalState, type Listed, SOURCES } from '../support/random-world.ts';
import { unresolved } from '../support/resolves.ts';
import { addSource, emptyCatalogue, harvestList, matchAll, unionImage } from '../support/world.ts';

/*
 * Worlds in which sources list and correct, librarians decide, undo and set, and the matcher is killed. Two worlds that end with the same
 * versions, decisions and settings have the same union, whatever happened on the way (I2); every id resolves (I3); and whoever followed
 * the change log has what is there (I4).
 */

const RUNS = process.env['DEEP'] === '1' ? 150 : 12;

let database: Database;
let url: string;
let drop: () => Promise<void>;

beforeAll(async () => {
	const made = await testDatabase();
	url = made.url;
	database = openDatabase(url, { max: 8, applicationName: 'worlds' });
	drop = made.drop;
});
afterAll(async () => {
	await database.close();
	await drop();
});

/** A decision in force, by what the two records are called. */
interface Said {
	readonly a: string;
	readonly b: string;
	readonly verdict: 'same' | 'not-same';
	readonly confirmed: readonly string[];
}

/** What a world comes to: what was last listed, decided and set. */
interface Outcome {
	readonly listed: readonly Listed[];
	readonly decisions: readonly Said[];
	readonly noDoubles: ReadonlySet<number>;
}

/** Whoever reads the change log in its order, and of each union record that is named what it is now. */
class Follower {
	readonly mirror = new Map<number, string>();
	#seq = 0;

	async follow(): Promise<void> {
		const { rows } = await database.pool.query<{ seq: number; id: number; state: string; body: Buffer | null }>(
			`select c.seq, u.id, u.state, u.body from change c join union_record u on u.id = c.id
			where c.entity = 1 and c.seq > $1 order by c.seq`,
			[this.#seq],
		);
		for (const { seq, id, state, body } of rows) {
			this.#seq = seq;
			if (state === 'live') this.mirror.set(id, (body as Buffer).toString('base64'));
			else this.mirror.delete(id);
		}
	}
}

async function shown(): Promise<[number, string][]> {
	const { rows } = await database.pool.query<{ id: number; body: Buffer }>(
		"select id, body from union_record where state = 'live' order by id",
	);
	return rows.map(({ id, body }) => [id, body.toString('base64')]);
}

async function livingRecords(): Promise<string[]> {
	const { rows } = await database.pool.query<{ id: number }>(
		'select r.id from source_record r join source s on s.id = r.source_id where not r.deleted order by s.code, r.identifier',
	);
	return rows.map(({ id }) => publicId(id));
}

async function judge({ verdict, a, b, insist }: Event & { kind: 'decide' }): Promise<void> {
	const records = await livingRecords();
	if (records.length < 2) return;
	const [one, two] = [a % records.length, b % records.length];
	if (one === two) return;
	const judgement = { verdict, a: records[one] as string, b: records[two] as string, by: 'Lan', reason: 'seen', confirm: [] };
	try {
		await decide(database, judgement);
	} catch (error) {
		if (!(error instanceof RefusedDecision)) throw error;
		if (!insist || error.refusal !== 'confirmation-needed') return;
		await decide(database, { ...judgement, confirm: error.conflicts }).catch((second: unknown) => {
			if (!(second instanceof RefusedDecision)) throw second;
		});
	}
}

async function undoOne({ which }: Event & { kind: 'undo' }): Promise<void> {
	const { rows } = await database.pool.query<{ id: number }>('select id from decision where undone_at is null order by id');
	if (rows.length > 0) await undo(database, (rows[which % rows.length] as { id: number }).id, 'Lan', 'nhầm');
}

/** Lets events happen one after another, matches the rest, and says what it came to. `dead` counts matchers that were killed. */
async function play(events: readonly Event[], follower: Follower, dead: { count: number }): Promise<Outcome> {
	const ids: number[] = [];
	for (const code of SOURCES) ids.push(await addSource(database, code));
	const list = ({ source, records, pageSize }: Listed) => harvestList(database, ids[source] as number, records, { pageSize });
	for (const one of events) {
		if (one.kind === 'list') await list(one.listed);
		else if (one.kind === 'crowd') await Promise.all([...one.listed.map(list), matchAll(database, 2)]);
		else if (one.kind === 'decide') await judge(one);
		else if (one.kind === 'undo') await undoOne(one);
		else if (one.kind === 'no-doubles') await setSourceSettings(database, ids[one.source] as number, { noDoubles: one.set || null });
		else if (one.kind === 'match') await matchAll(database, one.batchMax);
		else {
			if (await killedMatcher(url, one)) dead.count++;
			await matcherGone(database);
		}
		await follower.follow();
	}
	await matchAll(database, 3);
	await follower.follow();
	const { rows } = await database.pool.query<{ id: number }>("select id from source where settings -> 'noDoubles' = 'true'");
	return {
		listed: finalState(events.flatMap((one) => (one.kind === 'list' ? [one.listed] : one.kind === 'crowd' ? one.listed : []))),
		decisions: await inForce(),
		noDoubles: new Set(rows.map(({ id }) => ids.indexOf(id))),
	};
}

async function inForce(): Promise<Said[]> {
	const { rows } = await database.pool.query<Said>(
		`select sa.code || ' ' || ra.identifier as a, sb.code || ' ' || rb.identifier as b, d.verdict, d.confirmed from decision d
		join source_record ra on ra.id = d.a join source sa on sa.id = ra.source_id
		join source_record rb on rb.id = d.b join source sb on sb.id = rb.source_id
		where d.undone_at is null and not ra.deleted and not rb.deleted order by d.id`,
	);
	return rows;
}

/** The same outcome, come to by the straightest way: settings, then what is listed last, decisions backwards, all matched at once. */
async function straight({ listed, decisions, noDoubles }: Outcome): Promise<void> {
	const order = [2, 0, 1];
	const ids = new Map<number, number>();
	for (const at of order) ids.set(at, await addSource(database, SOURCES[at] as string));
	for (const at of noDoubles) await setSourceSettings(database, ids.get(at) as number, { noDoubles: true });
	for (const at of order) await harvestList(database, ids.get(at) as number, listed[at]?.records ?? [], { pageSize: 100 });
	const { rows } = await database.pool.query<{ id: number; name: string }>(
		"select r.id, s.code || ' ' || r.identifier as name from source_record r join source s on s.id = r.source_id",
	);
	const numbers = new Map(rows.map(({ id, name }) => [name, id]));
	for (const said of [...decisions].reverse()) {
		const pair = [numbers.get(said.a) as number, numbers.get(said.b) as number].sort((x, y) => x - y);
		await withTransaction(database, async (client) => {
			const records = new Map((await judgedRecords(client, pair)).map((r) => [r.id, r]));
			const [a, b] = pair.map((id) => records.get(id));
			if (a === undefined || b === undefined) throw new Error(`${said.a} or ${said.b} is not there`);
			await insertDecision(client, { ...said, by: 'Lan', reason: 'seen' }, a, b);
			await markDirty(client, pair, 0);
		});
	}
	await matchAll(database);
}

it('end with the union that their versions, decisions and settings make', async () => {
	const dead = { count: 0 };
	const decided = { count: 0 };
	await fc.assert(
		fc.asyncProperty(fc.array(event, { minLength: 4, maxLength: 14 }), async (events) => {
			await emptyCatalogue(database);
			const follower = new Follower();
			const outcome = await play(events, follower, dead);
			decided.count += outcome.decisions.length;
			const image = await unionImage(database);
			expect(await unresolved(database), 'every id resolves (I3)').toEqual([]);
			expect(
				[...follower.mirror].sort(([x], [y]) => x - y),
				'who follows has what is there (I4)',
			).toEqual(await shown());
			await emptyCatalogue(database);
			await straight(outcome);
			expect(image, 'the union is a function of what it is made of (I2)').toEqual(await unionImage(database));
		}),
		{ numRuns: RUNS },
	);
	// else the worlds were too tame to prove anything
	expect(Math.min(dead.count, decided.count)).toBeGreaterThan(0);
}, 540_000);
