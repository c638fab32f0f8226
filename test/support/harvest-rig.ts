import { Egress } from '../../src/harvesters/egress.ts';
import { type HttpTransport, httpTransport, type TransportLimits } from '../../src/harvesters/http-transport.ts';
import { type HarvestOaiPmhOptions, type HarvestOutcome, harvestOaiPmh } from '../../src/harvesters/oai-pmh.ts';
import type { Checkpoint, HarvestSink, ReadRecord } from '../../src/harvesters/page.ts';
import { localPageReading } from '../../src/harvesters/page-reading.ts';
import type { Clock } from '../../src/lib/clock.ts';
import type { Logger } from '../../src/lib/logger.ts';
import { type ProviderOptions, ScriptedProvider } from './scripted-provider.ts';

/** A clock whose sleeps take no time: they are written down, and move its `now`. */
export class TestClock implements Clock {
	readonly sleeps: number[] = [];
	#ahead = 0;

	now(): number {
		return Date.now() + this.#ahead;
	}

	async sleep(ms: number, signal?: AbortSignal): Promise<void> {
		signal?.throwIfAborted();
		this.sleeps.push(ms);
		this.#ahead += ms;
	}
}

export const silentLogger: Logger = {
	debug: () => undefined,
	info: () => undefined,
	warn: () => undefined,
	error: () => undefined,
	child: () => silentLogger,
};

/** Keeps what a store would: the last state of each identifier, what could not be read, and the checkpoints. */
export class MemorySink implements HarvestSink {
	readonly records = new Map<string, ReadRecord>();
	readonly problems: ReadRecord[] = [];
	readonly parts: {
		page: number;
		items: number;
		repairs: readonly string[];
		namespaces: Readonly<Record<string, string>>;
		checkpoint: Checkpoint | null;
	}[] = [];
	listed = 0;
	/** Throws after so many parts, like a process that is killed. */
	dieAfter = Number.POSITIVE_INFINITY;

	async accept(part: Parameters<HarvestSink['accept']>[0]): Promise<void> {
		await new Promise((resolve) => setImmediate(resolve));
		if (this.parts.length >= this.dieAfter) throw new Error('killed');
		for (const record of (part.handle ?? []) as readonly ReadRecord[]) {
			this.listed++;
			if (record.problem !== undefined || record.decoded?.ok === false) this.problems.push(record);
			else if (record.ignoredAs === undefined) this.records.set(record.identifier, record);
		}
		this.parts.push({
			page: part.page,
			items: part.items.length,
			repairs: part.repairs,
			namespaces: part.namespaces,
			checkpoint: part.checkpoint,
		});
	}

	get checkpoint(): Checkpoint | null {
		return this.parts.findLast((part) => part.checkpoint !== null)?.checkpoint ?? null;
	}

	get repairs(): string[] {
		return [...new Set(this.parts.flatMap((part) => part.repairs))].sort();
	}

	living(): string[] {
		return [...this.records.values()]
			.filter((record) => !record.deleted)
			.map((record) => record.identifier)
			.sort();
	}

	title(identifier: string): string | undefined {
		const decoded = this.records.get(identifier)?.decoded;
		if (decoded?.ok !== true) return undefined;
		return decoded.record.fields.find((field) => field.tag === '245')?.subfields[0]?.value;
	}
}

export interface HarvestCase {
	readonly mode?: 'full' | 'incremental';
	readonly harvestedUntil?: string | null;
	readonly checkpoint?: Checkpoint | null;
	readonly set?: string;
	readonly format?: string;
	readonly settings?: Record<string, unknown>;
	readonly url?: string;
	readonly sink?: MemorySink;
	readonly openPage?: HarvestOaiPmhOptions['openPage'];
	readonly transport?: HttpTransport;
}

export interface HarvestResult {
	readonly outcome: HarvestOutcome;
	readonly sink: MemorySink;
	readonly sleeps: readonly number[];
}

/** A transport that may reach loopback. */
export const loopbackTransport = (clock: Clock, limits: Partial<TransportLimits> = {}): HttpTransport =>
	httpTransport({
		egress: new Egress({ allowPrivate: ['127.0.0.0/8'] }),
		clock,
		userAgent: 'lienthong/0.0.0 (+mailto:test@library.example)',
		limits,
	});

/** Harvests from a provider into memory. Throws what the harvest throws. */
export async function harvest(provider: ScriptedProvider, options: HarvestCase = {}): Promise<HarvestResult> {
	const clock = new TestClock();
	const transport = options.transport ?? loopbackTransport(clock);
	const sink = options.sink ?? new MemorySink();
	try {
		const outcome = await harvestOaiPmh({
			source: {
				url: options.url ?? provider.url,
				set: options.set ?? null,
				format: options.format ?? null,
				settings: options.settings ?? {},
			},
			mode: options.mode ?? 'full',
			harvestedUntil: options.harvestedUntil ?? null,
			checkpoint: options.checkpoint ?? null,
			transport,
			openPage: options.openPage ?? localPageReading,
			sink,
			clock,
			logger: silentLogger,
			signal: new AbortController().signal,
		});
		return { outcome, sink, sleeps: clock.sleeps };
	} finally {
		await transport.close();
	}
}

/** Starts a provider, lets `use` have it, and stops it. */
export async function withProvider<T>(options: ProviderOptions, use: (provider: ScriptedProvider) => Promise<T>): Promise<T> {
	const provider = await new ScriptedProvider(options).start();
	try {
		return await use(provider);
	} finally {
		await provider.stop();
	}
}
