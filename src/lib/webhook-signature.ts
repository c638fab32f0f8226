import { createHmac } from 'node:crypto';

/** A secret as its receiver is given it (Standard Webhooks: `whsec_` and base64). */
export const secretText = (secret: Uint8Array): string => `whsec_${Buffer.from(secret).toString('base64')}`;

/**
 * The headers that prove a message (Standard Webhooks 1.0): HMAC-SHA-256 over its id, the time in seconds and the body, with points between. The
 * time is signed, so that a receiver that refuses old ones cannot be sent a message again.
 */
export function signedHeaders(
	secret: Uint8Array,
	{ id, nowMs, body }: { readonly id: string; readonly nowMs: number; readonly body: string },
): Record<string, string> {
	const timestamp = String(Math.floor(nowMs / 1000));
	const signature = createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`, 'utf8').digest('base64');
	return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
}
