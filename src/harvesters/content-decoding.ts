import { pipeline, Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw, createZstdDecompress } from 'node:zlib';
import { AppError } from '../lib/errors.ts';

export const ACCEPTED_ENCODINGS = 'gzip, deflate, br, zstd';

/**
 * The body without its content coding, piece by piece. Magic bytes tell gzip, zstd and zlib; the Content-Encoding header is asked
 * for brotli and raw deflate, which have none, and is not believed where the body is plainly XML. Broken or cut compression throws
 * `CompressionError`.
 */
export async function* decoded(body: AsyncIterable<Uint8Array>, contentEncoding: string): AsyncGenerator<Uint8Array> {
	const source = body[Symbol.asyncIterator]();
	try {
		let head: Buffer = Buffer.alloc(0);
		while (head.length < 4) {
			const next = await source.next();
			if (next.done === true) break;
			head =
				head.length === 0
					? Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength)
					: Buffer.concat([head, next.value]);
		}
		const whole = withHead(head, source);
		const transform = decoderFor(head, contentEncoding);
		if (transform === null) yield* whole;
		else yield* throughTransform(whole, transform);
	} finally {
		await source.return?.();
	}
}

/** The compressed body is broken: worth asking for it uncompressed. */
export class CompressionError extends AppError {
	constructor(cause: unknown) {
		super('not-oai-pmh', 'the compressed answer is broken', { hint: 'it is asked for again without compression', retriable: true, cause });
	}
}

async function* withHead(head: Buffer, source: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
	if (head.length > 0) yield head;
	for (let next = await source.next(); next.done !== true; next = await source.next()) yield next.value;
}

function decoderFor(head: Buffer, contentEncoding: string): Transform | null {
	if (head[0] === 0x1f && head[1] === 0x8b) return createGunzip();
	if (head.length >= 4 && head.readUInt32LE(0) === 0xfd2fb528) return createZstdDecompress();
	const first = head[0] ?? 0x3c;
	// `<`, white space or a byte order mark: text, whatever the header says.
	if (first === 0x3c || first === 0x20 || (first >= 0x09 && first <= 0x0d) || first === 0xef) return null;
	const coding = contentEncoding.trim().toLowerCase();
	if (coding === 'br') return createBrotliDecompress();
	if (coding === 'deflate') return (first & 0x0f) === 8 ? createInflate() : createInflateRaw();
	if (first === 0x78 && head.readUInt16BE(0) % 31 === 0) return createInflate();
	if (coding === 'gzip' || coding === 'x-gzip' || coding === 'zstd') throw new CompressionError(new Error(`no ${coding} begins like this`));
	return null;
}

async function* throughTransform(body: AsyncIterable<Uint8Array>, transform: Transform): AsyncGenerator<Uint8Array> {
	let networkFailure: unknown = null;
	const watched = async function* (): AsyncGenerator<Uint8Array> {
		try {
			yield* body;
		} catch (error) {
			networkFailure = error;
			throw error;
		}
	};
	pipeline(Readable.from(watched(), { objectMode: false }), transform, () => undefined);
	try {
		for await (const piece of transform) yield piece as Uint8Array;
	} catch (error) {
		throw networkFailure ?? new CompressionError(error);
	} finally {
		transform.destroy();
	}
}
