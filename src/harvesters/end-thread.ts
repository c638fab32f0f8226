import type { Worker } from 'node:worker_threads';

/** Asks a thread to end. */
export const CLOSE = 'close';

const CLOSE_MS = 5_000;

/** Lets a thread that answers CLOSE end by itself: one that is stopped while it loads its modules can take the whole process with it (Node 24). */
export async function endThread(worker: Worker): Promise<void> {
	await new Promise<void>((resolve) => {
		const late = setTimeout(() => void worker.terminate(), CLOSE_MS);
		worker.once('exit', () => {
			clearTimeout(late);
			resolve();
		});
		worker.ref();
		worker.postMessage(CLOSE);
	});
}
