import { expect } from 'vitest';
import { killedAndGoneOn } from './killed.ts';
import { type Book, books, type KindName } from './library.ts';
import { counts, type Life, numbers } from './life.ts';

/** What every harvester must do, whatever its protocol. */
export interface Row {
	readonly name: string;
	/** Why it does not apply to a kind. */
	readonly except?: Partial<Record<KindName, string>>;
	run(life: Life): Promise<void>;
}

const FILES_HAVE_NO_HOST = 'a file has no host';
const exceptFiles = (reason: string): Partial<Record<KindName, string>> => ({
	'ISO 2709': reason,
	MARCXML: reason,
	'MARC-in-JSON': reason,
	CSV: reason,
});

/** Books with the one at a place changed. */
const changed = (all: readonly Book[], at: number, change: Partial<Book>): Book[] =>
	all.map((book, i) => (i === at ? { ...book, ...change } : book));

const isFile = ({ kind }: Life): boolean => !['OAI-PMH', 'Z39.50', 'SRU'].includes(kind.name);

/** What each kind says when nothing, something else, or a lock is there. */
const SAID: Readonly<Record<'gone' | 'webPage' | 'locked', Readonly<Record<KindName, string>>>> = {
	gone: {
		'OAI-PMH': 'connection-refused',
		'Z39.50': 'connection-refused',
		SRU: 'connection-refused',
		'ISO 2709': 'not-found',
		MARCXML: 'not-found',
		'MARC-in-JSON': 'not-found',
		CSV: 'not-found',
	},
	webPage: {
		'OAI-PMH': 'not-oai-pmh',
		'Z39.50': 'not-z3950',
		SRU: 'not-sru',
		'ISO 2709': 'file-kind',
		MARCXML: 'file-kind',
		'MARC-in-JSON': 'file-kind',
		CSV: 'file-kind',
	},
	locked: {
		'OAI-PMH': 'http-status',
		'Z39.50': 'login-refused',
		SRU: 'http-status',
		'ISO 2709': 'file-locked',
		MARCXML: 'file-locked',
		'MARC-in-JSON': 'file-locked',
		CSV: 'file-locked',
	},
};

const refused =
	(trouble: keyof typeof SAID) =>
	async (life: Life): Promise<void> => {
		await life.take(books(20));
		const before = await life.written();
		await life.library.serve(books(20), { [trouble]: true });
		expect(await life.failure()).toMatchObject({ code: SAID[trouble][life.kind.name], hint: expect.stringMatching(/\w/) });
		expect(await life.written()).toBe(before);
		expect(counts(await life.take(books(20)))).toEqual({ listed: 20, unchanged: 20 });
	};

