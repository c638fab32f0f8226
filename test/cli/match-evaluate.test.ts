import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeIso2709 } from '../../src/records/iso2709.ts';
import { BIN, call, type Outcome } from '../support/command-line.ts';
import { marcOf, type WorldRecord } from '../support/world.ts';

const RECORDS: readonly WorldRecord[] = [
	{ identifier: '1', title: 'Đất rừng phương Nam', author: 'Đoàn Giỏi', year: 1999, pages: 320 },
	{ identifier: '2', title: 'Dat rung phuong Nam', author: 'Doan Gioi', year: 1999, pages: 320 },
	{ identifier: '3', title: 'Đất rừng phương Nam', author: 'Đoàn Giỏi', year: 1999, pages: 320, volume: 2 },
	{ identifier: '4', title: 'Đất rừng phương Nam', author: 'Đoàn Giỏi', year: 1999, pages: 320, volume: 3 },
	{ identifier: '5', title: 'Gió đầu mùa', author: 'Thạch Lam', year: 1937, pages: 120 },
	{ identifier: '6', title: 'Hai đứa trẻ', author: 'Nhất Linh', year: 2005, pages: 80 },
	{ identifier: '7', title: 'Sách đã xoá', deleted: true },
];

let folder = '';
const file = (name: string, content: string | Uint8Array): string => {
	const path = join(folder, name);
	writeFileSync(path, content);
	return path;
};
// no database: an address where none is would fail what asks for one
const evaluate = (...args: string[]): Promise<Outcome> =>
	call(BIN, ['match', 'evaluate', '--records', join(folder, 'sách.mrc'), ...args], { DATABASE_URL: 'postgres://127.0.0.1:1/none' });

beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), 'lienthong-evaluate-'));
	const records = RECORDS.map((r) => {
		const record = marcOf(r);
		return encodeIso2709(r.deleted === true ? { ...record, leader: '00000dam a2200000 a 4500' } : record);
	});
	file('sách.mrc', Buffer.concat(records));
});

afterAll(() => rmSync(folder, { recursive: true }));

describe('lienthong match evaluate', () => {
	it('says how well pairs are matched, and why what is missed is missed', async () => {
		const pairs = 'id1,id2,label\n1,2,1\n3,4,1\n5,6,1\n1,7,1\n1,5,0\n';
		const done = await evaluate('--pairs', file('pairs.csv.gz', gzipSync(pairs)), '--lang', 'vi', '--json');
		expect(done.code, done.err).toBe(0);
		const found = JSON.parse(done.out);
		expect(found).toMatchObject({
			records: 7,
			unread: 1,
			truth: { kind: 'pairs', pairs: 4 },
			pairs: {
				merge: { cutoff: 0.75, right: 1, said: 1, real: 4, precision: 1, recall: 0.25, f1: 0.4 },
				united: { right: 1, said: 1, real: 4 },
			},
			clusters: null,
			worst: [],
			misses: { count: 3, reasons: { conflict: 1, 'no-key': 1, unread: 1 } },
		});
		expect(found.misses.examples[0]).toMatchObject({
			a: { id: '3', title: 'Đất rừng phương Nam' },
			why: expect.arrayContaining(['Hai biểu ghi có điểm khác nhau khiến chúng không thể là một tài liệu', 'Khác tập: 2 / 3']),
		});
		expect(found.blocking.completeness).toBeLessThan(1);
	});

	it('says how well clusters are, and which are worst', async () => {
		const clusters = file('clusters.csv', 'id,cluster\n1,x\n2,y\n5,z\n6,z\n');
		const done = await evaluate('--clusters', clusters, '--json');
		expect(JSON.parse(done.out)).toMatchObject({
			truth: { kind: 'clusters', pairs: 1 },
			pairs: { merge: { right: 0, said: 1, real: 1 } },
			clusters: {
				pairs: { right: 0, said: 1, real: 1 },
				b3: { precision: 0.75, recall: 0.75, f1: 0.75 },
				exact: { right: 0, said: 1, real: 1 },
			},
			worst: [{ wrongPairs: 1, example: { a: { id: '1' }, b: { id: '2' } } }],
		});
		const text = await evaluate('--clusters', clusters, '--lang', 'en');
		expect(text.out).toContain('The two share no key by which they would be compared');
	});

	it('refuses what it cannot judge by, with the line', async () => {
		const unknown = await evaluate('--pairs', file('unknown.csv', 'id1,id2,label\n1,2,1\n1,99,0\n'));
		expect(unknown).toMatchObject({ code: 34, out: '' });
		expect(unknown.err).toContain('unknown.csv, line 3: there is no record "99"');
		const torn = await evaluate('--clusters', file('torn.csv', 'id,cluster\n1,x\n1,y\n'));
		expect(torn.err).toContain('torn.csv, line 3: "1" is in cluster "y" here and in "x" in line 2');
		expect((await evaluate('--pairs', join(folder, 'sách.mrc'))).code).toBe(34);
		expect((await evaluate()).code).toBe(2);
		expect((await evaluate('--pairs', join(folder, 'none.csv'))).code).toBe(4);
	});
});
