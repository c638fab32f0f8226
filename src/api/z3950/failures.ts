import { BerError, type BerNode } from '../../protocols/ber/node.ts';
import { readBer } from '../../protocols/ber/read.ts';
import { child, octets } from '../../protocols/ber/values.ts';
import type { Apdu } from '../../protocols/z3950/apdu.ts';
import { BIB1_DIAGNOSTICS } from '../../protocols/z3950/oids.ts';

/** What is answered to a message that cannot be read: a search is told what is wrong with it, anything else ends the session. */
export function unreadable(bytes: Uint8Array, message: string): Apdu {
	const node = readable(bytes);
	const query = node?.tag === SEARCH ? child(node, QUERY) : undefined;
	if (node === null || query === undefined) return { kind: 'close', reason: 6, text: message };
	const type = query.children[0]?.tag ?? 0;
	// a query of type 1 that is none, or one of another type
	const diagnostic = type === 1 ? { condition: 108, addinfo: message } : { condition: 107, addinfo: String(type) };
	const reference = child(node, 2);
	return refusedSearch(diagnostic, reference === undefined ? {} : { referenceId: octets(reference) });
}

const SEARCH = 22;
const QUERY = 21;

function readable(bytes: Uint8Array): BerNode | null {
	try {
		return readBer(bytes);
	} catch (error) {
		if (error instanceof BerError) return null;
		throw error;
	}
}

const refusedSearch = (diagnostic: { condition: number; addinfo: string }, reference: { readonly referenceId?: Uint8Array }): Apdu => ({
	kind: 'searchResponse',
	...reference,
	resultCount: 0,
	returned: 0,
	nextPosition: 0,
	success: false,
	resultSetStatus: 3,
	records: { kind: 'diagnostics', diagnostics: [{ set: BIB1_DIAGNOSTICS, ...diagnostic }] },
});

/** What a request is answered when something of ours failed: temporary system error, and the session goes on. */
export function failure(request: Apdu): Apdu {
	const temporary = { condition: 2, addinfo: 'try again later' };
	const diagnostic = { set: BIB1_DIAGNOSTICS, ...temporary };
	const reference = request.referenceId === undefined ? {} : { referenceId: request.referenceId };
	switch (request.kind) {
		case 'searchRequest':
			return refusedSearch(temporary, reference);
		case 'presentRequest': {
			const records = { kind: 'diagnostics', diagnostics: [diagnostic] } as const;
			return { kind: 'presentResponse', ...reference, returned: 0, nextPosition: 0, presentStatus: 5, records };
		}
		case 'scanRequest':
			return { kind: 'scanResponse', ...reference, status: 6, returned: 0, entries: { diagnostics: [diagnostic] } };
		case 'sortRequest':
			return { kind: 'sortResponse', ...reference, status: 2, diagnostics: [diagnostic] };
		default:
			return { kind: 'close', ...reference, reason: 2 };
	}
}
