import { randomBytes } from 'node:crypto';
import { type DigestChallenge, digestAuthorization, readDigestChallenge } from './http-digest.ts';

export interface Credentials {
	readonly user: string;
	readonly password: string;
}

/** The challenges of the hosts that want Digest (RFC 7616), each answered ahead until the host gives another nonce. */
export class Digests {
	readonly #challenges = new Map<string, { readonly challenge: DigestChallenge; count: number }>();

	/** The Authorization header for a request, where its host is known to want Digest. */
	headers(url: URL, credentials: Credentials | undefined): { authorization?: string } {
		if (credentials === undefined) return {};
		const known = this.#challenges.get(keyOf(url, credentials));
		if (known === undefined) return {};
		known.count++;
		const request = { ...credentials, method: 'GET', uri: url.pathname + url.search, count: known.count };
		return { authorization: digestAuthorization(known.challenge, { ...request, clientNonce: randomBytes(16).toString('hex') }) };
	}

	/** Takes note of a refusal; true when the request is worth sending again: the host wants Digest and names a nonce not yet refused. */
	learn(url: URL, credentials: Credentials | undefined, header: string): boolean {
		const challenge = credentials === undefined ? null : readDigestChallenge(header);
		if (challenge === null || credentials === undefined) return false;
		const key = keyOf(url, credentials);
		const known = this.#challenges.get(key);
		// what was refused at its first use is a wrong password, not an old nonce
		if (known !== undefined && known.count <= 1) {
			this.#challenges.delete(key);
			return false;
		}
		this.#challenges.set(key, { challenge, count: 0 });
		return true;
	}
}

const keyOf = (url: URL, { user, password }: Credentials): string => `${url.origin}\0${user}\0${password}`;
