import { BlockList, isIP } from 'node:net';
import { join, resolve } from 'node:path';
import { AppError } from '../lib/errors.ts';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** The settings of the service; everything comes from the environment, and nothing else reads it. */
export interface Config {
	/** null: the embedded Postgres under dataDir. */
	readonly databaseUrl: string | null;
	/** null: Postgres is the search engine too. The last part of its path names the index. */
	readonly openSearchUrl: string | null;
	/** Absolute; the default is the project's own folder data, wherever a command is called from. */
	readonly dataDir: string;
	readonly host: string;
	/** 0: any free port. */
	readonly port: number;
	/** Port for clients of Z39.50; null: none listens. */
	readonly z3950Port: number | null;
	/** Who may ask there: everybody, or whoever has a key. */
	readonly z3950Access: 'open' | 'keys';
	/** What the world calls this service; no slash at the end. */
	readonly publicUrl: string;
	/** When dumps are written (cron text), in which time zone, and how many full ones are kept. */
	readonly dumpSchedule: string;
	readonly dumpTimeZone: string;
	readonly dumpsKept: number;
	/** Private networks that sources may be in, as CIDRs. */
	readonly allowPrivateAddresses: readonly string[];
	readonly logLevel: LogLevel;
	/** The language a person's terminal is set to (LC_ALL, LC_MESSAGES, LANG); English unless it is Vietnamese. */
	readonly language: 'vi' | 'en';
}

type Env = Readonly<Record<string, string | undefined>>;

const bad = (name: string, value: string, why: string, example: string): AppError =>
	new AppError('config', `${name}=${value}: ${why}`, { hint: `for example ${name}=${example}` });

/** Empty is the same as not set. */
const read = (env: Env, name: string): string | undefined => env[name]?.trim() || undefined;

/** The names of the variables that are set. */
export const settingsGiven = (env: Env): ReadonlySet<string> => new Set(Object.keys(env).filter((name) => read(env, name) !== undefined));

/** Reads all settings; AppError `config` names the one that is wrong, with an example. */
export function readEnv(env: Env): Config {
	const host = readHost(env);
	const port = readPort(env);
	return Object.freeze({
		databaseUrl: readDatabaseUrl(env),
		openSearchUrl: readOpenSearchUrl(env),
		dataDir: resolve(read(env, 'DATA_DIR') ?? join(import.meta.dirname, '../../data')),
		host,
		port,
		z3950Port: readZ3950Port(env, port),
		z3950Access: readZ3950Access(env),
		publicUrl: readPublicUrl(env) ?? localUrl(host, port),
		dumpSchedule: read(env, 'DUMP_SCHEDULE') ?? '30 3 * * *',
		dumpTimeZone: read(env, 'DUMP_TIME_ZONE') ?? 'Asia/Ho_Chi_Minh',
		dumpsKept: readDumpsKept(env),
		allowPrivateAddresses: Object.freeze(readNetworks(env)),
		logLevel: readLogLevel(env),
		language: terminalLanguage(env),
	});
}

/** The language that a person's terminal is set to. */
export const terminalLanguage = (env: Env): 'vi' | 'en' =>
	/^vi/i.test(read(env, 'LC_ALL') ?? read(env, 'LC_MESSAGES') ?? read(env, 'LANG') ?? '') ? 'vi' : 'en';

function readOpenSearchUrl(env: Env): string | null {
	const text = read(env, 'OPENSEARCH_URL');
	if (text === undefined) return null;
	const url = URL.canParse(text) ? new URL(text) : undefined;
	const plain = url !== undefined && /^https?:$/.test(url.protocol) && url.search === '' && url.hash === '';
	if (plain && /^\/?$|^\/[a-z0-9][a-z0-9_-]{0,60}\/?$/.test(url.pathname)) return url.href.replace(/\/+$/, '');
	// Not shown: it may hold a password.
	throw bad(
		'OPENSEARCH_URL',
		'…',
		'not an http or https address with at most the name of an index',
		'https://user:password@search:9200/lienthong',
	);
}

