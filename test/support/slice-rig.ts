import { Egress } from '../../src/harvesters/egress.ts';
import type { PagePart } from '../../src/harvesters/page.ts';
import { type RawRecord, readRawRecord } from '../../src/harvesters/raw-record.ts';
import type { RecordTarget } from '../../src/harvesters/record-target.ts';
import { harvestSlices, type SliceCheckpoint, type SliceOutcome } from '../../src/harvesters/slice-harvest.ts';
import { SruTarget } from '../../src/harvesters/sru-target.ts';
import { authenticationOf, targetSettings } from '../../src/harvesters/target-settings.ts';
import { parseTargetAddress } from '../../src/harvesters/z3950-address.ts';
import { Z3950Client, type Z3950ClientOptions } from '../../src/harvesters/z3950-client.ts';
import { Z3950Target } from '../../src/harvesters/z3950-target.ts';
import { systemClock } from '../../src/jobs/system-clock.ts';
import type { Logger } from '../../src/lib/logger.ts';
import { loopbackTransport } from './harvest-rig.ts';

const silent = (): void => undefined;
const noLogger: Logger = { debug: silent, info: silent, warn: silent, error: silent, child: () => noLogger } as unknown as Logger;

const loopback = new Egress({ allowPrivate: ['127.0.0.0/8'] });

/** A client of a target on this machine. */
export const clientOf = (address: string, options: Partial<Z3950ClientOptions> = {}): Z3950Client =>
	new Z3950Client({
		address: parseTargetAddress(address),
		egress: loopback,
		clock: systemClock,
		logger: noLogger,
		signal: new AbortController().signal,
		retries: 0,
		...options,
	});

export function z3950Target(address: string, settings: Readonly<Record<string, unknown>> = {}, format: string | null = null): Z3950Target {
	const checked = targetSettings(settings);
	const authentication = authenticationOf(checked);
	return new Z3950Target({
		client: clientOf(address, { retries: 1, ...(authentication === undefined ? {} : { authentication }) }),
		settings: checked,
		format,
	});
}

/** An SRU server on this machine as a target. */
export const sruTarget = (url: string, settings: Readonly<Record<string, unknown>> = {}, format: string | null = null): SruTarget =>
	new SruTarget(
		{ kind: 'sru', url, format, settings },
		{
			egress: loopback,
			transport: loopbackTransport(systemClock),
			clock: systemClock,
			logger: noLogger,
			signal: new AbortController().signal,
			retries: 0,
		},
	);

export interface Harvested {
	readonly outcome: SliceOutcome;
	/** Identifier to times listed. */
	readonly listed: ReadonlyMap<string, number>;
	/** Identifier '' or problem. */
	readonly problems: readonly string[];
	readonly checkpoints: readonly SliceCheckpoint[];
	readonly records: readonly ReturnType<typeof readRawRecord>[];
}

/** Harvests a target into memory. `stopAfter` parts the sink fails, as a killed process would. */
export async function harvestTarget(
	target: RecordTarget,
	settings: Readonly<Record<string, unknown>> = {},
	options: { readonly stopAfter?: number; readonly from?: SliceCheckpoint; readonly before?: ReadonlyMap<string, number> } = {},
): Promise<Harvested> {
	const listed = new Map(options.before ?? []);
	const problems: string[] = [];
	const checkpoints: SliceCheckpoint[] = [];
	const records: ReturnType<typeof readRawRecord>[] = [];
	const outcome = await harvestSlices({
		target,
		settings: targetSettings(settings),
		checkpoint: options.from ?? null,
		readRecords: async (raw: readonly RawRecord[]): Promise<PagePart> => {
			const read = raw.map((one) => readRawRecord(one, null));
			records.push(...read);
			return { items: read, handle: null };
		},
		sink: {
			accept: async ({ items, checkpoint }) => {
				if (checkpoints.length === options.stopAfter) throw new Error('killed');
				for (const item of items) {
					if (item.identifier !== '') listed.set(item.identifier, (listed.get(item.identifier) ?? 0) + 1);
					if (item.problem !== undefined) problems.push(item.problem.reason);
				}
				if (checkpoint !== null) checkpoints.push(JSON.parse(JSON.stringify(checkpoint)) as SliceCheckpoint);
			},
		},
		distinct: async () => listed.size,
		logger: noLogger,
		signal: new AbortController().signal,
	}).catch((error: unknown) => {
		if (options.stopAfter !== undefined) return null as unknown as SliceOutcome;
		throw error;
	});
	target.close();
	return { outcome, listed, problems, checkpoints, records };
}
