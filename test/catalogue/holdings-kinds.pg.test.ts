import { afterAll, beforeAll, expect, it } from 'vitest';
import { publicId } from '../../src/lib/ids.ts';
import { unpackUnion } from '../../src/records/compact.ts';
import type { MarcRecord } from '../../src/records/marc.ts';
import { unpackBody } from '../../src/store/body-codec.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { ask, askAll, readResponse, serverOver } from '../api/catalogue.ts';
import { marc } from '../matching/build.ts';
import { testDatabase } from '../support/postgres.ts';
import { addSource, emptyCatalogue, harvestList, matchAll, type WorldRecord } from '../support/world.ts';

let database: Database;
let drop: () => Promise<void>;

beforeAll(async () => {
	const made = await testDatabase();
	database = openDatabase(made.url, { max: 8, applicationName: 'holdings-kinds' });
	drop = made.drop;
});

afterAll(async () => {
	await database.close();
	await drop();
});

/** Two libraries' records of one publication of each kind, by leader/06 and 07. */
const KINDS: Readonly<Record<string, readonly [leader: string, ...fields: string[]]>> = {
	book: ['am', '100 1  $a Đoàn Giỏi', '245 10 $a Đất rừng phương Nam', '260    $a H. : $b Kim Đồng, $c 2010', '300    $a 303 tr.'],
	serial: ['as', '022    $a 0866-7497', '245 00 $a Nghiên cứu lịch sử', '260    $a H. : $b Viện Sử học, $c 1959-', '310    $a Hàng tháng'],
	set: ['am', '100 1  $a Lev Tônxtôi', '245 10 $a Chiến tranh và hoà bình', '260    $a H. : $b Văn học, $c 2010', '300    $a 4 tập'],
	component: [
		'aa',
		'100 1  $a Trần Huy Liệu',
		'245 10 $a Bàn về chế độ quân điền',
		'773 0  $t Nghiên cứu lịch sử $g Số 4 (1962), tr. 3-10',
	],
	electronic: [
		'am',
		'008 200101s2010    vm      o     000 1 vie d',
		'100 1  $a Tô Hoài',
		'245 10 $a Dế Mèn phiêu lưu ký',
		'260    $a H. : $b Kim Đồng, $c 2010',
		'338    $a online resource $b cr',
	],
};

/** What says what a library holds, before and after: fields of MARC 21 and of systems, or a holdings record. */
const HOLDINGS: Readonly<Record<string, readonly [before: string[], after: string[]]>> = {
	'852': [['852    $b Kho $h KM.1 $p B1'], ['852    $b Kho $h KM.2 $p B1', '852    $b Kho $h KM.2 $p B2']],
	'852 with 866': [
		['852    $b Kho', '866    $a S.1 (2001)'],
		['852    $b Kho', '866    $a S.1 (2001)-S.2 (2002)'],
	],
	'949': [['949    $a KM.1 $l Kho $i B1'], ['949    $a KM.7 $l Kho $i B1']],
	'952': [['952    $o KM.1 $b CN1 $p B1'], ['952    $o KM.1 $b CN1 $p B1', '952    $o KM.1 $b CN2 $p B9']],
	'952, all withdrawn': [['952    $o KM.1 $b CN1 $p B1'], []],
};

const record = (of: string, holdings: readonly string[]): MarcRecord => {
	const [leader, ...fields] = KINDS[of] as readonly [string, ...string[]];
	return { ...marc(`001 ${of}`, ...fields, ...holdings), leader: `00000n${leader} a2200000 a 4500` };
};

/** Rows with the transaction that wrote them, so that one written again with the same values is seen too. */
async function written(): Promise<unknown[]> {
	const { rows: edges } = await database.pool.query('select a, b, score, xmin::text as writer from edge order by 1, 2');
	const { rows: keys } = await database.pool.query('select key, record_id, xmin::text as writer from match_key order by 1, 2');
	const { rows: members } = await database.pool.query('select record_id, union_id from cluster_member order by 1');
	return [edges, keys, members];
}

async function unions(): Promise<Map<number, { description: string; holdings: string }>> {
	const { rows } = await database.pool.query<{ id: number; body: Buffer }>("select id, body from union_record where state = 'live'");
	return new Map(
		rows.map(({ id, body }) => {
			const { kind, leader, fields, holdings } = unpackUnion(unpackBody(body));
			const held = holdings.map(({ path, ...rest }) => ({ ...rest, path: path.replace(/@\d+/, '') }));
			return [id, { description: JSON.stringify([kind, leader, fields]), holdings: JSON.stringify(held) }];
		}),
	);
}

const held = (callNumber: string, of: string): WorldRecord => ({ identifier: `h-${of}`, of, callNumber });

it.each([...Object.keys(HOLDINGS), 'a holdings record'])(
	'holdings alone changed (%s), of any kind of publication: no key, edge, cluster or description does, and harvesters are told',
	async (what) => {
		await emptyCatalogue(database);
		const [one, other] = [await addSource(database, 'hp-01'), await addSource(database, 'hp-02')];
		const [before, after] = HOLDINGS[what] ?? [[], []];
		const list = (holdings: readonly string[]): WorldRecord[] =>
			Object.keys(KINDS).map((of) => ({ identifier: of, marc: record(of, holdings) }));
		const apart = (callNumber: string): WorldRecord[] =>
			what === 'a holdings record' ? Object.keys(KINDS).map((of) => held(callNumber, of)) : [];
		await harvestList(database, one, list([]));
		await harvestList(database, other, [...list(before), ...apart('KM.1')]);
		await matchAll(database);
		const [graph, unionsBefore] = [await written(), await unions()];
		expect(unionsBefore.size).toBe(Object.keys(KINDS).length);
		await database.pool.query("update union_record set stamp = stamp - interval '1 hour'");
		const app = serverOver(database);
		const from = readResponse(await ask(app, { verb: 'Identify' })).responseDate;

		await harvestList(database, other, what === 'a holdings record' ? apart('KM.2') : list(after));
		await matchAll(database);
		expect(await written()).toEqual(graph);
		const now = await unions();
		for (const [id, { holdings }] of now) expect(holdings).not.toBe(unionsBefore.get(id)?.holdings);
		for (const [id, { description }] of now) expect(description).toBe(unionsBefore.get(id)?.description);
		const told = (await askAll(app, { verb: 'ListIdentifiers', metadataPrefix: 'marc21', from })).records.map((r) => r.identifier);
		expect(told.sort()).toEqual([...now.keys()].map((id) => `oai:lienthong.example.vn:${publicId(id)}`).sort());
		await app.close();
	},
);
