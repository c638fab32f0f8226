import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readEnv } from '../../src/config/config.ts';

describe('settings from the environment', () => {
	it('have defaults that work on one machine', () => {
		const config = readEnv({});
		expect(config).toEqual({
			databaseUrl: null,
			openSearchUrl: null,
			dataDir: resolve(import.meta.dirname, '../../data'),
			host: '127.0.0.1',
			port: 8080,
			z3950Port: null,
			z3950Access: 'open',
			publicUrl: 'http://127.0.0.1:8080',
			dumpSchedule: '30 3 * * *',
			dumpTimeZone: 'Asia/Ho_Chi_Minh',
			dumpsKept: 3,
			allowPrivateAddresses: [],
			logLevel: 'info',
			language: 'en',
		});
		expect(Object.isFrozen(config)).toBe(true);
	});

	it('take port 0 for any that is free', () => {
		expect(readEnv({ PORT: '0' }).port).toBe(0);
	});

	it('take an empty value for none', () => {
		expect(readEnv({ DATABASE_URL: '', PORT: ' ', OPENSEARCH_URL: '' })).toEqual(readEnv({}));
	});

	it('are read', () => {
		expect(
			readEnv({
				DATABASE_URL: 'postgresql://u:p%20w@db/x?sslmode=require',
				DATA_DIR: '/srv/Thư viện',
				HOST: '::',
				PORT: '80',
				Z3950_PORT: '210',
				Z3950_ACCESS: 'keys',
				ALLOW_PRIVATE_ADDRESSES: '10.0.0.0/8, fd00::/8',
				DUMP_SCHEDULE: '0 1 * * 0',
				DUMP_TIME_ZONE: 'UTC',
				DUMPS_KEPT: '7',
				LOG_LEVEL: 'DEBUG',
				LANG: 'vi_VN.UTF-8',
			}),
		).toEqual({
			databaseUrl: 'postgresql://u:p%20w@db/x?sslmode=require',
			openSearchUrl: null,
			dataDir: '/srv/Thư viện',
			host: '::',
			port: 80,
			z3950Port: 210,
			z3950Access: 'keys',
			publicUrl: 'http://localhost:80',
			dumpSchedule: '0 1 * * 0',
			dumpTimeZone: 'UTC',
			dumpsKept: 7,
			allowPrivateAddresses: ['10.0.0.0/8', 'fd00::/8'],
			logLevel: 'debug',
			language: 'vi',
		});
		expect(readEnv({ PUBLIC_URL: 'https://thu-vien.example.vn/lienthong/' }).publicUrl).toBe('https://thu-vien.example.vn/lienthong');
	});

	it.each([
		['DATABASE_URL', 'mysql://x'],
		['HOST', 'a b'],
		['HOST', '999.1.1.1'],
		['DUMPS_KEPT', '0'],
		['PORT', '-1'],
		['PORT', '70000'],
		['PORT', '80a'],
		['PUBLIC_URL', 'lienthong.example.vn'],
		['Z3950_PORT', '0'],
		['Z3950_PORT', '8080'],
		['Z3950_PORT', 'z'],
		['Z3950_ACCESS', 'nobody'],
		['PUBLIC_URL', 'https://x.vn/?a=b'],
		['ALLOW_PRIVATE_ADDRESSES', '10.0.0.0'],
		['ALLOW_PRIVATE_ADDRESSES', '10.0.0.0/33'],
		['ALLOW_PRIVATE_ADDRESSES', 'localhost/8'],
		['LOG_LEVEL', 'loud'],
	])('refuse %s=%s with its name and an example', (name, value) => {
		expect(() => readEnv({ [name]: value })).toThrow(
			expect.objectContaining({ code: 'config', message: expect.stringContaining(name), hint: expect.stringContaining(`${name}=`) }),
		);
	});

	it('never show a password', () => {
		expect(() => readEnv({ DATABASE_URL: 'mysql://u:secret@x' })).toThrow(
			expect.objectContaining({ message: expect.not.stringContaining('secret') }),
		);
	});

	it.each([
		['http://localhost:9200', 'http://localhost:9200'],
		['https://u:p@search.example:9200/thu-vien/', 'https://u:p@search.example:9200/thu-vien'],
	])('take OpenSearch at %s', (given, taken) => {
		expect(readEnv({ OPENSEARCH_URL: given }).openSearchUrl).toBe(taken);
		expect(readEnv({}).openSearchUrl).toBeNull();
	});

	it.each(['localhost:9200', 'ftp://u:secret@x', 'http://x/a/b', 'http://x/UPPER', 'http://x/?q=secret'])(
		'refuse OpenSearch at %s',
		(given) => {
			expect(() => readEnv({ OPENSEARCH_URL: given })).toThrow(
				expect.objectContaining({ code: 'config', message: expect.not.stringContaining('secret') }),
			);
		},
	);
});
