import { AppError } from '../lib/errors.ts';

/** A pair of records (by place) that is the same publication, or is not. */
export interface TruePair {
	readonly a: number;
	readonly b: number;
	readonly same: boolean;
}

/** What is known of records: some pairs, or all clusters (the true cluster of each record; null where nothing is said of it). */
export type Truth =
	| { readonly kind: 'pairs'; readonly pairs: readonly TruePair[] }
	| { readonly kind: 'clusters'; readonly clusterOf: readonly (string | null)[] };

/** The pairs that are the same publication. */
export function truePairs(truth: Truth): TruePair[] {
	if (truth.kind === 'pairs') return truth.pairs.filter((p) => p.same);
	const groups = new Map<string, number[]>();
	for (const [place, cluster] of truth.clusterOf.entries()) {
		if (cluster === null) continue;
		const group = groups.get(cluster);
		if (group === undefined) groups.set(cluster, [place]);
		else group.push(place);
	}
	return [...groups.values()].flatMap((g) => g.flatMap((a, i) => g.slice(i + 1).map((b): TruePair => ({ a, b, same: true }))));
}

/** The pairs with a verdict: those of the file, or, where clusters are known, those of `others`. */
export function judgedPairs(truth: Truth, others: readonly (readonly [a: number, b: number])[]): TruePair[] {
	if (truth.kind === 'pairs') return [...truth.pairs];
	return others.flatMap(([a, b]): TruePair[] => {
		const [x, y] = [truth.clusterOf[a] ?? null, truth.clusterOf[b] ?? null];
		return x === null || y === null ? [] : [{ a, b, same: x === y }];
	});
}

/** What the truth says of any two records; asked often. Null where it says nothing. */
export function verdictOf(truth: Truth): (a: number, b: number) => boolean | null {
	if (truth.kind === 'clusters') {
		return (a, b) => {
			const [x, y] = [truth.clusterOf[a] ?? null, truth.clusterOf[b] ?? null];
			return x === null || y === null ? null : x === y;
		};
	}
	const known = new Map(truth.pairs.map((p) => [`${p.a} ${p.b}`, p.same]));
	return (a, b) => known.get(`${Math.min(a, b)} ${Math.max(a, b)}`) ?? null;
}

/** How the records of a file are called. */
export interface RecordNames {
	/** 001 of each record, in the order of the file. */
	readonly numbers: readonly string[];
	/** (003)001 of each record, or what stands for it. */
	readonly identifiers: readonly string[];
}

const HINT = 'pairs: id1,id2,label (1 the same, 0 not); clusters: id,cluster; or library, local_id, cluster in the order of the records';
const refused = (file: string, line: number, why: string): AppError =>
	new AppError('truth-file', `${file}, line ${line}: ${why}`, { hint: HINT });

interface Row {
	readonly line: number;
	cell(column: string): string;
}

/** The cells of a line: quotes around a cell may hold separators and doubled quotes. Null when a quote does not close. */
function cellsOf(line: string, separator: string): string[] | null {
	const cells: string[] = [];
	for (let at = 0; at <= line.length; at++) {
		if (line[at] !== '"') {
			const end = line.indexOf(separator, at);
			cells.push(line.slice(at, end < 0 ? line.length : end).trim());
			at = end < 0 ? line.length : end;
			continue;
		}
		const quoted = /^"((?:[^"]|"")*)"/.exec(line.slice(at));
		if (quoted === null) return null;
		cells.push((quoted[1] as string).replaceAll('""', '"'));
		at += quoted[0].length;
		if (at < line.length && line[at] !== separator) return null;
	}
	return cells;
}

/** The rows of a table with commas or tabs, by the names in its first line. Empty lines are passed over. */
function rowsOf(file: string, text: string): { readonly columns: readonly string[]; readonly rows: readonly Row[] } {
	const [head = '', ...lines] = text.replace(/^\ufeff/, '').split(/\r?\n/);
	const separator = head.includes('\t') ? '\t' : ',';
	const columns = cellsOf(head, separator) ?? [];
	const rows = lines.flatMap((text, i): Row[] => {
		if (text.trim() === '') return [];
		const line = i + 2;
		const cells = cellsOf(text, separator);
		if (cells === null) throw refused(file, line, 'a quote is not closed');
		if (cells.length !== columns.length) throw refused(file, line, `${cells.length} cells, the first line names ${columns.length}`);
		const cell = (column: string): string => {
			const value = cells[columns.indexOf(column)] as string;
			if (value === '') throw refused(file, line, `"${column}" is empty`);
			return value;
		};
		return [{ line, cell }];
	});
	return { columns, rows };
}

