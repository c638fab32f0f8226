import { describe, expect, it } from 'vitest';
import { decodeRecord } from '../../src/records/decode.ts';
import { MarcXmlBuilder } from '../../src/records/marcxml.ts';
import { lines } from '../support/marc-bytes.ts';

const LEADER = '<leader>00000nam a2200000 a 4500</leader>';
const FIELD = '<datafield tag="245" ind1="1" ind2="0"><subfield code="a">Title</subfield></datafield>';
const PLAIN = ['245 10$aTitle'];

/** Leader, lines and repair codes of the record with this content. */
function read(content: string): { leader: string; lines: string[]; repairs: string[] } {
	const decoded = decodeRecord('marcxml', `<record>${content}</record>`);
	return {
		leader: decoded.ok ? decoded.record.leader : decoded.code,
		lines: decoded.ok ? lines(decoded.record) : [],
		repairs: decoded.repairs.map((r) => r.code),
	};
}

describe('faulty MARCXML is read and every repair is named', () => {
	it.each([
		['nothing wrong', LEADER + FIELD, PLAIN, []],
		[
			'no indicators',
			`${LEADER}<datafield tag="245"><subfield code="a">Title</subfield></datafield>`,
			['245   $aTitle'],
			['ind1-missing', 'ind2-missing'],
		],
		[
			'empty and long indicators',
			LEADER + FIELD.replace('ind1="1" ind2="0"', 'ind1="" ind2="10"'),
			['245   $aTitle'],
			['indicator', 'indicator'],
		],
		['no code', LEADER + FIELD.replace(' code="a"', ''), PLAIN, ['code-missing']],
		['a code of two letters', LEADER + FIELD.replace('"a"', '"ab"'), PLAIN, ['subfield-code']],
		['a capital code is a local code', LEADER + FIELD.replace('"a"', '"D"'), ['245 10$DTitle'], []],
		['a tag without leading zeros', `${LEADER}<controlfield tag="1">x</controlfield>${FIELD}`, ['001 x', ...PLAIN], ['tag']],
		['a tag with garbage', `${LEADER}${FIELD.replace('245', '24-')}`, ['249 10$aTitle'], ['tag']],
		['no tag', `${LEADER}${FIELD.replace('tag="245" ', '')}`, ['999 10$aTitle'], ['tag']],
		['an empty subfield', LEADER + FIELD.replace('</datafield>', '<subfield code="b"/></datafield>'), PLAIN, ['subfield-empty']],
		['an empty field', `${LEADER}<datafield tag="300" ind1=" " ind2=" "/>${FIELD}`, PLAIN, ['field-empty']],
		[
			'text beside subfields',
			LEADER + FIELD.replace('</datafield>', ' stray </datafield>'),
			['245 10$aTitle$astray'],
			['subfield-missing'],
		],
		[
			'a data field in a control field',
			`${LEADER}<controlfield tag="500">Note</controlfield>${FIELD}`,
			['500   $aNote', ...PLAIN],
			['subfield-missing'],
		],
		['a control field with subfields', `${LEADER}${FIELD.replace('245', '001')}`, ['001 Title'], ['control-field-subfields']],
		['other elements', `${LEADER}${FIELD}<foo>bar</foo>`, PLAIN, ['element-unknown']],
	])('%s', (_, content, expected, repairs) => {
		const result = read(content);
		expect({ lines: result.lines, repairs: result.repairs }).toEqual({ lines: expected, repairs });
	});

	it.each([
		['missing', '', '00000nam a2200000   4500', 'leader-missing'],
		['empty', '<leader/>', '00000nam a2200000   4500', 'leader-missing'],
		['trimmed on the right', '<leader>00000cas a2200000 a</leader>', '00000cas a2200000 a 4500', 'leader-length'],
		['its blank length trimmed away', '<leader>cas a2200000 a 4500</leader>', '00000cas a2200000 a 4500', 'leader-length'],
		['too long', '<leader>00000cas a2200000 a 4500xyz</leader>', '00000cas a2200000 a 4500', 'leader-length'],
		['with letters that are no letters', '<leader>00000c\u00e9s a2200000 a 4500</leader>', '00000c s a2200000 a 4500', 'leader-characters'],
	])('a leader %s', (_, leader, expected, repair) => {
		expect(read(leader + FIELD)).toEqual({ leader: expected, lines: PLAIN, repairs: [repair] });
	});

	it('a leader that says MARC-8 is told the truth', () => {
		expect(read(LEADER.replace('nam a', 'nam  ') + FIELD).leader).toBe('00000nam a2200000 a 4500');
	});
});

describe('MarcXmlBuilder', () => {
	const none = (): undefined => undefined;

	it('gives one result for each record of a wrapped collection, and is ready for the next', () => {
		const builder = new MarcXmlBuilder();
		builder.open('collection', none);
		for (let i = 0; i < 2; i++) {
			builder.open('record', none);
			builder.open('controlfield', () => '001');
			builder.text('x');
			builder.text(String(i));
			builder.close('controlfield');
			builder.close('record');
		}
		builder.close('collection');
		expect(builder.finish().map((d) => d.ok && d.record.fields[0]?.value)).toEqual(['x0', 'x1']);
		expect(builder.finish()).toEqual([]);
	});

	it('gives a named failure for a record without fields', () => {
		expect(decodeRecord('marcxml', '<record/>')).toMatchObject({ ok: false, code: 'no-fields' });
		expect(decodeRecord('marcxml', '<html/>')).toMatchObject({ ok: false, code: 'no-record' });
	});

	it('takes what was begun when the end never comes', () => {
		const builder = new MarcXmlBuilder();
		builder.open('record', none);
		builder.open('datafield', (name) => ({ tag: '245', ind1: '0', ind2: '0' })[name]);
		builder.open('subfield', () => 'a');
		builder.text('Title');
		builder.close('subfield');
		expect(builder.finish()).toMatchObject([{ ok: true, record: { fields: [{ tag: '245' }] } }]);
	});
});

it('only the metadata of an OAI-PMH record is read', () => {
	const text = `<record xmlns:x="y"><header><identifier>1</identifier></header><metadata><record>${LEADER}${FIELD}</record></metadata><about><p>provenance</p></about></record>`;
	const decoded = decodeRecord('marcxml', Buffer.from(text));
	expect(decoded.ok && lines(decoded.record)).toEqual(PLAIN);
	expect(decoded.repairs).toEqual([]);
});
