import { LIMITS } from '../../lib/limits.ts';
import type { SheetField } from './fields.ts';
import { barcodesOf, type SheetRow } from './to-marc.ts';

/** What tells one copy of a title from another; in all else that is read the rows of a title agree. */
const OF_THE_COPY: ReadonlySet<string> = new Set<SheetField>(['barcode', 'location', 'call-number', 'price', 'copies']);

/** The texts of a row by field. */
export function gathered(cells: readonly string[], columns: readonly SheetField[]): SheetRow {
	const row = new Map<SheetField, string[]>();
	for (const [i, column] of columns.entries()) {
		const value = (cells[i] ?? '').trim();
		if (column === 'ignore' || value === '') continue;
		const values = row.get(column);
		if (values === undefined) row.set(column, [value]);
		else values.push(value);
	}
	return row;
}

const written = (entries: readonly (readonly [SheetField, readonly string[]])[]): string =>
	entries.map(([name, values]) => `${name}\u001f${values.join('\u001f')}`).join('\u001e');

/** What was read of a row in one form, whatever the order of the columns, and of it what all copies of the title have. */
export function contentOf(row: SheetRow): { readonly content: string; readonly title: string } {
	const entries = [...row].sort(([a], [b]) => (a < b ? -1 : 1));
	return { content: written(entries), title: written(entries.filter(([name]) => !OF_THE_COPY.has(name))) };
}

/** Text that sorts as the number of a copy does: runs of digits by value, so that a copy that is added later comes later. */
const sortable = (code: string): string =>
	code.replace(/\d+/g, (digits) => {
		const value = digits.replace(/^0+(?=.)/, '');
		return `${String(value.length).padStart(5, '0')}${value}`;
	});

/** The order of the numbers of copies: `TK.9` before `TK.10`. */
export function compareBarcodes(a: string, b: string): number {
	if (a === b) return 0;
	const [left, right] = [sortable(a), sortable(b)];
	if (left !== right) return left < right ? -1 : 1;
	return a < b ? -1 : 1;
}

/** The smallest of the numbers of these copies; '' when they have none. */
export const firstBarcode = (rows: readonly SheetRow[]): string =>
	rows.flatMap(barcodesOf).reduce((least, code) => (least === '' || compareBarcodes(code, least) < 0 ? code : least), '');

/** A row that may be one copy of a title. */
export interface CopyRow {
	/** As in contentOf; null for a row that stands alone: it has no number of a copy, or cannot be read. */
	readonly title: string | null;
	readonly text: string;
}

/** Gathers rows that follow each other and are copies of one title, within LIMITS.titleRowsMax and LIMITS.titleLettersMax. */
export class CopyGatherer<Row extends CopyRow> {
	#rows: Row[] = [];
	#letters = 0;

	/** What is whole now. A row that stands alone passes those that wait, so that a mistake in one copy does not part the others. */
	add(row: Row): Row[][] {
		if (row.title === null) return [[row]];
		const whole = this.#takes(row) ? [] : this.end();
		this.#rows.push(row);
		this.#letters += row.text.length;
		return whole;
	}

	/** The rows that wait for more of their title. */
	end(): Row[][] {
		const rows = this.#rows;
		this.#rows = [];
		this.#letters = 0;
		return rows.length === 0 ? [] : [rows];
	}

	#takes({ title, text }: Row): boolean {
		const [first] = this.#rows;
		return first?.title === title && this.#rows.length < LIMITS.titleRowsMax && this.#letters + text.length <= LIMITS.titleLettersMax;
	}
}
