/**
 * Fits the weights of matching from labelled data and the gold file, and writes src/matching/weights.json.
 * usage: node scripts/fit-weights.ts LABELLED_DIR [GENERATED_DIR ...] [--dry-run]
 * LABELLED_DIR holds goldfinch, swissbib and vi_silver (SET.records.jsonl.gz, SET.pairs.csv.gz, SET.clusters.csv.gz) and
 * melinda_mergeable.jsonl.gz; a GENERATED_DIR all.mrc and truth.tsv. Prints for each set precision, recall and F1 at the merge threshold and at the best cut-off, as fitted and cross-validated:
 * in five parts by cluster, a part judged by weights that saw no pair of its clusters.
 */
import { writeFileSync } from 'node:fs';
import { bestCutoff, figuresOf, type Tally, tallyAt } from '../src/matching/evaluate-figures.ts';
import { DOUBTFUL_AT, MERGE_AT, RULES_VERSION } from '../src/matching/weights.ts';
import { agrees, verdictAt } from '../test/matching/gold-judge.ts';
import {
	byStrategy,
	COLUMNS,
	generatedRows,
	goldRows,
	type JudgedRow,
	labelledRows,
	melindaRows,
	type StrategyName,
} from './judged-rows.ts';
import { regress, sumOf } from './logistic.ts';
import { PINNED, PRIORS } from './weight-priors.ts';

/** What the pairs of a set count together, so that none outweighs the others by its number alone. */
const SET_WEIGHTS: Readonly<Record<string, number>> = { goldfinch: 80_000, swissbib: 9000, vi_silver: 32_000, melinda: 100, gold: 7500 };
const GENERATED_WEIGHT = 800;
/** How strongly a weight is drawn to its prior; a pinned one stays there. */
const PULL = 1;
const PULL_OF_FEW = 4;
const PINNED_PULL = 10_000;
const FOLDS = 5;
const BOOST_ROUNDS = 60;
const BOOST = 1.3;
/** No pair counts more than this many times what it began with: one that no weights mend would bend them all. */
const BOOSTED_MAX = 3;
const EASE = 1.03;
const MARGIN = 0.005;

type Fitted = Readonly<Record<StrategyName, Float64Array>>;
type Weights = Readonly<Record<string, Readonly<Record<string, number>>>>;

function priorOf(strategy: StrategyName): Float64Array {
	const { bias } = PRIORS[strategy];
	const weights: Weights = PRIORS[strategy].weights;
	return Float64Array.from(COLUMNS[strategy], (column) => {
		const [feature = '', level = ''] = column.split(':');
		return column === 'bias' ? bias : (weights[feature]?.[level] ?? 0);
	});
}

/** Rows that are alike counted as one, but those of the gold file, whose weights change. */
function gathered(rows: readonly JudgedRow[]): JudgedRow[] {
	const alike = new Map<string, JudgedRow>();
	const gold: JudgedRow[] = [];
	for (const row of rows) {
		if (row.weight === 0) continue;
		if (row.gold !== undefined) {
			gold.push(row);
			continue;
		}
		const key = `${row.strategy} ${row.same} ${row.columns.join()}`;
		const known = alike.get(key);
		if (known === undefined) alike.set(key, { ...row });
		else known.weight += row.weight;
	}
	return [...alike.values(), ...gold];
}

function fitAll(rows: readonly JudgedRow[], start?: Fitted): Fitted {
	return byStrategy((name) => {
		const pull = Float64Array.from(COLUMNS[name], (column) => (PINNED.has(column) ? PINNED_PULL : name === 'book' ? PULL : PULL_OF_FEW));
		const ours = rows.filter((r) => r.strategy === name);
		return regress(ours, priorOf(name), pull, start?.[name]);
	});
}

const scoreOf = (row: JudgedRow, fitted: Fitted): number =>
	row.conflict || !row.compared ? 0 : 1 / (1 + Math.exp(-sumOf(row, fitted[row.strategy])));

/** Whether a gold pair is judged as its librarian does, with a little to spare; what the rules are known to get wrong is not asked. */
function holds({ gold }: JudgedRow, score: number): boolean {
	if (gold === undefined || gold.fails) return true;
	const spare = gold.verdict === 'same' ? MARGIN : -MARGIN;
	return agrees(gold.verdict, verdictAt(score, MERGE_AT + spare, DOUBTFUL_AT + MARGIN));
}

/**
 * Fits again with gold pairs that are judged wrong counting more and those judged right counting less again, and keeps the fit that has the
 * fewest wrong with the least added: so they bend the weights no more than they must.
 */
function fitWithGold(rows: readonly JudgedRow[]): Fitted {
	const whole = gathered(rows);
	const gold = rows.filter((row) => row.gold !== undefined);
	const least = gold.map((row) => row.weight);
	let fitted = fitAll(whole);
	let best = { fitted, wrong: gold.length, added: 0, weights: least };
	for (let round = 0; round < BOOST_ROUNDS; round++) {
		const right = gold.map((row) => holds(row, scoreOf(row, fitted)));
		const wrong = right.filter((r) => !r).length;
		const added = gold.reduce((sum, row) => sum + row.weight, 0);
		if (wrong < best.wrong || (wrong === best.wrong && added < best.added))
			best = { fitted, wrong, added, weights: gold.map((row) => row.weight) };
		for (const [i, row] of gold.entries())
			row.weight = right[i]
				? Math.max(least[i] as number, row.weight / EASE)
				: Math.min((least[i] as number) * BOOSTED_MAX, row.weight * BOOST);
		fitted = fitAll(whole, fitted);
	}
	for (const [i, row] of gold.entries()) row.weight = best.weights[i] as number;
	return best.fitted;
}

