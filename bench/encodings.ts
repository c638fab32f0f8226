/**
 * How many of 200 records come out letter by letter as they were meant, for each encoding and form of file, read as an import reads them.
 * usage: node bench/encodings.ts [PART_OF_NAME]: prints a table in Markdown, and with PART_OF_NAME also what came out wrong.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readingOf } from '../src/harvesters/file-reading.ts';
import { FileRecordReader } from '../src/harvesters/file-records.ts';
import { openFile } from '../src/harvesters/open-file.ts';
import type { MarcRecord } from '../src/records/marc.ts';
import { repairText } from '../src/records/repair-text.ts';
import { ENCODED, type EncodedBook, type Written } from './encoded-books.ts';
import { FORMS, type FormName } from './encoded-files.ts';

interface Outcome {
	readonly right: number;
	/** Wrong and nothing in the repairs about it. */
	readonly silent: number;
	readonly listed: number;
	readonly named: ReadonlyMap<string, number>;
	readonly examples: readonly string[];
}

const textsOf = ({ fields }: MarcRecord): string[] =>
	['100a', '110a', '245a', '245b', '264b', '260b'].flatMap((place) =>
		fields.flatMap((f) => f.subfields.filter((s) => f.tag + s.code === place).map((s) => s.value)),
	);

const told = /encoding|repaired|suspected|lost|mark-order|invalid|marc8|control/;

async function measure(written: Written, form: FormName, settings: Readonly<Record<string, unknown>>, folder: string): Promise<Outcome> {
	const path = join(folder, 'file');
	writeFileSync(path, await FORMS[form](written.books));
	const file = await openFile(path, 'file');
	const reader = new FileRecordReader(readingOf(file, settings));
	const read = [];
	for await (const piece of file.bytes()) read.push(...reader.feed(piece));
	read.push(...reader.end().records);
	await file.close();
	let right = 0;
	let silent = 0;
	const named = new Map<string, number>();
	const examples: string[] = [];
	for (const [i, { decoded }] of read.entries()) {
		const truth = written.books[i] as EncodedBook;
		if (!decoded?.ok) {
			examples.push(`${truth.title}: ${decoded?.code}`);
			named.set(decoded?.code ?? 'none', (named.get(decoded?.code ?? 'none') ?? 0) + 1);
			continue;
		}
		const { record, repairs } = repairText(decoded.record);
		const codes = new Set(
			[...decoded.repairs, ...repairs].map((r) => (r.code === 'encoding' ? ((r.detail ?? '').split(',')[0] ?? '') : r.code)),
		);
		for (const code of codes) named.set(code, (named.get(code) ?? 0) + 1);
		const texts = textsOf(record);
		const wanted = [truth.author, truth.title, truth.rest, truth.publisher].filter((text) => text !== '');
		if (texts.join('|') === wanted.join('|')) right++;
		else {
			if (![...decoded.repairs, ...repairs].some((r) => told.test(r.code))) silent++;
			examples.push(`${wanted.join(' | ')}\n   -> ${texts.join(' | ')}   [${[...codes].join(', ')}]`);
		}
	}
	return { right, silent, listed: read.length, named, examples };
}

const wanted = process.argv[2];
const folder = mkdtempSync(join(tmpdir(), 'lienthong-encodings-'));
console.log('| encoding | form | right | wrong, nothing said | named on the record |\n|---|---|---|---|---|');
try {
	for (const written of ENCODED) {
		for (const form of written.forms) {
			const name = `${written.name} ${form}`;
			if (wanted !== undefined && !name.includes(wanted)) continue;
			const outcome = await measure(written, form, written.settings ?? {}, folder).catch((error: Error) => error);
			if (outcome instanceof Error) {
				console.log(`| ${written.name} | ${form} | refused | | ${outcome.message} |`);
				continue;
			}
			const { right, silent, listed, named, examples } = outcome;
			const share = ((right / Math.max(listed, written.books.length)) * 100).toFixed(1);
			console.log(`| ${written.name} | ${form} | ${share} % | ${silent} | ${[...named].map(([code, n]) => `${code} ${n}`).join(', ')} |`);
			if (wanted !== undefined) for (const example of examples.slice(0, Number(process.argv[3] ?? 10))) console.log(`   ${example}`);
		}
	}
} finally {
	rmSync(folder, { recursive: true });
}
