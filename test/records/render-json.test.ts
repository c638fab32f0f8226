import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unionToJson } from '../../src/records/render-json.ts';
import type { UnionRecord } from '../../src/records/union.ts';
import { anyUnion } from './arbitrary.ts';
import { field, LEADER } from './marc-lines.ts';

const options = { id: 'union', publicIdOf: (record: number) => `id${record}` };

const union: UnionRecord = {
	kind: 'volume',
	leader: LEADER,
	members: [
		{
			record: 7,
			version: 2,
			run: 5,
			source: 's1',
			library: 'TVHN',
			identifier: 'oai:1',
			share: 'full',
			licence: 'https://creativecommons.org/publicdomain/zero/1.0/',
		},
		{ record: 9, version: 1, run: 6, source: 's2', library: 'TVHP', identifier: 'oai:2', share: 'full', licence: null },
	],
	fields: [
		{ field: field('008 181222s1998    vm |||||||||||||| ||vie||'), sources: [0], rule: 'lead' },
		{ field: field('245 10 $aToán 6.$nTập 1'), sources: [0, 1], rule: 'lead' },
		{ field: field('650 _7 $aToán'), sources: [0], rule: 'unite' },
		{ field: field('650 _7 $aSố học'), sources: [1, 0], rule: 'unite' },
		{ field: field('720 __ $aHà Huy Khoái@dc:creator[1]'), sources: [1], rule: 'fill' },
	],
	holdings: [{ member: 1, path: '952', barcodes: ['1'], copies: 1, location: 'Kho' }],
};

describe('a union record as JSON', () => {
	const json = unionToJson(union, options);

	it('gives each value with the members that state it', () => {
		expect(json.title.proper).toEqual({ value: 'Toán 6', path: '245$a', sources: [0, 1] });
		expect(json.title.volume).toEqual({ value: '1', path: '245$n', sources: [0, 1] });
		expect(json.subjects).toEqual([
			{ value: 'Toán', path: '650[1]$a', sources: [0] },
			{ value: 'Số học', path: '650[2]$a', sources: [1, 0] },
		]);
		expect(json.creators).toEqual([{ value: 'Hà Huy Khoái', path: 'dc:creator[1]', sources: [1], type: 'person', main: false, roles: [] }]);
		expect(json.year).toEqual({ value: '1998', path: '008/07-10', sources: [0] });
	});

	it('names members with version and run, and holdings by library', () => {
		expect(json.members[0]).toEqual({
			library: 'TVHN',
			source: 's1',
			record: 'id7',
			identifier: 'oai:1',
			version: 2,
			run: 5,
			licence: 'https://creativecommons.org/publicdomain/zero/1.0/',
		});
		expect(json.holdings).toEqual([
			{ library: 'TVHN', items: [] },
			{ library: 'TVHP', items: [{ location: 'Kho', barcodes: ['1'], copies: 1, sources: [1] }] },
		]);
	});

	it('names a member for every value, and is plain JSON', () => {
		fc.assert(
			fc.property(anyUnion, (any) => {
				const made = unionToJson(any, options);
				expect(JSON.parse(JSON.stringify(made))).toEqual(made);
				for (const sources of JSON.stringify(made).matchAll(/"sources":\[([^\]]*)\]/g)) {
					expect(sources[1]).not.toBe('');
					for (const at of (sources[1] as string).split(',')) expect(any.members[Number(at)]).toBeDefined();
				}
			}),
		);
	});
});
