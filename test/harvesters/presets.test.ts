import { describe, expect, it } from 'vitest';
import { readSettings } from '../../src/cli/commands/source-settings.ts';
import { Egress } from '../../src/harvesters/egress.ts';
import { probeOaiPmh } from '../../src/harvesters/identify-source.ts';
import { probeTarget, type TargetProbe } from '../../src/harvesters/probe-target.ts';
import { nextDue } from '../../src/jobs/scheduler.ts';
import { systemClock } from '../../src/jobs/system-clock.ts';
import { harvest, loopbackTransport, silentLogger, TestClock, withProvider } from '../support/harvest-rig.ts';
import { hasPeer } from '../support/peers.ts';
import { sampleMarc } from '../support/sample-marc.ts';
import {
	escaped,
	header,
	MARCXML,
	type ProviderOptions,
	type ProviderRecord,
	renderMarc,
	type ScriptedProvider,
} from '../support/scripted-provider.ts';
import { sruPage, startSru, strictSru } from '../support/scripted-sru.ts';
import { type Misbehaviour, startSimpleServer } from '../support/simple-server.ts';
import { harvestTarget, sruTarget, z3950Target } from '../support/slice-rig.ts';
import { startZebra } from '../support/zebra.ts';

const DC = 'http://www.openarchives.org/OAI/2.0/oai_dc/';
const renderDc = (record: ProviderRecord): string =>
	`<record>${header(record)}${record.deleted ? '' : `<metadata><oai_dc:dc xmlns:oai_dc="${DC}" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>${escaped(record.title)}</dc:title><dc:identifier>${escaped(record.identifier)}</dc:identifier></oai_dc:dc></metadata>`}</record>`;

const dc = ['oai_dc', DC] as const;
const format = (prefix: string, namespace = `http://x/${prefix}`) => [prefix, namespace] as const;
const described = (text: string): NonNullable<ProviderOptions['faults']> => [
	{
		verb: 'Identify',
		reply: (good) => ({
			...good,
			body: String(good.body).replace('</Identify>', `<description><toolkit><title>${text}</title></toolkit></description></Identify>`),
		}),
	},
];
/** Tokens of Koha: prefix, offset, from, until, set. */
const kohaTokens: ProviderOptions = {
	token: (raw) => {
		const [at, from, until, set] = raw.split('|');
		return `marcxml/${at}/${from}/${until}/${set}`;
	},
	readToken: (token) => {
		const [, at, from, until, set] = token.split('/');
		return `${at}|${from}|${until}|${set}`;
	},
};

interface Look {
	readonly kind: string;
	readonly path: string;
	readonly options: ProviderOptions;
	readonly identifier?: (n: number) => string;
	/** What is proposed. */
	readonly format: string;
}

