import { describe, expect, it } from 'vitest';
import { digestAuthorization, readDigestChallenge } from '../../src/harvesters/http-digest.ts';
import { harvest, withProvider } from '../support/harvest-rig.ts';
import type { Fault } from '../support/scripted-provider.ts';

/** RFC 7616 §3.9.1, as its own example has it. */
const NONCE = '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v';
const OPAQUE = 'FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS';
const asked = (algorithm: string): string =>
	`Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=${algorithm}, nonce="${NONCE}", opaque="${OPAQUE}"`;
const request = {
	user: 'Mufasa',
	password: 'Circle of Life',
	method: 'GET',
	uri: '/dir/index.html',
	count: 1,
	clientNonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
};

describe('Digest access authentication', () => {
	it.each([
		['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
		['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
	])('answers the example of RFC 7616 with %s', (algorithm, response) => {
		const challenge = readDigestChallenge(asked(algorithm));
		expect(challenge).toMatchObject({ realm: 'http-auth@example.org', nonce: NONCE, opaque: OPAQUE, algorithm, auth: true });
		if (challenge === null) return;
		const header = digestAuthorization(challenge, request);
		expect(header).toContain(`response="${response}"`);
		expect(header).toContain('nc=00000001');
		expect(header).toContain(`opaque="${OPAQUE}"`);
	});

	it('is found among other schemes, the first that can be answered', () => {
		expect(readDigestChallenge(`Basic realm="x", ${asked('SHA-512-256')}, ${asked('MD5')}`)).toMatchObject({ algorithm: 'MD5' });
		expect(readDigestChallenge('Digest realm="a \\"b\\"", nonce=abc')).toMatchObject({
			realm: 'a "b"',
			nonce: 'abc',
			auth: false,
			algorithm: 'MD5',
		});
	});

	it.each(['', 'Basic realm="x"', 'NTLM', 'Negotiate', 'Digest realm="x"', 'Digest realm="x", nonce="n", qop="auth-int"'])(
		'is not asked for by %j',
		(header) => {
			expect(readDigestChallenge(header)).toBeNull();
		},
	);
});

describe('a provider that wants', () => {
	it('Digest is answered, with a new nonce too; a wrong password ends at once', async () => {
		const credentials = { user: 'harvest', password: 'bí mật' };
		let nonce = 0;
		const guarded: Fault = {
			reply: (good, { headers }) => {
				const given = headers.authorization ?? '';
				const of = (name: string): string => new RegExp(`\\b${name}="?([^",]+)`).exec(given)?.[1] ?? '';
				const challenge = { realm: 'library', nonce: `n${nonce}`, opaque: null, algorithm: 'MD5', auth: true } as const;
				const count = Number.parseInt(of('nc'), 16);
				const expected = digestAuthorization(challenge, {
					...credentials,
					method: 'GET',
					uri: of('uri'),
					count,
					clientNonce: of('cnonce'),
				});
				// a nonce is good for two requests
				if (count <= 2 && of('response') !== '' && expected.includes(`response="${of('response')}"`)) return good;
				nonce++;
				return { status: 401, body: '', headers: { 'www-authenticate': `Digest realm="library", qop="auth", nonce="n${nonce}"` } };
			},
		};
		await withProvider({ faults: [guarded], pageSize: 2 }, async (provider) => {
			const { sink } = await harvest(provider.fill(9), { settings: { credentials } });
			expect(sink.living()).toEqual(provider.living());
			const asked = provider.requests.length;
			const settings = { credentials: { ...credentials, password: 'sai' } };
			await expect(harvest(provider, { settings })).rejects.toMatchObject({ hint: expect.stringContaining('credentials') });
			expect(provider.requests.length - asked).toBe(2);
		});
	});

	it('NTLM is refused by name', async () => {
		const guarded: Fault = { reply: () => ({ status: 401, body: '', headers: { 'www-authenticate': 'NTLM' } }) };
		await withProvider({ faults: [guarded] }, async (provider) => {
			const settings = { credentials: { user: 'a', password: 'b' } };
			await expect(harvest(provider, { settings })).rejects.toMatchObject({
				code: 'http-status',
				hint: expect.stringContaining('wants NTLM'),
			});
		});
	});
});
