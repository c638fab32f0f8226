import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, expectTypeOf, test } from 'vitest';
import { parse } from 'yaml';
import { clientCode } from '../../scripts/client-code.ts';
import { listen } from '../../src/api/server.ts';
import { ProblemError, pages } from '../../src/client/call.ts';
import { type BriefRecord, Lienthong } from '../../src/client/lienthong.ts';
import { publicId } from '../../src/lib/ids.ts';
import { ExampleWorld, RAW } from '../api/example-world.ts';

interface Operation {
	readonly operationId: string;
	readonly parameters?: readonly { readonly name: string; readonly in: string }[];
	readonly responses: object;
	readonly 'x-example': { readonly path?: Readonly<Record<string, unknown>>; readonly query?: object; readonly body?: unknown };
}

const at = (path: string): string => readFileSync(resolve(import.meta.dirname, '../..', path), 'utf8');
const document = parse(at('openapi.yaml')) as { readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>> };
const operations = Object.values(document.paths).flatMap((item) => Object.values(item));

let world: ExampleWorld;
let client: Lienthong;
let anybody: Lienthong;
let baseUrl: string;
beforeAll(async () => {
	world = await ExampleWorld.create();
	await listen(world.app, '127.0.0.1', 0);
	baseUrl = `http://127.0.0.1:${(world.app.server.address() as AddressInfo).port}/`;
	client = new Lienthong({ baseUrl, key: world.key });
	anybody = new Lienthong({ baseUrl, language: 'en' });
});
afterAll(async () => {
	await world.close();
});

test('the client is what openapi.yaml says (npm run openapi writes it)', () => {
	expect(at('src/client/lienthong.ts')).toBe(clientCode(document));
});

describe('every operation', () => {
	test.each(operations.map((operation) => [operation.operationId, operation] as const))('%s', async (name, operation) => {
		const { path = {}, query, body } = operation['x-example'];
		const inPath = (operation.parameters ?? []).filter((one) => one.in === 'path').map((one) => path[one.name]);
		const isFile = query !== undefined && 'format' in query && `${name}As` in client;
		const method = client[(isFile ? `${name}As` : name) as keyof Lienthong] as (...args: unknown[]) => Promise<unknown>;
		const args = [...inPath, ...(body === undefined ? [] : [body]), ...(query === undefined ? [] : [query])];
		const answer = await method.apply(client, args);
		expect(answer instanceof Uint8Array).toBe(isFile || name === 'getRejects');
		if (Object.keys(operation.responses).includes('204')) expect(answer).toBeUndefined();
		else expect(answer).toBeDefined();
	});
});

describe('the client', () => {
	test('knows types, filters and pages', async () => {
		const found = await anybody.searchRecords({ q: 'lịch sử', library: ['TVT', 'THCS'], facets: ['library'], limit: 1, sort: 'title' });
		expectTypeOf(found.records).toEqualTypeOf<readonly BriefRecord[]>();
		expect([found.total, found.records.length, found.facets['library']]).toEqual([2, 1, [{ value: 'TVT', count: 2 }]]);
		const titles: string[] = [];
		for await (const page of pages((cursor) => anybody.searchRecords({ sort: 'title', limit: 1, cursor })))
			titles.push(...page.records.map(({ title }) => title));
		expect(titles.sort()).toEqual(['Lịch sử <script>alert(1)</script>', 'Lịch sử Việt Nam', 'Sách kín', 'Toán học']);
		// @ts-expect-error there is no such order
		await expect(anybody.searchRecords({ sort: 'colour' })).rejects.toThrow(ProblemError);
	});

	test('follows an id to the record that it became part of', async () => {
		const moved = await anybody.getRecord(publicId(9)).catch((error: unknown) => error);
		// Location is the public address, which is not this server's
		expect(moved).toBeInstanceOf(Error);
		expect((await anybody.getRecord(publicId(1))).title).toBe('Lịch sử Việt Nam');
	});

	test('gives text as text, and bytes as bytes', async () => {
		expect(await client.getQuarantinedBytes(1)).toBe(RAW);
		expect(await anybody.getRecordMarcxml(publicId(1))).toMatch(/^<\?xml/);
		expect(new TextDecoder().decode(await anybody.getRecordAs(publicId(1), { format: 'ris' }))).toContain('TI  - Lịch sử Việt Nam');
	});

	test('throws what the server says is wrong', async () => {
		const gone = await anybody.getRecord(publicId(8)).catch((error: unknown) => error);
		expect(gone).toBeInstanceOf(ProblemError);
		expect(gone).toMatchObject({ status: 410, code: 'gone', message: expect.stringMatching(/^The record was deleted: /) });
		expect(await anybody.listDoubts().catch((error: unknown) => error)).toMatchObject({ status: 401, code: 'key-needed' });
		const limited = world.catalogue.server({ requestsPerMinute: 0 });
		await listen(limited, '127.0.0.1', 0);
		const asked = new Lienthong({ baseUrl: `http://127.0.0.1:${(limited.server.address() as AddressInfo).port}` });
		const refused = await asked.listAreas().catch((error: unknown) => error);
		await limited.close();
		expect(refused).toMatchObject({ status: 429, code: 'too-many-requests' });
		expect((refused as ProblemError).retryAfterMs).toBeGreaterThan(0);
	});

	test('can be given up', async () => {
		await expect(anybody.listAreas({}, { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' });
	});
});
