import { describe, expect, it } from 'vitest';
import { decideHeldRun, type HeldDecision } from '../../src/catalogue/held-run.ts';
import { harvestSource } from '../../src/store/harvest-source.ts';
import { moveSource } from '../../src/store/source.ts';
import { withProvider } from '../support/harvest-rig.ts';
import { addProvider } from '../support/harvester.ts';
import { ImportRig } from '../support/import-rig.ts';
import type { Reply } from '../support/scripted-provider.ts';

const rig = new ImportRig();

const record = (number: string, title: string): string =>
	`<record><leader>00000nam a2200000 a 4500</leader><controlfield tag="001">${number}</controlfield>` +
	`<datafield tag="245" ind1="0" ind2="0"><subfield code="a">${title}</subfield></datafield></record>`;
const UNREADABLE = '<record><leader>00000nam a2200000 a 4500</leader></record>';
const catalogue = (records: readonly string[]): string =>
	`<collection xmlns="http://www.loc.gov/MARC21/slim">${records.join('\n')}</collection>`;

/** Id and identifier of the living records of a source. */
async function living(code: string): Promise<Map<number, string>> {
	const { rows } = await rig.made.database.pool.query<{ id: number; identifier: string }>(
		`select r.id, r.identifier from source_record r join source s on s.id = r.source_id
		where s.code = $1 and not r.deleted and r.current_no > 0 order by 1`,
		[code],
	);
	return new Map(rows.map(({ id, identifier }) => [id, identifier]));
}

describe('a library whose numbers are all new, in a list that is not whole', () => {
	const titles = Array.from({ length: 40 }, (_, i) => `Sách về biển số ${i}`);

	it.each<[HeldDecision, number]>([
		['accept', 40],
		['refuse', 79],
	])(
		'a file with a record that cannot be read: nothing is removed, and what is the same waits for a person (%s)',
		async (decision, records) => {
			const library = await rig.library();
			const first = rig.file(`${library}-1.xml`, catalogue(titles.map((title, i) => record(`A${i}`, title))));
			expect(await rig.harvester.importFile(first, library, { snapshot: true })).toMatchObject({ state: 'complete', created: 40 });
			const before = await living(library);
			const second = rig.file(
				`${library}-2.xml`,
				catalogue([...titles.slice(0, 39).map((title, i) => record(`B${i}`, title)), UNREADABLE]),
			);
			expect(await rig.harvester.importFile(second, library, { snapshot: true })).toMatchObject({ state: 'held', vanished: 0 });
			const source = await harvestSource(rig.made.database.pool, library);
			expect(await decideHeldRun(rig.made.database, source, decision)).toMatchObject({ joined: decision === 'accept' ? 39 : 0 });
			const after = await living(library);
			expect(after.size).toBe(records);
			// those that were there are there under their ids, and the one that did not come again too
			for (const [id, identifier] of before)
				expect(after.get(id)).toBe(decision === 'accept' && identifier !== 'A39' ? identifier.replace('A', 'B') : identifier);
		},
	);

	it('a new system that breaks off on the way: what came keeps its ids, what did not stays, and the rest follows', async () => {
		const ids = async (): Promise<number[]> => [...(await living('moved')).keys()];
		await withProvider({}, async (old) => {
			await addProvider(rig.made.database, 'moved', old.fill(40).url);
			await rig.harvester.harvest('moved');
		});
		const before = await ids();
		expect(before).toHaveLength(40);
		let isBroken = true;
		const breaks = { verb: 'ListRecords', from: 5, reply: (good: Reply): Reply => (isBroken ? { status: 404, body: '' } : good) };
		await withProvider({ faults: [breaks] }, async (fresh) => {
			fresh.fill(40);
			for (let i = 1; i <= 40; i++) fresh.rename(`r${i}`, `new${i}`);
			const source = () => harvestSource(rig.made.database.pool, 'moved');
			await moveSource(rig.made.database, (await source()).id, {
				kind: 'oai-pmh',
				url: fresh.url,
				format: 'marc21',
				set: null,
				settings: {},
			});
			for (const joined of [20, 20]) {
				expect(await rig.harvester.harvest('moved')).toMatchObject({ state: 'held' });
				expect(await decideHeldRun(rig.made.database, await source(), 'accept')).toMatchObject({ joined });
				expect(await ids()).toEqual(before);
				isBroken = false;
			}
			expect([...(await living('moved')).values()].sort()).toEqual(fresh.living());
			expect(await rig.harvester.harvest('moved', { full: true })).toMatchObject({ state: 'complete', created: 0, vanished: 0 });
		});
	});
});
