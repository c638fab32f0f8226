import { FACET_BITS, facetNumber } from '../facets.ts';
import { eachLexeme, eachNumber, readNumber } from './copy-reader.ts';
import { Lexicon } from './lexicon.ts';
import { NumberTable } from './number-table.ts';
import { PostingLists } from './posting-lists.ts';
import { setBit } from './row-sets.ts';
import { grownTo } from './typed-arrays.ts';
import { WordLists } from './word-lists.ts';

/** Columns of search_document as `write` takes them, in this order. */
export const COLUMNS = 'id, held, year, tsv, exact, facets';

/** Rows of documents that changed since: with more than as many as there are documents, the index is read again. */
const DEAD_MIN = 20_000;
const FACET_UNIT = 2 ** FACET_BITS;
/** Titles are named like values, but not counted. */
const TITLE = facetNumber('title');

/**
 * The search documents of Postgres in memory, as columns of numbers and lists of records for each word and value. Each document is a row; one that
 * changes becomes a row at the end, and its old row is dead. Nothing here waits: it is filled from rows of search_document and read.
 */
export class MemoryIndex {
	readonly words = new WordLists();
	readonly marked = new Lexicon();
	readonly markedRows = new PostingLists();
	readonly values = new NumberTable();
	readonly valueRows = new PostingLists();
	/** Number of the facet of each value. */
	valueFacets = new Uint8Array(1024);
	readonly #documents = new NumberTable();
	/** Row + 1 of each document; 0 when it is gone. */
	#rowOf = new Uint32Array(1024);
	ids = new Float64Array(1024);
	held = new Uint16Array(1024);
	years = new Int16Array(1024);
	/** Values of each row: those of row n end where those of row n + 1 begin. */
	starts = new Uint32Array(1024);
	rowValues = new Uint32Array(8192);
	/** A bit for each row that is not dead. */
	live = new Uint8Array(128);
	rows = 0;
	dead = 0;

	get bytes(): number {
		const { words, marked, markedRows, values, valueRows } = this;
		return (
			words.bytes +
			marked.bytes +
			markedRows.bytes +
			values.bytes +
			valueRows.bytes +
			this.#documents.bytes +
			(this.#rowOf.length + this.starts.length + this.rowValues.length) * 4 +
			this.ids.length * 12
		);
	}

	/** Whether so much of it is dead that it is better read again. */
	get isWorn(): boolean {
		return this.dead > Math.max(DEAD_MIN, this.rows / 2);
	}

	/** The row of a document; -1 when there is none. */
	row(id: number): number {
		const document = this.#documents.find(id);
		return document < 0 ? -1 : (this.#rowOf[document] as number) - 1;
	}

	/** Takes a row of search_document, COLUMNS as COPY writes them; without words it is a document that is gone. */
	write(columns: readonly (Buffer | null)[]): void {
		const [id, held, year, vector, exact, values] = columns;
		if (id == null || held == null || year == null) throw new Error('a search document has an id, libraries and a year');
		const number = readNumber(id, 0);
		this.#remove(number);
		if (vector == null) return;
		const row = this.rows++;
		this.#room();
		const document = this.#documents.add(number);
		this.#rowOf = grownTo(this.#rowOf, document + 1);
		this.#rowOf[document] = row + 1;
		this.ids[row] = number;
		this.held[row] = held.readInt16BE(0);
		this.years[row] = year.readInt16BE(0);
		setBit(this.live, row);
		this.words.write(row, vector);
		if (exact != null) eachLexeme(exact, (from, to) => this.markedRows.addRow(this.marked.add(exact, from, to), row));
		this.#writeValues(row, values ?? null);
	}

	#remove(id: number): void {
		const document = this.#documents.find(id);
		const row = document < 0 ? -1 : (this.#rowOf[document] as number) - 1;
		if (row < 0) return;
		this.#rowOf[document] = 0;
		this.live[row >> 3] = (this.live[row >> 3] as number) & ~(1 << (row & 7));
		this.dead++;
	}

	#room(): void {
		this.ids = grownTo(this.ids, this.rows);
		this.held = grownTo(this.held, this.rows);
		this.years = grownTo(this.years, this.rows);
		this.starts = grownTo(this.starts, this.rows + 1);
		this.live = grownTo(this.live, (this.rows + 7) >> 3);
	}

	#writeValues(row: number, values: Buffer | null): void {
		let end = this.starts[row] as number;
		if (values !== null)
			eachNumber(values, (key) => {
				const facet = Math.floor(key / FACET_UNIT);
				if (facet === TITLE) return;
				const code = this.values.add(key);
				this.valueFacets = grownTo(this.valueFacets, code + 1);
				this.valueFacets[code] = facet;
				this.valueRows.addRow(code, row);
				this.rowValues = grownTo(this.rowValues, end + 1);
				this.rowValues[end++] = code;
			});
		this.starts[row + 1] = end;
	}
}
