import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { linksOf } from '../../src/catalogue/links.ts';
import { PostgresSearchEngine } from '../../src/index/postgres/engine.ts';
import { LIMITS } from '../../src/lib/limits.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { removeSource } from '../../src/store/source.ts';
import { testDatabase } from '../support/postgres.ts';
import { harvestList } from '../support/world.ts';
import { LinkWorld, sampleOf } from './links-world.ts';

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

const JOURNAL = 'LDR as | 022 0866-7497 | 110 Viện Sử học | 245 Nghiên cứu lịch sử | 260 H. : $b Viện Sử học, $c 1959- | 310 Hàng tháng';
const ARTICLE = 'LDR aa | 100 Trần Huy Liệu | 245 Bàn về chế độ quân điền | 773 $t Nghiên cứu lịch sử $g Số 4 (1962), tr. 3-10';
const journal = (source: string, name: string) => sampleOf(`${source} ${name} ${JOURNAL}`);
const article = (source: string, name: string, number: string) => sampleOf(`${source} ${name} ${ARTICLE} $w ${number}`);

describe('links follow the union', () => {
	it('to a host that is joined with another record, and back when that is corrected', async () => {
		await world.tell(article('A', 'a1', 's1'), journal('A', 's1'));
		expect(await world.links()).toEqual(['a1 host s1', 's1 part a1']);
		await world.tell(journal('B', 's9'));
		expect(await world.links()).toEqual(['a1 host s1+s9', 's1+s9 part a1']);
		// of the two the older keeps the id, so now the id of the host is another
		await world.tell(sampleOf('A s1 LDR as | 022 1859-2228 | 245 Văn nghệ Tây Nguyên | 260 Pleiku, $c 1990- | 310 Hàng quý'));
		expect(await world.links()).toEqual(['a1 host ? Nghiên cứu lịch sử. Số 4 (1962), tr. 3-10']);
	});

	it('to a host that became part of an older record', async () => {
		await world.tell(journal('B', 's9'));
		await world.tell(sampleOf('A s1 LDR as | 245 Tờ tin chưa có tên | 310 Hàng tháng'), article('A', 'a1', 's1'));
		expect(await world.links()).toEqual(['a1 host ? Nghiên cứu lịch sử. Số 4 (1962), tr. 3-10']);
		await world.tell(journal('A', 's1'));
		expect(await world.links()).toEqual(['a1 host s9+s1', 's9+s1 part a1']);
	});

	it('to no record that is deleted or suppressed, and again when it is back', async () => {
		const broken = ['a1 host ? Nghiên cứu lịch sử. Số 4 (1962), tr. 3-10'];
		await world.tell(article('A', 'a1', 's1'), journal('A', 's1'));
		const source = await world.source('A');
		await harvestList(database, source, [{ identifier: 'oai:A:s1', deleted: true }]);
		await world.settle();
		expect(await world.links()).toEqual(broken);
		await world.tell(journal('A', 's1'));
		expect(await world.links()).toEqual(['a1 host s1', 's1 part a1']);
		const suppressed = journal('A', 's1');
		const marc = suppressed.record.marc;
		if (marc === undefined) throw new Error('a sample is a record');
		await world.tell({ ...suppressed, record: { ...suppressed.record, marc: { ...marc, leader: `00000d${marc.leader.slice(6)}` } } });
		expect(await world.links()).toEqual(broken);
	});

	it('not by the number of a member that is suppressed, though its host is held by another library', async () => {
		const hidden = journal('A', 's1');
		const marc = hidden.record.marc;
		if (marc === undefined) throw new Error('a sample is a record');
		await world.tell(sampleOf('A a1 LDR aa | 245 Bàn về chế độ quân điền | 773 $w s1'), journal('B', 's9'), journal('A', 's1'));
		expect(await world.links()).toEqual(['a1 host s9+s1', 's9+s1 part a1'].map((line) => line.replace('s9+s1', 's1+s9')));
		await world.tell({ ...hidden, record: { ...hidden.record, marc: { ...marc, leader: `00000d${marc.leader.slice(6)}` } } });
		expect(await world.links()).toEqual(['a1 host ? s1']);
	});

	it('from a part whose library shares nothing, from neither end; to a host that may only be found, from both', async () => {
		await world.tell(article('A', 'a1', 's1'), journal('A', 's1'), sampleOf(`B a2 LDR aa | 245 Về khởi nghĩa Lam Sơn | 773 $x 0866-7497`));
		expect(await world.links()).toEqual(['a1 host s1', 'a2 host s1', 's1 part a1', 's1 part a2']);
		await database.pool.query("update source set share = 'none' where code = 'B'");
		await world.tell(sampleOf(`B a2 LDR aa | 245 Về khởi nghĩa Lam Sơn | 500 Có ảnh | 773 $x 0866-7497`));
		expect(await world.links()).toEqual(['a1 host s1', 's1 part a1']);
	});

	it('when a source goes', async () => {
		await world.tell(journal('A', 's1'), sampleOf(`B a2 LDR aa | 245 Về khởi nghĩa Lam Sơn | 773 $t Nghiên cứu lịch sử $x 0866-7497`));
		expect(await world.links()).toEqual(['a2 host s1', 's1 part a2']);
		await removeSource(database, 'A');
		await world.settle();
		expect(await world.links()).toEqual(['a2 host ? Nghiên cứu lịch sử. ISSN 0866-7497']);
	});
});

