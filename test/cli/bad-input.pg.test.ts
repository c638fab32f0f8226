import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ErrorCode, EXIT_CODES } from '../../src/lib/errors.ts';
import { BIN, call, type Outcome } from '../support/command-line.ts';
import { hasPeer } from '../support/peers.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { marcFile, sampleMarc } from '../support/sample-marc.ts';
import { type Misbehaviour, startSimpleServer } from '../support/simple-server.ts';
import { zipped } from '../support/zip-file.ts';

let made: TestDatabase;
let folder = '';
let n = 0;

beforeAll(async () => {
	made = await testDatabase();
	folder = mkdtempSync(join(tmpdir(), 'lienthong-bad-'));
});

afterAll(async () => {
	await made.drop();
	rmSync(folder, { recursive: true });
});

const run = (...args: string[]): Promise<Outcome> => call(BIN, args, { DATABASE_URL: made.url, ALLOW_PRIVATE_ADDRESSES: '127.0.0.0/8' });

async function library(): Promise<string> {
	const code = `bad-${++n}`;
	await made.database.pool.query("insert into library (code, name, kind) values ($1, $1, 'school')", [code]);
	return code;
}

/** Records of a library, living or not. */
async function records(code: string): Promise<number> {
	const { rows } = await made.database.pool.query<{ n: number }>(
		'select count(*)::int as n from source_record r join source s on s.id = r.source_id where s.library = $1 and current_no > 0 and not deleted',
		[code],
	);
	return rows[0]?.n ?? -1;
}

/** The exit code, what happened and what to do: each on a line of standard error. */
function expectRefusal({ code, err }: Outcome, kind: ErrorCode, what: RegExp, hint: RegExp): void {
	expect(code, err).toBe(EXIT_CODES[kind]);
	expect(err).toMatch(what);
	expect(err.split('what to do: ')[1] ?? '').toMatch(hint);
	expect(err).not.toContain('    at ');
}

const ole = (text: string): Buffer =>
	Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(504), Buffer.from(text, 'utf16le')]);
const marc = marcFile(sampleMarc(20));

it('what listens at the address of DATABASE_URL and is no Postgres is named as such', async () => {
	const server = createServer((socket) => socket.on('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')));
	await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
	const { port } = server.address() as AddressInfo;
	const outcome = await call(BIN, ['runs'], { DATABASE_URL: `postgresql://127.0.0.1:${port}/lienthong` });
	server.close();
	expectRefusal(outcome, 'database', /cannot use the database/, /DATABASE_URL is no Postgres/);
});

describe('lienthong import says what to do, and takes nothing of', () => {
	const cases: [string, string, () => Buffer | Promise<Buffer>, ErrorCode, RegExp, RegExp][] = [
		[
			'a workbook with a password',
			'sach.xlsx',
			() => ole('EncryptedPackage'),
			'file-locked',
			/protected by a password/,
			/take the password off/,
		],
		['an old workbook', 'sach.xls', () => ole('Workbook'), 'file-kind', /old Excel workbook/, /save it as/],
		[
			'a workbook that grows too much',
			'sach.xlsx',
			() => zipped({ 'xl/worksheets/sheet1.xml': Buffer.alloc(64_000_000, 0x20), 'xl/workbook.xml': '<x/>' }),
			'too-large',
			/unpacked/,
			/\w/,
		],
		['a bomb in a zip', 'sach.zip', () => zipped({ 'sach.mrc': Buffer.alloc(64_000_000, 0x20) }), 'too-large', /250 times/, /unpack it/],
		['a PDF that is called MARC', 'sach.mrc', () => Buffer.from('%PDF-1.7\n…'), 'file-kind', /a PDF document/, /ISO 2709/],
		['a table without a column of titles', 'sach.csv', () => Buffer.from('Mã,Giá\n1,2\n'), 'no-title-column', /"Mã", "Giá"/, /Nhan đề/],
		['a catalogue that is cut off', 'sach.mrc', () => marc.subarray(0, marc.length - 40), 'file-broken', /cut off/, /without --snapshot/],
	];
	it.each(cases)('%s', async (_, name, content, kind, what, hint) => {
		const code = await library();
		const path = join(folder, `${n}-${name}`);
		writeFileSync(path, await content());
		expectRefusal(await run('import', path, '--library', code, '--snapshot'), kind, what, hint);
		expect(await records(code)).toBe(0);
	});
});

