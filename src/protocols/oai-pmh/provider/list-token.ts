import { openToken, sealToken } from '../../../lib/signed-token.ts';
import type { ListVerb, Selection } from './request.ts';

const VERSION = 1;

/** Everything that a split list needs to go on, on any process: it travels in the resumption token. */
export interface ListState {
	readonly selection: Selection;
	/** The last record given: the list goes on after it. */
	readonly after: { readonly stampMs: number; readonly seq: number };
	/** Records given so far. */
	readonly cursor: number;
	readonly completeListSize: number;
	/** The datestamp that the list ends with; what changes later is for the next incremental harvest. */
	readonly endMs: number;
	readonly expiresMs: number;
}

/** A token is good for one address (base URL) and one verb. */
const purpose = (address: string, verb: ListVerb): string => `oai-pmh ${verb} ${address}`;

/** Opaque text of URL-safe letters (OAI-PMH 2.0 §3.5). */
export function writeListToken(secret: Uint8Array, address: string, verb: ListVerb, state: ListState): string {
	const { selection, after } = state;
	const payload = [
		VERSION,
		selection.prefix,
		selection.set,
		selection.fromMs,
		selection.untilMs,
		after.stampMs,
		after.seq,
		state.cursor,
		state.completeListSize,
		state.endMs,
		state.expiresMs,
	];
	return sealToken(secret, purpose(address, verb), JSON.stringify(payload));
}

/** What was sealed, or undefined: forged, damaged, expired, of another address, verb or version. */
export function readListToken(secret: Uint8Array, address: string, verb: ListVerb, text: string, nowMs: number): ListState | undefined {
	const payload = openToken(secret, purpose(address, verb), text);
	if (payload === undefined) return undefined;
	const [version, prefix, set, fromMs, untilMs, stampMs, seq, cursor, completeListSize, endMs, expiresMs] = JSON.parse(payload);
	if (version !== VERSION || expiresMs < nowMs) return undefined;
	return { selection: { prefix, set, fromMs, untilMs }, after: { stampMs, seq }, cursor, completeListSize, endMs, expiresMs };
}
