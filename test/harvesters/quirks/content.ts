import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { expect } from 'vitest';
import { harvest, withProvider } from '../../support/harvest-rig.ts';
import { type Fault, MARCXML, marc, type ProviderRecord, renderMarc } from '../../support/scripted-provider.ts';
import type { Quirk } from './quirk.ts';

const list = (change: (body: string) => string | Buffer, rest: Partial<Fault> = {}): Fault => ({
	verb: 'ListRecords',
	...rest,
	reply: (good) => ({ ...good, body: change(good.body.toString()) }),
});
const titled = (title: string) => (record: ProviderRecord) =>
	renderMarc(record).replace(`Title ${record.identifier}<`, record.identifier === 'r2' ? `${title}<` : `Title ${record.identifier}<`);

/** Harvests three records of which the second is written by `render`, and gives the second's title back. */
async function titleOf(
	render: (record: ProviderRecord) => string,
	faults: readonly Fault[] = [],
): Promise<{ title: string | undefined; repairs: string[]; living: string[] }> {
	return await withProvider({ render, faults }, async (provider) => {
		provider.fill(3);
		const { outcome, sink } = await harvest(provider);
		expect(outcome.state).toBe('complete');
		expect(sink.problems).toEqual([]);
		return { title: sink.title('r2'), repairs: sink.repairs, living: sink.living() };
	});
}

const WINDOWS_1252 = Buffer.from([0x54, 0x68, 0x92, 0xe9]);
const asBytes = (marker: string, bytes: Buffer) => (body: string) => {
	const [before = '', after = ''] = body.split(marker);
	return Buffer.concat([Buffer.from(before), bytes, Buffer.from(after)]);
};

