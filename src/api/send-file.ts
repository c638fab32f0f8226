import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Giving, lookAhead, type Naming, recordFile } from '../catalogue/give-records.ts';
import { foldText } from '../lib/fold.ts';
import { LIMITS } from '../lib/limits.ts';
import { type FormatName, RECORD_FORMATS, type RecordFormat } from '../records/record-format.ts';
import type { ServerDeps } from './deps.ts';
import { languageOf, Problem } from './problems.ts';

/** How records are named in what we hand on, and the language of its headings: the one asked for, else the client's. */
export const namingFor = (deps: ServerDeps, request: FastifyRequest, language: 'vi' | 'en' | undefined): Naming => ({
	agency: deps.repositoryIdentifier,
	language: language ?? languageOf(request),
	libraryUrl: (code) => `${deps.publicUrl}/api/v1/libraries/${encodeURIComponent(code)}`,
	recordUrl: (id) => `${deps.publicUrl}/records/${id}`,
});

const NAME_LETTERS_MAX = 60;
const TOO_LARGE_NAMED_MAX = 100;

/** `lienthong-lich-su-20261126.mrc`: letters that every system can save. */
function fileName(format: FormatName, about: string, nowMs: number): string {
	const words = foldText(about)
		.replaceAll(/[^a-z0-9]+/g, '-')
		.slice(0, NAME_LETTERS_MAX)
		.replaceAll(/^-+|-+$/g, '');
	const day = new Date(nowMs).toISOString().slice(0, 10).replaceAll('-', '');
	return `${['lienthong', words, day].filter((part) => part !== '').join('-')}.${RECORD_FORMATS[format].suffix}`;
}

/** Headers of one record in a format: a browser that saves it gives it a name. */
export function describeRecord(reply: FastifyReply, format: FormatName, id: string): FastifyReply {
	const { mediaType, suffix }: RecordFormat = RECORD_FORMATS[format];
	return reply
		.type(mediaType)
		.header('content-disposition', `inline; filename="lienthong-${id}.${suffix}"`)
		.header('vary', 'accept, accept-language');
}

export interface FileAnswer {
	readonly format: FormatName;
	readonly numbers: readonly number[];
	/** Words of the name of the file. */
	readonly about: string;
	/** Address of the file that goes on after this one; null when this is all. */
	readonly next: string | null;
	readonly headers: Readonly<Record<string, string>>;
}

/** Sends files of many records, only so many at once and each in bounded time, so that slow readers cannot hold all of them for ever. */
export class FileSender {
	readonly #deps: ServerDeps;
	#sending = 0;

	constructor(deps: ServerDeps) {
		this.#deps = deps;
	}

	/** Throws Problem `busy` when too many are being sent. */
	async send(reply: FastifyReply, naming: Naming, answer: FileAnswer): Promise<FastifyReply> {
		if (this.#sending >= LIMITS.filesAtOnceMax) throw new Problem('busy', `${LIMITS.filesAtOnceMax} files are being sent at the moment.`);
		this.#sending++;
		let giving: Giving;
		try {
			giving = await lookAhead(this.#deps, answer.numbers, answer.format, naming);
		} catch (error) {
			this.#sending--;
			throw error;
		}
		this.#describe(reply, answer, giving);
		return reply.send(this.#stream(recordFile(this.#deps, giving.given, answer.format, naming)));
	}

	#stream(chunks: AsyncGenerator<Buffer>): Readable {
		const stream = Readable.from(chunks, { objectMode: false, highWaterMark: 1 });
		const giveUp = setTimeout(() => stream.destroy(new Error('the file was not read in time')), LIMITS.fileMsMax);
		giveUp.unref();
		stream.once('close', () => {
			clearTimeout(giveUp);
			this.#sending--;
		});
		return stream;
	}

	#describe(reply: FastifyReply, { format, about, next, headers }: FileAnswer, { given, notShared, tooLarge }: Giving): void {
		const { mediaType }: RecordFormat = RECORD_FORMATS[format];
		reply
			.type(mediaType)
			.headers(headers)
			.header('content-disposition', `attachment; filename="${fileName(format, about, this.#deps.clock.now())}"`)
			.header('vary', 'accept, accept-language')
			.header('records-given', String(given.length))
			.header('records-not-shared', String(notShared));
		if (next !== null) reply.header('link', `<${next}>; rel="next"`);
		if (tooLarge.length === 0) return;
		const rest = tooLarge.length - TOO_LARGE_NAMED_MAX;
		reply.header('records-too-large', `${tooLarge.slice(0, TOO_LARGE_NAMED_MAX).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`);
	}
}
