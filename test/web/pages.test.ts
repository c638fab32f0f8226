import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { LinkedRecord } from '../../src/catalogue/show.ts';
import { LINK_RELATIONS } from '../../src/records/references.ts';
import type { JsonValue, UnionJson } from '../../src/records/render-json.ts';
import { homePage } from '../../src/web/home-page.ts';
import { librariesPage } from '../../src/web/libraries-page.ts';
import { messagePage } from '../../src/web/message-page.ts';
import { recordPage } from '../../src/web/record-page.ts';
import type { Results } from '../../src/web/results.ts';
import { resultsPage } from '../../src/web/results-page.ts';
import { STYLE } from '../../src/web/style.ts';
import { TEXTS } from '../../src/web/texts.ts';
import { valuesPage } from '../../src/web/values-page.ts';
import { day, type Language, time, type View } from '../../src/web/view.ts';
import { elementsOf, faultsOf, HOSTILE } from './page-checks.ts';

const view = (language: Language, params: View['params'] = []): View => ({
	language,
	chosen: language === 'en',
	publicUrl: 'https://lt.example.vn',
	path: '/',
	params,
});

const value = (text: string, sources: readonly number[] = [0]): JsonValue => ({ value: text, path: '245$a', sources });

/** A record that says the same text in every field. */
function recordOf(text: string): LinkedRecord {
	const one = value(text);
	const description: UnionJson = {
		id: '0123456rx',
		kind: 'monograph',
		title: { proper: one, rest: one, responsibility: one, volume: one, parts: [{ number: one, name: one }], variants: [one] },
		creators: [{ ...one, type: 'person', main: true, roles: [text], dates: text }],
		edition: { ...one, number: 2 },
		publication: [{ place: one, publisher: one, date: one }, {}],
		year: one,
		yearEnd: one,
		extent: { ...one, pages: 3 },
		material: one,
		carrier: one,
		languages: [one],
		identifiers: [{ ...one, type: 'other', role: 'own', valid: false, qualifier: text }],
		subjects: [one],
		classification: [{ ...one, scheme: text }],
		audience: [one],
		classLevel: one,
		bookType: one,
		series: [{ ...one, volume: text }],
		host: { title: one, related: one, identifiers: [one] },
		notes: [one],
		summary: one,
		links: [{ ...one, label: text }, value('https://a.example/?x="><script>'), value('javascript:alert(1)'), value('data:text/html,x')],
		holdings: [
			{
				library: text,
				items: [{ location: text, callNumber: text, barcodes: [text], copies: 1, statement: text, note: text, sources: [0] }],
			},
			{ library: 'B', items: [{ barcodes: [], copies: 0, sources: [1] }] },
		],
		members: [
			{ library: text, source: text, record: '0123456rx', identifier: text, version: 1, run: 1, licence: text },
			{ library: 'B', source: 'b', record: '0123456rx', identifier: 'b', version: 1, run: 1, licence: 'https://licence.example/' },
		],
	};
	const links = LINK_RELATIONS.flatMap((relation) => [
		{ relation, to: brief(text), text },
		{ relation, to: null, text },
	]);
	return { ...brief(text), description, links: { links, cut: true } };
}

const brief = (text: string) => ({
	id: '0123456rx',
	changedMs: 0,
	shared: true,
	kind: 'monograph' as const,
	title: text,
	part: '',
	subtitle: text,
	creators: [text, text],
	year: text,
	languages: [text],
	libraries: [text, 'B', 'C', 'D', 'E'],
});

const resultsOf = (text: string): Results => ({
	q: text.slice(0, 1_000),
	sort: 'title',
	page: 2,
	total: 5_000,
	cut: true,
	noCollection: { named: [text.slice(0, 200)], known: [['dia-chi', text]] },
	meant: { text: text.slice(0, 1_000), total: 1_000 },
	records: Array.from({ length: 20 }, () => brief(text)),
	facets: [
		{ facet: 'library', values: [{ value: text.slice(0, 200), count: 1 }], more: true },
		{
			facet: 'year',
			values: [
				{ value: '2001', count: 1 },
				{ value: text, count: 2 },
			],
			more: false,
		},
		{ facet: 'language', values: [{ value: text, count: 3 }], more: true },
		{ facet: 'decade', values: [{ value: '2000-2009', count: 3 }], more: false },
	],
	filters: [['library', text.slice(0, 200)]],
	label: (_, one) => one,
	libraryName: (code) => code,
});

