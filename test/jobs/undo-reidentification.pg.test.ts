import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decide } from '../../src/catalogue/decide.ts';
import { decideHeldRun } from '../../src/catalogue/held-run.ts';
import { foreseeUndo, undoReidentification } from '../../src/catalogue/undo-reidentification.ts';
import { HeldRuns } from '../../src/jobs/held-runs.ts';
import { publicId } from '../../src/lib/ids.ts';
import { createApiKey } from '../../src/store/api-key.ts';
import { harvestSource } from '../../src/store/harvest-source.ts';
import { TestCatalogue } from '../api/catalogue.ts';
import { BIN, call } from '../support/command-line.ts';
import { withProvider } from '../support/harvest-rig.ts';
import { addProvider, Harvester } from '../support/harvester.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import type { ScriptedProvider } from '../support/scripted-provider.ts';

interface Place {
	readonly made: TestDatabase;
	readonly worker: Harvester;
}

let here: Place;
let there: Place;

const place = async (): Promise<Place> => {
	const made = await testDatabase();
	return { made, worker: new Harvester(made.url) };
};
beforeAll(async () => {
	[here, there] = await Promise.all([place(), place()]);
});
afterAll(async () => {
	for (const { made, worker } of [here, there]) {
		await worker.close();
		await made.drop();
	}
});

const rows = async <T>({ made }: Place, sql: string, values: unknown[] = []): Promise<T[]> =>
	(await made.database.pool.query(sql, values)).rows as T[];
const source = ({ made }: Place, code: string) => harvestSource(made.database.pool, code);
const BY = { by: 'Hoa', reason: 'hai bản khác nhau' };
const undone = async (at: Place, code: string, run: number | null = null) =>
	undoReidentification(at.made.database, await source(at, code), run, BY);

/** What a source's records are, without ids: state, own versions, and what is shown of each. One that was never shown is as one that was deleted. */
const stateOf = (at: Place, code: string) =>
	rows(
		at,
		`select r.identifier, r.deleted, r.stale, r.current_no > 0 as shown, encode(r.digest, 'hex') as digest, encode(v.digest, 'hex') as current,
			m.record_id is not null as member, coalesce(u.state, 'deleted') as state, u.redirect_to is not null as leads
		from source_record r join source s on s.id = r.source_id left join version v on v.record_id = r.id and v.no = r.current_no
		left join cluster_member m on m.record_id = r.id left join union_record u on u.id = r.id where s.code = $1 order by 1`,
		[code],
	);
const idsOf = async (at: Place, code: string): Promise<Map<string, number>> =>
	new Map(
		(
			await rows<{ id: number; identifier: string }>(
				at,
				'select r.id, r.identifier from source_record r join source s on s.id = r.source_id where s.code = $1',
				[code],
			)
		).map(({ id, identifier }) => [identifier, id]),
	);

/** Harvests ten records, then the same under other identifiers, and decides. Gives the run that was held. */
async function moved(at: Place, code: string, provider: ScriptedProvider, decision: 'accept' | 'refuse'): Promise<number> {
	const run = await at.worker.harvest(code, { full: true });
	expect(run.state).toBe('held');
	await decideHeldRun(at.made.database, await source(at, code), decision);
	await at.worker.unite();
	expect(provider.living().length).toBe(10);
	return run.run;
}

const later = (provider: ScriptedProvider): void => {
	provider.put('new1', '2026-02-01T00:00:00Z', { title: 'Một nhan đề khác hẳn' });
	provider.remove('new2', '2026-02-01T00:00:00Z');
	provider.put('extra', '2026-02-01T00:00:00Z', { title: 'Sách mới' });
};