/** Providers that look like the software that libraries have, by address, formats, sets, identifiers, tokens and descriptions. */
const LOOKS: readonly Look[] = [
	{
		kind: 'Koha',
		path: '/cgi-bin/koha/oai.pl',
		options: { formats: [dc, format('marc21', MARCXML), format('marcxml', MARCXML)], deletedRecord: 'persistent', ...kohaTokens },
		identifier: (n) => `KOHA-OAI-TVHP:${n}`,
		format: 'marcxml',
	},
	{
		kind: 'DSpace',
		path: '/server/oai/request',
		options: {
			formats: [dc, format('xoai'), format('dim'), format('mets'), format('qdc')],
			sets: ['com_123456789_1', 'col_123456789_2'],
			deletedRecord: 'transient',
			render: renderDc,
		},
		identifier: (n) => `oai:luanvan.example.vn:123456789/${n}`,
		format: 'oai_dc',
	},
	{ kind: 'SLiMS', path: '/oai.php', options: { formats: [dc], deletedRecord: 'no', render: renderDc }, format: 'oai_dc' },
	{
		kind: 'FOLIO',
		path: '/oai/records',
		options: { formats: [dc, format('marc21', MARCXML), format('marc21_withholdings', MARCXML)], deletedRecord: 'persistent' },
		format: 'marc21_withholdings',
	},
	{
		kind: 'Dataverse',
		path: '/oai',
		options: { formats: [dc, format('dataverse_json')], deletedRecord: 'transient', render: renderDc },
		format: 'oai_dc',
	},
	{
		kind: 'OJS',
		path: '/index.php/tapchi/oai',
		options: { formats: [dc, format('marcxml', MARCXML)], sets: ['tapchi', 'tapchi:ART'], faults: described('Open Journal Systems') },
		format: 'marcxml',
	},
	{
		kind: 'Omeka',
		path: '/oai-pmh-repository/request',
		options: { formats: [dc], deletedRecord: 'no', render: renderDc },
		format: 'oai_dc',
	},
	{ kind: 'EPrints', path: '/cgi/oai2', options: { formats: [dc, format('mets')], render: renderDc }, format: 'oai_dc' },
	{ kind: 'Evergreen', path: '/opac/extras/oai', options: { formats: [dc, format('marcxml', MARCXML)] }, format: 'marcxml' },
	{
		kind: 'VuFind',
		path: '/OAI/Server',
		options: { formats: [dc, format('marc21', MARCXML)], deletedRecord: 'transient' },
		format: 'marc21',
	},
	{ kind: 'Invenio', path: '/oai2d', options: { formats: [dc, format('marcxml', MARCXML)], deletedRecord: 'no' }, format: 'marcxml' },
	{
		kind: 'Ex Libris Alma',
		path: '/view/oai/84TVQG_INST/request',
		options: { formats: [dc, format('marc21', MARCXML)] },
		format: 'marc21',
	},
	{
		kind: 'Greenstone',
		path: '/greenstone3/oaiserver',
		options: { formats: [dc], deletedRecord: 'no', render: renderDc },
		format: 'oai_dc',
	},
];

/** Options as they are proposed, by their names. */
const optionsOf = (proposed: readonly string[]): Map<string, string> =>
	new Map(
		proposed.map((text) => {
			const [, name = '', value = ''] = /^--([a-z]+) '?(.*?)'?$/.exec(text) ?? [];
			return [name, value];
		}),
	);

async function probe(provider: ScriptedProvider, url: string) {
	const transport = loopbackTransport(new TestClock());
	const options = { settings: {}, transport, clock: new TestClock(), logger: silentLogger, signal: new AbortController().signal };
	try {
		return await probeOaiPmh({ url, set: null, format: null, ...options });
	} finally {
		await transport.close();
		provider.requests.length = 0;
	}
}

describe.each(LOOKS)(
	'a provider that looks like $kind',
	({ kind, path, options, identifier = (n) => `oai:thuvien.example.vn:${n}`, format: wanted }) => {
		it('is recognised, and what is proposed for it harvests it whole', async () => {
			await withProvider({ render: renderMarc, ...options, pageSize: 4 }, async (provider) => {
				const set = options.sets?.[0];
				for (let n = 1; n <= 11; n++) provider.put(identifier(n), `2026-01-01T00:${n + 10}:00Z`, { sets: set === undefined ? [] : [set] });
				const url = new URL(path, provider.url).href;
				const found = await probe(provider, url);
				expect(found.software?.kind).toBe(kind);
				const proposed = optionsOf(found.proposed);
				expect(proposed.get('format')).toBe(wanted);
				const keeps = found.provider.deletedRecord === 'persistent';
				// where deletions are lasting, changes alone are read, at little cost
				expect(proposed.get('schedule')).toBe(keeps ? '0 2 * * *' : '0 2 * * 0');
				expect(nextDue(proposed.get('schedule') ?? '', 'Asia/Ho_Chi_Minh', new Date('2026-01-01T00:00:00Z'))).toBeInstanceOf(Date);
				const { outcome, sink } = await harvest(provider, { url, format: proposed.get('format') ?? '' });
				expect([outcome.state, sink.problems]).toEqual(['complete', []]);
				expect(sink.living()).toEqual(provider.living());
				expect(new Set(provider.requests.flatMap(({ params }) => params.get('metadataPrefix') ?? []))).toEqual(new Set([wanted]));
				if (!keeps) return;
				provider.remove(identifier(3), '2026-05-01T00:00:00Z');
				const harvestedUntil = outcome.firstResponseDate;
				await harvest(provider, { url, format: wanted, mode: 'incremental', harvestedUntil: harvestedUntil ?? null, sink });
				// it changed before the last run, by its own date: the overlap does not reach so far
				expect(sink.living()).toHaveLength(provider.living().length + 1);
				provider.remove(identifier(4), '2026-06-01T00:00:00Z');
				await harvest(provider, { url, format: wanted, mode: 'incremental', harvestedUntil: harvestedUntil ?? null, sink });
				expect(sink.living()).not.toContain(identifier(4));
			});
		});
	},
);

