import { AppError } from '../lib/errors.ts';

/** The provider asked to be left alone for longer than a worker waits: the source is not to be asked before `notBefore`. */
export class BusyError extends AppError {
	/** ISO instant. */
	readonly notBefore: string;

	constructor(message: string, notBefore: string) {
		super('busy', message, { hint: `nothing to do: it is asked again after ${notBefore}`, retriable: true });
		this.notBefore = notBefore;
	}
}

/** An answer that is worth another try, and how long the provider asked to wait (milliseconds), if it did. */
export class RetryLater extends AppError {
	readonly retryAfterMs: number | null;
	readonly status: number;

	constructor(url: string, status: number, retryAfterMs: number | null) {
		super('http-status', `${url} answered with HTTP status ${status}`, {
			hint: 'the provider is overloaded or broken: try again later',
			retriable: true,
		});
		this.retryAfterMs = retryAfterMs;
		this.status = status;
	}
}

const HINTS: Readonly<Record<number, string>> = {
	401: 'the provider asks for credentials: set them for the source',
	403: 'the provider refuses us: ask the library to let this service in',
	404: 'check the address: nothing is there',
	410: 'the provider was taken away: ask the library for its new address',
};

/** An answer that asking again does not change: a person is needed. `wanted` is its WWW-Authenticate header. */
export const finalStatus = (url: string, status: number, wanted = ''): AppError =>
	new AppError('http-status', `${url} answered with HTTP status ${status}`, {
		hint: (status === 401 && unspoken(wanted)) || (HINTS[status] ?? 'open the address in a browser to see what it says'),
	});

/** What to do when a provider wants an authentication that is not spoken here; '' when Basic or Digest will do. */
function unspoken(wanted: string): string {
	if (wanted === '' || /\b(?:Basic|Digest)\b/i.test(wanted)) return '';
	const scheme = /^[A-Za-z-]+/.exec(wanted)?.[0] ?? wanted;
	return `the provider wants ${scheme}, which is not spoken here: ask the library for Basic over https, Digest, or a way in by address`;
}

const CERTIFICATE =
	/^(?:CERT_|ERR_TLS_CERT|DEPTH_ZERO_SELF_SIGNED|SELF_SIGNED_CERT|UNABLE_TO_(?:GET_ISSUER|VERIFY)|HOSTNAME_MISMATCH|INVALID_CA)/;
const TIMEOUTS: ReadonlySet<string> = new Set(['UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'ETIMEDOUT']);

/** An error of the network as one that a person can act on; AppErrors and aborts as they are. */
export function networkError(error: unknown, url: string): unknown {
	if (
		error instanceof AppError ||
		(error instanceof Error && error.name === 'AbortError' && !('code' in error && error.code === 'ECONNRESET'))
	)
		return error;
	const code = codeOf(error);
	const where = new URL(url).origin;
	const options = (hint: string, retriable: boolean) => ({ hint, retriable, cause: error });
	if (code === 'ECONNREFUSED')
		return new AppError(
			'connection-refused',
			`nothing listens at ${where}`,
			options('check the port, and whether the provider is running', true),
		);
	if (CERTIFICATE.test(code)) {
		return new AppError(
			'certificate',
			`the certificate of ${where} cannot be trusted (${code})`,
			options(
				'ask the library to renew it; where that takes long, an OAI-PMH source may take any: lienthong source set SOURCE --setting acceptAnyCertificate=true',
				false,
			),
		);
	}
	if (code.startsWith('ERR_SSL') || code === 'EPROTO') {
		return new AppError(
			'certificate',
			`${where} and this program find no encryption in common (${code})`,
			options('check whether the address begins with http: instead; else ask the library which versions of TLS its server has', false),
		);
	}
	if (TIMEOUTS.has(code))
		return new AppError('timeout', `${where} did not answer in time (${code})`, options('try again later, or at night', true));
	if (code === 'ENOTFOUND')
		return new AppError('host-unknown', `the host of ${where} is not known`, options('check the spelling of the address', false));
	if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH')
		return new AppError('connection-refused', `${where} cannot be reached (${code})`, options('check the network of this machine', true));
	if (code === 'UND_ERR_HEADERS_OVERFLOW')
		return new AppError('too-large', `the headers of ${where} are too long`, options('ask the library what its server sends', false));
	return new AppError(
		'connection-refused',
		`the connection to ${where} broke (${code === '' ? String(error) : code})`,
		options('try again later', true),
	);
}

function codeOf(error: unknown): string {
	if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
	if (!(error instanceof Error)) return '';
	if ('code' in error && typeof error.code === 'string') return error.code;
	return error.cause === undefined ? '' : codeOf(error.cause);
}