describe('a re-identification that was accepted and is undone', () => {
	it('leaves what it would have left had it been refused, with what came since', async () => {
		await withProvider({}, async (provider) => {
			provider.fill(10);
			for (const at of [here, there]) {
				await addProvider(at.made.database, 'same', provider.url);
				await at.worker.harvest('same');
				await at.worker.unite();
			}
			const first = await idsOf(here, 'same');
			for (let i = 1; i <= 10; i++) provider.rename(`r${i}`, `new${i}`);
			await moved(here, 'same', provider, 'accept');
			await moved(there, 'same', provider, 'refuse');
			later(provider);
			for (const at of [here, there]) {
				await at.worker.harvest('same', { full: true });
				await at.worker.unite();
			}
			expect(await stateOf(here, 'same')).toHaveLength(11);
			const foreseen = await foreseeUndo(here.made.database, await source(here, 'same'), null);
			expect(foreseen).toMatchObject({ records: 10, kept: [], decisions: 0 });
			expect(await undone(here, 'same')).toEqual(foreseen);
			await here.worker.unite();
			expect(await stateOf(here, 'same')).toEqual(await stateOf(there, 'same'));
			const now = await idsOf(here, 'same');
			for (const [identifier, id] of first) expect(now.get(identifier)).toBe(id);
			// what was received stays: nothing is to be read again, and nothing waits again
			const again = await here.worker.harvest('same', { full: true });
			expect(again).toMatchObject({ state: 'complete', created: 0, updated: 0, vanished: 0 });
			await expect(undone(here, 'same')).rejects.toMatchObject({ code: 'not-found' });
		});
	});

	it('gives each record the decisions that were made on it', async () => {
		await withProvider({}, async (provider) => {
			provider.fill(10);
			await addProvider(here.made.database, 'judged', provider.url);
			await here.worker.harvest('judged');
			await here.worker.unite();
			const old = await idsOf(here, 'judged');
			const id = (identifier: string): string => publicId(old.get(identifier) ?? 0);
			const say = async (a: string, b: string): Promise<number> =>
				decide(here.made.database, { a: id(a), b: id(b), verdict: 'not-same', ...BY, confirm: [] });
			const before = await say('r1', 'r2');
			for (let i = 1; i <= 10; i++) provider.rename(`r${i}`, `new${i}`);
			await moved(here, 'judged', provider, 'accept');
			const since = await say('r3', 'r4');
			expect(await undone(here, 'judged')).toMatchObject({ records: 10, decisions: 1 });
			await here.worker.unite();
			const now = await idsOf(here, 'judged');
			const pair = (a: string, b: string) => [now.get(a), now.get(b)].sort((x = 0, y = 0) => x - y);
			const kept = await rows<{ id: number; a: number; b: number }>(here, 'select id, a, b from decision where id = any($1) order by id', [
				[before, since],
			]);
			expect(kept.map(({ a, b }) => [a, b])).toEqual([pair('r1', 'r2'), pair('new3', 'new4')]);
		});
	});

	it('is undone in the order from the last, not while a run waits, and leaves alone what has another holder', async () => {
		await withProvider({}, async (provider) => {
			provider.fill(10);
			await addProvider(here.made.database, 'twice', provider.url);
			await here.worker.harvest('twice');
			for (let i = 1; i <= 10; i++) provider.rename(`r${i}`, `new${i}`);
			const one = await moved(here, 'twice', provider, 'accept');
			for (let i = 1; i <= 10; i++) provider.rename(`new${i}`, `third${i}`);
			expect(await here.worker.harvest('twice', { full: true })).toMatchObject({ state: 'held' });
			await expect(undone(here, 'twice', one)).rejects.toMatchObject({ code: 'conflict', hint: expect.stringContaining('--accept') });
			await decideHeldRun(here.made.database, await source(here, 'twice'), 'accept');
			await expect(undone(here, 'twice', one)).rejects.toMatchObject({ code: 'conflict', hint: expect.stringContaining('first') });
			await addProvider(here.made.database, 'other', provider.url);
			await expect(undone(here, 'other', one)).rejects.toMatchObject({ code: 'not-found' });
			expect(await undone(here, 'twice')).toMatchObject({ records: 10 });
			// the library gives one of its first identifiers to something else
			provider.put('r5', '2026-03-01T00:00:00Z', { title: 'Một quyển khác' });
			await here.worker.harvest('twice', { full: true });
			expect(await undone(here, 'twice', one)).toMatchObject({ records: 9, kept: ['new5'] });
			await here.worker.unite();
			const gone = await rows(
				here,
				"select from source_record r join source s on s.id = r.source_id where s.code = 'twice' and r.identifier ~ '^r' and r.deleted",
			);
			expect(gone).toHaveLength(9);
			expect(await here.worker.harvest('twice', { full: true })).toMatchObject({ state: 'complete', created: 0, updated: 0, vanished: 0 });
		});
	});
});

