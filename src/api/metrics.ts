import type { FastifyInstance } from 'fastify';

/** Counts requests by route and status, and prints them as Prometheus text (exposition format 0.0.4). */
class Metrics {
	readonly #requests = new Map<string, { count: number; seconds: number }>();

	count(route: string, status: number, seconds: number): void {
		const key = `route="${route}",status="${status}"`;
		const found = this.#requests.get(key);
		if (found === undefined) this.#requests.set(key, { count: 1, seconds });
		else {
			found.count++;
			found.seconds += seconds;
		}
	}

	text(): string {
		const lines = ['# TYPE lienthong_http_requests_total counter', '# TYPE lienthong_http_request_seconds_total counter'];
		for (const [key, { count, seconds }] of [...this.#requests].sort(([a], [b]) => (a < b ? -1 : 1))) {
			lines.push(`lienthong_http_requests_total{${key}} ${count}`, `lienthong_http_request_seconds_total{${key}} ${seconds.toFixed(6)}`);
		}
		const cpu = process.cpuUsage();
		lines.push('# TYPE process_cpu_seconds_total counter', `process_cpu_seconds_total ${((cpu.user + cpu.system) / 1e6).toFixed(3)}`);
		lines.push('# TYPE process_resident_memory_bytes gauge', `process_resident_memory_bytes ${process.memoryUsage.rss()}`);
		return `${lines.join('\n')}\n`;
	}
}

/** Counts every answer of the server and serves the counts at `/metrics`. */
export function addMetrics(app: FastifyInstance): void {
	const metrics = new Metrics();
	app.addHook('onResponse', async (request, reply) => {
		// the pattern, never the address: a client must not be able to make labels
		metrics.count(request.routeOptions.url ?? 'none', reply.statusCode, reply.elapsedTime / 1000);
	});
	app.register(async (scope) => {
		scope.get('/metrics', { schema: { hide: true } }, async (_, reply) =>
			reply.type('text/plain; version=0.0.4; charset=utf-8').send(metrics.text()),
		);
	});
}