function readDatabaseUrl(env: Env): string | null {
	const url = read(env, 'DATABASE_URL');
	if (url === undefined) return null;
	if (/^postgres(ql)?:\/\/[^\s]+$/.test(url)) return url;
	// Not shown: it may hold a password.
	throw bad('DATABASE_URL', '…', 'not a Postgres address', 'postgresql://user:password@localhost:5432/lienthong');
}

function readHost(env: Env): string {
	const host = read(env, 'HOST') ?? '127.0.0.1';
	const named = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(host) && URL.canParse(`http://${host}`);
	if (isIP(host) !== 0 || named) return host;
	throw bad('HOST', host, 'neither an address nor a host name', '0.0.0.0');
}

function readPort(env: Env): number {
	const text = read(env, 'PORT') ?? '8080';
	const port = Number(text);
	if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
	throw bad('PORT', text, 'not a port, 1 to 65535, or 0 for any that is free', '8080');
}

function readZ3950Port(env: Env, httpPort: number): number | null {
	const text = read(env, 'Z3950_PORT');
	if (text === undefined) return null;
	const port = Number(text);
	if (!/^\d{1,5}$/.test(text) || port < 1 || port > 65_535) throw bad('Z3950_PORT', text, 'not a port, 1 to 65535', '2100');
	if (port === httpPort) throw bad('Z3950_PORT', text, 'the same as PORT, which answers HTTP', '2100');
	return port;
}

function readZ3950Access(env: Env): 'open' | 'keys' {
	const text = read(env, 'Z3950_ACCESS') ?? 'open';
	if (text === 'open' || text === 'keys') return text;
	throw bad('Z3950_ACCESS', text, 'neither open nor keys', 'keys');
}

function readDumpsKept(env: Env): number {
	const text = read(env, 'DUMPS_KEPT') ?? '3';
	if (/^[1-9]\d{0,2}$/.test(text)) return Number(text);
	throw bad('DUMPS_KEPT', text, 'not a number of full dumps, 1 to 999', '3');
}

/** What a server that listens at `host` is called where nobody has said what the world calls it. */
export const localUrl = (host: string, port: number): string => `http://${hostInUrl(host)}:${port}`;

function hostInUrl(host: string): string {
	if (host === '0.0.0.0' || host === '::') return 'localhost';
	return isIP(host) === 6 ? `[${host}]` : host;
}

function readPublicUrl(env: Env): string | undefined {
	const text = read(env, 'PUBLIC_URL');
	if (text === undefined) return undefined;
	const url = URL.canParse(text) ? new URL(text) : undefined;
	const plain = url !== undefined && /^https?:$/.test(url.protocol) && url.search === '' && url.hash === '' && url.username === '';
	if (plain) return url.href.replace(/\/+$/, '');
	throw bad('PUBLIC_URL', text, 'not an http or https address without query and user', 'https://lienthong.example.vn');
}

function readNetworks(env: Env): string[] {
	const text = read(env, 'ALLOW_PRIVATE_ADDRESSES') ?? '';
	const networks = text.split(/[\s,]+/).filter((item) => item !== '');
	for (const network of networks) {
		if (!isNetwork(network)) throw bad('ALLOW_PRIVATE_ADDRESSES', text, `${network} is not a network`, '10.0.0.0/8,192.168.1.20/32');
	}
	return networks;
}

function isNetwork(text: string): boolean {
	const [address = '', prefix = '', ...more] = text.split('/');
	const family = isIP(address);
	if (family === 0 || more.length > 0 || !/^\d{1,3}$/.test(prefix)) return false;
	try {
		new BlockList().addSubnet(address, Number(prefix), family === 6 ? 'ipv6' : 'ipv4');
		return true;
	} catch {
		return false;
	}
}

function readLogLevel(env: Env): LogLevel {
	const text = read(env, 'LOG_LEVEL') ?? 'info';
	const level = LOG_LEVELS.find((one) => one === text.toLowerCase());
	if (level !== undefined) return level;
	throw bad('LOG_LEVEL', text, `not one of ${LOG_LEVELS.join(', ')}`, 'info');
}
