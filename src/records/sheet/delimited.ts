import { LIMITS } from '../../lib/limits.ts';

export const DELIMITERS = ['\t', ';', ',', '|'] as const;
export type Delimiter = (typeof DELIMITERS)[number];

/** A row of a table as it stands in its file. */
export interface TextRow {
	/** Without its line end. */
	readonly text: string;
	/** Number of the line it begins in, from 1. */
	readonly line: number;
	/** Why it can not be cut into cells; `text` is then the beginning of it. */
	readonly broken?: 'too-long' | 'quote-open';
}

/** What stands between rows that are kept together. */
export const ROW_END = '\n';

const QUOTE = 0x22;
const LF = 0x0a;
const CR = 0x0d;

/**
 * Cuts a table into rows, fed piece by piece. A quoted cell (RFC 4180 section 2) may hold line ends; a quotation mark inside a cell that does
 * not begin with one is a letter. Rows are kept as they came, one that does not end within LIMITS.rowLettersMax costs only its first line.
 */
export class RowSplitter {
	readonly #delimiter: number;
	#held = '';
	/** Where in #held to go on. */
	#at = 0;
	#line = 1;
	/** Line ends in the row that is held. */
	#breaks = 0;
	#cellStart = true;
	#quoted = false;
	/** The rest of a line that was given up is still to come. */
	#skipping = false;

	constructor(delimiter: Delimiter) {
		this.#delimiter = delimiter.charCodeAt(0);
	}

	feed(text: string): TextRow[] {
		this.#held += text;
		return this.#rows(false);
	}

	end(): TextRow[] {
		const rows = this.#rows(true);
		while (this.#held !== '') {
			if (this.#quoted) rows.push(this.#giveUp('quote-open'), ...this.#rows(true));
			else {
				rows.push({ text: this.#held, line: this.#line });
				this.#held = '';
			}
		}
		return rows;
	}

	/** The first line of what is held, as a row that cannot be read; what follows it is looked at afresh. */
	#giveUp(broken: 'too-long' | 'quote-open'): TextRow {
		const found = this.#held.search(/[\r\n]/);
		const end = found < 0 ? this.#held.length : found;
		const row: TextRow = { text: this.#held.slice(0, Math.min(end, LIMITS.rowLettersMax)), line: this.#line, broken };
		this.#held = this.#held.slice(end);
		this.#restart();
		this.#skipping = true;
		return row;
	}

	#restart(): void {
		this.#at = 0;
		this.#breaks = 0;
		this.#cellStart = true;
		this.#quoted = false;
	}

	/** Drops the rest of a line that was given up; false when its end has not come yet. */
	#skip(last: boolean): boolean {
		const end = this.#held.search(/[\r\n]/);
		const cutInTwo = end >= 0 && this.#held[end] === '\r' && end + 1 === this.#held.length && !last;
		if (end < 0 || cutInTwo) {
			this.#held = cutInTwo ? '\r' : '';
			return false;
		}
		this.#held = this.#held.slice(end + (this.#held.startsWith('\r\n', end) ? 2 : 1));
		this.#line++;
		this.#skipping = false;
		return true;
	}

	#rows(last: boolean): TextRow[] {
		const rows: TextRow[] = [];
		for (;;) {
			if (this.#skipping && !this.#skip(last)) return rows;
			const length = this.#scan(rows, last);
			if (length <= LIMITS.rowLettersMax) return rows;
			rows.push(this.#giveUp('too-long'));
		}
	}

	/** Cuts off the rows that are whole; gives the length looked at of the one that is not, more than the limit when it is too long. */
	#scan(rows: TextRow[], last: boolean): number {
		const text = this.#held;
		let from = 0;
		let i = this.#at;
		for (; i < text.length && i - from <= LIMITS.rowLettersMax; i++) {
			const code = text.charCodeAt(i);
			// what a quotation mark or CR means shows only with the next letter
			if ((code === QUOTE || code === CR) && i + 1 >= text.length && !last) break;
			const next = text.charCodeAt(i + 1);
			if (this.#quoted) {
				if (code === LF || (code === CR && next !== LF)) this.#breaks++;
				else if (code === QUOTE && next === QUOTE) i++;
				else if (code === QUOTE) this.#quoted = false;
			} else if (code === LF || code === CR) {
				rows.push({ text: text.slice(from, i), line: this.#line });
				if (code === CR && next === LF) i++;
				from = i + 1;
				this.#line += this.#breaks + 1;
				this.#breaks = 0;
				this.#cellStart = true;
			} else if (code === QUOTE && this.#cellStart) {
				this.#quoted = true;
				this.#cellStart = false;
			} else this.#cellStart = code === this.#delimiter || (this.#cellStart && code === 0x20);
		}
		this.#held = text.slice(from);
		this.#at = i - from;
		return this.#at;
	}
}

/** The cells of a row: quotation marks around a cell taken off, two of them inside it made one. */
export function cellsOf(row: string, delimiter: Delimiter): string[] {
	if (!row.includes('"')) return row.split(delimiter);
	const cells: string[] = [];
	for (let at = 0; at <= row.length; ) {
		const quote = /^ *"/.exec(row.slice(at, at + 64));
		if (quote === null) {
			const end = row.indexOf(delimiter, at);
			cells.push(row.slice(at, end < 0 ? row.length : end));
			at = end < 0 ? row.length + 1 : end + 1;
			continue;
		}
		let cell = '';
		let i = at + quote[0].length;
		for (; i < row.length; i++) {
			const next = row.indexOf('"', i);
			const end = next < 0 ? row.length : next;
			cell += row.slice(i, end);
			i = end;
			if (row[i + 1] !== '"') break;
			cell += '"';
			i++;
		}
		// what stands between the mark and the next delimiter belongs to the cell
		const end = row.indexOf(delimiter, i + 1);
		cell += row.slice(i + 1, end < 0 ? row.length : end).trimEnd();
		cells.push(cell);
		at = end < 0 ? row.length + 1 : end + 1;
	}
	return cells;
}

const MUST_QUOTE = /["\r\n\t;,|]|^\s|\s$/;

/** A row of these cells. */
export const rowOf = (cells: readonly string[], delimiter: Delimiter): string =>
	cells.map((cell) => (MUST_QUOTE.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(delimiter);