describe('a file that is to be the whole catalogue and ends in the middle', () => {
	const xml = (count: number): string =>
		`<collection xmlns="http://www.loc.gov/MARC21/slim">${Array.from(
			{ length: count },
			(_, i) =>
				`<record><leader>00000nam a2200000 a 4500</leader><controlfield tag="001">x${i}</controlfield><datafield tag="245" ind1="0" ind2="0"><subfield code="a">Sách ${i}</subfield></datafield></record>`,
		).join('\n')}</collection>\n`;
	const json = (count: number): string =>
		JSON.stringify(
			Array.from({ length: count }, (_, i) => ({
				leader: '',
				fields: [{ '001': `x${i}` }, { '245': { ind1: '0', ind2: '0', subfields: [{ a: `Sách ${i}` }] } }],
			})),
			null,
			1,
		);
	/** A whole file of twenty records, and how many bytes of it are left. */
	const files: [string, Buffer, (whole: Buffer) => number][] = [
		['ISO 2709, in its last record', marc, (whole) => whole.length - 40],
		['MARCXML, in its last record', Buffer.from(xml(20)), (whole) => whole.lastIndexOf('</leader>')],
		['MARCXML, behind a record', Buffer.from(xml(20)), (whole) => whole.lastIndexOf('<record>')],
		['MARC-in-JSON, in its last record', Buffer.from(json(20)), (whole) => whole.length - 30],
		['MARC-in-JSON, behind a record', Buffer.from(json(20)), (whole) => whole.lastIndexOf('"leader"') - 5],
	];
	it.each(files)('is refused, and nothing vanishes: %s', async (_, whole, length) => {
		const code = await library();
		const path = join(folder, `cut-${n}`);
		writeFileSync(path, whole);
		expect(await run('import', path, '--library', code, '--snapshot')).toMatchObject({ code: 0 });
		expect(await records(code)).toBe(20);
		const cut = whole.subarray(0, length(whole));
		writeFileSync(path, cut);
		for (const dry of [['--dry-run'], []])
			expectRefusal(
				await run('import', path, '--library', code, '--snapshot', ...dry),
				'file-broken',
				/was cut off: it ends in the middle, at record \d+/,
				/export and send it again/,
			);
		expect(await records(code)).toBe(20);
		// what is whole in it may be added all the same
		expect((await run('import', path, '--library', code)).code).toBe(0);
		expect(await records(code)).toBe(20);
	});

	it('is no ISO 2709 that lacks its last terminator alone', async () => {
		const code = await library();
		const path = join(folder, `bare-${n}`);
		writeFileSync(path, marc.subarray(0, marc.length - 1));
		expect(await run('import', path, '--library', code, '--snapshot')).toMatchObject({ code: 0 });
		expect(await records(code)).toBe(20);
	});
});

describe.runIf(hasPeer('Net::Z3950::SimpleServer'))('lienthong harvest says what to do, and loses nothing, when a target', () => {
	const cases: [string, Misbehaviour, Record<string, unknown>, string | null, ErrorCode, RegExp, RegExp][] = [
		['refuses the login', { login: ['u', 'p'] }, { user: 'u', password: 'wrong' }, null, 'login-refused', /1010/, /user and password/],
		[
			'does not have the attribute',
			{},
			{ allQuery: '@attr 1=9999 x' },
			null,
			'z3950-error',
			/114 \(unsupported use attribute\)/,
			/indexes/,
		],
		['does not have the syntax', { refusesSyntax: true }, {}, 'xml', 'z3950-error', /238|239/, /choose another --format/],
		['sends plain text', { sutrs: true }, {}, null, 'z3950-error', /SUTRS|could not be had/, /run it again|another format/],
	];
	it.each(cases)('%s', async (_, how, settings, format, kind, what, hint) => {
		const code = await library();
		const whole = await startSimpleServer(sampleMarc(20), {});
		const { rows } = await made.database.pool.query<{ id: number }>(
			"insert into source (code, library, kind, url) values ($1, $1, 'z3950', $2) returning id",
			[code, whole.address],
		);
		expect((await run('harvest', code)).code).toBe(0);
		await whole.stop();
		const target = await startSimpleServer(sampleMarc(20), how);
		await made.database.pool.query('update source set url = $2, settings = $3, format = $4 where id = $1', [
			rows[0]?.id,
			target.address,
			JSON.stringify(settings),
			format,
		]);
		const outcome = await run('harvest', code, '--full');
		await target.stop();
		expectRefusal(outcome, kind, what, hint);
		expect(await records(code)).toBe(20);
	});
});
