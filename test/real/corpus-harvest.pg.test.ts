import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Service } from '../../src/cli/wiring.ts';
import type { RunSummary } from '../../src/jobs/run-under-lease.ts';
import { unpackRecord } from '../../src/records/compact.ts';
import type { MarcRecord } from '../../src/records/marc.ts';
import { unpackBody } from '../../src/store/body-codec.ts';
import { type CorpusProvider, type CorpusRecord, hasCorpus, makeCorpus, serveCorpus } from '../support/corpus-fixture.ts';
import { silentLogger } from '../support/harvest-rig.ts';
import { addProvider } from '../support/harvester.ts';
import { hasPeer } from '../support/peers.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';

const DEEP = process.env['DEEP'] === '1';
/** Records of the corpus that can be read at all, and how many its own list calls unreadable. */
const RECORDS = 24_161;
const UNREADABLE = 2;
const FAULTS = ['-f503', '37', '-retry-after', '1', '-f500', '41', '-drop', '43', '-trunc', '47', '-badtoken', '53', '-dup', '29'];

interface Stored {
	readonly identifier: string;
	readonly body: Buffer;
	readonly repairs: readonly { readonly code: string; readonly at: string }[] | null;
}

const titleOf = (record: MarcRecord): string =>
	(record.fields.find((field) => field.tag === '245')?.subfields ?? [])
		.filter((s) => s.code === 'a' || s.code === 'b')
		.map((s) => s.value)
		.join(' ');
const squeezed = (text: string): string => text.normalize('NFC').replace(/\s+/g, ' ').trim();

describe.runIf(DEEP && hasCorpus() && hasPeer('pymarc') && hasPeer('go'))(
	'real catalogues over OAI-PMH with faults (../shared/corpus, pymarc, go)',
	() => {
		let folder: string;
		let sent: CorpusRecord[];
		let provider: CorpusProvider;
		let made: TestDatabase;
		let service: Service;
		let stored: Map<string, Stored>;

		beforeAll(async () => {
			folder = await mkdtemp(join(tmpdir(), 'corpus-'));
			sent = makeCorpus(folder);
			provider = await serveCorpus(folder, FAULTS);
			made = await testDatabase();
			service = new Service({
				databaseUrl: made.url,
				allowPrivate: ['127.0.0.0/8'],
				logger: silentLogger,
				version: '0',
				contact: 'mailto:test@library.example',
			});
			await addProvider(made.database, 'corpus', provider.url, { format: 'marc21' });
		});

		afterAll(async () => {
			await service.close();
			await made.drop();
			await provider.stop();
			await rm(folder, { recursive: true });
		});

		const balanced = (run: RunSummary): void =>
			expect(run.created + run.updated + run.unchanged + run.deleted + run.quarantined + run.repeated + run.ignored).toBe(run.listed);

		it('every record arrives, whatever goes wrong on the way', async () => {
			const run = await service.harvest({ source: 'corpus' });
			const stats = await provider.stats();
			for (const fault of ['503', '500', 'drop', 'trunc', 'dup', 'error_badResumptionToken'])
				expect(stats[fault], fault).toBeGreaterThan(0);
			expect([sent.length, run.state, run.error]).toEqual([RECORDS, 'complete', null]);
			balanced(run);
			expect(run.created + run.quarantined + run.ignored).toBe(RECORDS);
			expect(run.repeated).toBe(run.listed - RECORDS);
			expect(run.quarantined).toBeLessThanOrEqual(UNREADABLE);

			const { rows } = await made.database.pool.query<Stored>(
				`select r.identifier, v.body, v.repairs from source_record r join version v on v.record_id = r.id and v.no = r.current_no where not r.deleted`,
			);
			stored = new Map(rows.map((row) => [row.identifier, row]));
			const away = await made.database.pool.query<{ identifier: string }>('select identifier from quarantine');
			const missing = sent.filter(
				(record) => !stored.has(record.identifier) && !away.rows.some((row) => row.identifier === record.identifier),
			);
			expect(missing.length).toBe(run.ignored);
			expect(stored.size).toBe(run.created);
		});

		it('with its title as it was sent, but where it was mended by name', () => {
			const different = sent.filter((record) => {
				const version = stored.get(record.identifier);
				if (version === undefined || version.repairs?.some((repair) => repair.at.startsWith('245'))) return false;
				return squeezed(titleOf(unpackRecord(unpackBody(version.body)))) !== squeezed(record.title);
			});
			expect(different.map((record) => record.title)).toEqual([]);
		});

		it('titles with leftovers of VNI are mended or flagged, others are not', () => {
			// a letter and a mark that Vietnamese in Unicode never has side by side
			const vni = /[eEuUyY][ùøÙØ]|[aA][àáâùøÀÁÂÙØ]|[oO][øâ]|[ôöÔÖ][ùøûõïÙØÛÕÏ]/;
			const left = sent.filter((record) => record.vietnamese && vni.test(squeezed(record.title)));
			const flagged = sent.filter((record) =>
				stored.get(record.identifier)?.repairs?.some((repair) => repair.code.startsWith('vni-') && repair.at.startsWith('245')),
			);
			expect(left.length).toBeGreaterThan(30);
			expect(flagged.map((record) => record.title)).toEqual(left.map((record) => record.title));
		});

		it('all are united and can be searched', async () => {
			await service.match();
			await service.project();
			const { rows } = await made.database.pool.query(
				`select (select count(*)::int from dirty) as dirty, (select count(*)::int from cluster_member) as members,
				(select count(*)::int from union_record where state = 'live') as unions, (select count(*)::int from search_document where tsv is not null) as documents,
				(select count(*)::int from source_record where suppressed) as suppressed`,
			);
			const { dirty, members, unions, documents, suppressed } = rows[0];
			expect([dirty, members]).toEqual([0, stored.size]);
			expect(documents).toBe(unions);
			expect(unions).toBeGreaterThan(RECORDS / 2);
			expect(unions).toBeLessThan(RECORDS - suppressed);
		});

		it('a second harvest of everything changes nothing', async () => {
			const again = await service.harvest({ source: 'corpus', full: true });
			balanced(again);
			expect([again.state, again.created, again.updated, again.deleted, again.vanished]).toEqual(['complete', 0, 0, 0, 0]);
			expect(again.unchanged).toBe(stored.size);
			expect((await made.database.pool.query('select 1 from dirty limit 1')).rows).toEqual([]);
		});
	},
);