export const ROWS: readonly Row[] = [
	{
		name: 'a complete run brings everything',
		run: async (life) => {
			const all = books(life.kind.many);
			const run = await life.take(all);
			expect([run.state, run.error, counts(run)]).toEqual(['complete', null, { listed: all.length, created: all.length }]);
			expect(await life.living()).toEqual(numbers(all));
		},
	},
	{
		name: 'the same again writes nothing',
		run: async (life) => {
			const all = books(60);
			await life.take(all);
			const before = await life.written();
			const run = await life.take([...all].reverse());
			expect([run.state, counts(run)]).toEqual(['complete', { listed: 60, unchanged: 60 }]);
			expect(await life.written()).toBe(before);
		},
	},
	{
		name: 'a changed record is a new version, a new one is created',
		run: async (life) => {
			const all = books(30);
			await life.take(all);
			const run = await life.take([...changed(all, 6, { title: 'Nhan đề mới' }), ...books(1, 31)]);
			expect(counts(run)).toEqual({ listed: 31, created: 1, updated: 1, unchanged: 29 });
			expect((await life.version('b00007')).features.normalize('NFC')).toMatch(/nhan\S* đề mới|nhan de moi/i);
		},
	},
	{
		name: 'a vanished record is deleted, and comes back under its own number',
		run: async (life) => {
			const all = books(40);
			await life.take(all);
			const run = await life.take(all.slice(0, 38));
			expect([run.state, counts(run)]).toEqual(['complete', { listed: 38, unchanged: 38, vanished: 2 }]);
			expect(await life.living()).toEqual(numbers(all.slice(0, 38)));
			expect(counts(await life.take(all))).toEqual({ listed: 40, unchanged: 38, updated: 2 });
			expect(await life.living()).toEqual(numbers(all));
		},
	},
	{
		name: 'an empty list removes nothing',
		run: async (life) => {
			const all = books(20);
			await life.take(all);
			const before = await life.living();
			await life.library.serve([]);
			const run = await life.harvest().catch(() => null);
			expect(['incomplete', 'failed', undefined]).toContain(run?.state);
			expect(await life.living()).toEqual(before);
		},
	},
	{
		name: 'a list that breaks off every time removes nothing, and says that it broke off',
		run: async (life) => {
			const all = books(120);
			await life.take(all);
			const run = await life.take(changed(all, 0, { title: 'Nhan đề mới' }), { closesAfter: 60 });
			expect([run.state, run.error?.message]).toEqual([isFile(life) ? 'failed' : 'incomplete', expect.stringMatching(/\w/)]);
			expect(isFile(life) ? ['file-broken'] : ['connection-refused']).toContain(run.error?.code);
			expect(await life.living()).toEqual(numbers(all));
			// what came is kept; of a file all or nothing
			expect(run.updated).toBe(isFile(life) ? run.updated : 1);
			expect((await life.version('b00001')).features.includes('moi')).toBe(!isFile(life));
			const whole = await life.take(changed(all.slice(1), 0, { title: 'Nhan đề khác' }));
			expect([whole.state, whole.vanished]).toEqual(['complete', 1]);
		},
		except: { CSV: 'a table that ends behind a row has no sign of its end' },
	},
	{
		name: 'a record that cannot be read is in quarantine with the reason, the rest arrives',
		run: async (life) => {
			const all = books(80);
			const run = await life.take(changed(all, 40, { fault: 'unreadable' }));
			expect(counts(run)).toEqual({ listed: 80, created: 79, quarantined: 1 });
			expect(await life.quarantine()).toEqual([{ code: expect.stringMatching(/^[a-z0-9-]+$/), reason: expect.stringMatching(/\w/) }]);
			expect(await life.living()).toEqual(numbers(all).filter((number) => number !== 'b00041'));
			expect(counts(await life.take(all))).toEqual({ listed: 80, created: 1, unchanged: 79 });
		},
	},
	{
		name: 'a record that could be read before keeps its last good version',
		run: async (life) => {
			const all = books(30);
			await life.take(all);
			const run = await life.take(changed(all, 12, { fault: 'unreadable' }));
			expect(counts(run)).toEqual({ listed: 30, unchanged: 29, quarantined: 1 });
			expect(await life.living()).toEqual(numbers(all));
		},
	},
	{
		name: 'a record that is larger than the limit is refused by name, the rest arrives',
		run: async (life) => {
			const all = books(30);
			const run = await life.take(changed(all, 12, { fault: 'too-long' }));
			expect(counts(run)).toEqual({ listed: 30, created: 29, quarantined: 1 });
			expect((await life.quarantine())[0]).toMatchObject({ code: expect.stringMatching(/-too-long$/) });
			expect(await life.living()).toEqual(numbers(all).filter((number) => number !== 'b00013'));
		},
	},
	{
		name: 'a record that is listed twice is one record, counted once',
		run: async (life) => {
			const all = books(60);
			const run = await life.take([...all, ...all.slice(0, 3)]);
			expect(counts(run)).toEqual({ listed: 63, created: 60, repeated: 3 });
			expect(await life.living()).toEqual(numbers(all));
			expect(counts(await life.take([...all.slice(1, 2), ...all]))).toEqual({ listed: 61, unchanged: 60, repeated: 1 });
		},
	},
	{
		name: 'text in another encoding than is said is read as what it is, and named',
		run: async (life) => {
			await life.take(changed(books(8), 3, { title: 'Truyện Kiều và những bài thơ khác', fault: 'tcvn3' }));
			const { features, repairs } = await life.version('b00004');
			expect(features.normalize('NFC')).toMatch(/truyện kiều|truyen kieu/i);
			expect(repairs).toMatch(/tcvn3/);
		},
		except: { CSV: 'a table says nothing of its encoding: it is told by content (`test/records/sheet`)' },
	},
	{
		name: 'killed anywhere and started again ends where one never killed ends',
		run: killedAndGoneOn,
	},
	{
		name: 'stopped in its middle shows nothing of what it read, and goes on as the same run',
		run: async (life) => {
			const all = books(life.kind.many);
			await life.take(all);
			const before = await life.image();
			const next = all.slice(5).map((book) => ({ ...book, title: `${book.title} in lần hai` }));
			await life.library.serve(next);
			const stop = new AbortController();
			const error = await life.stopped(stop.signal, async () => stop.abort());
			expect(error).toBeInstanceOf(Error);
			expect(await life.image()).toEqual(before);
			expect((await life.runs()).map(({ state }) => state)).toEqual(['complete', 'running']);
			const run = await life.harvest();
			expect([run.state, counts(run)]).toEqual(['complete', { listed: next.length, updated: next.length, vanished: 5 }]);
			expect((await life.runs()).map(({ state }) => state)).toEqual(['complete', 'complete']);
			expect(await life.living()).toEqual(numbers(next));
		},
	},
	{
		name: 'who has lost the lease writes nothing more',
		run: async (life) => {
			const all = books(life.kind.many);
			await life.library.serve(all);
			let before = '';
			const error = await life.stopped(new AbortController().signal, async () => {
				await life.takeLeaseAway();
				before = await life.writtenAtAll();
			});
			expect(error).toMatchObject({ code: 'fenced' });
			expect(await life.writtenAtAll()).toBe(before);
			await life.giveLeaseBack();
			const run = await life.harvest();
			expect([run.state, counts(run)]).toEqual(['complete', { listed: all.length, created: all.length }]);
		},
	},
	{ name: 'where nothing is, it says so and nothing is lost', run: refused('gone') },
	{
		name: 'a host that does not exist is told by name',
		run: async (life) => {
			await life.take(books(20));
			const before = await life.written();
			await life.library.loseHost();
			expect(await life.failure()).toMatchObject({ code: 'host-unknown', hint: expect.stringMatching(/spelling/) });
			expect(await life.written()).toBe(before);
		},
		except: exceptFiles(FILES_HAVE_NO_HOST),
	},
	{ name: 'a web page in its place is told by name, and nothing is lost', run: refused('webPage') },
	{ name: 'what is locked says what to do, and nothing is lost', run: refused('locked') },
	{
		name: 'counts that do not add up end "incomplete" and name what is missing',
		run: async (life) => {
			const all = books(60);
			await life.take(all);
			const run = await life.take(all.slice(1), { lie: 5 });
			expect([run.state, run.vanished, run.error?.message]).toEqual(['incomplete', 0, expect.stringMatching(/59|64 of 64: 5 /)]);
			expect(await life.living()).toEqual(numbers(all));
		},
		except: {
			'OAI-PMH': 'completeListSize may be an estimate (OAI-PMH 3.5): one that lies is flagged (`quirks/lists.ts`)',
			...exceptFiles('a file does not say how many records it has'),
		},
	},
];
