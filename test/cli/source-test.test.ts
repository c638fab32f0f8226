import { expect, it } from 'vitest';
import { describedRecord, targetLines } from '../../src/cli/commands/source-test-target.ts';
import { readRawRecord } from '../../src/harvesters/raw-record.ts';

const record = (title: string) => {
	const xml =
		'<record xmlns="http://www.loc.gov/MARC21/slim"><leader>00000nam a2200000 a 4500</leader><controlfield tag="001">b1</controlfield>' +
		`<datafield tag="245" ind1="0" ind2="0"><subfield code="a">${title}</subfield></datafield></record>`;
	return readRawRecord({ format: 'marcxml', bytes: new TextEncoder().encode(xml), identifier: '', problem: null }, null);
};

/** UTF-8 that was taken for Latin-1 and written again. */
const twice = (text: string): string => Buffer.from(text).toString('latin1');

it('source test shows records as a harvest keeps them, and says what was mended', () => {
	const old = record(twice('Thần đồng đất Việt, những ngày ở Lý Sơn'));
	expect(describedRecord(old)).toMatchObject({
		title: 'Thần đồng đất Việt, những ngày ở Lý Sơn',
		read: ['001 b1', '245 00 $a Thần đồng đất Việt, những ngày ở Lý Sơn'],
		mended: ['utf8-twice-repaired'],
	});
	expect(describedRecord(record('Lý Sơn'))).toMatchObject({ title: 'Lý Sơn', mended: [] });
	const target = {
		protocol: 'SRU 1.2',
		software: '',
		kind: null,
		note: null,
		cap: null,
		services: [],
		indexes: [],
		schemas: [],
		count: 1,
		format: 'marcxml',
		strategy: 'all records at once',
		proposed: [],
	};
	expect(targetLines({ target, records: [old], unreadable: 0 })).toMatch(/^mended +utf8-twice-repaired$/m);
});
