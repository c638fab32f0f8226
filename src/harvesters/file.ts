import type { PageEnd, PagePart, PageReading } from './page.ts';

/** Where an import goes on after a kill: which file it was, and how many of its parts are committed. */
export interface FileCheckpoint {
	/** SHA-256 of the file, hex; of a table also of how it is read. */
	readonly file: string;
	readonly parts: number;
}

export interface ReadFileOptions {
	readonly bytes: AsyncIterable<Uint8Array>;
	/** As in FileCheckpoint. */
	readonly file: string;
	readonly reading: PageReading;
	readonly checkpoint: FileCheckpoint | null;
	readonly sink: {
		accept(part: {
			readonly items: PagePart['items'];
			readonly handle: unknown;
			readonly repairs: readonly string[];
			readonly checkpoint: FileCheckpoint;
		}): Promise<void>;
	};
	/** Forgets a part that was committed before. */
	readonly drop: (handle: unknown) => void;
	readonly signal: AbortSignal;
	readonly onPart?: () => void;
}

/**
 * Reads a file part by part into the sink, from where a run that was cut off had committed; gives what was read, where it ends in the middle as its
 * error. Throws what the file, the sink or the signal throws.
 */
export async function readFileInto(options: ReadFileOptions): Promise<PageEnd> {
	const { reading, sink, signal } = options;
	const done = options.checkpoint?.parts ?? 0;
	let parts = 0;
	const hand = async ({ items, handle }: PagePart): Promise<void> => {
		signal.throwIfAborted();
		if (++parts <= done) options.drop(handle);
		else await sink.accept({ items, handle, repairs: [], checkpoint: { file: options.file, parts } });
		options.onPart?.();
	};
	try {
		for await (const piece of options.bytes) {
			signal.throwIfAborted();
			for (const part of await reading.feed(piece)) await hand(part);
		}
		const { parts: last, end } = await reading.end();
		for (const part of last) await hand(part);
		return end;
	} catch (error) {
		reading.discard();
		throw error;
	}
}
