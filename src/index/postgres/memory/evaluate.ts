import type { Facet } from '../../engine.ts';
import type { Filters } from '../../filters.ts';
import { facetKey } from '../facets.ts';
import type { Clause, Match } from '../translate.ts';
import type { MemoryIndex } from './memory-index.ts';
import { difference, distinct, intersection, NO_ROWS, type Rows, rowsOf, unionOf, within } from './row-sets.ts';
import { Asking, codesOf, maskRows, sequenceRows } from './sequence.ts';

/** The rows of the documents that match a condition and have one of the values of each filter. */
export function hitsOf(index: MemoryIndex, match: Match, filters: Filters): Rows {
	if (match === 'none') return NO_ROWS;
	const parts: Clause[] = match === 'all' ? [] : [match];
	for (const [facet, values] of Object.entries(filters) as [Facet, readonly string[]][])
		if (values.length > 0) parts.push({ op: 'or', of: values.map((value) => ({ facet, value })) });
	if (parts.length === 0) return rowsOf(index.live, index.rows);
	const rows = evaluate(index, new Asking(index.words, null), parts.length === 1 ? (parts[0] as Clause) : { op: 'and', of: parts });
	return index.dead === 0 ? rows : within(rows, index.live);
}

/** The rows, dead ones too, that match a clause, at least those of them that matter. */
export function evaluate(index: MemoryIndex, asking: Asking, clause: Clause): Rows {
	if ('words' in clause) return sequenceRows(asking, clause.words);
	if ('mask' in clause) return maskRows(asking, clause.mask);
	if ('years' in clause) return yearRows(index, clause.years);
	if ('facet' in clause) {
		const code = index.values.find(facetKey(clause.facet, clause.value));
		return code < 0 ? NO_ROWS : index.valueRows.rowsOnly(code);
	}
	if ('records' in clause) {
		const rows = clause.records.map((id) => index.row(id)).filter((row) => row >= 0);
		return distinct(Uint32Array.from(rows).sort());
	}
	if (clause.op === 'not') return difference(allRows(index), evaluate(index, asking, clause.of));
	const { of } = clause;
	if (clause.op === 'or')
		return unionOf(
			of.map((one) => evaluate(index, asking, one)),
			index.rows,
		);
	// what is not to be there is taken away from what is
	const asked = of.filter((one) => !isNot(one)).map((one) => evaluate(index, asking, one));
	asked.sort((a, b) => a.length - b.length);
	let rows = asked.length === 0 ? allRows(index) : asked.reduce(intersection);
	for (const one of of) if (isNot(one)) rows = difference(rows, evaluate(index, asking, one.of));
	return rows;
}

/** The rows whose words with marks match a clause of single words. */
export function rowsWithMarks(index: MemoryIndex, clause: Clause): Rows {
	if ('words' in clause) {
		const [lexeme] = clause.words.lexemes;
		const codes = lexeme === undefined ? [] : codesOf(index.marked, lexeme);
		return unionOf(
			codes.map((code) => index.markedRows.rowsOnly(code)),
			index.rows,
		);
	}
	if (!('op' in clause) || clause.op === 'not') throw new Error('words with marks are joined by and and or alone');
	const rows = clause.of.map((one) => rowsWithMarks(index, one));
	return clause.op === 'and' ? rows.reduce(intersection) : unionOf(rows, index.rows);
}

const isNot = (clause: Clause): clause is Extract<Clause, { op: 'not' }> => 'op' in clause && clause.op === 'not';

function allRows(index: MemoryIndex): Rows {
	const rows = new Uint32Array(index.rows);
	for (let row = 0; row < rows.length; row++) rows[row] = row;
	return rows;
}

/** Year 0 stands for none. */
function yearRows({ years, rows }: MemoryIndex, [from, to]: readonly [number | null, number | null]): Rows {
	const first = Math.max(1, from ?? 1);
	const last = to ?? Number.POSITIVE_INFINITY;
	const found = new Uint32Array(rows);
	let size = 0;
	for (let row = 0; row < rows; row++) {
		const year = years[row] as number;
		if (year >= first && year <= last) found[size++] = row;
	}
	return found.subarray(0, size);
}