describe('the command line', () => {
	it('says what undoing would change, then does it with who and why', async () => {
		await withProvider({}, async (provider) => {
			provider.fill(10);
			await addProvider(here.made.database, 'cli', provider.url);
			await here.worker.harvest('cli');
			for (let i = 1; i <= 10; i++) provider.rename(`r${i}`, `new${i}`);
			const run = await moved(here, 'cli', provider, 'accept');
			const rekey = (...args: string[]) => call(BIN, ['source', 'rekey', 'cli', ...args], { DATABASE_URL: here.made.url });
			const dry = await rekey('--undo', '--dry-run');
			expect(dry.out).toContain(`what run ${run} joined would be undone: 10 records would become two each`);
			expect(await idsOf(here, 'cli')).toHaveProperty('size', 10);
			expect(await rekey('--undo')).toMatchObject({ code: 2, err: expect.stringContaining('--by') });
			const did = await rekey('--undo', '--run', String(run), '--by', 'Hoa', '--reason', 'nhầm', '--json');
			expect(JSON.parse(did.out)).toEqual({ source: 'cli', run, records: 10, kept: [], decisions: 0 });
			expect((await idsOf(here, 'cli')).size).toBe(20);
			expect(await rekey('--undo', '--dry-run')).toMatchObject({ code: 4 });
		});
	});
});

describe('REST', () => {
	let catalogue: TestCatalogue;
	let app: FastifyInstance;
	let worker: Harvester;
	let authorization: string;
	beforeAll(async () => {
		catalogue = await TestCatalogue.create();
		app = catalogue.server();
		worker = new Harvester(catalogue.url);
		authorization = `Bearer ${(await createApiKey(catalogue.database, 'console')).key}`;
	});
	afterAll(async () => {
		await app.close();
		await worker.close();
		await catalogue.drop();
	});
	const ask = async (path: string, payload?: object) => {
		const method = payload === undefined ? 'GET' : 'POST';
		const answer = await app.inject({
			method,
			url: `/api/v1/reidentifications${path}`,
			headers: { authorization },
			...(payload === undefined ? {} : { payload }),
		});
		return [answer.statusCode, answer.json()] as const;
	};

	it('lists what waits, shows it, takes the decision, and undoes it', async () => {
		await withProvider({}, async (provider) => {
			provider.fill(10);
			await addProvider(catalogue.database, 'rest', provider.url);
			await worker.harvest('rest');
			for (let i = 1; i <= 10; i++) provider.rename(`r${i}`, `new${i}`);
			const { run } = await worker.harvest('rest', { full: true });
			expect((await app.inject({ url: '/api/v1/reidentifications' })).statusCode).toBe(401);
			expect(await ask('?waiting=true')).toMatchObject([
				200,
				{ reidentifications: [{ run, source: 'rest', state: 'waiting', pairs: 10 }] },
			]);
			const [, waiting] = await ask(`/${run}`);
			expect(waiting).toMatchObject({ proposal: { gone: 10, come: 10, pairs: 10, ambiguous: 0 }, undo: null });
			expect(waiting.proposal.samples[0]).toMatchObject({ from: 'r1', to: 'new1' });
			const judge = { decision: 'accept', ...BY };
			expect(await ask(`/${run}/undo`, BY)).toMatchObject([409, {}]);
			expect(await ask(`/${run}/decision`, { ...judge, decision: 'perhaps' })).toMatchObject([400, {}]);
			expect(await ask(`/${run}/decision`, judge)).toEqual([
				202,
				{ run, address: expect.stringMatching(new RegExp(`/api/v1/runs/${run}$`)) },
			]);
			expect(await ask(`/${run}`)).toMatchObject([200, { state: 'deciding', by: 'Hoa [console]', proposal: null, undo: null }]);
			expect(await ask('?waiting=true')).toMatchObject([200, { reidentifications: [] }]);
			expect(await ask(`/${run}/decision`, { ...judge, decision: 'refuse' })).toMatchObject([409, {}]);
			await new HeldRuns({ ...worker.deps }).tick();
			expect(await ask(`/${run}`)).toMatchObject([
				200,
				{ state: 'accepted', pairs: 10, by: 'Hoa [console]', reason: BY.reason, undo: { records: 10, keptCount: 0 } },
			]);
			expect(await ask(`/${run}/decision`, judge)).toMatchObject([409, {}]);
			expect(await ask(`/${run}/undo`, BY)).toMatchObject([
				200,
				{ reidentification: { state: 'undone', undoneBy: 'Hoa [console]', undo: null }, done: { records: 10, decisions: 0 } },
			]);
			expect(await ask(`/${run}/undo`, BY)).toMatchObject([404, {}]);
			expect(await ask('?waiting=true')).toMatchObject([200, { reidentifications: [] }]);
			expect(await ask('/999999')).toMatchObject([404, {}]);
		});
	});
});
