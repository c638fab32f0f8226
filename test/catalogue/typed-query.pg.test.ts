import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readTyped } from '../../src/catalogue/typed-query.ts';
import type { Query } from '../../src/index/query.ts';
import { TestCatalogue } from '../api/catalogue.ts';

let catalogue: TestCatalogue;
beforeAll(async () => {
	catalogue = await TestCatalogue.create();
	await catalogue.database.pool.query(
		`insert into library (code, name, kind) values ('HP-1', 'Thư viện Khoa học tổng hợp thành phố Hải Phòng', 'province'),
			('HD-1', 'Thư viện tỉnh Hải Dương', 'province'), ('HP-2', 'Thư viện Trường THPT Hải Phòng', 'school')`,
	);
});
afterAll(() => catalogue.drop());

const value = (code: string): Query => ({ op: 'value', facet: 'library', value: code });
const word = (text: string): Query => ({ op: 'word', field: 'any', text });
const HAI_PHONG: readonly Query[] = [value('HP-1'), value('HP-2')];
const read = async (text: string): Promise<Query> => (await readTyped({ database: catalogue.database.pool }, text)).query;

describe('the value of a field that a person types', () => {
	it.each<[string, Query]>([
		['thư viện:"Hải Phòng"', { op: 'or', of: HAI_PHONG }],
		['thu vien:"hai phong"', { op: 'or', of: HAI_PHONG }],
		['library:"khoa hoc tong hop"', value('HP-1')],
		['library:HP-1', value('HP-1')],
		['library:hp-1', value('HP-1')],
		['library:"hải"', { op: 'or', of: [value('HD-1'), ...HAI_PHONG] }],
		['NOT thư viện:"Hải Dương"', { op: 'not', of: value('HD-1') }],
		['thư viện:"Nơi khác"', value('Nơi khác')],
	])('%s', async (text, expected) => {
		expect(await read(text)).toEqual(expected);
	});

	it('goes on with the words after it as far as something is called so', async () => {
		expect(await read('thư viện:Hải Dương lịch sử')).toEqual({ op: 'and', of: [value('HD-1'), word('lịch'), word('sử')] });
		expect(await read('dân ca thư viện:hải dương')).toEqual({ op: 'and', of: [word('dân'), word('ca'), value('HD-1')] });
		expect(await read('library:HP-1 lịch sử')).toEqual({ op: 'and', of: [value('HP-1'), word('lịch'), word('sử')] });
	});
});
