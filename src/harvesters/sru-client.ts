import { AppError } from '../lib/errors.ts';
import { LIMITS } from '../lib/limits.ts';
import { describeSruDiagnostic, type SruDiagnostic } from '../protocols/sru/diagnostics.ts';
import { explainUrl, type SruVersion, searchRetrieveUrl } from '../protocols/sru/request.ts';
import { readSruResponse, type SruExplanation, type SruResponse, SruSyntaxError } from '../protocols/sru/response-reader.ts';
import type { OpenTargetOptions } from './open-target.ts';
import { PageDecoder } from './page-decoder.ts';
import { Refusal } from './record-target.ts';
import { retrying } from './retrying.ts';

/** A server's refusal. */
export class SruError extends Refusal {
	readonly diagnostic: SruDiagnostic;

	constructor(where: string, diagnostic: SruDiagnostic) {
		const number = diagnostic.number ?? 0;
		super(number === 3 ? 'login-refused' : 'sru-error', `${where} refused: ${describeSruDiagnostic(diagnostic)}`, {
			hint:
				number === 3
					? 'set user and password of the source'
					: number === 66 || number === 67
						? 'choose another --format, as source test shows them'
						: 'ask the library what its server supports',
			retriable: number === 2,
			unsupported: (number >= 10 && number <= 48) || number === 6 || number === 8,
		});
		this.diagnostic = diagnostic;
	}
}

/** An answer that is there to its end and is no XML, as one bad record among others makes it. */
export class UnreadableAnswer extends AppError {
	/** As received; undecoded bytes as in src/lib/undecoded.ts. */
	readonly text: string;

	constructor(where: string, text: string, cause: Error) {
		super('not-sru', `${where}: ${cause.message}`, {
			hint: 'ask the library to have its server mended: one of its records breaks the answer',
			cause,
		});
		this.text = text;
	}
}

export interface SearchPage {
	readonly query: string;
	readonly startRecord: number;
	readonly maximumRecords: number;
	readonly recordSchema: string | null;
}

/** Where an answer begins, behind what a server may print before it (a BOM, warnings of its own). */
const BEGIN = /<\?xml\s|<(?:[\w.-]+:)?(?:searchRetrieveResponse|explainResponse)[\s>]/;
const BEGIN_WITHIN = 16_384;
const ANSWER = /searchRetrieveResponse|explainResponse/;
const END = /<\/(?:[\w.-]+:)?(?:searchRetrieveResponse|explainResponse)\s*>/;

/** How a request is put: a version, and whether the request names it. */
interface Form {
	readonly version: SruVersion;
	readonly named: boolean;
}

const FORMS: readonly Form[] = [
	{ version: '1.2', named: true },
	{ version: '1.1', named: true },
	{ version: '2.0', named: true },
	{ version: '2.0', named: false },
];
/** Unsupported operation, version, parameter: what a server says to a request of another version. */
const OTHER_VERSION: ReadonlySet<number> = new Set([4, 5, 8]);

/** Asks one SRU server, in the first version of 1.2, 1.1 and 2.0 that it answers, and unescaped where it can. */
export class SruClient {
	readonly #base: string;
	readonly #options: OpenTargetOptions;
	readonly #credentials: { readonly user: string; readonly password: string } | null;
	#forms = FORMS;
	#packing: 'xml' | 'string' | null = 'xml';
	#answered: string | null = null;

	constructor(base: string, options: OpenTargetOptions, credentials: { readonly user: string; readonly password: string } | null) {
		this.#base = base;
		this.#options = options;
		this.#credentials = credentials;
	}

