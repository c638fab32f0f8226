import iconv from 'iconv-lite';
import { AppError } from '../lib/errors.ts';
import type { Authentication } from '../protocols/z3950/init.ts';
import type { Encoding } from '../records/encoding.ts';

/** What may be set for a source that is searched, because its target needs it. */
export interface TargetSettings {
	readonly user?: string;
	readonly password?: string;
	readonly group?: string;
	/** Z39.50 `open` authentication: one text, usually user/password. */
	readonly open?: string;
	/** Ask to be let in as nobody in particular. */
	readonly anonymous?: boolean;
	readonly negotiateUtf8?: boolean;
	/** What ISO 2709 records are in; told from each record when left out. */
	readonly recordEncoding?: Encoding;
	/** What search terms are sent in; UTF-8 when left out. */
	readonly queryEncoding?: string;
	/** The query that finds every record: PQF for Z39.50, CQL for SRU. */
	readonly allQuery?: string;
	/** A query that every record of the source meets, in a target that serves several libraries. */
	readonly filter?: string;
	/** Records that the target hands out of one result set. */
	readonly resultSetMax?: number;
	/** Records that are asked for at once. */
	readonly presentMax?: number;
	/** Indexes to cut the list by: use attributes for Z39.50, index names for SRU. */
	readonly indexes?: readonly string[];
	/** Index of days of change: runs after the first ask for changes alone. */
	readonly changesBy?: string;
	/** Control numbers of all records, for a target that lists them in no other way. */
	readonly identifiers?: readonly string[];
}

const TEXTS = ['user', 'password', 'group', 'open', 'allQuery', 'changesBy', 'filter', 'queryEncoding', 'recordEncoding'] as const;
const NUMBERS = ['resultSetMax', 'presentMax'] as const;
const FLAGS = ['anonymous', 'negotiateUtf8'] as const;
const LISTS = ['indexes', 'identifiers'] as const;
const RECORD_ENCODINGS: readonly string[] = ['utf-8', 'marc-8', 'latin-1', 'windows-1252', 'windows-1258', 'tcvn3', 'viscii', 'vni'];

export const TARGET_SETTINGS: readonly string[] = [...TEXTS, ...NUMBERS, ...FLAGS, ...LISTS];

/** The settings of a source, checked. Others than these are left out. Throws AppError usage. */
export function targetSettings(settings: Readonly<Record<string, unknown>>): TargetSettings {
	const checked: Record<string, unknown> = {};
	const take = (name: string, fits: (value: unknown) => boolean, what: string): void => {
		const value = settings[name];
		if (value === undefined || value === null) return;
		if (!fits(value))
			throw new AppError('usage', `the setting ${name} is ${what}`, { hint: `for example ${EXAMPLES[name] ?? `${name}=…`}` });
		checked[name] = value;
	};
	const isText = (value: unknown): boolean => typeof value === 'string' && value.length <= 10_000;
	for (const name of TEXTS) take(name, isText, 'a text');
	for (const name of NUMBERS) take(name, (value) => Number.isInteger(value) && (value as number) > 0, 'a number from 1 up');
	for (const name of FLAGS) take(name, (value) => typeof value === 'boolean', 'true or false');
	for (const name of LISTS) take(name, (value) => Array.isArray(value) && value.every(isText), 'a list of texts');
	const { recordEncoding, queryEncoding } = checked as TargetSettings;
	if (recordEncoding !== undefined && !RECORD_ENCODINGS.includes(recordEncoding))
		throw new AppError('usage', `records in "${recordEncoding}" cannot be read`, { hint: `one of ${RECORD_ENCODINGS.join(', ')}` });
	if (queryEncoding !== undefined && !iconv.encodingExists(encodingName(queryEncoding)))
		throw new AppError('usage', `search terms in "${queryEncoding}" cannot be sent`, {
			hint: 'for example utf-8, latin1, windows-1258, tcvn3',
		});
	return checked as TargetSettings;
}

const EXAMPLES: Readonly<Record<string, string>> = {
	changesBy: 'changesBy=1012',
	resultSetMax: 'resultSetMax=1000',
	presentMax: 'presentMax=20',
	negotiateUtf8: 'negotiateUtf8=true',
	anonymous: 'anonymous=true',
	indexes: 'indexes=["1012","12"]',
	identifiers: 'identifiers=["1","2","3"]',
};

const encodingName = (name: string): string => (name.toLowerCase() === 'tcvn3' ? 'tcvn' : name);

/** Search terms as the target takes them. */
export const termEncoder =
	({ queryEncoding }: TargetSettings): ((term: string) => Uint8Array) =>
	(term) =>
		queryEncoding === undefined ? new TextEncoder().encode(term) : iconv.encode(term, encodingName(queryEncoding));

export const termDecoder =
	({ queryEncoding }: TargetSettings): ((term: Uint8Array) => string) =>
	(term) =>
		queryEncoding === undefined ? new TextDecoder().decode(term) : iconv.decode(Buffer.from(term), encodingName(queryEncoding));

/** How to log in: `open`, or user, group and password, or as nobody; undefined for no login at all. */
export function authenticationOf({ open, user, group, password, anonymous }: TargetSettings): Authentication | undefined {
	if (open !== undefined) return { kind: 'open', text: open };
	if (user !== undefined || group !== undefined || password !== undefined) {
		return {
			kind: 'password',
			...(group === undefined ? {} : { group }),
			...(user === undefined ? {} : { user }),
			...(password === undefined ? {} : { password }),
		};
	}
	return anonymous === true ? { kind: 'anonymous' } : undefined;
}