function partOf(cluster: string): number {
	let hash = 7;
	for (let i = 0; i < cluster.length; i++) hash = (Math.imul(hash, 31) + cluster.charCodeAt(i)) | 0;
	return (hash >>> 0) % FOLDS;
}

const firstOf = ([a, b]: JudgedRow['clusters']): string => (a < b ? a : b);

/** The score of each row by weights that were fitted without any pair of the part its first cluster is in. */
function crossValidated(rows: readonly JudgedRow[]): Map<JudgedRow, number> {
	const scores = new Map<JudgedRow, number>();
	for (let part = 0; part < FOLDS; part++) {
		const fitted = fitAll(gathered(rows.filter((r) => r.clusters.every((c) => partOf(c) !== part))));
		for (const row of rows) if (partOf(firstOf(row.clusters)) === part) scores.set(row, scoreOf(row, fitted));
	}
	return scores;
}

const shown = (tally: Tally): string => {
	const { precision, recall, f1 } = figuresOf(tally);
	return [precision, recall, f1].map((x) => (x ?? 0).toFixed(4)).join(' ');
};

function report(name: string, rows: readonly JudgedRow[], score: (row: JudgedRow) => number): void {
	const judged = rows.map((row) => ({ score: score(row), same: row.same }));
	const real = rows.filter((r) => r.same).length;
	const best = bestCutoff(judged, real);
	console.log(
		name.padEnd(26),
		shown(tallyAt(judged, real, MERGE_AT)),
		'| best',
		best?.cutoff.toFixed(2),
		best === null ? '' : shown(best.tally),
	);
}

/** How the pairs of the gold file are judged, those among them that are known to fail too; a doubtful one has two rows and counts once. */
function reportGold(name: string, score: (row: JudgedRow) => number): void {
	const pairs = new Map(all.flatMap((row) => (row.gold === undefined ? [] : [[row.gold, verdictAt(score(row))] as const])));
	const wrong = [...pairs].filter(([gold, judged]) => !agrees(gold.verdict, judged));
	const joined = wrong.filter(([gold, judged]) => gold.verdict !== 'same' && judged === 'same').length;
	const missed = wrong.filter(([gold]) => gold.verdict === 'same').length;
	console.log(
		`gold ${name}: ${pairs.size} pairs, ${wrong.length} judged wrong, of them ${joined} joined and ${missed} the same but not joined`,
	);
}

function write(fitted: Fitted): void {
	const strategies = byStrategy((name) => {
		const weights: Record<string, Record<string, number>> = {};
		let bias = 0;
		for (const [place, column] of COLUMNS[name].entries()) {
			const value = Math.round((fitted[name][place] as number) * 100) / 100 || 0;
			const [feature = '', level] = column.split(':');
			if (level === undefined) bias = value;
			else weights[feature] = { ...weights[feature], [level]: value };
		}
		return { bias, weights };
	});
	const file = new URL('../src/matching/weights.json', import.meta.url);
	writeFileSync(file, `${JSON.stringify({ rules: RULES_VERSION, strategies }, null, '\t')}\n`);
}

const [folder, ...generated] = process.argv.slice(2).filter((arg) => !arg.startsWith('--'));
if (folder === undefined) {
	console.error('usage: node scripts/fit-weights.ts LABELLED_DIR [GENERATED_DIR ...] [--dry-run]');
	process.exit(2);
}
const sets = [
	...['goldfinch', 'swissbib', 'vi_silver'].map((set) => labelledRows(folder, set)),
	melindaRows(folder),
	goldRows(),
	...generated.map(generatedRows),
];
for (const rows of sets) {
	const free = rows.filter((r) => !r.conflict);
	for (const row of free) row.weight = (SET_WEIGHTS[row.set] ?? GENERATED_WEIGHT) / free.length;
}
const all = sets.flat();
const fitted = fitWithGold(all);
const held = crossValidated(all);
console.log('set                        P R F1 at the merge threshold | best cut-off P R F1');
for (const rows of sets) {
	const given = rows.filter((r) => r.given);
	const set = rows[0]?.set ?? '';
	if (set === 'gold') continue;
	report(`${set} as fitted`, given, (row) => scoreOf(row, fitted));
	report(`${set} cross-validated`, given, (row) => held.get(row) as number);
}
reportGold('as fitted', (row) => scoreOf(row, fitted));
reportGold('cross-validated', (row) => held.get(row) as number);
const wrong = all.filter((row) => !holds(row, scoreOf(row, fitted)));
for (const { gold } of wrong) console.log(`  judged wrong as fitted: ${gold?.at} ${gold?.verdict}`);
if (!process.argv.includes('--dry-run')) write(fitted);