describe('a host by its control number', () => {
	it('whose identifier is another number, where the control numbers of the source are kept', async () => {
		const host = journal('A', 's1');
		const renamed = { ...host, record: { ...host.record, identifier: 'oai:A:9001' } };
		await world.tell(renamed, sampleOf('A a1 LDR aa | 245 Bàn về chế độ quân điền | 773 $w s1'));
		expect(await world.links()).toEqual(['a1 host ? s1']);
		await harvestList(database, await world.source('A'), [{ identifier: 'oai:A:h1', of: 's1' }]);
		await world.settle();
		expect(await world.links()).toEqual(
			expect.arrayContaining([expect.stringMatching(/^a1 host 9001/), expect.stringMatching(/^9001.* part a1$/)]),
		);
	});

	it('but not another record under an identifier that only looks like it', async () => {
		const other = sampleOf('A s1 LDR as | 245 Văn nghệ Tây Nguyên | 310 Hàng quý');
		const marc = other.record.marc;
		if (marc === undefined) throw new Error('a sample is a record');
		const fields = marc.fields.map((field) => (field.tag === '001' ? { ...field, value: '77' } : field));
		await world.tell(
			{ ...other, record: { ...other.record, marc: { ...marc, fields } } },
			sampleOf('A a1 LDR aa | 245 Một bài | 773 $w s1'),
		);
		expect(await world.links()).toEqual(['a1 host ? s1']);
	});
});

describe('a host with very many parts', () => {
	it('lists some, says so, and still tells what is no part', async () => {
		const parts = Array.from({ length: LIMITS.linksMax + 20 }, (_, n) =>
			sampleOf(`B a${n} LDR aa | 245 Bài số ${n} về lịch sử | 773 $x 0866-7497 $g Số ${n}`),
		);
		await world.tell(journal('A', 's1'), sampleOf('A s2 LDR as | 245 Sử học | 780 $x 0866-7497 | 310 Hàng tháng'), ...parts);
		const [id] = [...(await world.unions())].find(([, name]) => name === 's1') ?? [0];
		const found = await linksOf({ database: database.pool, engine: world.engine }, id);
		expect(found?.cut).toBe(true);
		const relations = found?.links.map(({ relation }) => relation) ?? [];
		expect(relations.filter((one) => one === 'part').length).toBeGreaterThan(LIMITS.linksMax / 2);
		expect(relations).toContain('succeeding');
	});
});

describe('a search engine that gives no answer', () => {
	it('is no reason to show no record: its links are unknown', async () => {
		await world.tell(journal('A', 's1'));
		const [id = 0] = (await world.unions()).keys();
		const closed = openDatabase('postgres://127.0.0.1:1/nowhere', { max: 1, applicationName: 'links' });
		const engine = new PostgresSearchEngine(closed.pool);
		expect(await linksOf({ database: database.pool, engine }, id)).toBeNull();
		expect(await linksOf({ database: database.pool, engine: world.engine }, id)).toEqual({ links: [], cut: false });
		await closed.close();
	});
});
