/**
 * Rows in PostgreSQL's binary COPY format (PostgreSQL manual, "COPY", Binary Format). Pure: it fills a buffer; whoever owns a
 * connection sends it. Call `row(columns)` and then one method for each column, in the order of the COPY statement.
 */
const SIGNATURE = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
const POSTGRES_EPOCH_MS = Date.UTC(2000, 0, 1);
const INT8_OID = 20;

export class CopyBinary {
	#bytes: Buffer;
	#length = SIGNATURE.length;
	rows = 0;

	constructor(sizeHint = 65_536) {
		this.#bytes = Buffer.allocUnsafeSlow(Math.max(sizeHint, 1024));
		SIGNATURE.copy(this.#bytes);
	}

	#room(more: number): void {
		if (this.#length + more <= this.#bytes.length) return;
		const grown = Buffer.allocUnsafeSlow(Math.max(this.#bytes.length * 2, this.#length + more));
		this.#bytes.copy(grown, 0, 0, this.#length);
		this.#bytes = grown;
	}

	row(columns: number): this {
		this.#room(2);
		this.#length = this.#bytes.writeInt16BE(columns, this.#length);
		this.rows++;
		return this;
	}

	null(): this {
		this.#room(4);
		this.#length = this.#bytes.writeInt32BE(-1, this.#length);
		return this;
	}

	bool(value: boolean): this {
		this.#room(5);
		this.#length = this.#bytes.writeInt32BE(1, this.#length);
		this.#bytes[this.#length++] = value ? 1 : 0;
		return this;
	}

	int2(value: number): this {
		this.#room(6);
		this.#length = this.#bytes.writeInt32BE(2, this.#length);
		this.#length = this.#bytes.writeInt16BE(value, this.#length);
		return this;
	}

	int4(value: number): this {
		this.#room(8);
		this.#length = this.#bytes.writeInt32BE(4, this.#length);
		this.#length = this.#bytes.writeInt32BE(value, this.#length);
		return this;
	}

	#rawInt8(value: number): void {
		this.#length = this.#bytes.writeInt32BE(Math.floor(value / 0x1_0000_0000), this.#length);
		this.#length = this.#bytes.writeUInt32BE(value >>> 0, this.#length);
	}

	/** A safe integer of at most 53 bits. */
	int8(value: number): this {
		this.#room(12);
		this.#length = this.#bytes.writeInt32BE(8, this.#length);
		this.#rawInt8(value);
		return this;
	}

	float4(value: number): this {
		this.#room(8);
		this.#length = this.#bytes.writeInt32BE(4, this.#length);
		this.#length = this.#bytes.writeFloatBE(value, this.#length);
		return this;
	}

	/** Milliseconds since 1970-01-01T00:00:00Z, as timestamptz. */
	timestamp(ms: number): this {
		return this.int8((ms - POSTGRES_EPOCH_MS) * 1000);
	}

	bytes(value: Uint8Array): this {
		this.#room(4 + value.length);
		this.#length = this.#bytes.writeInt32BE(value.length, this.#length);
		this.#bytes.set(value, this.#length);
		this.#length += value.length;
		return this;
	}

	/** Text in UTF-8; U+0000, which PostgreSQL cannot hold, is left out. */
	text(value: string): this {
		const clean = value.includes('\0') ? value.replaceAll('\0', '') : value;
		this.#room(4 + clean.length * 3);
		const written = this.#bytes.write(clean, this.#length + 4, 'utf8');
		this.#bytes.writeInt32BE(written, this.#length);
		this.#length += 4 + written;
		return this;
	}

	/** JSON text as jsonb (binary form version 1). */
	jsonb(json: string): this {
		const length = Buffer.byteLength(json);
		this.#room(5 + length);
		this.#length = this.#bytes.writeInt32BE(length + 1, this.#length);
		this.#bytes[this.#length++] = 1;
		this.#length += this.#bytes.write(json, this.#length, 'utf8');
		return this;
	}

	/** bigint[] of one dimension. */
	int8Array(values: readonly number[]): this {
		this.#room(24 + values.length * 12);
		const body = values.length === 0 ? 12 : 20 + values.length * 12;
		this.#length = this.#bytes.writeInt32BE(body, this.#length);
		this.#length = this.#bytes.writeInt32BE(values.length === 0 ? 0 : 1, this.#length);
		this.#length = this.#bytes.writeInt32BE(0, this.#length);
		this.#length = this.#bytes.writeInt32BE(INT8_OID, this.#length);
		if (values.length === 0) return this;
		this.#length = this.#bytes.writeInt32BE(values.length, this.#length);
		this.#length = this.#bytes.writeInt32BE(1, this.#length);
		for (const value of values) {
			this.#length = this.#bytes.writeInt32BE(8, this.#length);
			this.#rawInt8(value);
		}
		return this;
	}

	/** int[] of one dimension. */
	int4Array(values: readonly number[]): this {
		this.#room(24 + values.length * 8);
		this.#length = this.#bytes.writeInt32BE(values.length === 0 ? 12 : 20 + values.length * 8, this.#length);
		this.#length = this.#bytes.writeInt32BE(values.length === 0 ? 0 : 1, this.#length);
		this.#length = this.#bytes.writeInt32BE(0, this.#length);
		this.#length = this.#bytes.writeInt32BE(23, this.#length);
		if (values.length === 0) return this;
		this.#length = this.#bytes.writeInt32BE(values.length, this.#length);
		this.#length = this.#bytes.writeInt32BE(1, this.#length);
		for (const value of values) {
			this.#length = this.#bytes.writeInt32BE(4, this.#length);
			this.#length = this.#bytes.writeInt32BE(value, this.#length);
		}
		return this;
	}

	/** The rows so far with header and trailer; the writer is not to be used afterwards. */
	finish(): Buffer {
		this.#room(2);
		this.#length = this.#bytes.writeInt16BE(-1, this.#length);
		return this.#bytes.subarray(0, this.#length);
	}
}
