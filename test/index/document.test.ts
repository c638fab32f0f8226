import { describe, expect, it } from 'vitest';
import { searchDocument } from '../../src/index/document.ts';
import { sortKey } from '../../src/lib/sort-key.ts';
import type { Bib } from '../../src/records/bib.ts';
import type { UnionMember, UnionRecord } from '../../src/records/union.ts';

const sourced = (value: string) => ({ value, path: '' });
const member = (record: number, library: string): UnionMember => ({
	record,
	version: 1,
	run: 1,
	source: `${library}-oai`,
	library,
	identifier: `oai:${record}`,
	share: 'full',
	licence: null,
});

const union: UnionRecord = {
	kind: 'volume',
	leader: '00000nam a2200000 a 4500',
	members: [member(1, 'T1'), member(2, 'H1'), member(3, 'T1')],
	fields: [
		{ field: { tag: '245', ind1: '1', ind2: '4', value: '', subfields: [{ code: 'a', value: 'The hills' }] }, sources: [0], rule: 'lead' },
	],
	holdings: [],
};

const bib: Bib = {
	kind: 'volume',
	title: {
		proper: sourced('The hills'),
		parts: [{ number: sourced('Tập 2'), name: sourced('Mùa hè') }],
		variants: [sourced('Những ngọn đồi')],
		responsibility: sourced('An dịch'),
	},
	creators: [
		{ name: sourced('An'), roles: [], type: 'person', main: true },
		{ name: sourced('An'), roles: [], type: 'person', main: false },
	],
	edition: { statement: sourced('Tái bản') },
	publication: [{ publisher: sourced('Kim Đồng') }, { place: sourced('H.') }],
	year: sourced('2019'),
	material: sourced('text'),
	carrier: sourced('print'),
	languages: [sourced('vie')],
	identifiers: [
		{ ...sourced('978-604-1'), type: 'isbn', normal: '9786041000018', valid: true, role: 'own' },
		{ ...sourced('(VN)1'), type: 'system', valid: true, role: 'own' },
		{ ...sourced('x 12'), type: 'other', valid: false, role: 'own' },
	],
	subjects: [sourced('Văn học')],
	classification: [{ ...sourced('895.9'), scheme: 'ddc' }],
	audience: [],
	series: [sourced('Tủ sách vàng')],
	host: { title: sourced('Tạp chí'), identifiers: [] },
	notes: [sourced('Có tranh')],
	summary: sourced('Kể chuyện'),
	links: [],
	holdings: [],
	deleted: false,
};

describe('the search document of a union record', () => {
	const kindOf = (library: string): string => (library === 'T1' ? 'province' : 'school');
	const areas = (library: string): string[] => (library === 'T1' ? ['VN', '79'] : ['VN', '51']);

	it('has what its bib and its members say, each once', () => {
		expect(searchDocument(union, bib, { id: 7, seq: 9, collections: ['dia-chi'], areas, kindOf })).toEqual({
			id: 7,
			seq: 9,
			kind: 'volume',
			title: 'The hills',
			subtitle: '',
			titles: ['Tập 2 Mùa hè', 'Những ngọn đồi'],
			creators: ['An'],
			responsibility: 'An dịch',
			subjects: ['Văn học'],
			publisher: ['Kim Đồng'],
			series: ['Tủ sách vàng', 'Tạp chí'],
			notes: ['Tái bản', 'Có tranh', 'Kể chuyện'],
			classification: ['895.9'],
			identifiers: ['9786041000018', 'x 12'],
			year: 2019,
			languages: ['vie'],
			material: 'text',
			classLevel: null,
			libraries: ['H1', 'T1'],
			areas: ['51', '79', 'VN'],
			libraryKinds: ['province', 'school'],
			collections: ['dia-chi'],
			sortTitle: sortKey('hills Tập 2 Mùa hè'),
		});
	});

	it('has no year when the record states none that is one', () => {
		expect(searchDocument(union, { ...bib, year: sourced('19--') }, { id: 1, seq: 1, collections: [], areas, kindOf }).year).toBeNull();
	});
});