export const contentQuirks: readonly Quirk[] = [
	{
		row: 1,
		name: 'characters that XML forbids, written out or as references, are mended and named; the other records are untouched',
		run: async () => {
			const read = await titleOf(titled('A\u0001B&#x2;C\ufffeD&#xD800;E&nbsp;F & G'));
			expect(read.title).toBe('ABCDE\u00a0F & G');
			expect(read.living).toEqual(['r1', 'r2', 'r3']);
			expect(read.repairs).toEqual(
				expect.arrayContaining(['control-characters', 'numeric-references', 'named-entities', 'bare-ampersands']),
			);
		},
	},
	{
		row: 2,
		name: 'bytes that are not UTF-8: windows-1252 where the record has nothing else, replaced where it is UTF-8',
		run: async () => {
			const latin = await titleOf(titled('@@'), [list(asBytes('@@', WINDOWS_1252))]);
			expect(latin).toMatchObject({ title: 'Th’é', repairs: ['invalid-utf8-as-windows-1252'] });
			const mixed = await titleOf(titled('Lý @@Sơn'), [list(asBytes('@@', Buffer.from([0xe1, 0xbb])))]);
			expect(mixed).toMatchObject({ title: 'Lý \ufffdSơn', repairs: ['invalid-utf8-replaced'] });
			const lied = await titleOf(titled('Lý Sơn'), [list((body) => body.replace('encoding="UTF-8"', 'encoding="ISO-8859-1"'))]);
			expect(lied).toMatchObject({ title: 'Lý Sơn', repairs: ['declared windows-1252, is utf-8'] });
		},
	},
	{
		row: 3,
		name: 'the XML declaration tells the encoding, whatever Content-Type says or leaves out; without one it is UTF-8',
		run: async () => {
			const utf8 = await titleOf(titled('Lý Sơn'), [
				{ reply: (good) => ({ ...good, headers: { 'content-type': 'text/xml; charset=iso-8859-1' } }) },
			]);
			expect(utf8).toMatchObject({ title: 'Lý Sơn', repairs: [] });
			const bare = await titleOf(titled('Lý Sơn'), [list((body) => body.replace(/<\?xml[^>]*\?>\s*/, ''))]);
			expect(bare).toMatchObject({ title: 'Lý Sơn', repairs: [] });
			const latin = await titleOf(titled('@@'), [list((body) => asBytes('@@', WINDOWS_1252)(body.replace('UTF-8', 'ISO-8859-1')))]);
			expect(latin).toMatchObject({ title: 'Th’é', repairs: [] });
			const wide = await titleOf(titled('Lý Sơn'), [list((body) => Buffer.from(`\ufeff${body.replace('UTF-8', 'UTF-16')}`, 'utf16le'))]);
			expect(wide).toMatchObject({ title: 'Lý Sơn', repairs: [] });
		},
	},
	{
		row: 4,
		name: 'a web page with status 200 is an error, junk around the answer is cut off',
		run: async () => {
			const html = '<!DOCTYPE html><html><head><title>Đăng nhập</title></head><body><form/></body></html>';
			await withProvider({ faults: [list(() => html)] }, async (provider) => {
				provider.fill(3);
				await expect(harvest(provider)).rejects.toMatchObject({ code: 'not-oai-pmh', message: expect.stringContaining('Đăng nhập') });
			});
			const junk = await titleOf(renderMarc, [
				list((body) => `<br />\n<b>Notice</b>: Undefined index in /x.php\n${body}\n<!-- ok --><script>1</script>`),
			]);
			expect(junk).toMatchObject({ living: ['r1', 'r2', 'r3'], repairs: ['leading-junk', 'trailing-junk'] });
		},
	},
	{
		row: 5,
		name: 'an empty body is asked for again, and never an empty success',
		run: async () => {
			await withProvider({ faults: [list(() => '', { times: 1 })] }, async (provider) => {
				provider.fill(3);
				const { outcome, sink } = await harvest(provider);
				expect(outcome.state).toBe('complete');
				expect(sink.living()).toEqual(provider.living());
			});
			await withProvider({ faults: [list(() => ' \n')] }, async (provider) => {
				provider.fill(3);
				await expect(harvest(provider)).rejects.toMatchObject({ code: 'not-oai-pmh', message: 'the answer is empty', retriable: true });
			});
		},
	},
	{
		row: 6,
		name: 'compression is told by its bytes; broken compression is asked for again without',
		run: async () => {
			for (const pack of [gzipSync, zstdCompressSync, deflateSync])
				expect(await titleOf(titled('Lý Sơn'), [list((body) => pack(body))])).toMatchObject({ title: 'Lý Sơn', repairs: [] });
			const brotli: Fault = {
				verb: 'ListRecords',
				reply: (good) => ({ body: brotliCompressSync(good.body.toString()), headers: { 'content-encoding': 'br' } }),
			};
			expect(await titleOf(titled('Lý Sơn'), [brotli])).toMatchObject({ title: 'Lý Sơn' });
			const broken: Fault = {
				verb: 'ListRecords',
				reply: (good, { headers }) =>
					headers['accept-encoding'] === 'identity'
						? good
						: { body: gzipSync(good.body.toString()).subarray(0, 200), headers: { 'content-encoding': 'gzip' } },
			};
			expect(await titleOf(titled('Lý Sơn'), [broken])).toMatchObject({ title: 'Lý Sơn', repairs: [] });
		},
	},
	{
		row: 34,
		name: 'OAI-PMH elements under any prefix, in the right namespace, a wrong one or none',
		run: async () => {
			const prefixed = (body: string) =>
				body
					.replace(/<(\/?)(OAI-PMH|responseDate|request|ListRecords|header|identifier|datestamp|metadata|resumptionToken)\b/g, '<$1oai:$2')
					.replace('xmlns=', 'xmlns:oai=')
					.replace(/<(\/?)record>/g, '<$1oai:record>')
					.replace(/<\/oai:record>(?=<\/oai:metadata>)/g, '</record>');
			expect((await titleOf(renderMarc, [list(prefixed)])).living).toEqual(['r1', 'r2', 'r3']);
			expect((await titleOf(renderMarc, [list((body) => body.replace(/OAI\/2\.0\//, 'OAI/1.1/wrong'))])).living).toEqual([
				'r1',
				'r2',
				'r3',
			]);
			expect((await titleOf(renderMarc, [list((body) => body.replace(/<OAI-PMH xmlns="[^"]*"/, '<OAI-PMH'))])).living).toEqual([
				'r1',
				'r2',
				'r3',
			]);
		},
	},
	{
		row: 35,
		name: 'namespaces declared above the record are kept beside it',
		run: async () => {
			const render = (record: ProviderRecord) =>
				renderMarc(record)
					.replace(` xmlns="${MARCXML}"`, '')
					.replace(/<(\/?)(leader|controlfield|datafield|subfield)/g, '<$1marc:$2')
					.replace('<metadata><record>', '<metadata><marc:record>')
					.replace('</record></metadata>', '</marc:record></metadata>');
			await withProvider(
				{ render, faults: [list((body) => body.replace('<OAI-PMH', `<OAI-PMH xmlns:marc="${MARCXML}"`))] },
				async (provider) => {
					provider.fill(2);
					const { sink } = await harvest(provider);
					expect(sink.title('r2')).toBe('Title r2');
					expect(sink.parts[0]?.namespaces).toMatchObject({ marc: MARCXML, '': 'http://www.openarchives.org/OAI/2.0/' });
					expect(sink.repairs).toEqual([]);
				},
			);
			const undeclared = await titleOf(render);
			expect(undeclared).toMatchObject({ title: 'Title r2', repairs: ['undeclared prefix marc'] });
		},
	},
	{
		row: 36,
		name: 'MARCXML without namespace, with a prefix, or as a whole collection',
		run: async () => {
			expect((await titleOf((record) => renderMarc(record).replace(` xmlns="${MARCXML}"`, ''))).title).toBe('Title r2');
			const wrapped = await titleOf((record) =>
				renderMarc(record).replace('<metadata>', '<metadata><collection>').replace('</metadata>', '</collection></metadata>'),
			);
			expect(wrapped.title).toBe('Title r2');
			const twins = await titleOf((record) =>
				renderMarc(record).replace('</metadata>', `${marc('x', 'Second').replace('nam', 'nx ')}</metadata>`),
			);
			expect(twins.title).toBe('Title r2');
		},
	},
	{
		row: 37,
		name: 'a missing header, and metadata missing or empty on a live record, are problems of that record and no deletion',
		run: async () => {
			const render = (record: ProviderRecord) => {
				const good = renderMarc(record);
				if (record.identifier === 'r1') return good.replace(/<header>.*<\/header>/, '');
				if (record.identifier === 'r2') return good.replace(/<metadata>.*<\/metadata>/, '');
				return record.identifier === 'r3' ? good.replace(/<metadata>.*<\/metadata>/, '<metadata/>') : good;
			};
			await withProvider({ render }, async (provider) => {
				provider.fill(4);
				const { outcome, sink } = await harvest(provider);
				expect(outcome).toMatchObject({ state: 'complete', listed: 4 });
				expect(sink.problems.map((record) => [record.identifier, record.problem?.code, record.deleted])).toEqual([
					['', 'no-header', false],
					['r2', 'no-metadata', false],
					['r3', 'no-metadata', false],
				]);
				expect(sink.living()).toEqual(['r4']);
			});
		},
	},
	{
		row: 45,
		name: 'document type declarations are refused, and nothing they name is fetched',
		run: async () => {
			const bomb = '<!DOCTYPE OAI-PMH [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/hostname">]>';
			await withProvider(
				{ faults: [list((body) => body.replace('<OAI-PMH', `${bomb}<OAI-PMH`).replace('Title r1', '&b;&c;'))] },
				async (provider) => {
					provider.fill(2);
					await expect(harvest(provider)).rejects.toMatchObject({ code: 'not-oai-pmh', message: expect.stringContaining('DTD') });
				},
			);
		},
	},
];
