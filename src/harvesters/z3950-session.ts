import { connect, type Socket } from 'node:net';
import { AppError } from '../lib/errors.ts';
import { LIMITS } from '../lib/limits.ts';
import { BerFramer } from '../protocols/ber/framer.ts';
import { BerError } from '../protocols/ber/node.ts';
import { type Apdu, decodeApdu, encodeApdu } from '../protocols/z3950/apdu.ts';
import { describeClose } from '../protocols/z3950/delete.ts';
import type { Egress } from './egress.ts';
import type { TargetAddress } from './z3950-address.ts';

export interface SessionLimits {
	readonly connectMs: number;
	/** Until the first octet of an answer. */
	readonly firstByteMs: number;
	/** Between octets of one. */
	readonly idleMs: number;
	/** Until the end of one. */
	readonly answerMs: number;
	readonly apduBytes: number;
}

export const SESSION_LIMITS: SessionLimits = {
	connectMs: LIMITS.connectMsMax,
	firstByteMs: LIMITS.firstByteMsMax,
	idleMs: LIMITS.idleMsMax,
	answerMs: LIMITS.responseMsMax,
	apduBytes: LIMITS.apduBytesMax,
};

/** The session is gone, for whatever reason; another one may do better. */
export class SessionLost extends AppError {
	/** The target said goodbye. */
	readonly closed: boolean;

	constructor(message: string, options: { readonly hint: string; readonly closed?: boolean; readonly cause?: unknown }) {
		super('connection-refused', message, { hint: options.hint, retriable: true, cause: options.cause });
		this.closed = options.closed === true;
	}
}

export interface SessionOptions {
	readonly address: TargetAddress;
	readonly egress: Egress;
	readonly limits: SessionLimits;
	readonly signal: AbortSignal;
}

type Answer<K extends Apdu['kind']> = Extract<Apdu, { kind: K }>;

interface Waiting {
	readonly kind: Apdu['kind'];
	resolve(apdu: Apdu): void;
	reject(error: unknown): void;
}

/** One Z39.50 session over TCP: one request at a time; a Close, whenever it comes, ends it. */
export class Z3950Session {
	readonly #socket: Socket;
	readonly #options: SessionOptions;
	readonly #framer: BerFramer;
	readonly #where: string;
	readonly #onAbort: () => void;
	#waiting: Waiting | null = null;
	#answerBy: NodeJS.Timeout | undefined;
	#ended: unknown = null;