const overviewOf = (text: string, libraries = 3) => ({
	titles: 1_234_567,
	libraries: Array.from({ length: libraries }, (_, i) => ({ code: `L${i}`, name: text, kind: 'school', titles: i })),
	harvests: [{ library: 'L0', finishedMs: 0, created: 1, updated: 2, deleted: 3 }],
	exampleWords: 'lich su hai phong',
});
const NOTHING_MORE = { z3950: null, feeds: null, dumps: null };

/** Every page there is, with a text in all its places. */
const pagesOf = (language: Language, text: string): Readonly<Record<string, string>> => ({
	home: homePage(view(language), overviewOf(text), { z3950: 'lt.example.vn:210', feeds: '/feeds', dumps: '/dumps' }),
	empty: homePage(view(language), { titles: 0, libraries: [], harvests: [], exampleWords: null }, NOTHING_MORE),
	libraries: librariesPage(view(language), overviewOf(text, 250), 2),
	results: resultsPage(
		view(language, [
			['q', text.slice(0, 1_000)],
			['library', text.slice(0, 200)],
			['page', '2'],
		]),
		resultsOf(text),
	),
	nothing: resultsPage(view(language), { ...resultsOf(text), total: 0, records: [], facets: [], filters: [], page: 1 }),
	values: valuesPage(
		view(language, [
			['q', text.slice(0, 1_000)],
			['library', text.slice(0, 200)],
		]),
		{ ...resultsOf(text), facet: 'creator', text: text.slice(0, 200), values: [{ value: text, count: 3 }], more: true },
	),
	record: recordPage(view(language), {
		record: recordOf(text),
		libraryName: () => text,
		forms: [{ name: 'JSON', type: 'application/json', path: '/api' }],
	}),
	brief: recordPage(view(language), { record: { ...brief(text), description: null, links: null }, libraryName: (code) => code, forms: [] }),
	message: messagePage(view(language), 'recordGone', 'recordGoneWhy', { day: text }, text),
});

describe.each(['vi', 'en'] as const)('pages in %s', (language) => {
	test.each(HOSTILE.map((text) => [text.slice(0, 30), text]))('whatever a library sends: %j', (_, text) => {
		for (const [name, page] of Object.entries(pagesOf(language, text))) expect([name, faultsOf(page)]).toEqual([name, []]);
	});

	it('are well-formed with any text', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
				for (const page of Object.values(pagesOf(language, text))) elementsOf(page);
			}),
			{ numRuns: 60 },
		);
	});

	it('say their language, and have a link to the other', () => {
		for (const page of Object.values(pagesOf(language, 'Lý Sơn'))) {
			const elements = elementsOf(page);
			expect(elements[0]).toMatchObject({ name: 'html', attributes: { lang: language } });
			const other = elements.find(({ name, attributes }) => name === 'a' && attributes['hreflang'] !== undefined);
			expect(other?.attributes['lang']).toBe(language === 'vi' ? 'en' : 'vi');
			expect(page).not.toMatch(/\{\w+\}/);
		}
	});

	it('are light', () => {
		const { home = '' } = pagesOf(language, 'Thư viện Trường Trung học phổ thông Vịnh Lan Hạ');
		expect(Buffer.byteLength(home) + Buffer.byteLength(STYLE)).toBeLessThan(30_000);
	});
});

