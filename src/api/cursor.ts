import { openToken, sealToken } from '../lib/signed-token.ts';
import { Problem } from './problems.ts';

export type Position = readonly (string | number)[];

/** Cursors of one operation: signed, and good only for the very query they were given for. */
export class Cursors {
	readonly #secret: () => Promise<Uint8Array>;

	constructor(secret: () => Promise<Uint8Array>) {
		this.#secret = secret;
	}

	async write(operation: string, query: object, position: Position | null): Promise<string | null> {
		return position === null ? null : sealToken(await this.#secret(), purpose(operation, query), JSON.stringify(position));
	}

	/** The position in a cursor; undefined when none was sent. Throws Problem bad-cursor. */
	async read(operation: string, query: object, cursor: string | undefined): Promise<Position | undefined> {
		if (cursor === undefined) return undefined;
		const payload = openToken(await this.#secret(), purpose(operation, query), cursor);
		if (payload === undefined)
			throw new Problem('bad-cursor', 'Send the cursor as it was given in "next", with the same other parameters.');
		return JSON.parse(payload);
	}
}

function purpose(operation: string, query: object): string {
	const parts = Object.entries(query).filter(([name, value]) => name !== 'cursor' && name !== 'limit' && value !== undefined);
	parts.sort(([a], [b]) => (a < b ? -1 : 1));
	return `rest ${operation} ${JSON.stringify(parts)}`;
}
