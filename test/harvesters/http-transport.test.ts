import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { Egress } from '../../src/harvesters/egress.ts';
import { type HttpTransport, httpTransport, retryAfterMs, type TransportLimits } from '../../src/harvesters/http-transport.ts';
import { LIMITS } from '../../src/lib/limits.ts';
import { loopbackTransport, TestClock } from '../support/harvest-rig.ts';

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
	for (const close of open.splice(0)) await close();
});

/** A server that talks to the bare socket. */
async function socketServer(talk: (socket: Socket) => void): Promise<string> {
	const sockets = new Set<Socket>();
	const server: Server = createServer((socket) => {
		sockets.add(socket);
		socket.on('error', () => undefined);
		socket.once('data', () => talk(socket));
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	open.push(async () => {
		for (const socket of sockets) socket.destroy();
		await new Promise((resolve) => server.close(resolve));
	});
	return `http://127.0.0.1:${(server.address() as AddressInfo).port}/oai`;
}

function transportWith(limits: Partial<TransportLimits> = {}, clock = new TestClock()): HttpTransport {
	const transport = loopbackTransport(clock, limits);
	open.push(async () => await transport.close());
	return transport;
}

async function text(transport: HttpTransport, url: string, signal = new AbortController().signal): Promise<string> {
	const answer = await transport.get(url, { signal });
	const pieces: Uint8Array[] = [];
	for await (const piece of answer.body) pieces.push(piece);
	return Buffer.concat(pieces).toString();
}

const OK = 'HTTP/1.1 200 OK\r\ncontent-type: text/xml\r\n';

describe('slow and hostile providers', () => {
	it('that never answer are given up after the time for the first byte', async () => {
		const url = await socketServer(() => undefined);
		await expect(text(transportWith({ firstByteMs: 200 }), url)).rejects.toMatchObject({ code: 'timeout', retriable: true });
	});

	it('that stop in the middle are given up after the idle time', async () => {
		const url = await socketServer((socket) => socket.write(`${OK}content-length: 100\r\n\r\nabc`));
		await expect(text(transportWith({ idleMs: 200 }), url)).rejects.toMatchObject({ code: 'timeout', retriable: true });
	});

	it('that trickle are given up for their rate, though they are never idle', async () => {
		const url = await socketServer((socket) => {
			socket.write(`${OK}content-length: 100000\r\n\r\n`);
			const timer = setInterval(() => socket.write('x'), 10);
			socket.on('close', () => clearInterval(timer));
		});
		await expect(text(transportWith({ rateGraceMs: 100, rateBytesPerSecond: 10_000 }), url)).rejects.toMatchObject({
			code: 'timeout',
			message: expect.stringContaining('bytes a second'),
		});
		await expect(text(transportWith({ responseMs: 100 }), url)).rejects.toMatchObject({
			code: 'timeout',
			message: expect.stringContaining('did not end'),
		});
	});

	it('that send headers for ever or bodies past the cap are cut off, also when the bytes were few before decompression', async () => {
		const headers = await socketServer((socket) => {
			socket.write(OK);
			const timer = setInterval(() => socket.write(`x-${'y'.repeat(1_000)}: z\r\n`), 1);
			socket.on('close', () => clearInterval(timer));
		});
		await expect(text(transportWith(), headers)).rejects.toMatchObject({ code: 'too-large' });
		const body = await socketServer((socket) => socket.end(`${OK}\r\n${'x'.repeat(5_000)}`));
		await expect(text(transportWith({ responseBytes: 1_000 }), body)).rejects.toMatchObject({ code: 'too-large' });
		const packed = gzipSync(Buffer.alloc(2_000_000));
		const bomb = await socketServer((socket) => {
			socket.write(`${OK}content-length: ${packed.length}\r\n\r\n`);
			socket.end(packed);
		});
		await expect(text(transportWith({ responseBytes: 100_000 }), bomb)).rejects.toMatchObject({ code: 'too-large' });
	});

	it('that speak no HTTP are told', async () => {
		const url = await socketServer((socket) => socket.end('220 smtp ready\r\n'));
		await expect(text(transportWith(), url)).rejects.toMatchObject({ name: 'AppError', retriable: true });
	});
});

describe('failures have names', () => {
	it('unknown host, refused connection, refused address', async () => {
		const unknown = httpTransport({
			egress: new Egress({
				allowPrivate: [],
				resolve: async () => {
					throw Object.assign(new Error('x'), { code: 'ENOTFOUND' });
				},
			}),
			clock: new TestClock(),
			userAgent: 't',
		});
		open.push(async () => await unknown.close());
		await expect(text(unknown, 'http://nowhere.example/oai')).rejects.toMatchObject({
			code: 'host-unknown',
			retriable: false,
			message: expect.stringContaining('nowhere.example'),
		});
		const url = await socketServer(() => undefined);
		await (open.pop() as () => Promise<void>)();
		await expect(text(transportWith(), url)).rejects.toMatchObject({
			code: 'connection-refused',
			message: expect.stringContaining('127.0.0.1'),
		});
	});

	it('Retry-After is read as seconds or date, and nothing else', () => {
		const clock = { now: () => Date.UTC(2026, 0, 1), sleep: async () => undefined };
		expect(
			['7', ' 0 ', 'Thu, 01 Jan 2026 00:01:00 GMT', 'Wed, 31 Dec 2025 00:00:00 GMT', '', 'soon', '-5', '1.5'].map((value) =>
				retryAfterMs(value, clock),
			),
		).toEqual([7_000, 0, 60_000, 0, null, null, null, null]);
	});

	it('an abort is the reason it was given, at any moment', async () => {
		const url = await socketServer((socket) => socket.write(`${OK}content-length: 100\r\n\r\nabc`));
		const stop = new AbortController();
		const running = text(transportWith(), url, stop.signal);
		setTimeout(() => stop.abort(new Error('stopped')), 50);
		await expect(running).rejects.toThrow('stopped');
	});
});

describe('politeness', () => {
	it('lets one request at a time to a host, whoever asks, and goes on after one was abandoned', async () => {
		let now = 0;
		let most = 0;
		const url = await socketServer(function talk(socket: Socket): void {
			most = Math.max(most, ++now);
			setTimeout(() => {
				now--;
				socket.write(`${OK}content-length: 3\r\n\r\nabc`);
				socket.once('data', () => talk(socket));
			}, 20);
		});
		const transport = transportWith();
		const stop = new AbortController();
		const abandoned = text(transport, url, stop.signal);
		stop.abort(new Error('no more'));
		await expect(abandoned).rejects.toThrow('no more');
		expect(await Promise.all(Array.from({ length: 6 }, () => text(transport, url)))).toEqual(Array(6).fill('abc'));
		expect(most).toBe(1);
	});

	it('takes no more of a body than is asked for', async () => {
		let sent = 0;
		const url = await socketServer((socket) => {
			socket.write(`${OK}\r\n`);
			const piece = Buffer.alloc(65_536, 'x');
			const more = (): void => {
				while (sent < LIMITS.responseBytesMax && !socket.destroyed) {
					sent += piece.length;
					if (!socket.write(piece)) return void socket.once('drain', more);
				}
			};
			more();
		});
		const answer = await transportWith().get(url, { signal: new AbortController().signal });
		for await (const piece of answer.body) {
			expect(piece.length).toBeGreaterThan(0);
			await new Promise((resolve) => setTimeout(resolve, 300));
			break;
		}
		expect(sent).toBeLessThan(64_000_000);
	});
});
