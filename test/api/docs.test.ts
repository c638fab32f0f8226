import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type ApiDocument, docsPage } from '../../src/web/docs-page.ts';
import type { Language, View } from '../../src/web/view.ts';

const document = parse(readFileSync(resolve(import.meta.dirname, '../../openapi.yaml'), 'utf8')) as ApiDocument;
const operations = Object.values(document.paths ?? {}).flatMap(
	(item) => Object.values(item) as { operationId: string; parameters?: { name: string }[] }[],
);

const view = (language: Language): View => ({ language, chosen: false, publicUrl: 'https://lt.example.vn', path: '/docs', params: [] });

describe('the page of the REST interface', () => {
	it.each(['vi', 'en'] as const)('has every operation with every parameter (%s)', (language) => {
		const page = docsPage(view(language), document);
		expect(operations.length).toBeGreaterThan(10);
		for (const { operationId, parameters = [] } of operations) {
			const section = page.split(`<section id="${operationId}">`)[1]?.split('</section>')[0] ?? '';
			for (const { name } of parameters) expect(section).toContain(`<td><code>${name}</code></td>`);
			expect(section).toMatch(/<li>20[0124]: /);
			expect(page).toContain(`<a href="#${operationId}">`);
		}
		expect(page).toContain('&quot;verdict&quot;: &quot;not-same&quot;');
		expect(page).not.toContain('<script');
		expect(page).not.toContain('Default Response');
		expect(page).toContain(`<html lang="${language}">`);
	});

	it('escapes what the document says', () => {
		const evil = '<img src=x onerror="y">';
		const page = docsPage(view('vi'), {
			info: { description: evil },
			tags: [{ name: 'a', description: evil }],
			paths: {
				[evil]: {
					get: {
						operationId: evil,
						summary: evil,
						description: evil,
						tags: ['a'],
						parameters: [{ name: evil, in: evil, schema: { enum: [evil] }, description: evil }],
						responses: { 200: { description: evil } },
					},
				},
			},
		});
		expect(page).not.toContain('<img');
		expect(page.split('&lt;img src=x onerror=&quot;y&quot;&gt;').length).toBeGreaterThan(10);
	});
});
