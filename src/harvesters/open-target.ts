import type { Clock } from '../lib/clock.ts';
import type { Logger } from '../lib/logger.ts';
import type { Egress } from './egress.ts';
import type { HttpTransport } from './http-transport.ts';
import type { RecordTarget } from './record-target.ts';
import { SruTarget } from './sru-target.ts';
import { authenticationOf, targetSettings } from './target-settings.ts';
import { parseTargetAddress } from './z3950-address.ts';
import { Z3950Client } from './z3950-client.ts';
import { Z3950Target } from './z3950-target.ts';

export interface TargetSource {
	readonly kind: string;
	readonly url: string;
	readonly format: string | null;
	readonly settings: Readonly<Record<string, unknown>>;
}

export interface OpenTargetOptions {
	readonly egress: Egress;
	readonly transport: HttpTransport;
	readonly clock: Clock;
	readonly logger: Logger;
	readonly signal: AbortSignal;
	/** Tries after the first of each request. */
	readonly retries?: number;
}

/** A Z39.50 target of a source; nothing is connected yet. Throws AppError usage for an address or settings that cannot be. */
export function openZ3950(
	source: TargetSource,
	options: OpenTargetOptions,
): { readonly client: Z3950Client; readonly target: Z3950Target } {
	const settings = targetSettings(source.settings);
	const authentication = authenticationOf(settings);
	const { egress, clock, logger, signal, retries } = options;
	const client = new Z3950Client({
		address: parseTargetAddress(source.url),
		egress,
		clock,
		logger,
		signal,
		...(retries === undefined ? {} : { retries }),
		...(authentication === undefined ? {} : { authentication }),
		...(settings.negotiateUtf8 === undefined ? {} : { negotiateUtf8: settings.negotiateUtf8 }),
	});
	return { client, target: new Z3950Target({ client, settings, format: source.format }) };
}

/** The target of a source of kind z3950 or sru. */
export const openTarget = (source: TargetSource, options: OpenTargetOptions): RecordTarget =>
	source.kind === 'sru' ? new SruTarget(source, options) : openZ3950(source, options).target;
