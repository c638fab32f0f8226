import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { XmlDocument, XsdValidator } from 'libxml2-wasm';
import { xmlRegisterFsInputProviders } from 'libxml2-wasm/lib/nodejs.mjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SampleLibrary, sampleNetwork } from '../../src/demo/cataloguing.ts';
import { startSampleNetwork } from '../../src/demo/demo.ts';
import { type RunningProviders, startProviders } from '../../src/demo/provider.ts';
import type { Clock } from '../../src/lib/clock.ts';

const clock: Clock = { now: () => Date.UTC(2026, 7, 1), sleep: async () => {} };
const { libraries } = sampleNetwork(3);
let running: RunningProviders;
beforeAll(async () => {
	running = await startProviders(libraries, clock);
});
afterAll(() => running.close());

const named = (code: string): SampleLibrary => {
	const found = libraries.find((library) => library.code === code);
	if (found === undefined) throw new Error(code);
	return found;
};
const prefixOf = (library: SampleLibrary): string => (library.format === 'oai_dc' ? 'oai_dc' : library.marcPrefix);
const url = (library: SampleLibrary, query: Record<string, string>): string =>
	`${running.origin}${library.path}?${new URLSearchParams(query)}`;

/** Asks again once when the server is busy, as Retry-After says. */
async function ask(library: SampleLibrary, query: Record<string, string>): Promise<string> {
	const first = await fetch(url(library, query));
	const response = first.status === 503 ? await fetch(url(library, query)) : first;
	expect(response.status).toBe(200);
	return response.text();
}

const tokenOf = (page: string): string | undefined => /<resumptionToken[^>]*>([^<]+)</.exec(page)?.[1];
const errorOf = (page: string): string | undefined => /<error code="(\w+)"/.exec(page)?.[1];
const identifiersOf = (page: string): string[] => [...page.matchAll(/<identifier>(.*?)<\/identifier>/g)].map((match) => match[1] ?? '');

async function pages(library: SampleLibrary, query: Record<string, string>): Promise<string[]> {
	const out = [await ask(library, query)];
	for (let token = tokenOf(out[0] ?? ''); token !== undefined; token = tokenOf(out.at(-1) ?? '')) {
		out.push(await ask(library, { verb: query.verb ?? '', resumptionToken: token }));
	}
	return out;
}

const SHAPES = libraries.map((library) => ({ code: library.code, library }));

