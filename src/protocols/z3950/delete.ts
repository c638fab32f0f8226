import { implicit, integerType, listOf, sequenceOf, struct, textType } from '../ber/struct.ts';
import { referenceId, resultSetId } from './search.ts';

/** Delete (Z39.50 §3.2.4): `function` 0 for the sets listed, 1 for all. */
export interface DeleteRequest {
	readonly kind: 'deleteRequest';
	readonly referenceId?: Uint8Array;
	readonly function: number;
	readonly sets?: readonly string[];
}

export interface DeleteResponse {
	readonly kind: 'deleteResponse';
	readonly referenceId?: Uint8Array;
	/** 0 success, 1 it did not exist, … (DeleteSetStatus). */
	readonly status: number;
	readonly statuses?: readonly { readonly set: string; readonly status: number }[];
	readonly message?: string;
}

export const deleteRequest = struct<Omit<DeleteRequest, 'kind'>>(
	{ referenceId, function: implicit(32, integerType), sets: sequenceOf(listOf(resultSetId)) },
	['function'],
);

const setStatus = struct<{ set: string; status: number }>({ set: resultSetId, status: implicit(33, integerType) }, ['set', 'status']);

export const deleteResponse = struct<Omit<DeleteResponse, 'kind'>>(
	{
		referenceId,
		status: implicit(0, integerType),
		statuses: implicit(1, listOf(sequenceOf(setStatus))),
		message: implicit(36, textType),
	},
	['status'],
);

/** Close (§3.2.11), which either side may send at any moment. */
export interface Close {
	readonly kind: 'close';
	readonly referenceId?: Uint8Array;
	/** 0 finished, 1 shutdown, 2 system problem, … (CloseReason). */
	readonly reason: number;
	readonly text?: string;
}

export const close = struct<Omit<Close, 'kind'>>({ referenceId, reason: implicit(211, integerType), text: implicit(3, textType) }, [
	'reason',
]);

const REASONS = [
	'finished',
	'shutdown',
	'system problem',
	'cost limit',
	'resources',
	'security violation',
	'protocol error',
	'lack of activity',
	'peer abort',
	'unspecified',
];

/** Why a session was closed, in words. */
export const describeClose = ({ reason, text }: Close): string => {
	const words = REASONS[reason] ?? `reason ${reason}`;
	return text === undefined || text === '' ? words : `${words}: ${text.slice(0, 300)}`;
};
