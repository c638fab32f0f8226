import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { RunSummary } from '../../src/jobs/run-under-lease.ts';
import type { ErrorCode } from '../../src/lib/errors.ts';
import { encodeIso2709 } from '../../src/records/iso2709.ts';
import type { MarcRecord } from '../../src/records/marc.ts';
import { setSourceSettings } from '../../src/store/source.ts';
import { ImportRig } from '../support/import-rig.ts';
import { marcOf, type WorldRecord } from '../support/world.ts';
import { zipped } from '../support/zip-file.ts';

const rig = new ImportRig();

const books = (from: number, to: number): WorldRecord[] =>
	Array.from({ length: to - from }, (_, i) => ({ identifier: `b${from + i}`, title: `Sách số ${from + i}`, year: 2001, pages: 100 }));
const iso = (records: readonly WorldRecord[]): Buffer => Buffer.concat(records.map((r) => encodeIso2709(marcOf(r))));

function xml({ leader, fields }: MarcRecord): string {
	const text = (value: string): string => value.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
	const body = fields.map((f) =>
		f.subfields.length === 0
			? `<controlfield tag="${f.tag}">${text(f.value)}</controlfield>`
			: `<datafield tag="${f.tag}" ind1="${f.ind1}" ind2="${f.ind2}">${f.subfields.map((s) => `<subfield code="${s.code}">${text(s.value)}</subfield>`).join('')}</datafield>`,
	);
	return `<record><leader>${leader}</leader>${body.join('')}</record>`;
}
const marcxml = (records: readonly WorldRecord[]): string =>
	`<?xml version="1.0"?><collection xmlns="http://www.loc.gov/MARC21/slim">${records.map((r) => xml(marcOf(r))).join('\n')}</collection>`;

const inJson = ({ leader, fields }: MarcRecord): object => ({
	leader,
	fields: fields.map((f) => ({
		[f.tag]:
			f.subfields.length === 0 ? f.value : { ind1: f.ind1, ind2: f.ind2, subfields: f.subfields.map((s) => ({ [s.code]: s.value })) },
	})),
});

const FATES = ['created', 'updated', 'unchanged', 'deleted', 'quarantined', 'repeated', 'ignored', 'vanished'] as const;
const counts = (run: RunSummary): Record<string, number> =>
	Object.fromEntries((['listed', ...FATES] as const).filter((key) => run[key] !== 0).map((key) => [key, run[key]]));

async function rows<T>(sql: string, code: string): Promise<T[]> {
	const { rows } = await rig.made.database.pool.query<{ it: T }>(sql, [code]);
	return rows.map((row) => row.it);
}
const living = (code: string): Promise<string[]> =>
	rows(
		`select identifier as it from source_record r join source s on s.id = r.source_id
		where s.library = $1 and not r.deleted and r.current_no > 0 order by 1`,
		code,
	);