function needColumns(file: string, columns: readonly string[], needed: readonly string[]): void {
	for (const name of needed) if (!columns.includes(name)) throw refused(file, 1, `there is no column "${name}"`);
}

/** The place of a record by its 001 or its (003)001; a line that names none, or one of several, is refused. */
function placeFinder(file: string, names: RecordNames): (line: number, id: string) => number {
	const places = new Map<string, Set<number>>();
	for (const list of [names.numbers, names.identifiers]) {
		for (const [place, name] of list.entries()) places.set(name, (places.get(name) ?? new Set()).add(place));
	}
	return (line, id) => {
		const found = places.get(id);
		if (found === undefined) throw refused(file, line, `there is no record "${id}"`);
		if (found.size > 1) throw refused(file, line, `"${id}" is the number of ${found.size} records`);
		return [...found][0] as number;
	};
}

/** A pair that an earlier line contradicts, by itself or through the pairs that are the same. */
function checkPairs(file: string, pairs: readonly (TruePair & { readonly line: number; readonly ids: string })[]): void {
	const parent = new Map<number, number>();
	const root = (i: number): number => {
		let at = i;
		for (let up = parent.get(at); up !== undefined; up = parent.get(at)) at = up;
		if (at !== i) parent.set(i, at);
		return at;
	};
	for (const { a, b, same } of pairs) if (same && root(a) !== root(b)) parent.set(root(a), root(b));
	for (const { a, b, same, line, ids } of pairs) {
		if (!same && root(a) === root(b)) throw refused(file, line, `${ids} are not the same here, but other lines say or imply that they are`);
	}
}

/** A file of pairs: columns id1, id2 and label, others are passed over. AppError `truth-file` names the line. */
export function readPairs(file: string, text: string, names: RecordNames): TruePair[] {
	const { columns, rows } = rowsOf(file, text);
	needColumns(file, columns, ['id1', 'id2', 'label']);
	const placeOf = placeFinder(file, names);
	const pairs = new Map<string, TruePair & { line: number; ids: string }>();
	for (const { line, cell } of rows) {
		const [x, y, label] = [cell('id1'), cell('id2'), cell('label')];
		if (label !== '0' && label !== '1') throw refused(file, line, `the label is "${label}", not 0 or 1`);
		const [p, q] = [placeOf(line, x), placeOf(line, y)];
		if (p === q) throw refused(file, line, `"${x}" is paired with itself`);
		const pair = { a: Math.min(p, q), b: Math.max(p, q), same: label === '1', line, ids: `${x} and ${y}` };
		const known = pairs.get(`${pair.a} ${pair.b}`);
		if (known !== undefined && known.same !== pair.same) throw refused(file, line, `${pair.ids} have another label in line ${known.line}`);
		if (known === undefined) pairs.set(`${pair.a} ${pair.b}`, pair);
	}
	checkPairs(file, [...pairs.values()]);
	if (pairs.size === 0) throw refused(file, 1, 'there is no pair after this line');
	return [...pairs.values()].map(({ a, b, same }) => ({ a, b, same }));
}

/**
 * A file of clusters: columns id and cluster; or library, local_id and cluster, a line for each record in the order of the records, where
 * numbers are those of each library. Gives the true cluster of each record, null where the file says nothing. AppError `truth-file`.
 */
export function readClusters(file: string, text: string, names: RecordNames): (string | null)[] {
	const { columns, rows } = rowsOf(file, text);
	const byPlace = columns.includes('local_id');
	needColumns(file, columns, byPlace ? ['local_id', 'cluster'] : ['id', 'cluster']);
	const placeOf = placeFinder(file, names);
	const truth: (string | null)[] = names.numbers.map(() => null);
	const lineOf = new Map<number, number>();
	for (const [i, { line, cell }] of rows.entries()) {
		const id = cell(byPlace ? 'local_id' : 'id');
		const place = byPlace ? i : placeOf(line, id);
		if (byPlace && names.numbers[place] !== id)
			throw refused(file, line, `record ${place + 1} has the number "${names.numbers[place] ?? ''}", not "${id}"`);
		const cluster = cell('cluster');
		const known = truth[place];
		if (known != null && known !== cluster)
			throw refused(file, line, `"${id}" is in cluster "${cluster}" here and in "${known}" in line ${lineOf.get(place)}`);
		truth[place] = cluster;
		lineOf.set(place, line);
	}
	if (rows.length === 0) throw refused(file, 1, 'there is no record after this line');
	return truth;
}
