import type { HttpPost } from '../harvesters/http-post.ts';
import type { Clock } from '../lib/clock.ts';
import { AppError } from '../lib/errors.ts';
import type { Logger } from '../lib/logger.ts';
import { signedHeaders } from '../lib/webhook-signature.ts';
import type { Database } from '../store/database.ts';
import { claimWebhook, type DueWebhook, noteFailure, noteTold } from '../store/webhook.ts';
import { loop } from './loop.ts';

export interface DeliveryDeps {
	readonly database: Database;
	readonly clock: Clock;
	readonly logger: Logger;
	readonly http: HttpPost;
	/** What the world calls this service. */
	readonly publicUrl: string;
	readonly pollMs?: number;
}

const POLL_MS = 5_000;
/** Longer than a try can take. */
const CLAIM_SECONDS = 60;
const BETWEEN_SECONDS = 10;
const FIRST_RETRY_SECONDS = 10;
const RETRY_SECONDS_MAX = 3_600;
/** An address that has failed for three days is given up. */
const GIVE_UP_SECONDS = 72 * 3_600;
const GONE = 410;

/** Tells webhooks of changes, for as long as the service runs. Each process may; a webhook is told by one at a time. */
export class WebhookDelivery {
	readonly #deps: DeliveryDeps;

	constructor(deps: DeliveryDeps) {
		this.#deps = deps;
	}

	async run(signal: AbortSignal): Promise<void> {
		const { clock, logger, pollMs = POLL_MS } = this.#deps;
		await loop({ clock, logger, pollMs, signal, failed: 'webhooks could not be told; they are tried again' }, () => this.tick(signal));
	}

	/** Tells everything that is due. A slow one does not delay the others. */
	async tick(signal: AbortSignal): Promise<void> {
		const telling: Promise<void>[] = [];
		while (!signal.aborted) {
			const webhook = await claimWebhook(this.#deps.database.pool, CLAIM_SECONDS);
			if (webhook === undefined) break;
			telling.push(this.#tell(webhook, signal));
		}
		await Promise.all(telling);
	}

	async #tell(webhook: DueWebhook, signal: AbortSignal): Promise<void> {
		const { database, logger } = this.#deps;
		const failure = await this.#send(webhook, signal);
		if (signal.aborted) return;
		if (failure === null) return await noteTold(database.pool, webhook.id, webhook.to, BETWEEN_SECONDS);
		const seconds = Math.min(RETRY_SECONDS_MAX, FIRST_RETRY_SECONDS * 2 ** Math.min(webhook.failures, 20));
		const givenUp = await noteFailure(database.pool, webhook.id, { ...failure, seconds, giveUpSeconds: GIVE_UP_SECONDS });
		const fields = { webhook: webhook.id, url: webhook.url, error: failure.error };
		if (givenUp) logger.warn(fields, `webhook ${webhook.id} was given up: lienthong webhook resume ${webhook.id} tries it again`);
		else logger.info({ ...fields, seconds }, 'a webhook could not be told; it is tried again');
	}

	/** null when it was told. */
	async #send(webhook: DueWebhook, signal: AbortSignal): Promise<{ readonly error: string; readonly final: boolean } | null> {
		const { http, publicUrl, clock } = this.#deps;
		const body = JSON.stringify({
			from: webhook.seq + 1,
			to: webhook.to,
			count: webhook.count,
			changes: `${publicUrl}/api/v1/changes?after=${webhook.seq}`,
		});
		const id = `${webhook.id}-${webhook.seq + 1}-${webhook.to}`;
		const headers = { 'content-type': 'application/json', ...signedHeaders(webhook.secret, { id, nowMs: clock.now(), body }) };
		try {
			const status = await http.post(webhook.url, { headers, body, signal });
			return status >= 200 && status < 300 ? null : { error: `it answered with HTTP status ${status}`, final: status === GONE };
		} catch (error) {
			if (error instanceof AppError) return { error: error.message, final: false };
			return { error: error instanceof Error ? error.message : String(error), final: false };
		}
	}
}
