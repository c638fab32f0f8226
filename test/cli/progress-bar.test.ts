import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { progressOn } from '../../src/cli/progress-bar.ts';

function recorder(isTTY: boolean, columns = 80) {
	const written: string[] = [];
	return { isTTY, columns, written, write: (text: string) => written.push(text) };
}

describe('progress', () => {
	it('writes a line for each quarter and for the end where there is no terminal', () => {
		const stream = recorder(false);
		const progress = progressOn(stream);
		for (let done = 0; done <= 90; done += 10) progress.update('Cát Hải', done, 100);
		progress.finish();
		expect(stream.written.join('')).toBe('Cát Hải: 0/100\nCát Hải: 30/100\nCát Hải: 50/100\nCát Hải: 80/100\nCát Hải: 90/100\n');
	});

	it('counts what has no known total', () => {
		const stream = recorder(false);
		const progress = progressOn(stream);
		progress.update('match', 5, null);
		progress.update('match', 12, null);
		progress.finish();
		expect(stream.written).toEqual(['match: 5\n', 'match: 12\n']);
	});

	it('redraws one line for each name on a terminal, never wider than it', () => {
		const stream = recorder(true, 60);
		const progress = progressOn(stream);
		progress.update('one', 1, 2);
		progress.update('a longer name', 2, 2);
		expect(stream.written[1]?.startsWith('\u001b[1A')).toBe(true);
		const lines = stripVTControlCharacters(stream.written[1] ?? '')
			.trimEnd()
			.split('\n');
		expect(lines).toHaveLength(2);
		for (const line of lines) expect(line.length).toBeLessThan(60);
		expect(lines[1]).toContain('█'.repeat(24));
	});

	it('shortens bars rather than counts', () => {
		const stream = recorder(true, 44);
		progressOn(stream).update('Thư viện Trường Tiểu học', 1708, 1708);
		const [line = ''] = stripVTControlCharacters(stream.written[0] ?? '').split('\n');
		expect(line).toMatch(/ █+ 1708\/1708$/);
		expect(line.length).toBeLessThan(44);
	});

	it('begins anew below what was finished', () => {
		const stream = recorder(true);
		const progress = progressOn(stream);
		progress.update('one', 2, 2);
		progress.finish();
		progress.update('two', 1, 2);
		expect(stream.written.at(-1)).not.toContain('A\u001b');
		expect(stream.written.at(-1)).not.toContain('one');
	});
});
