import { createHash } from 'node:crypto';

/** What a server asks of a client in Digest access authentication (RFC 7616 §3.3). */
export interface DigestChallenge {
	readonly realm: string;
	readonly nonce: string;
	readonly opaque: string | null;
	readonly algorithm: 'MD5' | 'SHA-256';
	/** Whether qop "auth" is offered; without it as in RFC 2069. */
	readonly auth: boolean;
}

export interface DigestRequest {
	readonly user: string;
	readonly password: string;
	readonly method: string;
	/** Path and query. */
	readonly uri: string;
	/** How often this nonce has been used, this time included. */
	readonly count: number;
	readonly clientNonce: string;
}

const PARAMETER = /([a-z]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/gi;

/** The Digest challenge in a WWW-Authenticate header that this client can answer; null when there is none. */
export function readDigestChallenge(header: string): DigestChallenge | null {
	for (const challenge of header.split(/(?:^|,)\s*Digest\s+/i).slice(1)) {
		const told = new Map<string, string>();
		for (const [, name = '', quoted, plain] of challenge.matchAll(PARAMETER)) {
			if (!told.has(name.toLowerCase())) told.set(name.toLowerCase(), quoted?.replaceAll(/\\(.)/g, '$1') ?? plain ?? '');
		}
		const algorithm = (told.get('algorithm') ?? 'MD5').toUpperCase();
		const nonce = told.get('nonce');
		const qop = told.get('qop');
		const auth = qop?.split(/\s*,\s*/).includes('auth') === true;
		if (nonce === undefined || (algorithm !== 'MD5' && algorithm !== 'SHA-256') || (qop !== undefined && !auth)) continue;
		return { realm: told.get('realm') ?? '', nonce, opaque: told.get('opaque') ?? null, algorithm, auth };
	}
	return null;
}

const quoted = (text: string): string => `"${text.replaceAll(/["\\]/g, '\\$&')}"`;

/** The Authorization header that answers a challenge (RFC 7616 §3.4). */
export function digestAuthorization(challenge: DigestChallenge, request: DigestRequest): string {
	const hash = (text: string): string =>
		createHash(challenge.algorithm === 'MD5' ? 'md5' : 'sha256')
			.update(text, 'utf8')
			.digest('hex');
	const secret = hash(`${request.user}:${challenge.realm}:${request.password}`);
	const what = hash(`${request.method}:${request.uri}`);
	const count = request.count.toString(16).padStart(8, '0');
	const response = hash(
		challenge.auth ? `${secret}:${challenge.nonce}:${count}:${request.clientNonce}:auth:${what}` : `${secret}:${challenge.nonce}:${what}`,
	);
	return [
		`Digest username=${quoted(request.user)}`,
		`realm=${quoted(challenge.realm)}`,
		`uri=${quoted(request.uri)}`,
		`algorithm=${challenge.algorithm}`,
		`nonce=${quoted(challenge.nonce)}`,
		...(challenge.auth ? [`nc=${count}`, `cnonce=${quoted(request.clientNonce)}`, 'qop=auth'] : []),
		`response=${quoted(response)}`,
		...(challenge.opaque === null ? [] : [`opaque=${quoted(challenge.opaque)}`]),
	].join(', ');
}