async function probed(kind: 'z3950' | 'sru', url: string): Promise<TargetProbe['target']> {
	const transport = loopbackTransport(systemClock);
	const egress = new Egress({ allowPrivate: ['127.0.0.0/8'] });
	try {
		const options = { transport, egress, clock: systemClock, logger: silentLogger, signal: new AbortController().signal, retries: 0 };
		return (await probeTarget({ kind, url, format: null, settings: {} }, options)).target;
	} finally {
		await transport.close();
	}
}

describe.runIf(hasPeer('zebrasrv'))('Zebra, as Koha has it', () => {
	it.each(['z3950', 'sru'] as const)('over %s: what is proposed harvests it whole', async (kind) => {
		const zebra = await startZebra(sampleMarc(230));
		const url = kind === 'sru' ? `http://127.0.0.1:${zebra.port}/Default` : zebra.address;
		const { proposed } = await probed(kind, url);
		const settings = readSettings(proposed);
		const all = await harvestTarget((kind === 'sru' ? sruTarget : z3950Target)(url, settings), settings);
		await zebra.stop();
		expect(settings).toHaveProperty('changesBy');
		expect(all.outcome).toMatchObject({ state: 'complete', tally: { received: 230 } });
	});
});

describe.runIf(hasPeer('Net::Z3950::SimpleServer'))('a target made with YAZ', () => {
	it.each<[string, Misbehaviour, 'complete' | 'incomplete']>([
		['that hands out all', {}, 'complete'],
		['that hands out 120 of one result', { handsOut: 120 }, 'complete'],
		['that counts to 150', { countsTo: 150 }, 'complete'],
		['that hands out 120 of one result and takes no ranges', { handsOut: 120, noRanges: true }, 'incomplete'],
	])('%s: what is proposed harvests it, or the run says what stays away', async (_, how, state) => {
		const target = await startSimpleServer(sampleMarc(300), how);
		const settings = readSettings((await probed('z3950', target.address)).proposed);
		const all = await harvestTarget(z3950Target(target.address, settings), settings);
		await target.stop();
		expect(all.outcome.state).toBe(state);
		expect(all.listed.size).toBe(state === 'complete' ? 300 : 120);
		if (state === 'incomplete') expect(all.outcome.reason).toMatch(/of 300/);
	});
});

describe('an SRU server', () => {
	const records = Array.from(
		{ length: 87 },
		(_, i) =>
			`<record xmlns="${MARCXML}"><leader>00000nam a2200000 a 4500</leader><controlfield tag="001">n${i}</controlfield>` +
			`<datafield tag="245" ind1="0" ind2="0"><subfield code="a">Sách ${i}</subfield></datafield></record>`,
	);

	it.each(['1.1', '1.2', '2.0'] as const)('of version %s that knows no ranges: what is proposed harvests it whole', async (version) => {
		const noRanges = strictSru(version, records, {
			answer: (asked) => (/>=|<=/.test(asked.query) ? sruPage(asked, [], { version, total: 0, diagnostics: DIAGNOSTIC_16 }) : null),
		});
		const server = await startSru(noRanges);
		const found = await probed('sru', server.url);
		expect(found).toMatchObject({ count: 87, cap: null, schemas: ['marcxml'], software: 'Thư viện tỉnh' });
		const settings = readSettings(found.proposed);
		const all = await harvestTarget(sruTarget(server.url, settings), settings);
		await server.stop();
		expect(all.outcome).toMatchObject({ state: 'complete', tally: { received: 87 } });
	});
});

const DIAGNOSTIC_16 = '<diagnostic><uri>info:srw/diagnostic/1/16</uri></diagnostic>';
