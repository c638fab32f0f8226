import { LIMITS } from '../../lib/limits.ts';
import { Stop } from '../xml-record.ts';
import { cellText, TextCollector } from './cell-text.ts';
import { type NumberFormat, shownNumber } from './number-formats.ts';
import type { PartHandler } from './part-reader.ts';
import type { SharedStrings } from './shared-strings.ts';

/** A row of a sheet that is not empty: its number, from 1, and its cells as they are shown, up to the last that has something in it. */
export interface SheetRow {
	readonly number: number;
	readonly cells: string[];
}

/** What the cells of a sheet refer to. */
export interface SheetContext {
	readonly strings: SharedStrings;
	/** By number of the style. */
	readonly formats: readonly (NumberFormat | null)[];
	readonly from1904: boolean;
}

/** As many as Excel has. */
const ROWS_MAX = 1_048_576;
const CELLS_MAX = 16_384;

/** The number of a column, from 0, by its letters. */
export function columnNumber(letters: string): number {
	let number = 0;
	for (let i = 0; i < letters.length; i++) number = number * 26 + letters.charCodeAt(i) - 64;
	return number - 1;
}

/** Reads the rows of xl/worksheets/sheetN.xml. Rows and cells that do not say where they are follow those before them. Throws Stop. */
export class SheetRows implements PartHandler {
	readonly #context: SheetContext;
	readonly #collector = new TextCollector();
	#rows: SheetRow[] = [];
	#number = 0;
	#cells: string[] | null = null;
	#column = 0;
	#type: string | null = null;
	#style = 0;
	#value = '';
	#inValue = false;

	constructor(context: SheetContext) {
		this.#context = context;
	}

	/** The rows that were read since this was asked last. */
	take(): SheetRow[] {
		const rows = this.#rows;
		this.#rows = [];
		return rows;
	}

	open(name: string, attributes: Readonly<Record<string, string>>): void {
		if (name === 'row') this.#openRow(attributes['r']);
		else if (this.#cells === null) return;
		else if (name === 'c') this.#openCell(attributes);
		else if (name === 'v') this.#inValue = true;
		else this.#collector.open(name);
	}

	text(text: string): void {
		if (this.#inValue) this.#value += text;
		else if (this.#type === 'inlineStr') this.#collector.add(text);
	}

	close(name: string): void {
		const cells = this.#cells;
		if (cells === null) return;
		if (name === 'row') {
			while (cells.at(-1) === '') cells.pop();
			if (cells.length > 0) this.#rows.push({ number: this.#number, cells });
			this.#cells = null;
		} else if (name === 'c') {
			const shown = this.#shown();
			if (shown !== '') {
				while (cells.length < this.#column) cells.push('');
				cells[this.#column] = shown;
			}
			this.#column++;
			this.#type = null;
		} else if (name === 'v') this.#inValue = false;
		else this.#collector.close(name);
	}

	#openRow(stated: string | undefined): void {
		const number = stated === undefined ? this.#number + 1 : Number(stated);
		if (!Number.isInteger(number) || number <= this.#number || number > ROWS_MAX)
			throw new Stop('sheet-order', `row ${stated} stands behind row ${this.#number}`);
		this.#number = number;
		this.#cells = [];
		this.#column = 0;
	}

	#openCell(attributes: Readonly<Record<string, string>>): void {
		const letters = /^([A-Z]{1,3})\d+$/.exec(attributes['r'] ?? '')?.[1];
		if (letters !== undefined) this.#column = columnNumber(letters);
		if (this.#column >= CELLS_MAX) throw new Stop('sheet-order', `row ${this.#number} has more than ${CELLS_MAX} cells`);
		this.#type = attributes['t'] ?? 'n';
		this.#style = Number(attributes['s'] ?? 0);
		this.#value = '';
		this.#collector.begin();
	}

	#shown(): string {
		const { strings, formats, from1904 } = this.#context;
		switch (this.#type) {
			case 's':
				return this.#value === '' ? '' : strings.at(Number(this.#value));
			case 'inlineStr':
				return this.#collector.text;
			case 'str':
				return cellText(this.#value);
			case 'e':
				return '';
			case 'b':
				return this.#value.trim() === '1' ? 'true' : 'false';
			case 'd':
				return this.#value.slice(0, 10);
			default:
				return shownNumber(this.#value, formats[this.#style] ?? null, from1904).slice(0, LIMITS.cellLettersMax);
		}
	}
}
