import { Type } from 'typebox';
import { listWebhooks, registerWebhook, removeWebhook, resumeWebhook, type Webhook } from '../catalogue/webhooks.ts';
import { LIMITS } from '../lib/limits.ts';
import type { ServerDeps } from './deps.ts';
import { forOperators } from './operator.ts';
import { Problem } from './problems.ts';
import { type Api, Count, iso, isoOrNull, Nullable, problems, refer, Text, Time } from './rest-kit.ts';

const WEBHOOK = {
	id: Type.Integer(),
	url: Text('Address that is told of changes'),
	toldUpTo: Count('Change number up to which it has been told'),
	created: Time('When it was registered'),
	told: Nullable(Time('When it was told last')),
	failures: Count('Tries that have failed since'),
	failingSince: Nullable(Time('When the first of them failed')),
	error: Nullable(Text('Why the last try failed')),
	givenUp: Nullable(Time('When it was given up: after three days of failures, or when it answered 410')),
};
export const ShownWebhook = Type.Object(WEBHOOK, { $id: 'Webhook', description: 'An address that is told of changes.' });
const Made = Type.Object({ ...WEBHOOK, secret: Text('Signs what is sent; shown this once', 'whsec_…') });
const WebhookNumber = Type.Object({ id: Type.Integer({ minimum: 1, maximum: 2_147_483_647 }) });
const COMMON = { tags: ['operation'], security: [{ key: [] }] };

const ms = (at: Date | null): number | null => at?.getTime() ?? null;
const webhook = (row: Webhook) => ({
	id: row.id,
	url: row.url,
	toldUpTo: row.seq,
	created: iso(row.createdAt.getTime()),
	told: isoOrNull(ms(row.toldAt)),
	failures: row.failures,
	failingSince: isoOrNull(ms(row.failingSince)),
	error: row.error,
	givenUp: isoOrNull(ms(row.givenUpAt)),
});

/** Webhooks, for operators. */
export function webhookRoutes(api: Api, deps: ServerDeps): void {
	const db = deps.database;
	api.get(
		'/webhooks',
		{
			...forOperators(deps),
			schema: {
				...COMMON,
				operationId: 'listWebhooks',
				summary: 'Addresses that are told of changes, and how that goes',
				response: { 200: Type.Object({ webhooks: Type.Array(refer(ShownWebhook)) }), ...problems('key-needed') },
				'x-example': {},
			},
		},
		async () => ({ webhooks: (await listWebhooks(db)).map(webhook) }),
	);
	createRoute(api, deps);
	api.post(
		'/webhooks/:id/resume',
		{
			...forOperators(deps),
			schema: {
				...COMMON,
				operationId: 'resumeWebhook',
				summary: 'Try an address again that was given up; it is told of all that it has missed',
				params: WebhookNumber,
				response: { 200: refer(ShownWebhook), ...problems('bad-request', 'key-needed', 'not-found') },
				'x-example': { path: { id: 1 } },
			},
		},
		async ({ params }) => webhook(await resumeWebhook(db, params.id)),
	);
	api.delete(
		'/webhooks/:id',
		{
			...forOperators(deps),
			schema: {
				...COMMON,
				operationId: 'removeWebhook',
				summary: 'Tell an address no more',
				params: WebhookNumber,
				response: { 204: { description: 'Removed.' }, ...problems('bad-request', 'key-needed', 'not-found') },
				'x-example': { path: { id: 1 } },
			},
		},
		async ({ params }, reply) => {
			await removeWebhook(db, params.id);
			return reply.code(204).send();
		},
	);
}

function createRoute(api: Api, deps: ServerDeps): void {
	api.post(
		'/webhooks',
		{
			...forOperators(deps),
			schema: {
				...COMMON,
				operationId: 'createWebhook',
				summary: 'Have an address told of changes',
				description:
					'After changes `{"from", "to", "count", "changes"}` is sent by POST: the numbers of the first and the last change, how many they are, and the address of their list. The message is signed as Standard Webhooks has it; refuse one whose webhook-timestamp is more than five minutes off.',
				body: Type.Object(
					{ url: Type.String({ minLength: 1, maxLength: LIMITS.webhookUrlBytesMax, description: 'http or https; no private address' }) },
					{ additionalProperties: false },
				),
				response: { 201: Made, ...problems('bad-request', 'key-needed', 'not-found', 'conflict') },
				'x-example': { body: { url: 'https://thuvien.example.vn/thay-doi' } },
			},
		},
		async ({ body }, reply) => {
			if (deps.checkAddress === undefined) throw new Problem('not-found', 'This server tells nobody of changes.');
			const { secret, ...made } = await registerWebhook(deps.database, deps.checkAddress, body.url);
			return reply.code(201).send({ ...webhook(made), secret });
		},
	);
}
