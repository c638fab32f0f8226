import { Worker } from 'node:worker_threads';
import { endThread } from '../harvesters/end-thread.ts';
import { revive } from '../lib/portable-error.ts';

interface Reply {
	readonly id: number;
	readonly value?: unknown;
	readonly error?: unknown;
}

interface Waiting {
	resolve(value: unknown): void;
	reject(error: unknown): void;
}

/** A few threads of src/jobs/worker-thread.ts. A lane is one thread: calls of one lane run in order and share its memory. */
export class WorkerPool {
	readonly #workers: Worker[] = [];
	readonly #waiting: Map<number, Waiting>[] = [];
	#nextCall = 1;
	#nextLane = 0;
	#closing = false;

	readonly lanes: number;

	/** Threads start when they are first called: a command that needs none ends the sooner. */
	constructor(lanes: number) {
		this.lanes = lanes;
	}

	#start(lane: number): { readonly worker: Worker; readonly waiting: Map<number, Waiting> } {
		const worker = new Worker(new URL('./worker-thread.ts', import.meta.url), {
			// young generation large enough that records of a page die young; the old one small, so that memory stays flat
			resourceLimits: { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 48 },
		});
		worker.unref();
		const waiting = new Map<number, Waiting>();
		worker.on('message', (reply: Reply) => {
			const call = waiting.get(reply.id);
			waiting.delete(reply.id);
			if (waiting.size === 0) worker.unref();
			if (reply.error === undefined) call?.resolve(reply.value);
			else call?.reject(revive(reply.error));
		});
		worker.on('error', (error) => {
			for (const call of waiting.values()) call.reject(error);
			waiting.clear();
			// the next call starts another
			if (this.#workers[lane] === worker) {
				delete this.#workers[lane];
				delete this.#waiting[lane];
			}
		});
		this.#workers[lane] = worker;
		this.#waiting[lane] = waiting;
		return { worker, waiting };
	}

	/** The lane to use next, of the first so many in turn. */
	nextLane(among: number): number {
		const lane = this.#nextLane % among;
		this.#nextLane = lane + 1;
		return lane;
	}

	/** The lane with the fewest calls under way, of the first so many. */
	idleLane(among: number): number {
		let best = 0;
		for (let lane = 1; lane < among; lane++) {
			if ((this.#waiting[lane]?.size ?? 0) < (this.#waiting[best]?.size ?? 0)) best = lane;
		}
		return best;
	}

	/** Runs a task of src/jobs/worker-tasks.ts on a lane; rejects with what the task threw. */
	call<Result>(lane: number, task: string, payload: unknown, transfer: readonly ArrayBuffer[] = []): Promise<Result> {
		if (!(lane >= 0 && lane < this.lanes)) return Promise.reject(new RangeError(`no lane ${lane}`));
		if (this.#closing) return Promise.reject(new Error('the threads are closed'));
		const started = this.#workers[lane];
		const { worker, waiting } =
			started === undefined ? this.#start(lane) : { worker: started, waiting: this.#waiting[lane] as Map<number, Waiting> };
		const id = this.#nextCall++;
		return new Promise<Result>((resolve, reject) => {
			waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
			worker.ref();
			worker.postMessage({ id, task, payload }, [...transfer]);
		});
	}

	async close(): Promise<void> {
		this.#closing = true;
		await Promise.all(this.#workers.filter((worker) => worker !== undefined).map(endThread));
	}
}
