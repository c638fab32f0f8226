import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { testDatabase } from '../support/postgres.ts';
import { type LinkedSample, LinkWorld, sampleOf } from './links-world.ts';

/**
 * The golden cases of links, a file for each topic: records of sources, then each link with what it is from either end,
 * `= a1 host part s1`, or with what is said of a record that is not here, `= a1 host ? text`. There are no other links.
 */
interface Case {
	readonly name: string;
	readonly samples: readonly LinkedSample[];
	readonly links: readonly string[];
}

const FOLDER = new URL('./links/', import.meta.url);

function readCases(file: string): { readonly topic: string; readonly cases: readonly Case[] } {
	const [head = '', ...parts] = readFileSync(new URL(file, FOLDER), 'utf8').split('\ncase: ');
	const cases = parts.map((part): Case => {
		const [name = '', ...lines] = part.trim().split('\n');
		const links = lines.filter((line) => line.startsWith('= ')).flatMap(bothEnds);
		return { name, samples: lines.filter((line) => !line.startsWith('= ')).map(sampleOf), links: links.sort() };
	});
	return { topic: head.replace('topic: ', '').trim(), cases };
}

function bothEnds(line: string): string[] {
	const open = /^= (\S+) (\S+) \? (.+)$/.exec(line);
	if (open !== null) return [`${open[1]} ${open[2]} ? ${open[3]}`];
	const [, from, relation, inverse, to] = line.split(' ');
	if (to === undefined) throw new Error(`a link with both of its ends: ${line}`);
	return [`${from} ${relation} ${to}`, `${to} ${inverse} ${from}`];
}

let world: LinkWorld;
let database: Database;
let drop: () => Promise<void>;

beforeAll(async () => {
	const made = await testDatabase();
	database = openDatabase(made.url, { max: 4, applicationName: 'links' });
	drop = made.drop;
	world = new LinkWorld(database);
});

afterAll(async () => {
	await world.engine.close();
	await database.close();
	await drop();
});

beforeEach(async () => {
	await world.empty();
});

for (const file of readdirSync(FOLDER).sort()) {
	const { topic, cases } = readCases(file);
	describe(topic, () => {
		for (const { name, samples, links } of cases) {
			it(name, async () => {
				await world.tell(...samples);
				expect((await world.unions()).size, 'records that are of different kinds or titles stay apart').toBe(samples.length);
				expect(await world.links()).toEqual(links);
			});
		}
	});
}
