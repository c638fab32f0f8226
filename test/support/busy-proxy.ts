import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How a bulk request is treated: passed on, refused whole with 429, or every second document of it refused with 429. */
export type BulkMood = 'pass' | 'busy' | 'half';

async function read(message: IncomingMessage): Promise<string> {
	let text = '';
	message.setEncoding('utf8');
	for await (const piece of message) text += piece;
	return text;
}

/** A way to a real OpenSearch that is too busy for some bulk requests, each treated as the next of `moods` says, then all passed on. */
export async function busyProxy(
	target: string,
	moods: BulkMood[],
): Promise<{ readonly url: string; readonly bulks: () => number; close(): Promise<void> }> {
	const { origin, pathname } = new URL(target);
	let bulks = 0;
	const server = createServer((request, response) => {
		void (async () => {
			const body = await read(request);
			const isBulk = request.url?.includes('/_bulk') === true;
			const mood = isBulk ? (moods.shift() ?? 'pass') : 'pass';
			if (isBulk) bulks++;
			if (mood === 'busy') {
				response.writeHead(429, { 'content-type': 'application/json' }).end('{"error":{"type":"rejected","reason":"too busy"}}');
				return;
			}
			const lines = body.split('\n').filter((line) => line !== '');
			const sent = mood === 'half' ? lines.filter((_, i) => i % 4 < 2) : lines;
			const answer = await fetch(`${origin}${request.url}`, {
				method: String(request.method),
				headers: { 'content-type': 'application/json' },
				...(body === '' ? {} : { body: isBulk ? `${sent.join('\n')}\n` : body }),
			});
			const text = await answer.text();
			response.writeHead(answer.status, { 'content-type': 'application/json' });
			if (mood !== 'half') return response.end(text);
			const { items } = JSON.parse(text) as { items: object[] };
			const refused = { index: { status: 429, error: { type: 'rejected', reason: 'queue is full' } } };
			return response.end(
				JSON.stringify({ items: lines.filter((_, i) => i % 2 === 0).map((_, i) => (i % 2 === 0 ? items[i / 2] : refused)) }),
			);
		})();
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${pathname}`,
		bulks: () => bulks,
		close: async () => {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}
