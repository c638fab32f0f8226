import { parentPort } from 'node:worker_threads';
import { CLOSE } from '../harvesters/end-thread.ts';
import { portable } from '../lib/portable-error.ts';
import { WorkerTasks } from './worker-tasks.ts';

const tasks = new WorkerTasks();

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
