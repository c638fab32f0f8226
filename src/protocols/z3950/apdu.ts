import { BerError, CONTEXT } from '../ber/node.ts';
import { readBer } from '../ber/read.ts';
import { booleanType, implicit, octetsType, struct, type Type } from '../ber/struct.ts';
import { writeBer } from '../ber/write.ts';
import { type Close, close, type DeleteRequest, type DeleteResponse, deleteRequest, deleteResponse } from './delete.ts';
import { type InitRequest, type InitResponse, initRequest, initResponse } from './init.ts';
import { type ScanRequest, type ScanResponse, scanRequest, scanResponse } from './scan.ts';
import {
	type PresentRequest,
	type PresentResponse,
	presentRequest,
	presentResponse,
	type SearchRequest,
	type SearchResponse,
	searchRequest,
	searchResponse,
} from './search.ts';
import { type SortRequest, type SortResponse, sortRequest, sortResponse } from './sort.ts';

/** ResourceControl (Z39.50 §3.2.6.2), which a target may send although it was not offered. */
export interface ResourceControlRequest {
	readonly kind: 'resourceControlRequest';
	readonly referenceId?: Uint8Array;
	readonly responseRequired: boolean;
}

export interface ResourceControlResponse {
	readonly kind: 'resourceControlResponse';
	readonly referenceId?: Uint8Array;
	readonly continue: boolean;
}

/** A message of Z39.50-1995 (ISO 23950), of either side. */
export type Apdu =
	| InitRequest
	| InitResponse
	| SearchRequest
	| SearchResponse
	| PresentRequest
	| PresentResponse
	| DeleteRequest
	| DeleteResponse
	| ResourceControlRequest
	| ResourceControlResponse
	| ScanRequest
	| ScanResponse
	| SortRequest
	| SortResponse
	| Close;

const referenceId = implicit(2, octetsType);

type Body<K extends Apdu['kind']> = Type<Omit<Extract<Apdu, { kind: K }>, 'kind'>>;

const BODIES: { readonly [K in Apdu['kind']]: readonly [tag: number, type: Body<K>] } = {
	initRequest: [20, initRequest],
	initResponse: [21, initResponse],
	searchRequest: [22, searchRequest],
	searchResponse: [23, searchResponse],
	presentRequest: [24, presentRequest],
	presentResponse: [25, presentResponse],
	deleteRequest: [26, deleteRequest],
	deleteResponse: [27, deleteResponse],
	resourceControlRequest: [30, struct({ referenceId, responseRequired: implicit(42, booleanType) }, ['responseRequired'])],
	resourceControlResponse: [31, struct({ referenceId, continue: implicit(44, booleanType) }, ['continue'])],
	scanRequest: [35, scanRequest],
	scanResponse: [36, scanResponse],
	sortRequest: [43, sortRequest],
	sortResponse: [44, sortResponse],
	close: [48, close],
};

const KINDS = new Map(Object.entries(BODIES).map(([kind, [tag]]) => [tag, kind as Apdu['kind']]));

/** The octets of a message. */
export function encodeApdu(apdu: Apdu): Uint8Array {
	const { kind, ...body } = apdu;
	const [tag, type] = BODIES[kind];
	return writeBer((type as Type<unknown>).write(body, tag));
}

/** The message that whole octets of one element are. Throws BerError for anything else, services that are not spoken here included. */
export function decodeApdu(bytes: Uint8Array): Apdu {
	const node = readBer(bytes);
	const kind = node.cls === CONTEXT ? KINDS.get(node.tag) : undefined;
	if (kind === undefined || !node.constructed) throw new BerError(`a message is of an unknown kind (${node.tag})`, 0);
	return { kind, ...(BODIES[kind][1] as Type<object>).read(node) } as Apdu;
}
