import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Egress, isPublicAddress, type Resolve } from '../../src/harvesters/egress.ts';
import { httpTransport } from '../../src/harvesters/http-transport.ts';
import { TestClock } from '../support/harvest-rig.ts';

let canary: Server;
let hits = 0;
let port = 0;
beforeAll(async () => {
	canary = createServer((_, response) => {
		hits++;
		response.end('caught');
	});
	await new Promise<void>((resolve) => canary.listen(0, resolve));
	port = (canary.address() as AddressInfo).port;
});
afterAll(() => {
	canary.closeAllConnections();
	canary.close();
});

const fetchFrom = async (url: string, options: { resolve?: Resolve; allowPrivate?: readonly string[] } = {}): Promise<string> => {
	const egress = new Egress({
		allowPrivate: options.allowPrivate ?? [],
		...(options.resolve === undefined ? {} : { resolve: options.resolve }),
	});
	const transport = httpTransport({ egress, clock: new TestClock(), userAgent: 'test', limits: { connectMs: 2_000 } });
	try {
		const answer = await transport.get(url, { signal: new AbortController().signal });
		let text = '';
		for await (const piece of answer.body) text += Buffer.from(piece).toString();
		return text;
	} finally {
		await transport.close();
	}
};

/** Hosts that mean this machine, a private network or nothing public, however they are spelled. */
// biome-ignore format: a table
const SPELLINGS = [
	'127.0.0.1', '127.0.0.1.', '127.1', '127.0.1', '127.255.255.254', '0', '0.0.0.0', '0x0', '00', '2130706433', '0x7f000001', '0x7f.1', '0x7f.0.0.1', '0177.0.0.1', '017700000001', '127.0.0.0x1',
	'%31%32%37.0.0.1', '127%2e0%2e0%2e1', '１２７.0.0.1', '127。0。0。1', '①②⑦.0.0.1', '[::1]', '[::]', '[0:0:0:0:0:0:0:1]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[0:0:0:0:0:ffff:7f00:0001]', '[::127.0.0.1]',
	'[64:ff9b::7f00:1]', '[64:ff9b:1::7f00:1]', '[2002:7f00:1::]', '[2001:0:7f00:1::]', '[fe80::1]', '[fc00::1]', '[fd00:ec2::254]', '[ff02::1]', '[2001:db8::1]', '[3fff::1]', '[100::1]',
	'10.0.0.1', '10.255.255.255', '172.16.0.1', '172.31.255.255', '192.168.1.1', '100.64.0.1', '169.254.169.254', '[::ffff:169.254.169.254]', '2852039166', '0xa9fea9fe', '192.0.0.1', '192.0.2.1', '198.18.0.1', '198.51.100.1',
	'203.0.113.1', '224.0.0.1', '239.255.255.255', '240.0.0.1', '255.255.255.255', '[::ffff:0:127.0.0.1]', 'localhost', 'LOCALHOST', 'localhost.',
];

describe('what may be reached', () => {
	it.each(SPELLINGS)('%s is refused before a connection is made', async (host) => {
		const before = hits;
		await expect(fetchFrom(`http://${host}:${port}/`, { resolve: async () => ['127.0.0.1'] })).rejects.toMatchObject({
			code: 'address-refused',
			hint: expect.stringMatching(/ALLOW_PRIVATE_ADDRESSES/),
			message: expect.any(String),
		});
		expect(hits).toBe(before);
	});

	it('has the canary answer where the network is allowed, so that the refusals above prove something', async () => {
		for (const host of ['127.0.0.1', '2130706433', '[::ffff:127.0.0.1]', 'localhost'])
			expect(await fetchFrom(`http://${host}:${port}/`, { allowPrivate: ['127.0.0.0/8', '::1'] })).toBe('caught');
	});

	it('names the network to add, and allows that and no other', async () => {
		await expect(fetchFrom('http://192.168.7.9/oai')).rejects.toMatchObject({ hint: expect.stringContaining('192.168.7.9/32') });
		const egress = new Egress({ allowPrivate: ['192.168.7.0/24', 'fd00::/8'] });
		expect(egress.checkedUrl('http://192.168.7.9/oai').href).toBe('http://192.168.7.9/oai');
		expect(egress.checkedUrl('http://[fd00::9]/oai').host).toBe('[fd00::9]');
		expect(() => egress.checkedUrl('http://192.168.8.9/oai')).toThrow(expect.objectContaining({ code: 'address-refused' }));
		for (const wrong of ['192.168.7.0/33', 'home', '10.0.0.0/x', '10.0.0.0/'])
			expect(() => new Egress({ allowPrivate: [wrong] })).toThrow(expect.objectContaining({ code: 'config' }));
	});

	it('checks every address of a host, and connects to the one that was checked', async () => {
		const before = hits;
		await expect(fetchFrom(`http://both.example:${port}/`, { resolve: async () => ['93.184.215.14', '127.0.0.1'] })).rejects.toMatchObject({
			code: 'address-refused',
			message: expect.stringContaining('both.example (127.0.0.1)'),
		});
		let asked = 0;
		const rebinding: Resolve = async () => (asked++ === 0 ? ['192.0.2.1'] : ['127.0.0.1']);
		await expect(fetchFrom(`http://rebind.example:${port}/`, { resolve: rebinding, allowPrivate: ['192.0.2.0/24'] })).rejects.toMatchObject(
			{ code: expect.stringMatching(/timeout|connection-refused/) },
		);
		expect([asked, hits]).toEqual([1, before]);
	});

	it('tries the next checked address when one does not answer', async () => {
		expect(
			await fetchFrom(`http://two.example:${port}/`, { resolve: async () => ['127.0.0.9', '127.0.0.1'], allowPrivate: ['127.0.0.0/8'] }),
		).toBe('caught');
	});

	it('takes http and https, on ports for them, without a password in the address', () => {
		const egress = new Egress({ allowPrivate: [] });
		for (const url of [
			'ftp://example.org/',
			'file:///etc/passwd',
			'data:text/xml,x',
			'gopher://example.org/',
			'http://u:p@example.org/',
			'http://u@example.org/',
			'example.org',
			'',
		]) {
			expect(() => egress.checkedUrl(url)).toThrow(expect.objectContaining({ code: 'usage' }));
		}
		for (const refused of [22, 25, 110, 445])
			expect(() => egress.checkedUrl(`http://example.org:${refused}/`)).toThrow(expect.objectContaining({ code: 'address-refused' }));
		for (const fine of ['http://example.org/', 'https://example.org:8443/oai?x=1', 'http://8.8.8.8/', 'http://[2606:4700::1111]/'])
			expect(egress.checkedUrl(fine).href).toBe(fine);
	});

	it('knows the public internet', () => {
		for (const address of [
			'8.8.8.8',
			'93.184.215.14',
			'172.15.0.1',
			'172.32.0.1',
			'100.128.0.1',
			'2606:4700::1111',
			'2a00::1',
			'::ffff:8.8.8.8',
		])
			expect(isPublicAddress(address)).toBe(true);
		for (const none of ['', 'example.org', '1.2.3', '::g', '999.1.1.1']) expect(isPublicAddress(none)).toBe(false);
	});
});
