import { parentPort, workerData } from 'node:worker_threads';
import { portable } from '../lib/portable-error.ts';
import { CLOSE } from './end-thread.ts';
import { readWorkbook } from './workbook.ts';
import type { WorkbookReply } from './workbook-pieces.ts';

const { path, name } = workerData as { readonly path: string; readonly name: string };
const rows = readWorkbook(path, name);

function reply(answer: WorkbookReply, transfer: ArrayBuffer[] = []): void {
	parentPort?.postMessage(answer, transfer);
}

parentPort?.on('message', async (message: unknown) => {
	if (message === CLOSE) {
		await rows.return(undefined).catch(() => undefined);
		parentPort?.close();
		return;
	}
	try {
		const next = await rows.next();
		if (next.done === true) reply({ done: true });
		else reply({ piece: next.value as Uint8Array<ArrayBuffer> }, [next.value.buffer as ArrayBuffer]);
	} catch (error) {
		reply({ error: portable(error) });
	}
});
