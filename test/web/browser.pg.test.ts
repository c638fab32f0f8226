import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listen } from '../../src/api/server.ts';
import { publicId } from '../../src/lib/ids.ts';
import { type PutUnion, TestCatalogue } from '../api/catalogue.ts';
import { document } from '../index/documents.ts';
import { type Browser, startChromium } from '../support/chromium.ts';
import { hasPeer } from '../support/peers.ts';
import { HOSTILE } from './page-checks.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

const UNIONS: readonly PutUnion[] = [
	{
		id: 1,
		title: 'Toán 6',
		members: [
			{ source: 'tvt-oai', library: 'TVT' },
			{ source: 'thcs-file', library: 'THCS', share: 'metadata' },
		],
	},
	...HOSTILE.map((title, i) => ({ id: 10 + i, title: `Toán ${title}` })),
	...Array.from({ length: 30 }, (_, i) => ({ id: 100 + i, title: `Toán nâng cao ${i}` })),
];
const PAGES = [
	'/',
	'/?lang=en',
	'/?q=toan',
	'/?q=toan&page=2&library=TVT&lang=en',
	'/?q=zzzz',
	'/?q=collection:none',
	'/values/creator?q=toan',
	'/values/library?q=toan&library=TVT&text=thu&lang=en',
	'/libraries?lang=en',
	`/records/${publicId(1)}`,
	...HOSTILE.map((_, i) => `/records/${publicId(10 + i)}?lang=en`),
	`/records/${publicId(999)}`,
	'/docs',
];

interface Finding {
	readonly id: string;
	readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

describe.runIf(hasPeer('chromium'))('in a real browser', () => {
	let catalogue: TestCatalogue;
	let app: FastifyInstance;
	let browser: Browser;
	let base: string;
	beforeAll(async () => {
		catalogue = await TestCatalogue.create();
		await catalogue.put(...UNIONS);
		await catalogue.index(...UNIONS);
		const creators = Array.from({ length: 12 }, (_, i) => `Người viết thứ ${i}`);
		await catalogue.engine.apply([document(200, { title: 'Toán nhiều người viết', creators })], []);
		app = catalogue.server();
		await listen(app, '127.0.0.1', 0);
		base = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
		browser = await startChromium();
	});
	afterAll(async () => {
		await browser.close();
		await app.close();
		await catalogue.drop();
	});

	async function findings(): Promise<readonly string[]> {
		await browser.tab.evaluate(`${AXE}; undefined`);
		const found = await browser.tab.evaluate<readonly Finding[]>(
			`axe.run({ runOnly: ${JSON.stringify(RULES)}, resultTypes: ['violations'] }).then((r) => r.violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html, failureSummary }) => ({ html, failureSummary })) })))`,
		);
		return found.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary}`));
	}

	it.each([
		['a phone', 'light', 360],
		['a phone at night', 'dark', 360],
		['a screen', 'light', 1280],
	] as const)(
		'WCAG 2.2 AA on %s, nothing beside the screen, no script, no complaint',
		async (_, colours, width) => {
			const { tab } = browser;
			await tab.call('Emulation.setDeviceMetricsOverride', { width, height: 800, deviceScaleFactor: 1, mobile: width < 600 });
			await tab.call('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: colours }] });
			for (const page of PAGES) {
				await tab.open(base + page);
				expect([page, await findings()]).toEqual([page, []]);
				expect([page, await tab.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth')]).toEqual([
					page,
					0,
				]);
			}
			await tab.evaluate('document.querySelector("main").append(new Image()); undefined');
			expect(await findings()).toEqual([expect.stringContaining('image-alt')]);
			// the page of a record that is not there is one of them
			expect(tab.complaints.filter((complaint) => !complaint.includes('404'))).toEqual([]);
		},
		180_000,
	);

	const press = async (key: string, code: string, text = ''): Promise<void> => {
		const event = { key, code, windowsVirtualKeyCode: key === 'Enter' ? 13 : key === 'Tab' ? 9 : 0, text };
		await browser.tab.call('Input.dispatchKeyEvent', { type: 'keyDown', ...event });
		await browser.tab.call('Input.dispatchKeyEvent', { type: 'keyUp', ...event });
	};
	const enter = async (): Promise<void> => {
		const { tab } = browser;
		const before = await tab.evaluate<string>('location.href');
		await press('Enter', 'Enter', '\r');
		await expect
			.poll(() => tab.evaluate<string>('location.href + document.readyState').catch(() => before), { timeout: 20_000 })
			.not.toContain(before);
		await expect.poll(() => tab.evaluate<string>('document.readyState').catch(() => ''), { timeout: 20_000 }).toBe('complete');
	};
	const focusUntil = async (test: string): Promise<void> => {
		for (let i = 0; i < 60; i++) {
			await press('Tab', 'Tab');
			if (await browser.tab.evaluate<boolean>(`(${test})(document.activeElement)`)) return;
		}
		throw new Error(`the focus never came to ${test}`);
	};

	it('a search with the keyboard alone: box, results, record', async () => {
		const { tab } = browser;
		await tab.open(`${base}/?lang=en`);
		await press('Tab', 'Tab');
		expect(await tab.evaluate<string>('document.activeElement.textContent')).toBe('Skip to the main content');
		await focusUntil("(e) => e.id === 'q'");
		await tab.call('Input.insertText', { text: 'toan 6' });
		await enter();
		expect(await tab.evaluate<string>('document.querySelector("h1").textContent')).toBe('Results for “toan 6”');
		await focusUntil("(e) => e.closest('ol.hits') !== null");
		await enter();
		expect(await tab.evaluate<string>('document.querySelector("h1").textContent')).toContain('Toán');
	}, 120_000);

	it('a value that is not shown with the keyboard alone: form, values, narrowed results', async () => {
		const { tab } = browser;
		await tab.open(`${base}/?q=nhieu+nguoi+viet&lang=en`);
		await focusUntil("(e) => e.localName === 'summary' && e.textContent === 'Author'");
		await press('Enter', 'Enter', '\r');
		await focusUntil("(e) => e.id === 'in-creator'");
		await tab.call('Input.insertText', { text: 'thu 11' });
		await enter();
		expect(await tab.evaluate<string>('document.querySelector("h1").textContent')).toBe('Filter by author');
		await focusUntil("(e) => e.closest('ul.values') !== null");
		await enter();
		expect(await tab.evaluate<string>('document.querySelector(".chips").textContent')).toContain('Người viết thứ 11');
		expect(await tab.evaluate<string>('document.querySelector("[role=status]").textContent')).toBe('Titles found: 1');
	}, 120_000);
});
