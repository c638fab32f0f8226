/** Rows of COPY in binary (PostgreSQL manual, "COPY", Binary Format), from pieces cut anywhere. */
export class CopyReader {
	#rest: Buffer = Buffer.alloc(0);
	#begun = false;

	/** The rows that are whole with this piece, each as its columns; null where a column is. They are parts of the piece and not to be kept. */
	*rows(piece: Buffer): Generator<(Buffer | null)[]> {
		const bytes = this.#rest.length === 0 ? piece : Buffer.concat([this.#rest, piece]);
		let at = 0;
		if (!this.#begun) {
			// signature, flags, length of an extension
			if (bytes.length < 19 || bytes.length < 19 + bytes.readInt32BE(15)) {
				this.#rest = bytes;
				return;
			}
			at = 19 + bytes.readInt32BE(15);
			this.#begun = true;
		}
		for (;;) {
			const row = readRow(bytes, at);
			if (row === null) break;
			yield row.columns;
			at = row.end;
		}
		this.#rest = bytes.subarray(at);
	}
}

/** A row at a place; null when not all of it is there, or the rows have ended. */
function readRow(bytes: Buffer, from: number): { readonly columns: (Buffer | null)[]; readonly end: number } | null {
	if (from + 2 > bytes.length) return null;
	const count = bytes.readInt16BE(from);
	if (count < 0) return null;
	const columns: (Buffer | null)[] = [];
	let at = from + 2;
	for (let i = 0; i < count; i++) {
		if (at + 4 > bytes.length) return null;
		const length = bytes.readInt32BE(at);
		at += 4;
		if (length < 0) {
			columns.push(null);
			continue;
		}
		if (at + length > bytes.length) return null;
		columns.push(bytes.subarray(at, at + length));
		at += length;
	}
	return { columns, end: at };
}

/** A bigint of at most 53 bits. */
export const readNumber = (bytes: Buffer, at: number): number => bytes.readInt32BE(at) * 0x1_0000_0000 + bytes.readUInt32BE(at + 4);

/** Calls back with each element of a bigint[] of one dimension (array_send). */
export function eachNumber(array: Buffer, each: (value: number) => void): void {
	if (array.readInt32BE(0) === 0) return;
	const count = array.readInt32BE(12);
	for (let i = 0, at = 20; i < count; i++, at += 12) each(readNumber(array, at + 4));
}

/** Calls back with where each lexeme of a tsvector begins and ends, where its positions begin and how many there are (tsvectorsend). */
export function eachLexeme(vector: Buffer, each: (from: number, to: number, positions: number, count: number) => void): void {
	const lexemes = vector.readInt32BE(0);
	let at = 4;
	for (let i = 0; i < lexemes; i++) {
		const from = at;
		while (vector[at] !== 0) at++;
		const count = vector.readUInt16BE(at + 1);
		each(from, at, at + 3, count);
		at += 3 + 2 * count;
	}
}
