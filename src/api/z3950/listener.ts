import { createServer, type Server, type Socket } from 'node:net';
import { OaiLists } from '../../catalogue/list-oai.ts';
import { AppError } from '../../lib/errors.ts';
import { LIMITS } from '../../lib/limits.ts';
import { BerFramer } from '../../protocols/ber/framer.ts';
import { BerError } from '../../protocols/ber/node.ts';
import { type Apdu, decodeApdu, encodeApdu } from '../../protocols/z3950/apdu.ts';
import type { ServerDeps } from '../deps.ts';
import { Admission } from './admission.ts';
import { failure, unreadable } from './failures.ts';
import { type SessionDeps, Z3950ServerSession } from './session.ts';

export type Z3950Deps = Pick<ServerDeps, 'database' | 'engine' | 'repositoryIdentifier' | 'logger' | 'clock'> & {
	/** Nobody is let in without a key. */
	readonly keysOnly: boolean;
	/** Milliseconds in which nothing is asked, after which a session is closed. */
	readonly idleMs?: number;
};

/** Listens for clients of Z39.50. AppError port-taken and config as `listen` of the HTTP server. */
export async function listenZ3950(deps: Z3950Deps, host: string, port: number): Promise<Z3950Listener> {
	const listener = new Z3950Listener(deps);
	await listener.listen(host, port);
	return listener;
}

export class Z3950Listener {
	readonly #server: Server;
	readonly #deps: Z3950Deps;
	readonly #session: Omit<SessionDeps, 'refusal'>;
	readonly #admission: Admission;
	readonly #connections = new Set<Connection>();
	readonly #byAddress = new Map<string, number>();

	constructor(deps: Z3950Deps) {
		this.#deps = deps;
		this.#admission = new Admission(deps);
		const lists = new OaiLists(deps.database, deps.repositoryIdentifier);
		this.#session = {
			reading: deps,
			agency: deps.repositoryIdentifier,
			libraryServed: async (code) => (await lists.libraryServed(code))?.code,
		};
		this.#server = createServer((socket) => this.#accept(socket));
		this.#server.maxConnections = LIMITS.z3950SessionsMax;
	}

	/** The port that it listens on. */
	get port(): number {
		const address = this.#server.address();
		return typeof address === 'object' && address !== null ? address.port : 0;
	}

	async listen(host: string, port: number): Promise<void> {
		await new Promise<void>((resolve, reject) => {
			this.#server.once('error', (error: NodeJS.ErrnoException) =>
				reject(
					new AppError('port-taken', `port ${port} of ${host} cannot be opened for Z39.50 (${error.code ?? error.message})`, {
						hint: 'Set Z3950_PORT to a free port above 1023, or leave it out.',
						cause: error,
					}),
				),
			);
			this.#server.listen(port, host, resolve);
		});
	}

	/** Says goodbye to every client, and ends when what is under way has been answered. */
	async close(): Promise<void> {
		const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
		for (const connection of this.#connections) connection.end(1);
		await closed;
	}

	#accept(socket: Socket): void {
		const address = socket.remoteAddress ?? '';
		const open = this.#byAddress.get(address) ?? 0;
		if (open >= LIMITS.z3950SessionsPerAddressMax) {
			socket.end(encodeApdu({ kind: 'close', reason: 4, text: `at most ${LIMITS.z3950SessionsPerAddressMax} sessions from one address` }));
			return;
		}
		this.#byAddress.set(address, open + 1);
		const session = new Z3950ServerSession({ ...this.#session, refusal: (sent) => this.#admission.refusal(address, sent) });
		const connection = new Connection(socket, session, this.#deps);
		this.#connections.add(connection);
		socket.once('close', () => {
			this.#connections.delete(connection);
			const left = (this.#byAddress.get(address) ?? 1) - 1;
			if (left > 0) this.#byAddress.set(address, left);
			else this.#byAddress.delete(address);
		});
	}
}

/** One connection: its requests are answered one after another, and it is not read from while one is. */
class Connection {
	readonly #socket: Socket;
	readonly #session: Z3950ServerSession;
	readonly #logger: Z3950Deps['logger'];
	readonly #framer = new BerFramer(LIMITS.z3950RequestBytesMax);
	#ended = false;
	#working = false;

	constructor(socket: Socket, session: Z3950ServerSession, { logger, idleMs }: Z3950Deps) {
		this.#socket = socket;
		this.#session = session;
		this.#logger = logger;
		socket.setNoDelay(true);
		socket.setTimeout(idleMs ?? LIMITS.z3950IdleMsMax);
		socket.on('data', (bytes: Uint8Array) => void this.#received(bytes));
		socket.on('timeout', () => this.end(7));
		// a client that went away
		socket.on('error', () => socket.destroy());
	}

	/** Sends a Close with this reason and ends; after the answer that is under way. */
	end(reason: number, text?: string): void {
		if (this.#ended) return;
		this.#ended = true;
		if (!this.#working) this.#send({ kind: 'close', reason, ...(text === undefined ? {} : { text }) });
	}

	/** Ends after the refusal that was sent. */
	#refused(): void {
		this.#ended = true;
		this.#socket.end();
	}

	#send(apdu: Apdu): boolean {
		const bytes = encodeApdu(apdu);
		if (apdu.kind !== 'close') return this.#socket.write(bytes);
		this.#ended = true;
		this.#socket.end(bytes);
		return true;
	}

	/** Sends, and waits for a client that does not take what it asked for, so that answers never pile up. */
	async #sent(apdu: Apdu): Promise<void> {
		if (this.#send(apdu)) return;
		await new Promise<void>((resolve) => {
			const done = (): void => {
				this.#socket.off('drain', done).off('close', done);
				resolve();
			};
			this.#socket.on('drain', done).on('close', done);
		});
	}

	async #received(bytes: Uint8Array): Promise<void> {
		if (this.#ended) return;
		this.#socket.pause();
		this.#working = true;
		try {
			for (const whole of this.#whole(bytes)) {
				const answer = await this.#answer(whole);
				if (answer !== null) await this.#sent(answer);
				if (answer?.kind === 'initResponse' && !answer.accepted) return this.#refused();
				if (answer?.kind === 'close' || this.#socket.destroyed) return;
			}
		} finally {
			this.#working = false;
			// closed from our side meanwhile
			if (this.#ended && !this.#socket.writableEnded) this.#send({ kind: 'close', reason: 1 });
			this.#socket.resume();
		}
	}

	#whole(bytes: Uint8Array): Uint8Array[] {
		try {
			// every message is [20] to [50], constructed
			if (this.#framer.waiting === 0 && ((bytes[0] ?? 0) & 0xe0) !== 0xa0) throw new BerError('it is no message of Z39.50', 0);
			return this.#framer.feed(bytes);
		} catch (error) {
			if (!(error instanceof BerError)) throw error;
			this.#send({ kind: 'close', reason: 6, text: error.message });
			return [];
		}
	}

	async #answer(bytes: Uint8Array): Promise<Apdu | null> {
		let request: Apdu;
		try {
			request = decodeApdu(bytes);
		} catch (error) {
			if (!(error instanceof BerError || error instanceof RangeError)) throw error;
			return unreadable(bytes, error.message);
		}
		try {
			return await this.#session.answer(request);
		} catch (error) {
			this.#logger.error({ kind: request.kind, error }, 'a request over Z39.50 failed');
			return failure(request);
		}
	}
}
