import { afterEach, describe, expect, it } from 'vitest';
import type { Reply } from '../support/scripted-provider.ts';
import {
	type SruAsked,
	type SruPageOptions,
	type SruServer,
	sruDiagnosticXml,
	sruPage,
	sruRefusal,
	startSru,
} from '../support/scripted-sru.ts';
import { type Harvested, harvestTarget, sruTarget } from '../support/slice-rig.ts';

const marc = (number: number): string =>
	`<record xmlns="http://www.loc.gov/MARC21/slim"><leader>00000nam a2200000 a 4500</leader><controlfield tag="001">n${number}</controlfield>` +
	`<datafield tag="245" ind1="0" ind2="0"><subfield code="a">Sách ${number}</subfield></datafield></record>`;

const RECORDS = Array.from({ length: 121 }, (_, i) => marc(i + 1));
/** A harvest that asks more often than this of a catalogue of 121 records leads nowhere. */
const ASKED_MAX = 400;
/** One of a target that gives nothing of its parts. */
const ASKED_IN_VAIN_MAX = 2_000;

let server: SruServer | null = null;

afterEach(async () => {
	await server?.stop();
	server = null;
});

async function harvest(answer: (asked: SruAsked, times: number) => string | Reply, most = ASKED_MAX): Promise<Harvested> {
	let times = 0;
	server = await startSru((asked) => (++times > most ? { status: 410, body: 'enough' } : answer(asked, times)));
	const got = await harvestTarget(sruTarget(server.url));
	expect(times).toBeLessThanOrEqual(most);
	return got;
}

/** What it answers, but with another count. */
const counting = (answer: string, count: number | string): string => answer.replace(/(?<=numberOfRecords>)\d+(?=<)/, String(count));

const page = (asked: SruAsked, options: SruPageOptions = {}): string => sruPage(asked, RECORDS, options);
const without = (page: string, name: string): string => page.replaceAll(new RegExp(`<z:${name}>.*?</z:${name}>`, 'gs'), `<z:${name}/>`);

type Answer = (asked: SruAsked, times: number) => string | Reply;
type Case = readonly [how: string, answer: Answer];

/** Records of a year each, for a server that heeds ranges of dc.date and no other index. */
const yearOf = (index: number): number => 1990 + (index % 30);

/** What a query of ours finds: a range of dc.date as it says, any other index everything; `and`, `or`, `not` as they are, or the left side alone. */
function found(query: string, heedsNot: boolean): string[] {
	const years = (from: string | undefined, to: string | undefined): boolean[] =>
		RECORDS.map((_, i) => yearOf(i) >= Number(from ?? 0) && yearOf(i) <= Number(to ?? 9999));
	const read = (text: string): boolean[] => {
		const inner = /^\((.*)\)$/s.exec(text)?.[1];
		if (inner === undefined) return RECORDS.map(() => true);
		const range = /^(?:dc\.date>="(\d+)")?(?: and )?(?:dc\.date<="(\d+)")?$/.exec(inner);
		if (range !== null) return years(range[1], range[2]);
		let depth = 0;
		for (let at = 0; at < inner.length; at++) {
			if (inner[at] === '(') depth++;
			else if (inner[at] === ')') depth--;
			const word = depth === 0 ? / (and|or|not) /y : null;
			if (word !== null) word.lastIndex = at;
			const operator = word?.exec(inner)?.[1];
			if (operator === undefined) continue;
			const left = read(inner.slice(0, at));
			const right = read(inner.slice(at + operator.length + 2));
			if (operator === 'not') return heedsNot ? left.map((one, i) => one && !right[i]) : left;
			return left.map((one, i) => (operator === 'and' ? one && right[i] === true : one || right[i] === true));
		}
		return RECORDS.map(() => true);
	};
	const matches = read(query);
	return RECORDS.filter((_, i) => matches[i]);
}

