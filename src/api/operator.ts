import type { FastifyRequest } from 'fastify';
import { type Caller, callerWithKey } from '../catalogue/list-operations.ts';
import type { ServerDeps } from './deps.ts';
import { Problem } from './problems.ts';

declare module 'fastify' {
	interface FastifyContextConfig {
		/** Operators alone may use the route. */
		operator?: boolean;
	}
}

const KEY_LETTERS_MAX = 200;

/** Who the key of the request (`Authorization: Bearer KEY`) was made for; undefined without one. A wrong key is refused, never passed over. */
async function callerOf(deps: ServerDeps, request: FastifyRequest): Promise<Caller | undefined> {
	const header = request.headers.authorization;
	if (header === undefined) return undefined;
	const key = /^Bearer +([\x21-\x7e]+) *$/i.exec(header)?.[1];
	const caller = key === undefined || key.length > KEY_LETTERS_MAX ? undefined : await callerWithKey(deps, key);
	if (caller === undefined)
		throw new Problem('key-needed', 'The key is unknown or was revoked; `lienthong key create --name NAME` makes one.');
	return caller;
}

/** Whether the request carries an operator's key in force. */
export const isOperator = async (deps: ServerDeps, request: FastifyRequest): Promise<boolean> =>
	(await callerOf(deps, request))?.role === 'operator';

/** The name of the operator's key that the request carries; refused without one. */
export async function operatorName(deps: ServerDeps, request: FastifyRequest): Promise<string> {
	const caller = await callerOf(deps, request);
	if (caller?.role === 'operator') return caller.name;
	throw new Problem('key-needed', 'Send `Authorization: Bearer KEY`; `lienthong key create --name NAME` makes a key.');
}

/** Options of a route that operators alone may use. */
export const forOperators = (deps: ServerDeps) => ({
	onRequest: async (request: FastifyRequest): Promise<void> => {
		await operatorName(deps, request);
	},
	config: { operator: true },
});
