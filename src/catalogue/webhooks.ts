import type pg from 'pg';
import { AppError } from '../lib/errors.ts';
import { LIMITS } from '../lib/limits.ts';
import { secretText } from '../lib/webhook-signature.ts';
import * as store from '../store/webhook.ts';

export type { Webhook } from '../store/webhook.ts';
export const { listWebhooks, removeWebhook, resumeWebhook } = store;

/** Looks whether an address may be reached from here, and gives it as it will be used. Throws AppErrors usage, address-refused, host-unknown. */
export type CheckAddress = (url: string) => Promise<string>;

/** Registers an address to be told of changes. The secret is shown this once. Throws also AppError conflict. */
export async function registerWebhook(
	db: Pick<pg.Pool, 'query'>,
	check: CheckAddress,
	url: string,
): Promise<store.Webhook & { readonly secret: string }> {
	if (Buffer.byteLength(url) > LIMITS.webhookUrlBytesMax)
		throw new AppError('usage', `the address has more than ${LIMITS.webhookUrlBytesMax} bytes`, { hint: 'give a shorter one' });
	const { webhook, secret } = await store.addWebhook(db, await check(url));
	return { ...webhook, secret: secretText(secret) };
}
