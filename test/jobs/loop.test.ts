import { expect, it } from 'vitest';
import { loop } from '../../src/jobs/loop.ts';
import { AppError } from '../../src/lib/errors.ts';
import type { Logger } from '../../src/lib/logger.ts';

/** Runs a loop with these rounds, a second apart; what its log says, by the number of the round. */
async function logOf(rounds: readonly (string | null)[]): Promise<string[]> {
	const stop = new AbortController();
	const lines: string[] = [];
	let n = 0;
	const line = (fields: object, message: string): void => {
		lines.push(`${n} ${message} ${JSON.stringify(fields)}`);
	};
	const logger: Logger = { debug: line, info: line, warn: line, error: line, child: () => logger };
	const clock = { now: () => n * 1_000, sleep: () => Promise.resolve() };
	await loop({ clock, logger, pollMs: 1, signal: stop.signal, failed: 'failed' }, () => {
		const fault = rounds[n++] ?? null;
		if (n >= rounds.length) stop.abort();
		return fault === null ? Promise.resolve() : Promise.reject(new AppError('database', fault, { hint: 'start it' }));
	});
	return lines;
}

it('a failure that lasts is said when it begins, every ten minutes, and when it is over', async () => {
	const lasting = Array.from({ length: 1_300 }, () => 'gone');
	expect(await logOf([null, ...lasting, null, 'gone', null])).toEqual([
		'2 failed {"error":"gone","hint":"start it"}',
		'602 failed {"error":"gone","hint":"start it"}',
		'1202 failed {"error":"gone","hint":"start it"}',
		'1302 it works again {"was":"gone"}',
		'1303 failed {"error":"gone","hint":"start it"}',
		'1304 it works again {"was":"gone"}',
	]);
});

it('another failure is said at once', async () => {
	expect(await logOf(['gone', 'gone', 'full', null])).toEqual([
		'1 failed {"error":"gone","hint":"start it"}',
		'3 failed {"error":"full","hint":"start it"}',
		'4 it works again {"was":"full"}',
	]);
});