	private constructor(socket: Socket, options: SessionOptions) {
		this.#socket = socket;
		this.#options = options;
		this.#framer = new BerFramer(options.limits.apduBytes);
		this.#where = placeOf(options.address);
		this.#onAbort = () => this.#end(options.signal.reason);
		options.signal.addEventListener('abort', this.#onAbort, { once: true });
		socket.on('data', (bytes: Uint8Array) => this.#received(bytes));
		socket.on('timeout', () => this.#silent());
		socket.on('error', (error) => this.#end(broken(this.#where, error)));
		socket.on('close', () => this.#end(new SessionLost(`${this.#where} closed the connection`, { hint: 'try again later', closed: true })));
	}

	/** Connects to a checked address of the host. Throws AppErrors host-unknown, address-refused, connection-refused, timeout. */
	static async open(options: SessionOptions): Promise<Z3950Session> {
		const { address, egress, signal } = options;
		signal.throwIfAborted();
		const addresses = await egress.addresses(address.host);
		let failure: unknown = null;
		for (const ip of addresses) {
			try {
				return new Z3950Session(await connected(ip, options), options);
			} catch (error) {
				signal.throwIfAborted();
				failure = error;
			}
		}
		throw failure;
	}

	get isOpen(): boolean {
		return this.#ended === null;
	}

	/** Sends a request and gives its answer. Throws SessionLost, AppErrors timeout and not-z3950; the session is over then. */
	async request<K extends Apdu['kind']>(apdu: Apdu, kind: K): Promise<Answer<K>> {
		if (this.#waiting !== null) throw new RangeError('a request is under way');
		if (this.#ended !== null) throw this.#ended;
		return await new Promise<Answer<K>>((resolve, reject) => {
			this.#waiting = { kind, resolve: resolve as (apdu: Apdu) => void, reject };
			const { firstByteMs, answerMs } = this.#options.limits;
			this.#socket.setTimeout(firstByteMs);
			this.#answerBy = setTimeout(() => this.#timeout(`end its answer in ${Math.round(answerMs / 1000)} s`), answerMs);
			this.#socket.write(encodeApdu(apdu));
		});
	}

	/** Says goodbye and does not wait for an answer. */
	close(): void {
		if (this.#ended !== null) return;
		this.#socket.write(encodeApdu({ kind: 'close', reason: 0 }));
		this.#end(new SessionLost('the session was closed here', { hint: '' }));
	}

	#received(bytes: Uint8Array): void {
		this.#socket.setTimeout(this.#waiting === null ? 0 : this.#options.limits.idleMs);
		try {
			// every message is [20] to [50], constructed
			if (this.#framer.waiting === 0 && ((bytes[0] as number) & 0xe0) !== 0xa0) throw new BerError('it is no message', 0);
			for (const whole of this.#framer.feed(bytes)) this.#handle(decodeApdu(whole));
		} catch (error) {
			this.#end(error instanceof BerError ? this.#notZ3950(bytes, error) : error);
		}
	}

	#handle(apdu: Apdu): void {
		if (apdu.kind === 'close') {
			this.#end(new SessionLost(`${this.#where} closed the session (${describeClose(apdu)})`, { hint: 'try again later', closed: true }));
			return;
		}
		if (apdu.kind === 'resourceControlRequest') {
			if (apdu.responseRequired) this.#socket.write(encodeApdu({ kind: 'resourceControlResponse', continue: true }));
			return;
		}
		const waiting = this.#waiting;
		if (waiting === null || waiting.kind !== apdu.kind) {
			this.#end(
				new SessionLost(`${this.#where} answered ${apdu.kind} to a request for ${waiting?.kind ?? 'nothing'}`, { hint: 'try again later' }),
			);
			return;
		}
		this.#waiting = null;
		clearTimeout(this.#answerBy);
		this.#socket.setTimeout(0);
		waiting.resolve(apdu);
	}

	#silent(): void {
		const { limits } = this.#options;
		this.#timeout(`answer in ${Math.round((this.#framer.waiting === 0 ? limits.firstByteMs : limits.idleMs) / 1000)} s`);
	}

	#timeout(what: string): void {
		this.#end(new AppError('timeout', `${this.#where} did not ${what}`, { hint: 'try again later, or at night', retriable: true }));
	}

	#notZ3950(bytes: Uint8Array, cause: BerError): AppError {
		const text = Buffer.from(bytes.subarray(0, 40)).toString('latin1');
		if (cause.message.includes('longer than'))
			return new AppError('too-large', `an answer of ${this.#where} is too large: ${cause.message}`, {
				hint: 'ask for fewer records at once',
				cause,
			});
		const what = /^(?:HTTP\/|<|SSH-|220 |\* OK)/.test(text) ? `: it says "${text.split(/[\r\n]/)[0]}"` : `: ${cause.message}`;
		return new AppError('not-z3950', `what ${this.#where} sends is no Z39.50${what}`, {
			hint: 'check host and port: web addresses are no Z39.50 addresses',
			cause,
		});
	}

	#end(reason: unknown): void {
		if (this.#ended !== null) return;
		this.#ended = reason;
		this.#options.signal.removeEventListener('abort', this.#onAbort);
		clearTimeout(this.#answerBy);
		this.#socket.setTimeout(0);
		this.#socket.end();
		this.#socket.destroySoon();
		const waiting = this.#waiting;
		this.#waiting = null;
		waiting?.reject(reason);
	}
}

const placeOf = ({ host, port }: TargetAddress): string => `${host}:${port}`;

async function connected(ip: string, { address, limits, signal }: SessionOptions): Promise<Socket> {
	const where = placeOf(address);
	return await new Promise<Socket>((resolve, reject) => {
		const socket = connect({ host: ip, port: address.port, noDelay: true, signal });
		const failed = (error: Error): void => reject(signal.aborted ? signal.reason : broken(where, error));
		socket.setTimeout(limits.connectMs, () => {
			socket.destroy();
			reject(
				new AppError('timeout', `${where} cannot be reached in ${limits.connectMs / 1000} s`, {
					hint: 'check host and port',
					retriable: true,
				}),
			);
		});
		socket.once('error', failed);
		socket.once('connect', () => {
			socket.removeListener('error', failed);
			socket.setTimeout(0);
			socket.removeAllListeners('timeout');
			resolve(socket);
		});
	});
}

function broken(where: string, error: Error): AppError {
	const code = 'code' in error ? String(error.code) : error.message;
	if (code === 'ECONNREFUSED')
		return new AppError('connection-refused', `nothing listens at ${where}`, {
			hint: 'check the port, and whether the target is running',
			retriable: true,
			cause: error,
		});
	return new SessionLost(`the connection to ${where} broke (${code})`, { hint: 'try again later', cause: error });
}
