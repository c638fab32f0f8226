import { parentPort } from 'node:worker_threads';
import { AppError } from '../lib/errors.ts';
import { CLOSE } from './worker-pool.ts';
import { WorkerTasks } from './worker-tasks.ts';

const tasks = new WorkerTasks();

/** Class instances lose their kind on the way between threads; src/jobs/worker-pool.ts makes AppErrors again from this. */
const portable = (error: unknown): unknown =>
	error instanceof AppError
		? { appError: true, code: error.code, message: error.message, hint: error.hint, retriable: error.retriable }
		: error;

parentPort?.on('message', (message: typeof CLOSE | { id: number; task: string; payload: never }) => {
	if (message === CLOSE) {
		parentPort?.close();
		return;
	}
	const { id, task, payload } = message;
	try {
		const { value, transfer } = tasks.run(task, payload);
		parentPort?.postMessage({ id, value }, transfer);
	} catch (error) {
		parentPort?.postMessage({ id, error: portable(error) });
	}
});
