import { expect } from 'vitest';
import { incrementalFrom } from '../../../src/harvesters/list-window.ts';
import { harvest, withProvider } from '../../support/harvest-rig.ts';
import { type ProviderRecord, renderMarc, type ScriptedProvider } from '../../support/scripted-provider.ts';
import type { Quirk } from './quirk.ts';

const listRequests = (provider: ScriptedProvider) =>
	provider.requests.filter((request) => request.verb === 'ListRecords').map((request) => request.params);

export const dateQuirks: readonly Quirk[] = [
	{
		row: 18,
		name: 'from is written in the granularity that Identify states in any case, in days when seconds are refused, and left out when days are too',
		run: async () => {
			const since = { mode: 'incremental', harvestedUntil: '2026-01-01T00:20:00Z' } as const;
			await withProvider(
				{
					faults: [
						{ verb: 'Identify', reply: (good) => ({ body: good.body.toString().replace('YYYY-MM-DDThh:mm:ssZ', 'yyyy-mm-ddThh:mm:ssz') }) },
					],
				},
				async (provider) => {
					await harvest(provider.fill(12), since);
					expect(listRequests(provider)[0]?.get('from')).toBe('2026-01-01T00:10:00Z');
				},
			);
			await withProvider({ refusesSeconds: true }, async (provider) => {
				const { outcome } = await harvest(provider.fill(12), since);
				expect(
					listRequests(provider)
						.map((params) => params.get('from'))
						.slice(0, 2),
				).toEqual(['2026-01-01T00:10:00Z', '2026-01-01']);
				expect(outcome).toMatchObject({ state: 'complete', fullList: false, listed: 12 });
			});
			const refusing = {
				verb: 'ListRecords',
				reply: (good: { body: string | Buffer }, { params }: { params: URLSearchParams }) =>
					params.has('from') ? { body: '<OAI-PMH><error code="badArgument">from</error></OAI-PMH>' } : good,
			};
			await withProvider({ faults: [refusing] }, async (provider) => {
				const { outcome, sink } = await harvest(provider.fill(12), since);
				expect(outcome).toMatchObject({ state: 'complete', fullList: true, flags: ['not-selective'] });
				expect(sink.living()).toEqual(provider.living());
			});
		},
	},
	{
		row: 19,
		name: 'a full list is asked for without from, whatever earliestDatestamp says or fails to say',
		run: async () => {
			for (const earliestDatestamp of ['', 'unknown', '2027-01-01', '0000-00-00T00:00:00Z', '2026-01-01T00:00:00.000+07:00']) {
				await withProvider({ earliestDatestamp }, async (provider) => {
					const { sink } = await harvest(provider.fill(12));
					expect(listRequests(provider)[0]?.has('from')).toBe(false);
					expect(sink.living()).toEqual(provider.living());
				});
			}
		},
	},
	{
		row: 20,
		name: 'datestamps with fractions, offsets, lower-case zone, days only, or nothing in them are taken as the instant they mean',
		run: async () => {
			const stamps: Record<string, [string, string | null]> = {
				r1: ['2026-01-02T03:04:05.678Z', '2026-01-02T03:04:05.678Z'],
				r2: ['2026-01-02T03:04:05+07:00', '2026-01-01T20:04:05Z'],
				r3: ['2026-01-02t03:04:05z', '2026-01-02T03:04:05Z'],
				r4: ['2026-01-02', '2026-01-02T00:00:00Z'],
				r5: ['', null],
				r6: ['yesterday', null],
			};
			const render = (record: ProviderRecord) =>
				renderMarc(record).replace(/<datestamp>[^<]*/, `<datestamp>${stamps[record.identifier]?.[0]}`);
			await withProvider({ render }, async (provider) => {
				const { sink } = await harvest(provider.fill(6));
				expect(sink.problems).toEqual([]);
				for (const [id, [, instant]] of Object.entries(stamps)) expect(sink.records.get(id)?.datestamp).toBe(instant);
			});
		},
	},
	{
		row: 21,
		name: 'what we write as from is a datestamp at every minute of a day, in 24 hours',
		run: async () => {
			for (let minute = 0; minute < 1_440; minute++) {
				const until = Date.UTC(2026, 1, 28, 0, minute, 7);
				const from = incrementalFrom(new Date(until).toISOString(), 'second');
				expect(from).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
				expect(Date.parse(from)).toBe(until - 600_000);
				expect(incrementalFrom(new Date(until).toISOString(), 'day')).toBe('2026-02-27');
			}
		},
	},
	{
		row: 22,
		name: 'pages in no order of date: the next run begins at the responseDate of the first page, not at the newest record',
		run: async () => {
			let minute = 0;
			const now = () => `2026-06-01T00:${String(minute++).padStart(2, '0')}:00Z`;
			await withProvider({ now, order: (all) => [...all].reverse() }, async (provider) => {
				const { outcome, sink } = await harvest(provider.fill(12));
				expect(sink.living()).toEqual(provider.living());
				expect(outcome.firstResponseDate).toBe('2026-06-01T00:00:00Z');
				expect(sink.parts.every((part) => part.checkpoint?.firstResponseDate === '2026-06-01T00:00:00Z')).toBe(true);
			});
		},
	},
	{
		row: 23,
		name: 'the next from overlaps, so that late commits, skewed clocks and coarse days lose nothing',
		run: async () => {
			for (const granularity of ['second', 'day'] as const) {
				for (const skewHours of [-48, 0, 48]) {
					let instant = Date.UTC(2026, 5, 1);
					const said = () => new Date(instant + skewHours * 3_600_000).toISOString().replace('.000', '');
					const stamp = () => (granularity === 'day' ? said().slice(0, 10) : said());
					await withProvider({ granularity, now: said }, async (provider) => {
						let harvestedUntil: string | null = null;
						let sink: Awaited<ReturnType<typeof harvest>>['sink'] | undefined;
						for (let run = 0; run < 20; run++) {
							provider.put(`early${run}`, stamp());
							const done = await harvest(provider, {
								mode: harvestedUntil === null ? 'full' : 'incremental',
								harvestedUntil,
								...(sink === undefined ? {} : { sink }),
							});
							sink = done.sink;
							harvestedUntil = done.outcome.firstResponseDate;
							// Committed after the answer, with a datestamp of before it.
							provider.put(`late${run}`, stamp());
							instant += 7 * 60_000;
							provider.put(`r${run % 3}`, stamp(), { title: `run ${run}` });
							instant += run % 5 === 0 ? 86_400_000 : 1_000;
						}
						const last = await harvest(provider, { mode: 'incremental', harvestedUntil, ...(sink === undefined ? {} : { sink }) });
						expect(last.sink.living()).toEqual(provider.living());
						expect(['r0', 'r1', 'r2'].map((id) => last.sink.title(id))).toEqual(['run 18', 'run 19', 'run 17']);
					});
				}
			}
		},
	},
	{
		row: 24,
		name: 'records outside the window are taken, counted, and the source is flagged',
		run: async () => {
			const ignoring = { pageSize: 20, order: () => all };
			const all: ProviderRecord[] = [];
			await withProvider(ignoring, async (provider) => {
				provider.fill(4);
				provider.put('new', '2026-05-01T00:00:00Z');
				all.push(...provider.log);
				const { outcome, sink } = await harvest(provider, { mode: 'incremental', harvestedUntil: '2026-04-01T00:00:00Z' });
				expect(outcome).toMatchObject({ state: 'complete', flags: ['out-of-window'], outOfWindow: 4, listed: 5 });
				expect(sink.living()).toEqual(provider.living());
			});
		},
	},
	{
		row: 25,
		name: 'a source without selective harvesting is read whole each time',
		run: async () => {
			await withProvider({}, async (provider) => {
				const { outcome } = await harvest(provider.fill(12), {
					mode: 'incremental',
					harvestedUntil: '2026-04-01T00:00:00Z',
					settings: { selective: false },
				});
				expect(listRequests(provider)[0]?.has('from')).toBe(false);
				expect(outcome).toMatchObject({ state: 'complete', listed: 12, fullList: true, flags: ['not-selective'] });
			});
		},
	},
	{
		row: 26,
		name: 'a list too large to begin is read in windows that get smaller until they work; the next begins where the last ended',
		run: async () => {
			for (const granularity of ['second', 'day'] as const) {
				const tooLarge = {
					verb: 'ListRecords',
					reply: (good: { body: string | Buffer }, { params }: { params: URLSearchParams }) => {
						const width = Date.parse(params.get('until') ?? '2026-06-01') - Date.parse(params.get('from') ?? '2026-01-01');
						return !params.has('resumptionToken') && width > 40 * 86_400_000 ? { status: 504, body: '' } : good;
					},
				};
				await withProvider({ granularity, faults: [tooLarge] }, async (provider) => {
					for (let day = 0; day < 150; day += 3) {
						const stamp = new Date(Date.UTC(2026, 0, 1 + day)).toISOString().slice(0, granularity === 'day' ? 10 : 19);
						provider.put(`r${day}`, granularity === 'day' ? stamp : `${stamp}Z`);
					}
					const { outcome, sink } = await harvest(provider);
					expect(outcome).toMatchObject({ state: 'complete', fullList: true, flags: ['window-split'], listed: 50 });
					expect(sink.living()).toEqual(provider.living());
				});
			}
		},
	},
	{
		row: 38,
		name: 'status="Deleted" in any case is a deletion; a deletion that only MARC tells stays readable, with its leader',
		run: async () => {
			const render = (record: ProviderRecord) => {
				if (record.identifier === 'r1') return renderMarc({ ...record, deleted: true }).replace('"deleted"', '" Deleted "');
				return record.identifier === 'r2' ? renderMarc(record).replace('00000nam', '00000dam') : renderMarc(record);
			};
			await withProvider({ render }, async (provider) => {
				const { sink } = await harvest(provider.fill(3));
				expect(sink.records.get('r1')).toMatchObject({ deleted: true, decoded: null });
				const marked = sink.records.get('r2');
				expect(marked?.decoded?.ok === true && marked.decoded.record.leader.charAt(5)).toBe('d');
				expect(sink.living()).toEqual(['r2', 'r3']);
				const title = marked?.decoded?.ok === true ? marked.decoded.record.fields.find((f) => f.tag === '245')?.subfields[0]?.value : '';
				for (const [deletedWhen, living] of [
					['245$a', []],
					[`245$a=${title}`, ['r3']],
					['999$t=1', ['r2', 'r3']],
				] as const) {
					const ruled = await harvest(provider, { settings: { deletedWhen } });
					expect(ruled.sink.living()).toEqual(living);
				}
				await expect(harvest(provider, { settings: { deletedWhen: '999t' } })).rejects.toThrow('"999t" names no field');
			});
		},
	},
	{
		row: 39,
		name: 'where deletions are not kept, only a complete list tells who is gone; an incomplete one claims nothing',
		run: async () => {
			for (const deletedRecord of ['no', 'transient'] as const) {
				await withProvider({ deletedRecord }, async (provider) => {
					const first = await harvest(provider.fill(12));
					expect(first.outcome).toMatchObject({ state: 'complete', fullList: true, deletedRecord });
					provider.remove('r3', '2026-02-01T00:00:00Z');
					const second = await harvest(provider);
					expect(second.outcome.fullList).toBe(true);
					expect(second.sink.living()).toEqual(provider.living());
				});
			}
			await withProvider(
				{ deletedRecord: 'no', faults: [{ verb: 'ListRecords', from: 2, reply: () => ({ status: 404, body: '' }) }] },
				async (provider) => {
					const { outcome } = await harvest(provider.fill(12));
					expect(outcome).toMatchObject({ state: 'incomplete', fullList: false, listed: 5 });
				},
			);
		},
	},
	{
		row: 48,
		name: 'a record that left the set shows in no incremental list of the set, but is missing from the full one',
		run: async () => {
			await withProvider({ sets: ['a', 'b'] }, async (provider) => {
				provider.fill(6, ['a']);
				provider.put('r2', '2026-03-01T00:00:00Z', { sets: ['b'] });
				const later = await harvest(provider, { set: 'a', mode: 'incremental', harvestedUntil: '2026-02-01T00:00:00Z' });
				expect(later.outcome).toMatchObject({ state: 'complete', listed: 0, fullList: false });
				const full = await harvest(provider, { set: 'a' });
				expect(full.outcome).toMatchObject({ state: 'complete', fullList: true });
				expect(full.sink.living()).toEqual(['r1', 'r3', 'r4', 'r5', 'r6']);
			});
		},
	},
];
