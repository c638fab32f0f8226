import type { FastifyRequest } from 'fastify';
import { keyRole } from '../catalogue/list-operations.ts';
import type { ServerDeps } from './deps.ts';
import { Problem } from './problems.ts';

declare module 'fastify' {
	interface FastifyContextConfig {
		/** Operators alone may use the route. */
		operator?: boolean;
	}
}

const KEY_LETTERS_MAX = 200;

/** Whether the request carries a key in force (`Authorization: Bearer KEY`); a wrong key is refused, never passed over. */
export async function isOperator(deps: ServerDeps, request: FastifyRequest): Promise<boolean> {
	const header = request.headers.authorization;
	if (header === undefined) return false;
	const key = /^Bearer +([\x21-\x7e]+) *$/i.exec(header)?.[1];
	const role = key === undefined || key.length > KEY_LETTERS_MAX ? undefined : await keyRole(deps, key);
	if (role === undefined)
		throw new Problem('key-needed', 'The key is unknown or was revoked; `lienthong key create --name NAME` makes one.');
	return role === 'operator';
}

/** An onRequest hook for routes that operators alone may use. */
export const operatorsOnly =
	(deps: ServerDeps) =>
	async (request: FastifyRequest): Promise<void> => {
		if (!(await isOperator(deps, request)))
			throw new Problem('key-needed', 'Send `Authorization: Bearer KEY`; `lienthong key create --name NAME` makes a key.');
	};