test('what is filled into a sentence makes one that can be read aloud', () => {
	const night = Date.UTC(2026, 10, 27, 20, 38);
	expect(time('vi', night)).toBe('03:38 ngày 28/11/2026');
	expect(time('en', night)).toBe('28 November 2026 at 03:38');
	expect(day('vi', night)).toBe('28/11/2026');
	const texts = (page = '') => elementsOf(page).map(({ text }) => text);
	expect(texts(pagesOf('vi', 'Lý Sơn')['results'])).toContain('Có phải bạn muốn tìm Lý Sơn không? Có 1.000 nhan đề.');
	expect(texts(pagesOf('en', 'Lý Sơn')['results'])).toContain('Did you mean Lý Sơn? Titles found: 1,000.');
	// what a library has of a set or periodical is no place where it stands
	expect(texts(pagesOf('vi', '2005-2023')['record'])).toContain('2005-2023; Hiện có: 2005-2023; 2005-2023');
});

test('a record shows its values, where they come from, and links only where a browser may go', () => {
	const elements = elementsOf(pagesOf('en', 'Lý Sơn')['record'] ?? '');
	const links = elements.filter(({ name }) => name === 'a').map(({ attributes }) => attributes['href']);
	expect(links).toContain('/?creator=L%C3%BD+S%C6%A1n&lang=en');
	expect(links).toContain('#source-1');
	expect(links).toContain('https://a.example/?x=%22%3E%3Cscript%3E');
	expect(links).toContain('https://licence.example/');
	expect(links.filter((link) => /javascript|data:/.test(link ?? ''))).toEqual([]);
	expect(elements.find(({ attributes }) => attributes['id'] === 'source-2')?.text).toContain('record b of source b');
});

test('a filter is added to the search and taken off again, from its first page', () => {
	const page = resultsPage(
		view('vi', [
			['q', 'toán'],
			['library', 'TVT'],
			['page', '3'],
		]),
		{
			...resultsOf('TVT'),
			facets: [
				{
					facet: 'library',
					values: [
						{ value: 'TVT', count: 1 },
						{ value: 'THCS', count: 2 },
					],
					more: false,
				},
			],
		},
	);
	const links = elementsOf(page)
		.filter(({ name }) => name === 'a')
		.map(({ attributes, text }) => [attributes['href'], text]);
	expect(links).toContainEqual(['/?q=to%C3%A1n&library=TVT&library=THCS', 'Lọc theo thư viện: THCS']);
	expect(links).toContainEqual(['/?q=to%C3%A1n', 'Bỏ lọc Thư viện: TVT ✕']);
});

test('every text is there in both languages, with the same places to fill', () => {
	const places = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();
	for (const [name, [vi, en]] of Object.entries(TEXTS)) {
		expect([name, vi.trim(), en.trim()]).toEqual([name, vi, en]);
		expect([name, places(vi)]).toEqual([name, places(en)]);
	}
});

/** Relative luminance and contrast (WCAG 2.2, 1.4.3). */
function contrast(a: string, b: string): number {
	const luminance = (colour: string): number => {
		const digits = colour.length === 4 ? [...colour.slice(1)].map((digit) => digit + digit).join('') : colour.slice(1);
		const [red = 0, green = 0, blue = 0] = [0, 2, 4].map((at) => {
			const part = Number.parseInt(digits.slice(at, at + 2), 16) / 255;
			return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
		});
		return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
	};
	const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
	return (light + 0.05) / (dark + 0.05);
}

test('colours are far enough apart, by day and by night', () => {
	const sets = [...STYLE.matchAll(/:root \{([^}]*)\}/g)].map(([, text = '']) =>
		Object.fromEntries([...text.matchAll(/--([\w-]+): (#\w+)/g)].map((m) => [m[1], m[2]])),
	);
	expect(sets.length).toBe(2);
	for (const colours of sets) {
		for (const [text, ground] of [
			['text', 'page'],
			['text', 'soft'],
			['text', 'mark'],
			['quiet', 'page'],
			['quiet', 'soft'],
			['link', 'page'],
			['link', 'soft'],
			['on-accent', 'accent'],
		] as const) {
			expect([text, ground, contrast(colours[text] ?? '', colours[ground] ?? '')]).toEqual([
				text,
				ground,
				expect.toSatisfy((n: number) => n >= 4.5),
			]);
		}
	}
});
