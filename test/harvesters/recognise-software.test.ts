import { describe, expect, it } from 'vitest';
import { type ProviderSigns, proposedOptions, recogniseProvider } from '../../src/harvesters/recognise-software.ts';

const signs = (some: Partial<ProviderSigns>): ProviderSigns => ({
	addresses: ['https://thuvien.example.vn/oai'],
	repositoryName: 'Thư viện tỉnh',
	descriptions: [],
	formats: ['oai_dc', 'marcxml'],
	sets: ['books'],
	identifiers: ['oai:thuvien.example.vn:1'],
	token: 'abc',
	...some,
});

describe('the software of a provider', () => {
	it.each<[string, Partial<ProviderSigns>, string]>([
		['Koha', { addresses: ['https://tv.example.vn/cgi-bin/koha/oai.pl'] }, 'address'],
		['Koha', { identifiers: ['x', 'KOHA-OAI-TEST:12'] }, 'identifier'],
		['Koha', { token: 'marcxml/50/2026-01-01/2026-02-01/' }, 'resumption token'],
		['DSpace', { formats: ['oai_dc', 'xoai', 'mets'] }, 'format'],
		['DSpace', { sets: ['com_123456789_2', 'col_123456789_3'] }, 'set'],
		['SLiMS', { addresses: ['https://tv.example.vn/slims/oai.php'] }, 'address'],
		['SLiMS', { descriptions: ['SLiMS 9 Bulian'] }, 'description'],
		['FOLIO', { formats: ['oai_dc', 'marc21', 'marc21_withholdings'] }, 'format'],
		['OJS', { descriptions: ['Open Journal Systems 3.3.0.8'] }, 'description'],
		['EPrints', { addresses: ['https://e.example.vn/cgi/oai2'] }, 'address'],
	])('is told: %s by %j', (kind, some, by) => {
		expect(recogniseProvider(signs(some))).toMatchObject({ kind, by: expect.stringMatching(new RegExp(`^${by} `)) });
	});

	it('is not guessed where nothing tells it', () => {
		expect(recogniseProvider(signs({}))).toBeNull();
		expect(
			recogniseProvider(signs({ addresses: ['https://oai.example.vn/'], sets: ['com', 'col_a'], token: '1/2/3', formats: [] })),
		).toBeNull();
	});

	it('proposes where it is, in what and how often', () => {
		const facts = { formats: ['oai_dc', 'marc21'], chosen: { prefix: 'marc21', format: 'marcxml' }, movedTo: null, stated: false };
		expect(proposedOptions({ ...facts, kind: null, deletedRecord: 'persistent' })).toEqual(['--format marc21', "--schedule '0 2 * * *'"]);
		expect(proposedOptions({ ...facts, kind: 'Koha', deletedRecord: 'no', stated: true, movedTo: 'https://b.example.vn/oai' })).toEqual([
			'--url https://b.example.vn/oai',
			"--schedule '0 2 * * 0'",
		]);
		expect(proposedOptions({ ...facts, kind: 'FOLIO', formats: ['marc21', 'marc21_withholdings'], deletedRecord: 'persistent' })[0]).toBe(
			'--format marc21_withholdings',
		);
	});
});
