import fc from 'fast-check';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestCatalogue } from './catalogue.ts';
import { OaiClient } from './oai-client.ts';

/** I4: whoever harvests incrementally, with any set or none, ends with what a full harvest gives, whatever happened in between. */

const VIEWS = [null, 'library:A', 'library:B', 'library'] as const;
const IDS = 7;
const runs = process.env['DEEP'] ? 200 : 25;

let catalogue: TestCatalogue;
let app: FastifyInstance;
beforeAll(async () => {
	catalogue = await TestCatalogue.create();
	app = catalogue.server({ oaiPageSize: 2 });
});
afterAll(async () => {
	await app.close();
	await catalogue.drop();
});

const sets = fc.subarray(['library:A', 'library:B']);
const operation = fc.oneof(
	{
		weight: 4,
		arbitrary: fc.record({
			op: fc.constant('put' as const),
			id: fc.integer({ min: 1, max: IDS }),
			sets,
			title: fc.integer({ min: 0, max: 3 }),
			shared: fc.boolean(),
		}),
	},
	{
		weight: 1,
		arbitrary: fc.record({ op: fc.constantFrom('deleted' as const, 'redirect' as const), id: fc.integer({ min: 1, max: IDS }) }),
	},
	{ weight: 1, arbitrary: fc.record({ op: fc.constant('tick' as const) }) },
	{ weight: 4, arbitrary: fc.record({ op: fc.constant('step' as const), client: fc.nat(VIEWS.length - 1) }) },
);

test('I4: incremental harvests equal full ones, in every set', async () => {
	await fc.assert(
		fc.asyncProperty(fc.array(operation, { minLength: 5, maxLength: 40 }), async (operations) => {
			await catalogue.database.pool.query(
				`truncate union_record, change; update change_counter set stamp = date_trunc('second', now()) - interval '1 day'`,
			);
			await catalogue.put({ id: 100, sets: ['library:A', 'library:B'] });
			const clients = VIEWS.map((set) => new OaiClient(app, set));
			for (const one of operations) {
				if (one.op === 'tick') await catalogue.database.pool.query(`update change_counter set stamp = stamp + interval '1 second'`);
				else if (one.op === 'step') await clients[one.client]?.step();
				else if (one.op === 'put') {
					const share = one.shared ? ('full' as const) : ('none' as const);
					await catalogue.put({
						id: one.id,
						title: `Nhan đề ${one.title}`,
						sets: one.sets,
						members: [{ source: 'tvt-oai', library: 'TVT', share }],
					});
				} else await catalogue.put({ id: one.id, state: one.op, redirectTo: 100 });
			}
			for (const [i, client] of clients.entries()) {
				await client.catchUp();
				const fresh = new OaiClient(app, VIEWS[i] ?? null);
				await fresh.finish();
				expect([...client.mirror].sort(), VIEWS[i] ?? 'no set').toEqual([...fresh.mirror].sort());
			}
		}),
		{ numRuns: runs },
	);
}, 540_000);

test('I4: with writers at work all the time, and a client that waits for nobody', async () => {
	await catalogue.database.pool.query('truncate union_record, change');
	await catalogue.put({ id: 100, sets: ['library:A'] });
	const client = new OaiClient(app, null);
	const rounds = process.env['DEEP'] ? 100 : 15;
	const writer = async (first: number): Promise<void> => {
		for (let round = 0; round < rounds; round++) {
			const records = [0, 1, 2].map((n) => ({
				id: first + ((round + n) % 5),
				title: `Lần ${round}`,
				sets: round % 2 ? ['library:A'] : ['library:B'],
			}));
			await catalogue.put(...records);
		}
	};
	let writing = true;
	const writers = Promise.all([writer(1), writer(11), writer(21)]).finally(() => {
		writing = false;
	});
	while (writing) await client.step();
	await writers;
	await client.catchUp();
	const fresh = new OaiClient(app, null);
	await fresh.finish();
	expect(fresh.mirror.size).toBe(16);
	expect([...client.mirror].sort()).toEqual([...fresh.mirror].sort());
}, 540_000);
