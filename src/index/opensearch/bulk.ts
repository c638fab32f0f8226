import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Parked, Removed, SearchDocument } from '../engine.ts';
import type { OpenSearchClient } from './client.ts';
import { MARK_FIELD, STATE_ID } from './mapping.ts';
import { indexed } from './source.ts';

const REQUEST_BYTES_MAX = 4_000_000;
const TRIES_MAX = 8;
const PAUSE_MS = 100;
/** The document there is as new or newer. */
const CONFLICT = 409;
const BUSY = 429;

interface Action {
	readonly id: number;
	readonly seq: number;
	/** Two lines of a bulk request. */
	readonly lines: string;
}

interface BulkAnswer {
	readonly items: readonly {
		readonly index: { readonly status: number; readonly error?: { readonly type: string; readonly reason: string } };
	}[];
}

/**
 * Writes documents with their change numbers as external versions, so that an older one never replaces a newer one. What the server was too busy
 * for is sent again after growing pauses; what it refused once more by itself, and given back with the reason when it is refused again. What is seen of
 * it after the next refresh has another mark than what was seen before.
 */
export async function writeBulk(
	client: OpenSearchClient,
	index: string,
	documents: readonly SearchDocument[],
	removed: readonly Removed[],
): Promise<readonly Parked[]> {
	const parked: Parked[] = [];
	for (const some of requests(actionsFor(documents, removed))) {
		for (const refused of await send(client, index, some)) {
			const [again] = await send(client, index, [refused.action]);
			if (again !== undefined) parked.push({ id: refused.action.id, seq: refused.action.seq, reason: again.reason });
		}
	}
	// last: a batch that was not written to its end is written again, and then marked
	await client.ask('PUT', `/${index}/_doc/${STATE_ID}`, { live: false, [MARK_FIELD]: randomUUID() });
	return parked;
}

/** A removed document stays as a mark with its change number, so that what comes late does not bring it back. */
function actionsFor(documents: readonly SearchDocument[], removed: readonly Removed[]): Action[] {
	const newest = new Map<number, SearchDocument | Removed>();
	for (const one of [...documents, ...removed]) {
		const known = newest.get(one.id);
		if (known === undefined || known.seq < one.seq) newest.set(one.id, one);
	}
	return [...newest.values()].map((one) => {
		const head = JSON.stringify({ index: { _id: String(one.id), version: one.seq, version_type: 'external' } });
		const body = JSON.stringify('kind' in one ? indexed(one) : { live: false });
		return { id: one.id, seq: one.seq, lines: `${head}\n${body}\n` };
	});
}

function* requests(actions: readonly Action[]): Generator<Action[]> {
	let some: Action[] = [];
	let bytes = 0;
	for (const action of actions) {
		if (bytes > 0 && bytes + action.lines.length > REQUEST_BYTES_MAX) {
			yield some;
			some = [];
			bytes = 0;
		}
		some.push(action);
		bytes += action.lines.length;
	}
	if (some.length > 0) yield some;
}

/** Sends actions until the server took or refused each; gives the refused ones. */
async function send(
	client: OpenSearchClient,
	index: string,
	actions: readonly Action[],
): Promise<readonly { readonly action: Action; readonly reason: string }[]> {
	const refused: { action: Action; reason: string }[] = [];
	let left = actions;
	for (let tries = 1; left.length > 0; tries++) {
		const { items } = await client.ask<BulkAnswer>(
			'POST',
			`/${index}/_bulk?filter_path=items.*.status,items.*.error.type,items.*.error.reason`,
			left.map(({ lines }) => lines).join(''),
		);
		const busy: Action[] = [];
		left.forEach((action, i) => {
			const { status, error } = items[i]?.index ?? { status: BUSY };
			if (status < 300 || status === CONFLICT) return;
			if (status === BUSY && tries < TRIES_MAX) busy.push(action);
			else refused.push({ action, reason: error === undefined ? `status ${status}` : `${error.type}: ${error.reason}` });
		});
		left = busy;
		if (left.length > 0) await wait(PAUSE_MS * 2 ** (tries - 1));
	}
	return refused;
}
