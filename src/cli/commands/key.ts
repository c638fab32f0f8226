import { checkOneOf } from '../../lib/codes.ts';
import { createApiKey, KEY_ROLES, listApiKeys, revokeApiKey } from '../../store/api-key.ts';
import { readArgs, required, runPart, wholeNumber } from '../args.ts';
import type { Command, CommandContext } from '../command.ts';
import { textTable } from '../table.ts';

async function create(args: readonly string[], context: CommandContext): Promise<void> {
	const { values } = readArgs(args, { name: { type: 'string' }, role: { type: 'string' }, json: { type: 'boolean' } }, 0);
	const role = checkOneOf('--role', values.role ?? 'operator', KEY_ROLES);
	const made = await createApiKey(await context.database(), required('--name', values.name), role);
	context.print(values.json ? JSON.stringify(made) : made.key);
	if (!values.json) context.note(`key ${made.id}: keep it now, it is not shown again`);
}

async function list(args: readonly string[], context: CommandContext): Promise<void> {
	const { values } = readArgs(args, { json: { type: 'boolean' } }, 0);
	const keys = await listApiKeys(await context.database());
	context.print(values.json ? JSON.stringify(keys) : textTable(keys, ['id', 'name', 'role', 'createdAt', 'revokedAt']));
}

async function revoke(args: readonly string[], context: CommandContext): Promise<void> {
	const { values, positionals } = readArgs(args, { json: { type: 'boolean' } }, 1);
	const id = wholeNumber('the id of a key', required('the id of a key', positionals[0]), 1, 2_147_483_647);
	await revokeApiKey(await context.database(), id);
	context.print(values.json ? JSON.stringify({ id, revoked: true }) : `key ${id} revoked`);
}

export const command: Command = {
	name: 'key',
	summary: 'keys of operators for REST, and of readers for Z39.50: create, list, revoke',
	help: `
Usage: lienthong key create --name N [--role R] [--json]
       lienthong key list [--json]
       lienthong key revoke ID [--json]

A key of the role operator opens what operators alone may see: Authorization: Bearer KEY. One of the role reader is the password of a client of
Z39.50, whatever its user is called; with Z3950_ACCESS=keys nobody is let in there without one. A key is shown once, when it is made.

  --name N  whose key it is, or what for
  --role R  operator (unless named) or reader
  --json    print JSON
`,
	run: (args, context) =>
		runPart('key', args, {
			create: (rest) => create(rest, context),
			list: (rest) => list(rest, context),
			revoke: (rest) => revoke(rest, context),
		}),
};
