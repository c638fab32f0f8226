import { columnNumber } from './sheet-rows.ts';

interface Range {
	readonly column: number;
	readonly from: number;
	readonly to: number;
}

const END_OF_ROWS = /<(?:\/(?:[\w.-]+:)?sheetData\s*|(?:[\w.-]+:)?sheetData\s*\/)>/;
const MERGED = /<(?:[\w.-]+:)?mergeCell\s[^<>]*?\bref\s*=\s*["']\$?([A-Z]{1,3})\$?(\d{1,7}):\$?[A-Z]{1,3}\$?(\d{1,7})["']/g;
/** Longer than any tag that is looked for. */
const TAG_MAX = 500;
const SHEET_END = /<\/(?:[\w.-]+:)?worksheet\s*>\s*$/;

/** Finds the cells that are merged with those below them in the XML of a sheet, which names them behind its rows, given piece by piece. */
export class MergedCells {
	readonly #ranges: Range[] = [];
	#behindRows = false;
	#held = '';

	feed(bytes: Uint8Array): void {
		this.#held += Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
		if (!this.#behindRows && this.#held.includes('sheetData')) {
			const end = END_OF_ROWS.exec(this.#held);
			if (end !== null) {
				this.#behindRows = true;
				this.#held = this.#held.slice(end.index + end[0].length);
			}
		}
		let done = 0;
		if (this.#behindRows) {
			for (const found of this.#held.matchAll(MERGED)) {
				const [whole, column = '', from = '', to = ''] = found;
				if (Number(to) > Number(from)) this.#ranges.push({ column: columnNumber(column), from: Number(from), to: Number(to) });
				done = found.index + whole.length;
			}
		}
		this.#held = this.#held.slice(Math.max(done, this.#held.length - TAG_MAX));
	}

	get count(): number {
		return this.#ranges.length;
	}

	/** Whether what was fed ends as a sheet does. */
	get isWhole(): boolean {
		return SHEET_END.test(this.#held);
	}

	/** Gives the rows of the sheet, one after another, what stands in the merged cells that reach into them. */
	filler(): (row: number, cells: string[]) => void {
		const coming = this.#ranges.toSorted((a, b) => b.from - a.from);
		let open: { readonly range: Range; readonly text: string }[] = [];
		return (row, cells) => {
			if (coming.length === 0 && open.length === 0) return;
			open = open.filter(({ range }) => range.to >= row);
			for (const { range, text } of open) {
				while (cells.length < range.column) cells.push('');
				cells[range.column] ||= text;
			}
			for (let next = coming.at(-1); next !== undefined && next.from <= row; next = coming.at(-1)) {
				coming.pop();
				const text = next.from === row ? (cells[next.column] ?? '') : '';
				if (text !== '') open.push({ range: next, text });
			}
		};
	}
}