describe('sample providers', () => {
	it.each(SHAPES)('list every record once by tokens, with true sizes and cursors ($code)', async ({ library }) => {
		for (const verb of ['ListRecords', 'ListIdentifiers']) {
			const all = await pages(library, { verb, metadataPrefix: prefixOf(library) });
			expect(all.flatMap(identifiersOf)).toEqual(library.records.map((record) => record.identifier));
			expect(all.length).toBe(Math.ceil(library.records.length / library.pageSize));
			for (const [i, page] of all.entries()) {
				expect(page).toContain(`completeListSize="${library.records.length}" cursor="${i * library.pageSize}"`);
			}
			expect(all.at(-1)).toMatch(/<resumptionToken [^>]*\/>/);
		}
	});

	it('answer a page again when its token comes again', async () => {
		const library = named('HP-TV');
		const token = tokenOf(await ask(library, { verb: 'ListRecords', metadataPrefix: 'marc21' })) ?? '';
		const again = await ask(library, { verb: 'ListRecords', resumptionToken: token });
		expect(await ask(library, { verb: 'ListRecords', resumptionToken: token })).toBe(again);
		expect(identifiersOf(again)[0]).toBe(library.records[library.pageSize]?.identifier);
	});

	it('refuse now and then with 503 and Retry-After, and answer the same request next time', async () => {
		const library = named('CH-TV');
		const query = { verb: 'ListRecords', metadataPrefix: 'marcxml' };
		const statuses: number[] = [];
		for (let i = 0; i < 2 * library.busyEvery; i++) {
			const response = await fetch(url(library, query));
			statuses.push(response.status);
			if (response.status === 503) expect(response.headers.get('retry-after')).toBe('1');
			await response.arrayBuffer();
		}
		expect(statuses.filter((status) => status === 503)).toHaveLength(2);
		for (const [i, status] of statuses.entries()) if (status === 503 && i + 1 < statuses.length) expect(statuses[i + 1]).toBe(200);
	});

	it('select by date, both ends included, and by set', async () => {
		const library = named('HP-TV');
		const middle = library.records[700]?.datestamp ?? '';
		const day = middle.slice(0, 10);
		const exact = await pages(library, { verb: 'ListIdentifiers', metadataPrefix: 'marc21', from: middle, until: middle });
		expect(exact.flatMap(identifiersOf)).toEqual(library.records.filter((one) => one.datestamp === middle).map((one) => one.identifier));
		const days = await pages(library, { verb: 'ListIdentifiers', metadataPrefix: 'marc21', from: day, until: day });
		expect(days.flatMap(identifiersOf)).toEqual(
			library.records.filter((one) => one.datestamp.startsWith(day)).map((one) => one.identifier),
		);
		const set = await pages(library, { verb: 'ListIdentifiers', metadataPrefix: 'marc21', set: 'dia-chi' });
		expect(set.flatMap(identifiersOf)).toEqual(library.records.filter((one) => one.setSpec === 'dia-chi').map((one) => one.identifier));
	});

	it('compress for those who can read it, in one school', async () => {
		const address = url(named('LC-TH'), { verb: 'Identify' });
		const zipped = await fetch(address, { headers: { 'accept-encoding': 'gzip' } });
		expect(zipped.headers.get('content-encoding')).toBe('gzip');
		const plain = await fetch(address, { headers: { 'accept-encoding': 'identity' } });
		expect(plain.headers.get('content-encoding')).toBeNull();
		expect(await zipped.text()).toBe(await plain.text());
	});

	it('take requests by POST', async () => {
		const library = named('CH-THPT');
		const post = await fetch(running.origin + library.path, { method: 'POST', body: new URLSearchParams({ verb: 'Identify' }) });
		expect(await post.text()).toBe(await ask(library, { verb: 'Identify' }));
	});

	it.each([
		['HP-TV', { verb: 'Nonsense' }, 'badVerb'],
		['HP-TV', {}, 'badVerb'],
		['HP-TV', { verb: 'ListRecords' }, 'badArgument'],
		['HP-TV', { verb: 'Identify', set: 'sach' }, 'badArgument'],
		['HP-TV', { verb: 'ListRecords', metadataPrefix: 'marc21', from: '2024-01-01', until: '2024-02-01T00:00:00Z' }, 'badArgument'],
		['HP-TV', { verb: 'ListRecords', metadataPrefix: 'marc21', from: '2024-02-02', until: '2024-02-01' }, 'badArgument'],
		['HP-TV', { verb: 'ListRecords', metadataPrefix: 'marc21', set: 'a b' }, 'badArgument'],
		['CH-TV', { verb: 'ListIdentifiers', metadataPrefix: 'marcxml', from: '2024-01-01T00:00:00Z' }, 'badArgument'],
		['HP-TV', { verb: 'ListRecords', metadataPrefix: 'marcxml' }, 'cannotDisseminateFormat'],
		['CH-THCS', { verb: 'ListRecords', metadataPrefix: 'marc21' }, 'cannotDisseminateFormat'],
		['HP-TV', { verb: 'ListRecords', metadataPrefix: 'marc21', until: '2001-01-01' }, 'noRecordsMatch'],
		['HP-TV', { verb: 'ListRecords', resumptionToken: 'e30' }, 'badResumptionToken'],
		['HP-TV', { verb: 'GetRecord', metadataPrefix: 'marc21', identifier: 'oai:nobody:1' }, 'idDoesNotExist'],
		['CH-THPT', { verb: 'ListSets' }, 'noSetHierarchy'],
		['CH-THPT', { verb: 'ListRecords', metadataPrefix: 'marc21', set: 'sach' }, 'noSetHierarchy'],
	] as const)('%s %j is %s', async (code, query, error) => {
		expect(errorOf(await ask(named(code), { ...query }))).toBe(error);
	});

	it('show a deleted record as its header alone', async () => {
		const library = named('HP-TV');
		const deleted = library.records.find((record) => record.deleted)?.identifier ?? '';
		const page = await ask(library, { verb: 'GetRecord', metadataPrefix: 'marc21', identifier: deleted });
		expect(page).toContain('<header status="deleted">');
		expect(page).not.toContain('<metadata>');
	});

	it('start as a network of five libraries in known areas', async () => {
		const network = await startSampleNetwork(3, clock);
		try {
			const areas = new Set<string>();
			for (const area of network.areas) {
				if (area.parent !== null) expect(areas).toContain(area.parent);
				if (area.successor !== null) expect(areas).toContain(area.successor);
				areas.add(area.code);
			}
			for (const library of network.libraries) {
				expect(areas).toContain(library.area);
				expect(await (await fetch(`${library.url}?verb=Identify`)).text()).toContain(`<baseURL>${library.url}</baseURL>`);
			}
		} finally {
			await network.close();
		}
	});
});

const SCHEMAS = fileURLToPath(new URL('../../../shared/schemas/', import.meta.url));

describe.runIf(existsSync(`${SCHEMAS}all.xsd`))('sample providers against the schemas in ../shared/schemas', () => {
	let validator: XsdValidator;
	beforeAll(() => {
		xmlRegisterFsInputProviders();
		using schema = XmlDocument.fromBuffer(readFileSync(`${SCHEMAS}all.xsd`), { url: `${SCHEMAS}all.xsd` });
		validator = XsdValidator.fromDoc(schema);
	});
	afterAll(() => validator.dispose());

	const validate = (page: string): void => {
		using document = XmlDocument.fromString(page);
		validator.validate(document);
	};

	it.each(SHAPES)('every page of every verb is valid ($code)', async ({ library }) => {
		const identifier = library.records[5]?.identifier ?? '';
		for (const verb of ['Identify', 'ListMetadataFormats', 'ListSets']) validate(await ask(library, { verb }));
		validate(await ask(library, { verb: 'GetRecord', metadataPrefix: 'oai_dc', identifier }));
		validate(await ask(library, { verb: 'ListMetadataFormats', identifier }));
		for (const metadataPrefix of new Set(['oai_dc', prefixOf(library)])) {
			for (const page of await pages(library, { verb: 'ListRecords', metadataPrefix })) validate(page);
			for (const page of await pages(library, { verb: 'ListIdentifiers', metadataPrefix })) validate(page);
		}
	});

	it('errors are valid', async () => {
		const library = named('HP-TV');
		for (const query of [
			{ verb: 'No' },
			{ verb: 'GetRecord', identifier: 'x', metadataPrefix: 'marc21' },
			{ verb: 'ListRecords', metadataPrefix: '<&>' },
		]) {
			validate(await ask(library, query));
		}
	});

	it('a page with a wrong datestamp is not', async () => {
		const page = await ask(named('HP-TV'), { verb: 'ListIdentifiers', metadataPrefix: 'marc21' });
		expect(() => validate(page.replace(/<datestamp>[^<]*</, '<datestamp>yesterday<'))).toThrow();
	});
});
