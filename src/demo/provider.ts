import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import type { Clock } from '../lib/clock.ts';
import type { SampleLibrary } from './cataloguing.ts';
import { answer } from './oai-answer.ts';

const BODY_BYTES_MAX = 65_536;

async function readBody(request: IncomingMessage): Promise<string> {
	const chunks: Buffer[] = [];
	let length = 0;
	for await (const chunk of request) {
		if (!Buffer.isBuffer(chunk)) continue;
		length += chunk.length;
		if (length > BODY_BYTES_MAX) throw new RangeError('request body too long');
		chunks.push(chunk);
	}
	return Buffer.concat(chunks).toString('utf8');
}

/** One library's OAI-PMH server: what it lists, and how often it says that it is busy. */
class SampleServer {
	readonly library: SampleLibrary;
	readonly #clock: Clock;
	#lists = 0;

	constructor(library: SampleLibrary, clock: Clock) {
		this.library = library;
		this.#clock = clock;
	}

	/** Every so many list requests one is refused, from the second on; the same request a moment later is answered. */
	#isBusy(verb: string | null): boolean {
		if (this.library.busyEvery === 0 || (verb !== 'ListRecords' && verb !== 'ListIdentifiers')) return false;
		this.#lists++;
		return this.#lists % this.library.busyEvery === 2;
	}

	async respond(request: IncomingMessage, response: ServerResponse, url: URL, origin: string): Promise<void> {
		if (request.method !== 'GET' && request.method !== 'POST') {
			response.writeHead(405, { allow: 'GET, POST' }).end();
			return;
		}
		const parameters = request.method === 'POST' ? new URLSearchParams(await readBody(request)) : url.searchParams;
		if (this.#isBusy(parameters.get('verb'))) {
			response.writeHead(503, { 'retry-after': '1', 'content-type': 'text/plain; charset=utf-8' }).end('Máy chủ đang bận\n');
			return;
		}
		const page = answer(this.library, origin + this.library.path, parameters, this.#clock.now());
		this.#send(request, response, Buffer.from(page, 'utf8'));
	}

	#send(request: IncomingMessage, response: ServerResponse, body: Buffer): void {
		const zipped = this.library.gzip && /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
		const bytes = zipped ? gzipSync(body) : body;
		const encoding: Record<string, string> = zipped ? { 'content-encoding': 'gzip' } : {};
		response.writeHead(200, { 'content-type': 'text/xml; charset=utf-8', 'content-length': bytes.length, ...encoding }).end(bytes);
	}
}

/** The running servers: their common origin, `http://127.0.0.1:PORT`, and how to stop them. */
export interface RunningProviders {
	readonly origin: string;
	close(): Promise<void>;
}

async function listen(server: Server): Promise<number> {
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(0, '127.0.0.1', resolve);
	});
	const address = server.address();
	if (address === null || typeof address === 'string') throw new Error('the sample network has no port');
	return address.port;
}

/** Serves every library at its path on one free port of the loopback interface (OAI-PMH 2.0, all verbs, GET and POST). */
export async function startProviders(libraries: readonly SampleLibrary[], clock: Clock): Promise<RunningProviders> {
	const byPath = new Map(libraries.map((library) => [library.path, new SampleServer(library, clock)]));
	let origin = '';
	const server = createServer((request, response) => {
		const url = URL.parse(request.url ?? '/', origin);
		const found = byPath.get(url?.pathname ?? '');
		if (url === null || found === undefined) {
			response.writeHead(404).end();
			return;
		}
		found.respond(request, response, url, origin).catch(() => {
			response.destroy();
		});
	});
	origin = `http://127.0.0.1:${await listen(server)}`;
	return {
		origin,
		close: async () => {
			await new Promise<void>((resolve) => {
				server.close(() => resolve());
				server.closeAllConnections();
			});
		},
	};
}
