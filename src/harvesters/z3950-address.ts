import { AppError } from '../lib/errors.ts';

/** Where a target listens, and which of its databases is meant. */
export interface TargetAddress {
	readonly host: string;
	readonly port: number;
	/** As written: targets tell `Default` from `default`. */
	readonly database: string;
}

const ADDRESS = /^(?:tcp:|z39\.50[rs]?:\/\/)?(\[[0-9a-f:.]+\]|[^\s:/@[\]]+)(?::(\d{1,5}))?(?:\/([^\s?#]*))?$/i;
const DEFAULT_PORT = 210;
const DEFAULT_DATABASE = 'Default';

/**
 * An address as YAZ writes it: `tcp:host:port/database`; `tcp:`, port and database may be left out. Throws AppErrors usage and
 * address-refused (a port that belongs to another service).
 */
export function parseTargetAddress(text: string): TargetAddress {
	const match = ADDRESS.exec(text.trim());
	if (match === null) {
		const user = text.includes('@');
		throw new AppError('usage', `"${user ? 'the address' : text}" is no address of a Z39.50 target`, {
			hint: user
				? 'leave user and password out of it and set them as settings of the source'
				: 'write it as tcp:host:port/database: tcp:z3950.thuvien.example.vn:210/Default',
		});
	}
	const [, host = '', portText, database] = match;
	const port = portText === undefined ? DEFAULT_PORT : Number(portText);
	if (port < 1 || port > 65_535) throw new AppError('usage', `${port} is no port`, { hint: 'ports go from 1 to 65535; Z39.50 has 210' });
	if (port < 1024 && port !== DEFAULT_PORT) {
		throw new AppError('address-refused', `port ${port} of ${host} is refused: it belongs to another service`, {
			hint: 'Z39.50 is served on port 210 or one from 1024 up',
		});
	}
	return { host, port, database: database === undefined || database === '' ? DEFAULT_DATABASE : decodeURIComponent(database) };
}

export const writeTargetAddress = ({ host, port, database }: TargetAddress): string => `tcp:${host}:${port}/${encodeURI(database)}`;