describe('importing a file', () => {
	it('takes the same records from ISO 2709, MARCXML and MARC-in-JSON, plain, gzipped and zipped', async () => {
		const records = books(0, 1_200);
		const json = records.map((r) => inJson(marcOf(r)));
		const files: [string, string | Uint8Array][] = [
			['a.mrc', iso(records)],
			['wrongly-named.xlsx', marcxml(records)],
			['a.xml.gz', gzipSync(marcxml(records))],
			['a.zip', await zipped({ 'folder/inner.txt': iso(records), '__MACOSX/._inner': 'x' })],
			['list.json', `\ufeff${JSON.stringify(json, null, 1)}`],
			['lines.json', json.map((one) => JSON.stringify(one)).join('\n')],
		];
		for (const [name, content] of files) {
			const code = await rig.library();
			const run = await rig.harvester.importFile(rig.file(name, content), code);
			expect(run, name).toMatchObject({ state: 'complete', listed: 1_200, created: 1_200 });
			expect(await living(code), name).toEqual(records.map((r) => r.identifier).sort());
		}
	});

	it('adds and changes, and as a snapshot also removes', async () => {
		const code = await rig.library();
		expect(counts(await rig.harvester.importFile(rig.file('1.mrc', iso(books(0, 10))), code))).toEqual({ listed: 10, created: 10 });
		expect(counts(await rig.harvester.importFile(rig.file('1.mrc', iso(books(0, 10))), code))).toEqual({ listed: 10, unchanged: 10 });
		const changed = [{ ...(books(5, 6)[0] as WorldRecord), pages: 200 }, ...books(10, 12)];
		expect(counts(await rig.harvester.importFile(rig.file('2.mrc', iso(changed)), code))).toEqual({ listed: 3, created: 2, updated: 1 });
		expect(await living(code)).toHaveLength(12);
		const last = await rig.harvester.importFile(rig.file('3.xml', marcxml(books(2, 9))), code, { snapshot: true });
		expect(counts(last)).toMatchObject({ listed: 7, vanished: 5 });
		expect(await living(code)).toEqual(books(2, 9).map((r) => r.identifier));
	});

	it('says what it would do and writes nothing', async () => {
		const code = await rig.library();
		const path = rig.file('dry.mrc', Buffer.concat([iso(books(0, 10)), Buffer.from('00026nam a2200025   4500\u001e\u001d')]));
		expect(await rig.harvester.dryImport(path, code)).toMatchObject({
			listed: 11,
			created: 10,
			quarantined: 1,
			source: null,
			refused: [{ code: 'directory-missing' }],
		});
		expect(await rows('select id as it from source where library = $1', code)).toEqual([]);
		const run = await rig.harvester.importFile(path, code);
		expect(counts(run)).toEqual({ listed: 11, created: 10, quarantined: 1 });
		const next = rig.file('dry2.mrc', iso([...books(0, 5), { ...(books(5, 6)[0] as WorldRecord), pages: 7 }, ...books(20, 22)]));
		const dry = await rig.harvester.dryImport(next, code, { snapshot: true });
		const really = await rig.harvester.importFile(next, code, { snapshot: true });
		for (const key of ['listed', ...FATES] as const) expect(dry[key], key).toBe(really[key]);
		expect(really).toMatchObject({ unchanged: 5, updated: 1, created: 2, vanished: 4 });
	});

	it('foresees that records of a whole catalogue came under other numbers, and that the run would wait for a person', async () => {
		const code = await rig.library();
		const told = (year: number) => (r: WorldRecord) => ({ ...r, author: 'Nguyễn Nhật Ánh', year });
		const all = books(0, 60).map(told(2001));
		await rig.harvester.importFile(rig.file('held1.mrc', iso(all)), code, { snapshot: true });
		const renumbered = (from: number, to: number): WorldRecord[] =>
			all.map((r, i) => (i >= from && i < to ? { ...r, identifier: `moi${i}` } : r)).slice(0, 58);
		for (const [name, records, expected] of [
			['held2.mrc', renumbered(0, 2), { state: 'complete', renumbered: 2, updated: 2, created: 0, vanished: 2 }],
			['held3.mrc', renumbered(10, 40), { state: 'held', renumbered: 32, updated: 0, created: 32, vanished: 32 }],
		] as const) {
			const path = rig.file(name, iso(records));
			const { state, ...foreseen } = expected;
			const dry = await rig.harvester.dryImport(path, code, { snapshot: true });
			expect(dry).toMatchObject({ ...foreseen, waits: state === 'held' });
			const really = await rig.harvester.importFile(path, code, { snapshot: true });
			expect(really.state).toBe(state);
			for (const key of ['listed', ...FATES] as const) expect(dry[key], `${name}: ${key}`).toBe(really[key]);
		}
	});

	it('takes what there is of an addition that ends in the middle of a record, and says that the rest did not come', async () => {
		const code = await rig.library();
		const all = iso(books(0, 40));
		const run = await rig.harvester.importFile(rig.file('half.mrc', all.subarray(0, all.length - (iso(books(39, 40)).length >> 1))), code);
		expect(counts(run)).toEqual({ listed: 40, created: 39, quarantined: 1 });
		expect(run).toMatchObject({
			state: 'complete',
			flags: ['cut-off'],
			error: {
				code: 'file-broken',
				message: expect.stringMatching(/^half\.mrc was cut off: it ends in the middle/),
				hint: expect.stringContaining('send it again'),
			},
		});
	});

	it('takes nothing of a file that breaks off, and all of it when it is whole', async () => {
		const code = await rig.library();
		const whole = gzipSync(iso(books(0, 3_000)));
		const path = rig.file('cut.mrc.gz', whole.subarray(0, whole.length - 2_000));
		expect(await rig.harvester.importFile(path, code)).toMatchObject({ state: 'failed', error: { code: 'file-broken' } });
		expect(await living(code)).toEqual([]);
		expect(
			await rows(
				'select s.run_id as it from staged_change s join run r on r.id = s.run_id join source o on o.id = r.source_id where o.library = $1',
				code,
			),
		).toEqual([]);
		expect(counts(await rig.harvester.importFile(rig.file('cut.mrc.gz', whole), code))).toEqual({ listed: 3_000, created: 3_000 });
		expect(await rig.harvester.importFile(rig.file('empty.xml', marcxml([])), code, { snapshot: true })).toMatchObject({
			state: 'failed',
			flags: ['empty-list'],
		});
		expect(await living(code)).toHaveLength(3_000);
	});

	it('goes on with the same file after a stop, and begins anew with another', async () => {
		const code = await rig.library();
		const path = rig.file('long.mrc', iso(books(0, 6_000)));
		const stop = async (): Promise<void> => {
			const controller = new AbortController();
			const watch = setInterval(async () => {
				const [parts] = await rows<number>(
					"select max(r.pages) as it from run r join source s on s.id = r.source_id where s.library = $1 and r.state = 'running'",
					code,
				);
				if ((parts ?? 0) > 2) controller.abort();
			}, 5);
			await expect(rig.harvester.importFile(path, code, { signal: controller.signal })).rejects.toThrow(/abort/i);
			clearInterval(watch);
		};
		await stop();
		expect(await living(code)).toEqual([]);
		expect(counts(await rig.harvester.importFile(path, code))).toEqual({ listed: 6_000, created: 6_000 });
		const states = (): Promise<string[]> =>
			rows('select r.state as it from run r join source s on s.id = r.source_id where s.library = $1 order by r.id', code);
		expect(await states()).toEqual(['complete']);
	});

	it('gives records without 001 lasting identifiers, and keeps apart those that share one', async () => {
		const code = await rig.library();
		const nameless = books(0, 3).map((r) => ({ ...marcOf(r), fields: marcOf(r).fields.filter((f) => f.tag !== '001') }));
		const [first, second] = books(7, 9).map((r) => marcOf({ ...r, identifier: 'same' })) as [MarcRecord, MarcRecord];
		const path = rig.file('odd.mrc', Buffer.concat([...nameless, first, second, first].map(encodeIso2709)));
		expect(counts(await rig.harvester.importFile(path, code))).toEqual({ listed: 6, created: 5, repeated: 1 });
		const found = await living(code);
		expect(found.filter((one) => one.startsWith('digest:'))).toHaveLength(3);
		expect(found.filter((one) => one.startsWith('same'))).toEqual(['same', 'same#2']);
		expect(
			await rows(
				"select v.repairs::text as it from version v join source_record r on r.id = v.record_id join source s on s.id = r.source_id where s.library = $1 and r.identifier = 'same#2'",
				code,
			),
		).toEqual([expect.stringContaining('identifier-double')]);
		expect(counts(await rig.harvester.importFile(path, code, { snapshot: true }))).toEqual({ listed: 6, unchanged: 5, repeated: 1 });
	});

	it('makes the library harvestable, deletions included', async () => {
		const code = await rig.library();
		await rig.harvester.importFile(rig.file('h1.mrc', iso(books(0, 3))), code);
		await rig.harvester.importFile(rig.file('h2.mrc', iso(books(1, 3))), code, { snapshot: true });
		const app = rig.server();
		const answer = await app.inject(`/oai/${code}?verb=ListRecords&metadataPrefix=marc21`);
		expect(answer.statusCode).toBe(200);
		expect(answer.body.match(/<record>/g)).toHaveLength(3);
		expect(answer.body.match(/status="deleted"/g)).toHaveLength(1);
		expect(answer.body).toContain('Sách số 2');
		await app.close();
	});

	it('reads in the encoding that its source states, and keeps the bytes', async () => {
		const code = await rig.library();
		const record = marcOf({ identifier: 'x', title: 'A-B' });
		const bytes = Buffer.from(encodeIso2709(record));
		bytes[bytes.indexOf('A-B') + 1] = 0xb5;
		const path = rig.file('tcvn.mrc', bytes);
		await rig.harvester.importFile(rig.file('other.mrc', iso(books(0, 1))), code);
		const [id] = await rows<number>('select id as it from source where library = $1', code);
		await setSourceSettings(rig.made.database, id as number, { encoding: 'tcvn3' });
		await rig.harvester.importFile(path, code);
		const { rows: versions } = await rig.made.database.pool.query(
			`select v.features, p.encoding from version v join source_record r on r.id = v.record_id join parcel p on p.id = v.parcel_id
			where r.source_id = $1 and r.identifier = 'x'`,
			[id],
		);
		expect(versions[0].features.normalize('NFC')).toMatch(/aàb/);
		expect(versions[0].encoding).toBeNull();
	});
});

