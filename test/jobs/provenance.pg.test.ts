import { zstdDecompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { OaiPmhPageReader } from '../../src/harvesters/oai-pmh-page.ts';
import { packRecord } from '../../src/records/compact.ts';
import { unpackBody } from '../../src/store/body-codec.ts';
import { withProvider } from '../support/harvest-rig.ts';
import { addProvider, type Harvester } from '../support/harvester.ts';
import { harvesterForTests } from '../support/harvester-for-tests.ts';
import type { TestDatabase } from '../support/postgres.ts';
import { MARCXML, type ProviderOptions, renderMarc } from '../support/scripted-provider.ts';

let made: TestDatabase;
let harvester: Harvester;
let sources = 0;

harvesterForTests((database, worker) => {
	made = database;
	harvester = worker;
});

interface Kept {
	readonly identifier: string;
	readonly run: number;
	readonly source: string;
	readonly slice: Buffer;
	readonly namespaces: Readonly<Record<string, string>>;
	readonly encoding: string | null;
	readonly digest: Buffer;
	readonly body: Buffer;
	readonly repairs: readonly { readonly code: string }[] | null;
}

/** Every version of a source, with the bytes that it was read from. */
async function versions(source: string): Promise<Kept[]> {
	const { rows } = await made.database.pool.query(
		`select r.identifier, v.run_id as run, s.code as source, p.body as parcel, v.raw_at, v.raw_length, p.namespaces, p.encoding, v.digest, v.body, v.repairs
		from version v join run on run.id = v.run_id join source s on s.id = run.source_id
		join source_record r on r.id = v.record_id and r.source_id = s.id join parcel p on p.id = v.parcel_id where s.code = $1 order by r.id, v.no`,
		[source],
	);
	return rows.map((row) => ({ ...row, slice: zstdDecompressSync(row.parcel).subarray(row.raw_at, row.raw_at + row.raw_length) }));
}

/** Reads a slice as it was read when it came: between the namespaces of its page, in the encoding of its page. */
function readAgain({ slice, namespaces, encoding }: Kept): { identifier: string; digest: Uint8Array; packed: string }[] {
	const reader = new OaiPmhPageReader({ format: 'marcxml' });
	const declared = Object.entries(namespaces).map(([prefix, uri]) => ` xmlns${prefix === '' ? '' : `:${prefix}`}="${uri}"`);
	const wide = encoding?.startsWith('utf-16') === true;
	const head = `${encoding === null || wide ? '' : `<?xml version="1.0" encoding="${encoding}"?>`}<OAI-PMH${declared.join('')}><ListRecords>`;
	const around = (text: string): Buffer =>
		encoding === 'utf-16be' ? Buffer.from(text, 'utf16le').swap16() : Buffer.from(text, wide ? 'utf16le' : 'utf8');
	const page = Buffer.concat([around(`${wide ? '\ufeff' : ''}${head}`), slice, around('</ListRecords></OAI-PMH>')]);
	return [...reader.feed(page), ...reader.end().records].map(({ identifier, digest, decoded }) => {
		if (decoded?.ok !== true) throw new Error(`${identifier} cannot be read again`);
		return { identifier, digest, packed: packRecord(decoded.record) };
	});
}

/** Harvests what a provider sends after `send` made bytes of each page, and checks each version against them. */
async function traced(options: ProviderOptions, fill: number, send: (page: string) => Buffer): Promise<Kept[]> {
	const sent: Buffer[] = [];
	const code = `traced-${++sources}`;
	const fault = {
		verb: 'ListRecords',
		reply: (good: { body: string | Buffer }) => {
			const body = send(String(good.body));
			sent.push(body);
			return { ...good, body };
		},
	};
	return await withProvider({ ...options, faults: [fault] }, async (provider) => {
		provider.fill(fill);
		await addProvider(made.database, code, provider.url);
		const run = await harvester.harvest(code);
		expect([run.state, run.created, run.listed]).toEqual(['complete', fill, fill]);
		const kept = await versions(code);
		expect(kept.map((v) => v.identifier)).toEqual(provider.log.map((record) => record.identifier));
		for (const version of kept) {
			expect([version.run, version.source]).toEqual([run.run, code]);
			expect(
				sent.some((page) => page.includes(version.slice)),
				`bytes of ${version.identifier} as sent`,
			).toBe(true);
			const again = readAgain(version);
			expect(again.map((record) => record.identifier)).toEqual([version.identifier]);
			expect(Buffer.from(again[0]?.digest ?? []).equals(version.digest)).toBe(true);
			expect(again[0]?.packed).toBe(unpackBody(version.body));
		}
		return kept;
	});
}

const utf8 = (page: string): Buffer => Buffer.from(page, 'utf8');
const VIETNAMESE: ProviderOptions = { render: (record) => renderMarc({ ...record, title: `Đất rừng phương Nam ${record.identifier}` }) };
const codes = (kept: readonly Kept[]): string[] =>
	[...new Set(kept.flatMap((version) => (version.repairs ?? []).map((repair) => repair.code)))].sort();

describe('every version has the bytes it was read from, as they were sent, and is what they say', () => {
	it('on pages without faults', async () => {
		const kept = await traced({ ...VIETNAMESE, pageSize: 4 }, 10, utf8);
		for (const { identifier, slice } of kept)
			expect(slice.toString()).toMatch(new RegExp(`^<record>.*<identifier>${identifier}<.*</record>$`, 's'));
	});

	it('on a page so long that it is taken in in parts, with namespaces declared at its top', async () => {
		const prefixed: ProviderOptions = {
			pageSize: 1_200,
			render: (record) =>
				renderMarc(record)
					.replace(/<(\/?)(record|leader|controlfield|datafield|subfield)(?= tag| code|>| xmlns)/g, '<$1marc:$2')
					.replaceAll(` xmlns="${MARCXML}"`, '')
					.replace(/^<marc:record>/, '<record>')
					.replace(/<\/marc:record>$/, '</record>'),
		};
		const kept = await traced(prefixed, 1_100, (page) => utf8(page.replace('<OAI-PMH ', `<OAI-PMH xmlns:marc="${MARCXML}" `)));
		expect(kept.every((version) => version.namespaces['marc'] === MARCXML)).toBe(true);
	});

	it('on a page with characters, ampersands and entities that no XML has', async () => {
		const kept = await traced(VIETNAMESE, 5, (page) => utf8(page.replace('Nam r2', 'Nam\u0001 & r2').replace('Nam r4', 'Nam&nbsp;r4')));
		expect(codes(kept)).toEqual(['bare-ampersands', 'control-characters', 'named-entities']);
	});

	it('on a page with bytes that are no UTF-8', async () => {
		const kept = await traced({}, 5, (page) => {
			const at = Buffer.from(page).indexOf('Title r3');
			return Buffer.concat([utf8(page).subarray(0, at), Buffer.from('caf\xe9 \x93x\x94 ', 'latin1'), utf8(page).subarray(at)]);
		});
		expect(kept.find((version) => version.identifier === 'r3')?.slice.includes(Buffer.from('caf\xe9', 'latin1'))).toBe(true);
		expect(codes(kept)).toEqual(['invalid-utf8-as-windows-1252']);
	});

	it('on a page in another encoding, well-formed or not', async () => {
		const latin: ProviderOptions = {
			render: (record) => renderMarc({ ...record, title: `Thành phố café ${record.identifier}`.replaceAll('ố', 'ô') }),
		};
		const page = (text: string): Buffer => Buffer.from(text.replace('encoding="UTF-8"', 'encoding="windows-1252"'), 'latin1');
		const kept = await traced(latin, 4, page);
		expect([...new Set(kept.map((version) => version.encoding))]).toEqual(['windows-1252']);
		await traced(latin, 4, (text) => page(text.replace('café r2', 'café & r2')));
	});

	it.each(['utf-16le', 'utf-16be'])('on a page in %s', async (encoding) => {
		const kept = await traced(VIETNAMESE, 4, (text) => {
			const bytes = Buffer.from(`\ufeff${text.replace('encoding="UTF-8"', 'encoding="UTF-16"')}`, 'utf16le');
			return encoding === 'utf-16be' ? bytes.swap16() : bytes;
		});
		expect([...new Set(kept.map((version) => version.encoding))]).toEqual([encoding]);
	});
});

describe('what could not be read', () => {
	it('is kept in quarantine as it was sent', async () => {
		const code = `traced-${++sources}`;
		let sent: Buffer = Buffer.alloc(0);
		const reply = (good: { body: string | Buffer }): { body: Buffer } => {
			sent = utf8(String(good.body).replace('Title r2', '<b>Title & r2'));
			return { body: sent };
		};
		await withProvider({ faults: [{ verb: 'ListRecords', reply }] }, async (provider) => {
			provider.fill(3);
			await addProvider(made.database, code, provider.url);
			const run = await harvester.harvest(code);
			expect([run.created, run.quarantined]).toEqual([2, 1]);
			const { rows } = await made.database.pool.query<{ identifier: string; body: Buffer }>(
				'select identifier, body from quarantine where run_id = $1',
				[run.run],
			);
			expect(rows.map((row) => row.identifier)).toEqual(['r2']);
			expect(rows[0]?.body.toString()).toContain('<b>Title & r2');
			expect(sent.includes(rows[0]?.body ?? 'nothing')).toBe(true);
		});
	});
});