describe('an SRU server that takes no notice of the query', () => {
	it('and counts no further than 100, is read as far as it hands out, and the run is incomplete', async () => {
		const got = await harvest((asked) => counting(page(asked, { cap: 50 }), 100));
		expect(got.listed.size).toBe(121);
		expect(got.outcome).toMatchObject({
			state: 'incomplete',
			reason: expect.stringMatching(/all records \(121 of 100: the target counts 100 records and hands out more/),
		});
	});

	it.each([100, 121, 1_000_000])('and hands out 50 of %i, is incomplete and says of which slice and why', async (count) => {
		const got = await harvest((asked) => counting(sruPage(asked, RECORDS.slice(0, 50)), count));
		expect(got.listed.size).toBe(50);
		expect(got.outcome).toMatchObject({
			state: 'incomplete',
			reason: expect.stringMatching(
				new RegExp(`all records \\(50 of ${count}: .*: rec.lastModificationDate, rec.creationDate, dc.date, date: ignored`),
			),
		});
	});

	it.each([true, false])('but of one index, is read in slices of that (heeds "not": %s)', async (heedsNot) => {
		for (const countsTo of [121, 100]) {
			const got = await harvest((asked) => {
				const records = found(asked.query, heedsNot);
				return counting(sruPage(asked, records.slice(0, 40)), Math.min(countsTo, records.length));
			});
			expect([got.listed.size, [...got.listed.values()].every((times) => times <= 2)]).toEqual([121, true]);
			// without a total and without "not" nobody knows of records that have no year
			expect(got.outcome.state).toBe(heedsNot || countsTo === 121 ? 'complete' : 'incomplete');
			await server?.stop();
		}
	});
});

/** Whether ranges that a query of ours asks for at once exclude each other, or it asks for what is in none of them. */
function isEmpty(query: string): boolean {
	const bounds = new Map<string, { low: number; high: number }>();
	for (const [, index = '', sign, value] of query.matchAll(/([\w.]+)([<>])="(\d+)"/g)) {
		const { low, high } = bounds.get(index) ?? { low: 0, high: Number.POSITIVE_INFINITY };
		bounds.set(index, sign === '>' ? { low: Math.max(low, Number(value)), high } : { low, high: Math.min(high, Number(value)) });
	}
	return / not /.test(query) || [...bounds.values()].some(({ low, high }) => low > high);
}

/** How many of 400 days, from 1 January 2026 on, are in the range that a query of ours asks for. */
function daysIn(query: string): number {
	const read = (day: string): number => Date.parse(`${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}`) / 86_400_000;
	const ends = (sign: string): number[] => [...query.matchAll(new RegExp(`${sign}="(\\d{8})"`, 'g'))].map(([, day = '']) => read(day));
	const first = read('20260101');
	return Math.max(0, Math.min(first + 399, ...ends('<')) - Math.max(first, ...ends('>')) + 1);
}

const hasRange = (query: string): boolean => /[<>]=/.test(query);

describe('an SRU server that hands out 50 of thousands and gives nothing of its parts is left soon, with what came and why, when it', () => {
	it.each<readonly [...Case, listed: number, why: RegExp]>([
		[
			'finds too many records in every range',
			(asked) => {
				if (!hasRange(asked.query)) return counting(sruPage(asked, RECORDS.slice(0, 50)), 1_000);
				return isEmpty(asked.query) ? sruPage(asked, []) : sruRefusal(60);
			},
			0,
			/nothing came of 50 parts in a row, the last of them .*: .*too many matching records/,
		],
		[
			'counts each range and refuses its records',
			(asked) => {
				if (!hasRange(asked.query)) return sruPage(asked, RECORDS.slice(0, 50), { total: 4_001 });
				if (asked.maximum > 1 || asked.start > 1) return sruRefusal(61);
				return counting(sruPage(asked, []), isEmpty(asked.query) ? 0 : 10 * daysIn(asked.query));
			},
			50,
			/nothing came of 50 parts in a row, the last of them .*: .*position out of range/,
		],
	])('%s', async (_, answer, listed, why) => {
		const got = await harvest(answer, ASKED_IN_VAIN_MAX);
		expect(got.outcome).toMatchObject({ state: 'incomplete', reason: expect.stringMatching(why) });
		expect(got.listed.size).toBe(listed);
	});
});

describe('an SRU server whose answers are odd is read whole when it', () => {
	it.each<Case>([
		['prints something behind its answers', (asked) => `${page(asked)}\n<!-- 12 ms --><br>Notice: x`],
		['prints something before its answers', (asked) => `\ufeff\n<br />\n<b>Warning</b>: x on line 3<br />${page(asked)}`],
		['begins with a byte order mark', (asked) => `\ufeff${page(asked)}`],
		['hands out one record at once', (asked) => page(asked, { cap: 1 })],
		[
			'says that the next record is the first',
			(asked) => page(asked).replace('</z:records>', '</z:records><z:nextRecordPosition>1</z:nextRecordPosition>'),
		],
		['numbers the records of each page from 1', (asked) => page(asked, { cap: 10 }).replaceAll(/(?<=Position>)\d+/g, '1')],
		['counts one more from its second answer on', (asked, times) => (times < 3 ? counting(page(asked), 120) : page(asked))],
	])('%s', async (_, answer) => {
		const got = await harvest(answer);
		expect(got.outcome).toMatchObject({ state: 'complete', tally: { received: 121 } });
		expect(got.listed.size).toBe(121);
	});
});

describe('an SRU server whose answers are odd is read, and the run incomplete, when it', () => {
	it.each<readonly [...Case, listed: number, reason: RegExp]>([
		['counts too many', (asked) => counting(page(asked), 1_000_000), 121, /121 of 1000000: the target hands out no more/],
		[
			'counts another number each time',
			(asked, times) => counting(page(asked), 121 + (times % 7)),
			121,
			/the count changed while it was read/,
		],
		[
			'counts what is on the page',
			(asked) => counting(page(asked), page(asked).split('<z:record>').length - 1),
			121,
			/counts 1 records and hands out more/,
		],
		['has pages that overlap', (asked) => page({ ...asked, start: Math.max(1, asked.start - 3) }, { cap: 20 }), 121, /hands out more/],
		[
			'has empty pages, with count left',
			(asked) => (asked.start > 40 ? sruPage(asked, [], { total: 121 }) : page(asked)),
			50,
			/50 of 121: the target hands out no more/,
		],
		['has empty pages alone', (asked) => sruPage(asked, [], { total: 121 }), 0, /0 of 121: the target hands out no more/],
		[
			'hands out one record at every position',
			(asked) => sruPage({ ...asked, start: 1 }, RECORDS.slice(0, 1), { total: 100_000_000 }),
			1,
			/from record 2 on it hands out again/,
		],
		[
			'hands out its first page at every position',
			(asked) => sruPage({ ...asked, start: 1 }, RECORDS, { total: 100_000_000 }),
			121,
			/hands out again what it handed out before/,
		],
		['hands out empty records', (asked) => without(page(asked), 'recordData'), 0, /121 records could not be had/],
		['becomes a web page', (asked) => (asked.start > 40 ? '<html><body>Xin chờ</body></html>' : page(asked)), 50, /web page/],
	])('%s', async (_, answer, listed, reason) => {
		const got = await harvest(answer);
		expect(got.outcome).toMatchObject({ state: 'incomplete', reason: expect.stringMatching(reason) });
		expect(got.listed.size).toBe(listed);
	});
});

it('two records under one number are two, and the run names it', async () => {
	const records = RECORDS.map((xml, i) => (i === 9 ? xml.replace('>n10<', '>n9<') : xml));
	const got = await harvest((asked) => sruPage(asked, records));
	expect(got.outcome).toMatchObject({ state: 'complete', flags: ['identifier-shared'] });
	expect(got.listed.size).toBe(121);
});

it('a diagnostic where no record should be is no record that could not be had', async () => {
	const nothing = `<z:record><z:recordSchema>info:srw/schema/1/diagnostics-v1.1</z:recordSchema><z:recordPacking>xml</z:recordPacking><z:recordData>${sruDiagnosticXml(65)}</z:recordData></z:record>`;
	const got = await harvest((asked) =>
		asked.start > 121 ? sruPage(asked, [], { total: 121 }).replace('</z:records>', `${nothing}</z:records>`) : page(asked),
	);
	expect([got.outcome.state, got.problems]).toEqual(['complete', []]);
});

it('an answer of SRU with a piece of a web page in a record costs that record alone', async () => {
	const records = RECORDS.map((xml, i) => (i === 9 ? xml.replace('Sách', '<html><body>Sách') : xml));
	const got = await harvest((asked) => sruPage(asked, records));
	expect(got.listed.size).toBe(120);
	expect(got.problems).toEqual([expect.stringMatching(/not well-formed/)]);
});

describe('an SRU server is refused, and the message says what to do, when it', () => {
	it.each<readonly [...Case, hint: RegExp]>([
		['counts a negative number', (asked) => counting(page(asked), -1), /ask the library to have its server say it/],
		['counts nothing', (asked) => counting(page(asked), ''), /ask the library to have its server say it/],
		['answers with a web page', () => '<!DOCTYPE html><html><body>Xin chờ</body></html>', /open the address in a browser/],
	])('%s', async (_, answer, hint) => {
		await expect(harvest(answer)).rejects.toMatchObject({ code: 'not-sru', hint: expect.stringMatching(hint) });
	});
});
