import { MARK } from '../tsvector.ts';
import { eachLexeme } from './copy-reader.ts';
import { Lexicon } from './lexicon.ts';
import { PostingLists } from './posting-lists.ts';
import { grownTo } from './typed-arrays.ts';
import { WordReader } from './word-reader.ts';

/** Flags of a place: its weight (0 to 3 for D to A), and whether an edge of its value stands before and after it. */
export const WEIGHT_MASK = 3;
export const OPENS = 4;
export const CLOSES = 8;

const EDGE = MARK.edge.charCodeAt(0);
const POSITION = 0x3fff;

/** The words of rows, each with the rows that have it and its places there. */
export class WordLists {
	readonly lexicon = new Lexicon();
	readonly #lists = new PostingLists();
	readonly read = new WordReader(this.#lists);
	/** One more than the last row. */
	rows = 0;
	/** Of one row, while it is written. */
	readonly #edges = new Uint8Array(POSITION + 3);
	#placed = new Uint32Array(1024);

	get bytes(): number {
		return this.lexicon.bytes + this.#lists.bytes;
	}

	/** Adds a row, which comes after all others, with the words of a tsvector (tsvectorsend). */
	write(row: number, vector: Buffer): void {
		this.rows = row + 1;
		const edges = this.#edges;
		const markEdges = (mark: (position: number) => number): void =>
			eachLexeme(vector, (from, to, positions, count) => {
				if (to - from !== 1 || vector[from] !== EDGE) return;
				for (let i = 0; i < count; i++) {
					const position = vector.readUInt16BE(positions + 2 * i);
					edges[(position & POSITION) + 1] = mark(position);
				}
			});
		markEdges((position) => (position >> 14) + 1);
		eachLexeme(vector, (from, to, positions, count) => {
			if (to - from === 1 && vector[from] === EDGE) return;
			if (count > this.#placed.length) this.#placed = grownTo(this.#placed, count);
			for (let i = 0; i < count; i++) {
				const position = vector.readUInt16BE(positions + 2 * i);
				const at = (position & POSITION) + 1;
				const weight = position >> 14;
				const opens = edges[at - 1] === weight + 1 ? OPENS : 0;
				const closes = edges[at + 1] === weight + 1 ? CLOSES : 0;
				this.#placed[i] = ((position & POSITION) << 4) | weight | opens | closes;
			}
			this.#lists.add(this.lexicon.add(vector, from, to), row, this.#placed, 0, count);
		});
		markEdges(() => 0);
	}
}