it('a catalogue in a zip is found beside what systems leave there', async () => {
	const code = await rig.library();
	const left = { '__MACOSX/._a.mrc': 'x', 'sach/.DS_Store': 'x', 'Thumbs.db': 'x', 'sach/Desktop.ini': 'x' };
	const path = rig.file('left.zip', await zipped({ ...left, 'sach/2024/a.mrc': iso(books(0, 3)) }));
	expect(await rig.harvester.importFile(path, code)).toMatchObject({ state: 'complete', created: 3 });
});

describe('a file that is no catalogue', () => {
	const bomb = (): Buffer => gzipSync(`<collection>${' '.repeat(40_000_000)}`, { level: 9 });
	const ole = (text: string): Buffer =>
		Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(504), Buffer.from(text, 'utf16le')]);
	const cases: [string, () => Buffer | string | Promise<Buffer>, ErrorCode, RegExp][] = [
		['a PDF called .mrc', () => '%PDF-1.7\n…', 'file-kind', /PDF/],
		['a web page called .xml', () => '<!DOCTYPE html><html><body>Đăng nhập</body></html>', 'file-kind', /web page/],
		['nothing', () => '', 'file-broken', /empty/],
		['a workbook with a password', () => ole('EncryptedPackage'), 'file-locked', /password/],
		['an old workbook', () => ole('Workbook'), 'file-kind', /\.xls/],
		['a bomb', bomb, 'too-large', /grows/],
		['a zip of two files', () => zipped({ 'a.mrc': iso(books(0, 1)), 'b.mrc': iso(books(1, 2)) }), 'file-kind', /2 files/],
		['a workbook in a zip', () => zipped({ 'sach/a.xlsx': Buffer.from('PK\u0003\u0004') }), 'file-kind', /a\.xlsx is packed twice/],
		[
			'an OpenDocument',
			() => zipped({ mimetype: 'application/vnd.oasis.opendocument.spreadsheet', 'content.xml': '<x/>', 'meta.xml': '<x/>' }),
			'file-kind',
			/is an OpenDocument/,
		],
		['a Word document', () => zipped({ '[Content_Types].xml': '<x/>', 'word/document.xml': '<x/>' }), 'file-kind', /is a Word document/],
		['a binary workbook', () => zipped({ '[Content_Types].xml': '<x/>', 'xl/workbook.bin': 'x' }), 'file-kind', /\(\.xlsb\)/],
		['another XML', () => '<?xml version="1.0"?><rss><channel/></rss>', 'file-kind', /XML without MARC records/],
		['a workbook in XML', () => '<?xml version="1.0"?><Workbook xmlns="urn:x"><Worksheet/></Workbook>', 'file-kind', /XML Spreadsheet/],
		['another JSON', () => '{"a": 1}', 'file-kind', /JSON without MARC records/],
		['half a zip', () => zipped({ 'a.mrc': iso(books(0, 100)) }).then((zip) => zip.subarray(0, zip.length / 2)), 'file-broken', /broken/],
	];
	it.each(cases)('%s is refused with what to do', async (name, content, code, message) => {
		const path = rig.file(`${name.replaceAll(/\W/g, '-')}.mrc`, await content());
		const of = await rig.library();
		const refusal = expect.objectContaining({ code, message: expect.stringMatching(message), hint: expect.stringMatching(/\w/) });
		const failure = await rig.harvester.importFile(path, of).then(
			(run) => run.error,
			(error) => error,
		);
		expect(failure).toEqual(refusal);
		expect(await living(of)).toEqual([]);
	});
});
