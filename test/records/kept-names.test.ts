import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { wordsOf } from '../../src/matching/words-of.ts';
import { readName } from '../../src/records/normalise/name-roles.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

function heapMegabytes(): number {
	collect();
	return process.memoryUsage().heapUsed / 1e6;
}

const PAGES = 2_000;
const PAGE_LENGTH = 50_000;

it.each<[string, (text: string) => unknown]>([
	['names', readName],
	['words', wordsOf],
])('%s that are kept do not keep the pages that they were cut from', (_, read) => {
	const before = heapMegabytes();
	for (let n = 0; n < PAGES; n++) {
		const name = `Nguyễn Văn Tài ${n} (chủ biên)`;
		const page = name + 'x'.repeat(PAGE_LENGTH);
		read(page.slice(0, name.length));
	}
	// all pages together are 200 MB
	expect(heapMegabytes() - before).toBeLessThan(20);
});
