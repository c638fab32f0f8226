import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { revive } from '../lib/portable-error.ts';
import { endThread } from './end-thread.ts';
import { LARGE_WORKBOOK } from './workbook.ts';
import { tooLarge } from './zip-entries.ts';

/** What the thread answers when it is asked for the next piece. */
export type WorkbookReply = { readonly piece: Uint8Array } | { readonly done: true } | { readonly error: unknown };

/** More than a workbook within LIMITS takes beside the texts that are packed. */
const THREAD_MEGABYTES_MAX = 256;

/**
 * The rows of a workbook as readWorkbook gives them, read in a thread of its own: one piece is made while the one before is used. The thread
 * ends with the generator. AppErrors of readWorkbook; too-large when the workbook does not fit into the memory of the thread.
 */
export async function* workbookPieces(path: string, name: string): AsyncGenerator<Uint8Array> {
	const worker = new Worker(new URL('./workbook-thread.ts', import.meta.url), {
		workerData: { path, name },
		resourceLimits: { maxOldGenerationSizeMb: THREAD_MEGABYTES_MAX },
	});
	let alive = true;
	// who waits for an answer hears of it; nobody does when it comes while the thread ends
	worker.on('error', () => undefined);
	worker.once('exit', () => {
		alive = false;
	});
	const ask = async (): Promise<WorkbookReply> => {
		const answered = once(worker, 'message');
		worker.postMessage('next');
		return (await answered)[0] as WorkbookReply;
	};
	try {
		for (let next = ask(); ; ) {
			const reply = await next;
			if ('error' in reply) throw revive(reply.error);
			if ('done' in reply) return;
			next = ask();
			// looked at in the next turn, if there is one
			next.catch(() => undefined);
			yield reply.piece;
		}
	} catch (error) {
		const full = error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
		throw full ? tooLarge(name, 'more in it than fits into memory', LARGE_WORKBOOK) : error;
	} finally {
		if (alive) await endThread(worker);
	}
}