	get where(): string {
		const { origin, pathname } = new URL(this.#base);
		return origin + pathname;
	}

	/** The version of the last answer, as the server names it; null before, and where it names none. */
	get version(): string | null {
		return this.#answered;
	}

	/** What the server says of itself; null where it does not. */
	async explain(): Promise<SruExplanation | null> {
		try {
			for (;;) {
				const { explanation, diagnostics } = await this.#ask(explainUrl(this.#base, this.#form.version));
				if (explanation !== null || !this.#speaksOther(diagnostics[0])) return explanation;
			}
		} catch (error) {
			if (error instanceof AppError && (error.code === 'not-sru' || error.code === 'http-status')) return null;
			throw error;
		}
	}

	/** One searchRetrieve. A diagnostic in place of an answer throws SruError; those beside records are in the answer. */
	async search(page: SearchPage): Promise<SruResponse> {
		for (;;) {
			const answer = await this.#ask(searchRetrieveUrl(this.#base, { ...page, ...this.#form, packing: this.#packing }));
			const diagnostic = answer.diagnostics[0];
			if (diagnostic === undefined || answer.records.length > 0) return this.#checked(answer);
			if (diagnostic.number === 71 && this.#packing !== null) this.#packing = this.#packing === 'xml' ? 'string' : null;
			else if (!this.#speaksOther(diagnostic)) throw new SruError(this.where, diagnostic);
		}
	}

	/** Nothing found and nothing said is an error, never an empty catalogue. */
	#checked(answer: SruResponse): SruResponse {
		if (answer.kind === 'searchRetrieve' && answer.numberOfRecords !== null) return answer;
		throw new AppError('not-sru', `${this.where} answers without saying how many records it found (numberOfRecords)`, {
			hint:
				answer.records.length > 0
					? 'ask the library to have its server say it: without it nobody can tell whether all records came'
					: 'check the address: that of an SRU server answers ?operation=searchRetrieve',
		});
	}

	get #form(): Form {
		return this.#forms[0] as Form;
	}

	/** Whether a refusal is of the version that was spoken, and there is another to try: the one that it names, else the next. */
	#speaksOther(diagnostic: SruDiagnostic | undefined): boolean {
		if (!OTHER_VERSION.has(diagnostic?.number ?? 0) || this.#forms.length < 2) return false;
		const rest = this.#forms.slice(1);
		const named = rest.filter(({ version }) => version === diagnostic?.details.trim());
		this.#forms = named.length === 0 ? rest : [...named, ...rest.filter((form) => !named.includes(form))];
		return true;
	}

	async #ask(url: string): Promise<SruResponse> {
		const { clock, logger, signal, retries } = this.#options;
		return await retrying({ clock, logger, signal, ...(retries === undefined ? {} : { retries }) }, async () => {
			const answer = this.#read(await this.#get(url));
			this.#answered = answer.version;
			return answer;
		});
	}

	async #get(url: string): Promise<string> {
		const { transport, signal } = this.#options;
		const answer = await transport.get(url, { signal, ...(this.#credentials === null ? {} : { credentials: this.#credentials }) });
		const decoder = new PageDecoder();
		let text = '';
		let bytes = 0;
		for await (const piece of answer.body) {
			bytes += piece.length;
			if (bytes > LIMITS.sruAnswerBytesMax)
				throw new AppError('too-large', `an answer of ${this.where} is longer than ${LIMITS.sruAnswerBytesMax} bytes`, {
					hint: 'ask for fewer records at once: set presentMax of the source',
				});
			text += decoder.decode(piece);
		}
		return text + decoder.end();
	}

	#read(text: string): SruResponse {
		try {
			return readSruResponse(bare(text));
		} catch (error) {
			if (!(error instanceof SruSyntaxError)) throw error;
			if (/<html[\s>]|<!doctype html/i.test(text.slice(0, BEGIN_WITHIN)) && !ANSWER.test(text.slice(0, BEGIN_WITHIN)))
				throw new AppError('not-sru', `${this.where} answers with a web page (HTML)`, {
					hint: 'open the address in a browser to see what it says; that of an SRU server answers ?operation=explain with XML',
				});
			const broken = /not well-formed/.test(error.message) && ANSWER.test(text.slice(0, BEGIN_WITHIN));
			const cut = broken && !END.test(text.slice(-400));
			if (broken && !cut) throw new UnreadableAnswer(this.where, text, error);
			throw new AppError('not-sru', `${this.where}: ${error.message}`, {
				hint: 'check the address: that of an SRU server answers ?operation=explain',
				retriable: cut || text.trim() === '',
				cause: error,
			});
		}
	}
}

/** An answer without what stands before and after it. */
function bare(text: string): string {
	const begin = Math.max(0, text.slice(0, BEGIN_WITHIN).search(BEGIN));
	const last = Math.max(text.lastIndexOf('searchRetrieveResponse'), text.lastIndexOf('explainResponse'));
	const end = text.indexOf('>', last);
	return last < 0 || end < 0 ? text.slice(begin) : text.slice(begin, end + 1);
}
