import { readFileSync } from 'node:fs';

/** The rows of a table in `data/`: one a line, cells between bars, lines that begin with # left out. */
export function dataRows(name: string): string[][] {
	const text = readFileSync(new URL(`data/${name}.txt`, import.meta.url), 'utf8');
	const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
	return lines.map((line) => line.split('|').map((cell) => cell.trim()));
}
