import { type Evaluation, evaluate } from '../../catalogue/evaluate.ts';
import { readingOf } from '../../harvesters/file-reading.ts';
import { FileRecordReader } from '../../harvesters/file-records.ts';
import { openFile } from '../../harvesters/open-file.ts';
import type { ReadRecord } from '../../harvesters/page.ts';
import { AppError } from '../../lib/errors.ts';
import type { Figures } from '../../matching/evaluate-figures.ts';
import { type RecordNames, readClusters, readPairs, type Truth } from '../../matching/evaluate-truth.ts';
import { controlValue } from '../../records/marc.ts';
import { readArgs, required } from '../args.ts';
import type { CommandContext } from '../command.ts';
import { textTable } from '../table.ts';
import { language } from './match-decisions.ts';

const TEXT_SHOWN = 10;

async function readRecords(path: string, signal: AbortSignal): Promise<ReadRecord[]> {
	const file = await openFile(path);
	const records: ReadRecord[] = [];
	try {
		const reader = new FileRecordReader(readingOf(file, { copies: 'apart' }));
		for await (const piece of file.bytes()) {
			signal.throwIfAborted();
			for (const record of reader.feed(piece)) records.push(record);
		}
		for (const record of reader.end().records) records.push(record);
	} finally {
		await file.close();
	}
	return records;
}

async function readTable(path: string): Promise<{ name: string; text: string }> {
	const file = await openFile(path);
	await file.close();
	if (file.kind !== 'csv')
		throw new AppError('truth-file', `${file.name}, line 1: this is no table`, { hint: 'a table with commas or tabs, plain or gzipped' });
	const pieces: Uint8Array[] = [];
	for await (const piece of file.bytes()) pieces.push(piece);
	return { name: file.name, text: Buffer.concat(pieces).toString('utf8') };
}

async function readTruth(given: { pairs: string | undefined; clusters: string | undefined }, names: RecordNames): Promise<Truth> {
	if (given.pairs !== undefined) {
		const { name, text } = await readTable(given.pairs);
		return { kind: 'pairs', pairs: readPairs(name, text, names) };
	}
	const { name, text } = await readTable(required('--pairs or --clusters', given.clusters));
	return { kind: 'clusters', clusterOf: readClusters(name, text, names) };
}

const number = (value: number | null): string => (value === null ? '–' : value.toFixed(4));

const figureRow = (what: string, f: Figures): Record<string, string> => ({
	pairs: what,
	precision: number(f.precision),
	interval: f.interval === null ? '–' : `${number(f.interval[0])}–${number(f.interval[1])}`,
	recall: number(f.recall),
	f1: number(f.f1),
	right: `${f.right} of ${f.said}`,
});

function reportText({ rules, records, unread, truth, pairs, blocking, clusters, worst, misses }: Evaluation): string {
	const rows = [figureRow(`score from ${pairs.merge.cutoff} (joins by machine)`, pairs.merge)];
	if (pairs.best !== null) rows.push(figureRow(`score from ${pairs.best.cutoff} (best F1)`, pairs.best));
	rows.push(figureRow('together in the end', pairs.united));
	const lines = [
		`rules ${rules}; ${records} records, ${unread} not read; ${truth.pairs} true pairs`,
		textTable(rows, ['pairs', 'precision', 'interval', 'recall', 'f1', 'right']),
		`blocking: completeness ${number(blocking.completeness)}, ${blocking.candidatesPerRecord.toFixed(2)} candidates and ${blocking.keysPerRecord.toFixed(1)} keys a record`,
	];
	if (clusters !== null) {
		const { b3, exact } = clusters;
		lines.push(
			`clusters: F1 of their pairs ${number(clusters.pairs.f1)}; B³ precision ${number(b3.precision)}, recall ${number(b3.recall)}, F1 ${number(b3.f1)}`,
		);
		lines.push(`clusters of two or more exactly right: ${exact.right} of ${exact.said} made and ${exact.real} true`);
	}
	for (const { members, wrongPairs, example } of worst.slice(0, TEXT_SHOWN)) {
		lines.push(`\ncluster of ${members}, ${wrongPairs} pairs wrong, among them (${example.score.toFixed(4)}):`);
		lines.push(
			`  ${example.a.id}  ${example.a.title}`,
			`  ${example.b.id}  ${example.b.title}`,
			...example.why.map((text) => `  +  ${text}`),
		);
	}
	const reasons = Object.entries(misses.reasons).map(([reason, n]) => `${n} ${reason}`);
	lines.push(`\n${misses.count} true pairs apart${reasons.length === 0 ? '' : `: ${reasons.join(', ')}`}`);
	for (const { a, b, score, why } of misses.examples.slice(0, TEXT_SHOWN)) {
		lines.push(
			`\n  ${a.id}  ${a.title}`,
			`  ${b.id}  ${b.title}  ${score === null ? '' : `(${score.toFixed(4)})`}`,
			...why.map((text) => `  -  ${text}`),
		);
	}
	return lines.join('\n');
}

/** `match evaluate --records FILE (--pairs FILE | --clusters FILE)` */
export async function evaluatePart(args: readonly string[], context: CommandContext): Promise<void> {
	const options = { records: { type: 'string' }, pairs: { type: 'string' }, clusters: { type: 'string' } } as const;
	const { values } = readArgs(args, { ...options, lang: { type: 'string' }, json: { type: 'boolean' } }, 0);
	const path = required('--records', values.records);
	if ((values.pairs === undefined) === (values.clusters === undefined))
		throw new AppError('usage', 'give one of --pairs and --clusters', { hint: 'add --help to see what they are' });
	const lang = language(values.lang, context.config.language);
	const records = await readRecords(path, context.signal);
	const names = {
		numbers: records.map(({ decoded }) => (decoded?.ok ? (controlValue(decoded.record, '001')?.trim() ?? '') : '')),
		identifiers: records.map((r) => r.identifier),
	};
	const found = evaluate(records, await readTruth({ pairs: values.pairs, clusters: values.clusters }, names), lang);
	context.print(values.json ? JSON.stringify(found) : reportText(found));
}
