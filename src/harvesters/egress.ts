import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { buildConnector } from 'undici';
import { AppError } from '../lib/errors.ts';

/** Every address of a host name, as text. */
export type Resolve = (host: string) => Promise<readonly string[]>;

/** The IANA special-purpose registries: IPv4 networks that are not the public internet, and the only IPv6 ones that are, with exceptions. */
// biome-ignore format: a table
const IPV4_REFUSED = [
	'0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24', '192.0.2.0/24', '192.31.196.0/24',
	'192.52.193.0/24', '192.88.99.0/24', '192.168.0.0/16', '192.175.48.0/24', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4',
];
const IPV6_PUBLIC = ['2000::/3'];
const IPV6_REFUSED = ['2001::/23', '2001:db8::/32', '2002::/16', '2620:4f:8000::/48', '3fff::/20'];

function listOf(networks: readonly string[]): BlockList {
	const list = new BlockList();
	for (const network of networks) {
		const [address = '', prefix] = network.split('/');
		const family = isIP(address);
		const bits = prefix === undefined ? (family === 4 ? 32 : 128) : /^\d{1,3}$/.test(prefix) ? Number(prefix) : -1;
		if (family === 0 || !Number.isInteger(bits) || bits < 0 || bits > (family === 4 ? 32 : 128)) {
			throw new AppError('config', `ALLOW_PRIVATE_ADDRESSES: "${network}" is no network`, {
				hint: 'write networks as 192.168.1.0/24 or fd00::/8, separated by commas',
			});
		}
		list.addSubnet(address, bits, family === 4 ? 'ipv4' : 'ipv6');
	}
	return list;
}

const refused4 = listOf(IPV4_REFUSED);
const public6 = listOf(IPV6_PUBLIC);
const refused6 = listOf(IPV6_REFUSED);

/** An IPv4 address written as IPv6 (`::ffff:a.b.c.d`), as IPv4; other addresses as they are. */
function unmapped(address: string): string {
	if (isIP(address) !== 6) return address;
	const canonical = new URL(`http://[${address.replace(/%.*$/, '')}]/`).hostname.slice(1, -1);
	const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(canonical);
	if (mapped === null) return canonical;
	const [high, low] = [Number.parseInt(mapped[1] as string, 16), Number.parseInt(mapped[2] as string, 16)];
	return `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
}

/** Whether an address belongs to the public internet. Anything that is no address does not. */
export function isPublicAddress(address: string): boolean {
	const plain = unmapped(address);
	if (isIP(plain) === 4) return !refused4.check(plain, 'ipv4');
	return isIP(plain) === 6 && public6.check(plain, 'ipv6') && !refused6.check(plain, 'ipv6');
}

/** What may be reached from here. Everything that goes out asks it, for each URL and for each address that is connected to. */
export class Egress {
	readonly #allowed: BlockList;
	readonly #resolve: Resolve;

	/** `allowPrivate`: networks (CIDR) that may be reached although they are private. Throws AppError config when one is none. */
	constructor(options: { readonly allowPrivate: readonly string[]; readonly resolve?: Resolve }) {
		this.#allowed = listOf(options.allowPrivate);
		this.#resolve = options.resolve ?? resolveAll;
	}

	/** The URL, parsed once. Throws AppError usage for what no source can have and address-refused for a private literal address. */
	checkedUrl(text: string): URL {
		let url: URL;
		try {
			url = new URL(text);
		} catch {
			throw new AppError('usage', `"${text}" is no URL`, { hint: 'write it with http:// or https:// in front' });
		}
		const at = `${url.protocol}//${url.host}`;
		if (url.protocol !== 'http:' && url.protocol !== 'https:') {
			throw new AppError('usage', `${url.protocol} addresses are not for HTTP`, {
				hint: 'the address begins with http:// or https://',
			});
		}
		if (url.username !== '' || url.password !== '') {
			throw new AppError('usage', `the address of ${at} contains a user name or password`, {
				hint: 'leave it out of the address; of a source, set it as its credentials',
			});
		}
		const port = Number(url.port);
		if (url.port !== '' && port < 1024 && port !== 80 && port !== 443) {
			throw new AppError('address-refused', `port ${port} of ${url.hostname} is refused: it belongs to another service`, {
				hint: 'use port 80, 443 or one from 1024 up',
			});
		}
		const literal = url.hostname.startsWith('[') ? url.hostname.slice(1, -1) : url.hostname;
		if (isIP(literal) !== 0) this.#check(literal, literal);
		return url;
	}

	/** The addresses of a host, all of them checked. Throws AppError host-unknown or address-refused. */
	async addresses(host: string): Promise<readonly string[]> {
		const literal = host.startsWith('[') ? host.slice(1, -1) : host;
		const found = isIP(literal) === 0 ? await this.#lookUp(literal) : [literal];
		for (const address of found) this.#check(address, host);
		return found;
	}

	/** A connector for undici that resolves, checks and connects to the checked address. */
	connector(options: { readonly connectMs: number; readonly acceptAnyCertificate?: boolean }): buildConnector.connector {
		const connect = buildConnector({
			timeout: options.connectMs,
			allowH2: false,
			rejectUnauthorized: options.acceptAnyCertificate !== true,
		});
		return (to, callback) => {
			this.addresses(to.hostname).then(
				(addresses) => {
					const named = isIP(to.hostname.replace(/^\[|\]$/g, '')) === 0;
					const tryNext = (i: number): void => {
						const target = {
							...to,
							hostname: unmapped(addresses[i] as string),
							...(named && to.protocol === 'https:' ? { servername: to.hostname.replace(/\.$/, '') } : {}),
						};
						connect(target, (...result) => {
							if (result[0] !== null && i + 1 < addresses.length) tryNext(i + 1);
							else callback(...result);
						});
					};
					tryNext(0);
				},
				(error: Error) => callback(error, null),
			);
		};
	}

	async #lookUp(host: string): Promise<readonly string[]> {
		let found: readonly string[] = [];
		try {
			found = await this.#resolve(host);
		} catch (error) {
			throw new AppError('host-unknown', `the host ${host} is not known`, {
				hint: 'check the spelling of the address, and the name service of this machine',
				retriable: isTransient(error),
				cause: error,
			});
		}
		if (found.length > 0) return found;
		throw new AppError('host-unknown', `the host ${host} has no address`, { hint: 'check the spelling of the address' });
	}

	#check(address: string, host: string): void {
		if (isPublicAddress(address)) return;
		const plain = unmapped(address);
		const family = isIP(plain);
		if (family !== 0 && this.#allowed.check(plain, family === 4 ? 'ipv4' : 'ipv6')) return;
		const cidr = `${plain}/${family === 4 ? 32 : 128}`;
		throw new AppError(
			'address-refused',
			`${host === address || host === plain ? plain : `${host} (${plain})`} is a private address, which is refused`,
			{
				hint: `if it really is there, add ${cidr} to ALLOW_PRIVATE_ADDRESSES`,
			},
		);
	}
}

async function resolveAll(host: string): Promise<readonly string[]> {
	return (await lookup(host, { all: true })).map((entry) => entry.address);
}

const isTransient = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'EAI_AGAIN';
