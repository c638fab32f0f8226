import { registerWebhook } from '../../catalogue/webhooks.ts';
import { Egress } from '../../harvesters/egress.ts';
import { listWebhooks, removeWebhook, resumeWebhook } from '../../store/webhook.ts';
import { readArgs, required, runPart, wholeNumber } from '../args.ts';
import type { Command, CommandContext } from '../command.ts';
import { textTable } from '../table.ts';
import { addressCheck } from '../wiring.ts';

async function add(args: readonly string[], context: CommandContext): Promise<void> {
	const { values } = readArgs(args, { url: { type: 'string' }, json: { type: 'boolean' } }, 0);
	const { pool } = await context.database();
	const check = addressCheck(new Egress({ allowPrivate: context.config.allowPrivateAddresses }));
	const { secret, ...webhook } = await registerWebhook(pool, check, required('--url', values.url));
	if (values.json) return context.print(JSON.stringify({ ...webhook, secret }));
	context.print(secret);
	context.note(`webhook ${webhook.id}: keep its secret now, it is not shown again`);
}

async function list(args: readonly string[], context: CommandContext): Promise<void> {
	const { values } = readArgs(args, { json: { type: 'boolean' } }, 0);
	const webhooks = await listWebhooks((await context.database()).pool);
	const columns = ['id', 'url', 'seq', 'toldAt', 'failures', 'error', 'givenUpAt'] as const;
	context.print(values.json ? JSON.stringify(webhooks) : textTable(webhooks, [...columns]));
}

const idOf = (positionals: readonly string[]): number =>
	wholeNumber('the id of a webhook', required('the id of a webhook', positionals[0]), 1, 2_147_483_647);

async function remove(args: readonly string[], context: CommandContext): Promise<void> {
	const { values, positionals } = readArgs(args, { json: { type: 'boolean' } }, 1);
	const id = idOf(positionals);
	await removeWebhook((await context.database()).pool, id);
	context.print(values.json ? JSON.stringify({ id, removed: true }) : `webhook ${id} removed`);
}

async function resume(args: readonly string[], context: CommandContext): Promise<void> {
	const { values, positionals } = readArgs(args, { json: { type: 'boolean' } }, 1);
	const webhook = await resumeWebhook((await context.database()).pool, idOf(positionals));
	context.print(values.json ? JSON.stringify(webhook) : `webhook ${webhook.id} is tried again, from change number ${webhook.seq} on`);
}

export const command: Command = {
	name: 'webhook',
	summary: 'addresses that are told of changes: add, list, remove, resume',
	help: `
Usage: lienthong webhook add --url U [--json]
       lienthong webhook list [--json]
       lienthong webhook remove ID [--json]
       lienthong webhook resume ID [--json]

After changes a running worker POSTs {"from", "to", "count", "changes"} to each address: numbers of the first and last change, how many they
are, and where they are listed. It is signed as Standard Webhooks has it (webhook-id, webhook-timestamp, webhook-signature) with the
secret that is shown once, when the address is added. What fails is tried again after 10 s, 20 s and so on up to an hour; after three days of
failures the address is given up, until "resume". Private addresses must be named in ALLOW_PRIVATE_ADDRESSES.

  --url U   http or https
  --json    print JSON
`,
	run: (args, context) =>
		runPart('webhook', args, {
			add: (rest) => add(rest, context),
			list: (rest) => list(rest, context),
			remove: (rest) => remove(rest, context),
			resume: (rest) => resume(rest, context),
		}),
};
