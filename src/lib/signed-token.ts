import { createHmac, timingSafeEqual } from 'node:crypto';

const MAC_BYTES = 16;

const mac = (secret: Uint8Array, purpose: string, payload: Uint8Array): Buffer =>
	createHmac('sha256', secret).update(purpose).update('\0').update(payload).digest().subarray(0, MAC_BYTES);

/**
 * Text that only the holder of `secret` can have made: base64url of a 16-byte HMAC-SHA-256 and `payload`. `purpose` says what it is
 * for (a verb, an address): a token of one purpose does not open under another.
 */
export function sealToken(secret: Uint8Array, purpose: string, payload: string): string {
	const bytes = Buffer.from(payload, 'utf8');
	return Buffer.concat([mac(secret, purpose, bytes), bytes]).toString('base64url');
}

/** The payload, or undefined when the text is not letter for letter what `sealToken` gave for this purpose. */
export function openToken(secret: Uint8Array, purpose: string, text: string): string | undefined {
	const bytes = Buffer.from(text, 'base64url');
	// base64 readers skip foreign letters and stray bits: only the one canonical spelling counts
	if (bytes.length <= MAC_BYTES || bytes.toString('base64url') !== text) return undefined;
	const payload = bytes.subarray(MAC_BYTES);
	return timingSafeEqual(mac(secret, purpose, payload), bytes.subarray(0, MAC_BYTES)) ? payload.toString('utf8') : undefined;
}
