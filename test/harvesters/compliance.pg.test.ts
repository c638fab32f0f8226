import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestClock } from '../support/harvest-rig.ts';
import { Harvester } from '../support/harvester.ts';
import { hasPeer } from '../support/peers.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { fileKinds } from './compliance/file.ts';
import { KIND_NAMES, type Kind } from './compliance/library.ts';
import { Life } from './compliance/life.ts';
import { oaiPmh } from './compliance/oai-pmh.ts';
import { compliancePage } from './compliance/page.ts';
import { ROWS } from './compliance/rows.ts';
import { sru, z3950 } from './compliance/searched.ts';

const KINDS: readonly Kind[] = [oaiPmh, z3950, sru, ...fileKinds];

let made: TestDatabase;
let harvester: Harvester;
let libraries = 0;

beforeAll(async () => {
	made = await testDatabase();
	// waits of retries take no time
	harvester = new Harvester(made.url, { clock: new TestClock() });
});

afterAll(async () => {
	await harvester.close();
	await made.drop();
});

describe.each(ROWS)('$name', ({ run, except = {} }) => {
	const applies = KINDS.filter(({ name }) => except[name] === undefined);
	const runs = (kind: Kind) => kind.name !== 'Z39.50' || hasPeer('Net::Z3950::SimpleServer');
	for (const kind of applies) {
		it.runIf(runs(kind))(`over ${kind.name}`, { timeout: 300_000 }, async () => {
			const library = await kind.open(made, `comply-${++libraries}`);
			try {
				await run(new Life(kind, library, made, harvester));
			} finally {
				await library.stop();
			}
		});
	}
});

it('has a harvester for each kind of source, and its page is docs/compliance.md', async () => {
	expect(KINDS.map(({ name }) => name)).toEqual([...KIND_NAMES]);
	await expect(compliancePage()).toMatchFileSnapshot('../../docs/compliance.md');
});
