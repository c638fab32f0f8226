import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { publicUnion, publicView, withoutHoldings } from '../../src/records/public-view.ts';
import type { Share, UnionMember, UnionRecord } from '../../src/records/union.ts';
import { anyRecord, anyUnion } from './arbitrary.ts';
import { field, LEADER, marc } from './marc-lines.ts';

const record = marc([
	'001 1',
	'245 10 $aTitle',
	'500 __ $aPublic',
	'541 0_ $aBought for 5',
	'541 1_ $aA gift',
	'561 0_ $aOwned',
	'583 0_ $aMended',
	'590 __ $aLocal',
	'852 __ $aTVHN$p1$xnot public',
	'909 __ $aLocal',
	'949 __ $i2',
	'952 __ $p3$oA 1$g50000$v60000$xnot public$zpublic',
]);
const lines = (r: { readonly fields: readonly { tag: string; subfields: readonly { code: string }[] }[] } | null): string[] =>
	(r?.fields ?? []).map((f) => f.tag + f.subfields.map((s) => s.code).join(''));

describe('publicView', () => {
	it('strips what is private when everything is shared', () => {
		expect(lines(publicView(record, 'full'))).toEqual(['001', '245a', '500a', '541a', '852ap', '949i', '952poz']);
	});
	it('strips items too when metadata is shared', () =>
		expect(lines(publicView(record, 'metadata'))).toEqual(['001', '245a', '500a', '541a']));
	it('gives nothing when nothing is shared, nor of a suppressed record', () => {
		expect(publicView(record, 'none')).toBeNull();
		expect(publicView(marc(['245 10 $aTitle'], '00000dam a2200000 a 4500'), 'full')).toBeNull();
	});
	it('passes nothing private, and passing twice changes nothing', () => {
		fc.assert(
			fc.property(anyRecord, fc.constantFrom<Share>('full', 'metadata'), (any, share) => {
				const passed = publicView(any, share);
				if (passed === null) return;
				expect(publicView(passed, share)).toEqual(passed);
				expect(passed.fields.some((f) => /^59|^909/.test(f.tag) || (f.tag === '541' && f.ind1 === '0'))).toBe(false);
				expect(
					passed.fields.some((f) => /^(852|949|952)$/.test(f.tag) && (share === 'metadata' || f.subfields.some((s) => s.code === 'x'))),
				).toBe(false);
			}),
		);
	});
});

it('takes holdings off', () => {
	expect(lines(withoutHoldings(record)).some((l) => /^(852|949|952)/.test(l))).toBe(false);
	const bare = marc(['245 10 $aTitle']);
	expect(withoutHoldings(bare)).toBe(bare);
});

describe('publicUnion', () => {
	const member = (library: string, share: Share): UnionMember => ({
		record: 1,
		version: 1,
		run: 1,
		source: library,
		library,
		identifier: library,
		share,
		licence: null,
	});
	const union: UnionRecord = {
		kind: 'monograph',
		leader: LEADER,
		members: [member('A', 'full'), member('B', 'metadata'), member('C', 'none')],
		fields: [
			{ field: field('245 10 $aTitle'), sources: [0, 2], rule: 'lead' },
			{ field: field('500 __ $aOnly of C'), sources: [2], rule: 'unite' },
			{ field: field('520 __ $aOf B'), sources: [1], rule: 'unite' },
			{ field: field('590 __ $aLocal'), sources: [0], rule: 'unite' },
		],
		holdings: [
			{ member: 0, path: '952', barcodes: ['1'], copies: 1, location: 'Kho' },
			{ member: 1, path: '952[1]', barcodes: ['2'], copies: 1, callNumber: 'X' },
			{ member: 1, path: '952[2]', barcodes: ['3'], copies: 1 },
			{ member: 2, path: '952', barcodes: ['4'], copies: 1 },
		],
	};

	it('shows fields that a sharing member states, and items of those who share them', () => {
		const passed = publicUnion(union);
		expect(passed?.fields.map((f) => f.field.tag)).toEqual(['245', '520']);
		expect(passed?.holdings).toEqual([
			{ member: 0, path: '952', barcodes: ['1'], copies: 1, location: 'Kho' },
			{ member: 1, path: '952[1]', barcodes: [], copies: 0 },
			{ member: 2, path: '952', barcodes: [], copies: 0 },
		]);
	});

	it('gives nothing when no member shares', () =>
		expect(publicUnion({ ...union, members: union.members.map((m) => ({ ...m, share: 'none' })) })).toBeNull());

	it('passes no item of a member that does not share items, whatever the record', () => {
		fc.assert(
			fc.property(anyUnion, (any) => {
				for (const holding of publicUnion(any)?.holdings ?? []) {
					if (any.members[holding.member]?.share !== 'full')
						expect({ ...holding, path: '', member: 0 }).toEqual({ path: '', member: 0, barcodes: [], copies: 0 });
				}
			}),
		);
	});
});
