/** One judged pair: the columns that are 1, whether the two are the same, and how much it counts. */
export interface Row {
	readonly columns: Int32Array;
	readonly same: boolean;
	readonly weight: number;
}

const logistic = (x: number): number => 1 / (1 + Math.exp(-x));

export function sumOf(row: Pick<Row, 'columns'>, beta: Float64Array): number {
	let sum = 0;
	for (const column of row.columns) sum += beta[column] as number;
	return sum;
}

/** Solves `matrix` x = `right` for a symmetric positive definite matrix, given by rows, in place (Cholesky). */
function solve(matrix: Float64Array[], right: Float64Array): Float64Array {
	const n = right.length;
	const at = (i: number, j: number): number => (matrix[i] as Float64Array)[j] as number;
	for (let i = 0; i < n; i++) {
		for (let j = 0; j <= i; j++) {
			let sum = at(i, j);
			for (let k = 0; k < j; k++) sum -= at(i, k) * at(j, k);
			(matrix[i] as Float64Array)[j] = i === j ? Math.sqrt(sum) : sum / at(j, j);
		}
	}
	const x = Float64Array.from(right);
	for (let i = 0; i < n; i++) {
		for (let k = 0; k < i; k++) x[i] = (x[i] as number) - at(i, k) * (x[k] as number);
		x[i] = (x[i] as number) / at(i, i);
	}
	for (let i = n - 1; i >= 0; i--) {
		for (let k = i + 1; k < n; k++) x[i] = (x[i] as number) - at(k, i) * (x[k] as number);
		x[i] = (x[i] as number) / at(i, i);
	}
	return x;
}

/** How unlikely the rows and the distance from the prior are: what a fit makes least. */
function cost(rows: readonly Row[], prior: Float64Array, pull: Float64Array, beta: Float64Array): number {
	let sum = 0;
	for (const [i, b] of beta.entries()) sum += ((pull[i] as number) * (b - (prior[i] as number)) ** 2) / 2;
	for (const row of rows) {
		const odds = row.same ? sumOf(row, beta) : -sumOf(row, beta);
		sum += row.weight * (odds > 0 ? Math.log1p(Math.exp(-odds)) : Math.log1p(Math.exp(odds)) - odds);
	}
	return sum;
}

interface Curve {
	readonly slope: Float64Array;
	readonly curve: Float64Array[];
}

function curveAt(rows: readonly Row[], prior: Float64Array, pull: Float64Array, beta: Float64Array): Curve {
	const slope = beta.map((b, i) => (pull[i] as number) * ((prior[i] as number) - b));
	const curve = Array.from(beta, (_, i) => {
		const line = new Float64Array(beta.length);
		line[i] = pull[i] as number;
		return line;
	});
	for (const row of rows) {
		const p = logistic(sumOf(row, beta));
		const error = row.weight * ((row.same ? 1 : 0) - p);
		const bend = row.weight * p * (1 - p);
		for (const i of row.columns) {
			slope[i] = (slope[i] as number) + error;
			const line = curve[i] as Float64Array;
			for (const j of row.columns) line[j] = (line[j] as number) + bend;
		}
	}
	return { slope, curve };
}

const STEPS_MAX = 30;
const CLOSE = 1e-4;

/**
 * Logistic regression by Newton's method with halved steps: the weights that make the rows likeliest, each drawn towards its prior by
 * `pull` (the precision of a normal distribution about it). `start` is where the search begins: the same end is reached sooner from near.
 */
export function regress(rows: readonly Row[], prior: Float64Array, pull: Float64Array, start = prior): Float64Array {
	let beta = Float64Array.from(start);
	let now = cost(rows, prior, pull, beta);
	for (let step = 0; step < STEPS_MAX; step++) {
		const { slope, curve } = curveAt(rows, prior, pull, beta);
		const change = solve(curve, slope);
		let size = 1;
		let next = beta;
		let after = Number.POSITIVE_INFINITY;
		while (size > 1e-4) {
			next = beta.map((b, i) => b + size * (change[i] as number));
			after = cost(rows, prior, pull, next);
			if (after < now) break;
			size /= 2;
		}
		if (after >= now) break;
		beta = next;
		if (now - after < CLOSE) break;
		now = after;
	}
	return beta;
}
