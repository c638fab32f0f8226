import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { limitsPage } from '../scripts/limits.ts';
import { LIMITS } from '../src/lib/limits.ts';

const ROOT = resolve(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const sources = globSync('src/**/*.ts', { cwd: ROOT }).map((path) => path.replaceAll('\\', '/'));

/** Lines of the sources with a match, but for those in the files that are the place for it. */
function places(pattern: RegExp, allowed: readonly string[]): string[] {
	return sources
		.filter((path) => !allowed.includes(path))
		.flatMap((path) =>
			read(path)
				.split('\n')
				.map((line, index) => ({ line, where: `${path}:${index + 1}` })),
		)
		.filter(({ line }) => pattern.test(line) && !/^\s*(\/\/|\*|\/\*)/.test(line))
		.map(({ line, where }) => `${where} ${line.trim()}`);
}

describe('the house rules', () => {
	it('time comes from the clock that is handed in', () => {
		const clock = ['src/jobs/system-clock.ts'];
		expect(places(/\bDate\.now\b|\bnew Date\(\)|\bperformance\.now\b|\bprocess\.hrtime\b/, clock)).toEqual([]);
	});

	it('chance comes from node:crypto, or from a seed', () => {
		expect(places(/\bMath\.random\b/, [])).toEqual([]);
	});

	it('the environment is read where the program starts', () => {
		expect(places(/\bprocess\.env\b/, ['src/main.ts', 'src/cli/main.ts'])).toEqual([]);
	});

	it('files stay short enough to be read in one go, but for one that a script makes', () => {
		const made = ['src/client/lienthong.ts'];
		const long = sources.filter((path) => !made.includes(path) && read(path).split('\n').length > 401);
		expect(long).toEqual([]);
	});

	it('no file hands on what another exports', () => {
		expect(places(/^export \* from/, [])).toEqual([]);
		expect(sources.filter((path) => path.endsWith('/index.ts'))).toEqual([]);
	});

	it('tests are neither left out nor run alone', () => {
		const marks = /\b(it|test|describe)\.(skip|only|todo|fails)\b|\b(xit|xdescribe|fit|fdescribe)\(/;
		const tests = globSync('test/**/*.ts', { cwd: ROOT }).filter((path) => !path.endsWith('house.test.ts'));
		expect(tests.filter((path) => marks.test(read(path)))).toEqual([]);
	});
});

describe('LIMITS.md', () => {
	it('is what npm run limits writes', () => {
		expect(read('LIMITS.md')).toBe(limitsPage(read('src/lib/limits.ts')));
	});

	it('names every limit with its value', () => {
		const page = read('LIMITS.md');
		for (const [name, value] of Object.entries(LIMITS)) {
			const line = page.split('\n').find((one) => one.includes(`\`${name}\``));
			expect(line).toContain(value.toLocaleString('en-US'));
		}
	});
});
