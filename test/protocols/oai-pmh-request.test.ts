import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseFormat } from '../../src/protocols/oai-pmh/metadata-formats.ts';
import { baseOfRequestUrl, requestUrl } from '../../src/protocols/oai-pmh/request.ts';

describe('request URLs', () => {
	it('carry any argument through a URL parser unchanged', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'binary', minLength: 1 }), fc.string({ minLength: 1 }), (token, set) => {
				const url = new URL(requestUrl('http://h/oai', { verb: 'ListRecords', resumptionToken: token, set }));
				expect(url.searchParams.get('resumptionToken')).toBe(token.toWellFormed());
				expect(url.searchParams.get('set')).toBe(set);
				expect(requestUrl('http://h/oai', { verb: 'ListRecords', resumptionToken: token })).toMatch(
					/^http:\/\/h\/oai\?verb=ListRecords&resumptionToken=[A-Za-z0-9._~%-]+$/,
				);
			}),
		);
	});

	it('keep the query of the base URL, less OAI-PMH arguments that came with a pasted address', () => {
		expect(requestUrl('http://h/i.php?page=oai&verb=Identify#top', { verb: 'ListSets', set: '' })).toBe(
			'http://h/i.php?page=oai&verb=ListSets',
		);
		expect(requestUrl(' http://h/oai? ', { verb: 'Identify' })).toBe('http://h/oai?verb=Identify');
		expect(baseOfRequestUrl('https://h/new?p=1&verb=Identify')).toBe('https://h/new?p=1');
	});
});

describe('the format asked for', () => {
	const format = (prefix: string, namespace: string, schema = '') => ({ prefix, namespace, schema });
	const dc = format('oai_dc', 'http://www.openarchives.org/OAI/2.0/oai_dc/');
	const slim = 'http://www.loc.gov/MARC21/slim';

	it('is MARCXML by its namespace, whatever the prefix', () => {
		expect(chooseFormat([dc, format('kat', slim)])).toEqual({ prefix: 'kat', format: 'marcxml' });
		expect(chooseFormat([dc, format('marc21_withholdings', slim), format('marc21', slim)])).toEqual({
			prefix: 'marc21',
			format: 'marcxml',
		});
		expect(chooseFormat([dc, format('m', '', 'http://www.loc.gov/standards/marcxml/schema/MARC21slim.xsd')])).toEqual({
			prefix: 'm',
			format: 'marcxml',
		});
		expect(chooseFormat([dc, format('marcxml', 'http://www.openarchives.org/unimarc')])).toEqual({ prefix: 'oai_dc', format: 'oai_dc' });
	});

	it('is oai_dc without it, the choice of the operator before both, or none', () => {
		expect(chooseFormat([dc, format('mods', 'http://www.loc.gov/mods/v3')])).toEqual({ prefix: 'oai_dc', format: 'oai_dc' });
		expect(chooseFormat([dc, format('marc21', slim)], 'oai_dc')).toEqual({ prefix: 'oai_dc', format: 'oai_dc' });
		expect(chooseFormat([dc, format('kat', slim)], 'kat')).toEqual({ prefix: 'kat', format: 'marcxml' });
		expect(chooseFormat([format('mods', 'http://www.loc.gov/mods/v3')])).toBeNull();
	});
});
