import type { Reading } from '../catalogue/reading.ts';
import type { DecisionMatcher } from '../catalogue/settle.ts';
import type { CheckAddress } from '../catalogue/webhooks.ts';
import type { Clock } from '../lib/clock.ts';
import type { Logger } from '../lib/logger.ts';
import type { FileUploads } from './uploads.ts';

/** What the HTTP server is made of. */
export interface ServerDeps extends Reading {
	/** What the world calls this server, without a slash at the end: `https://lienthong.example.vn`. */
	readonly publicUrl: string;
	/** A domain name, chosen once: it is part of every OAI-PMH identifier. */
	readonly repositoryIdentifier: string;
	readonly adminEmail: string;
	readonly clock: Clock;
	readonly logger: Logger;
	readonly matcher: DecisionMatcher;
	/** Left out: files are not taken. */
	readonly uploads?: FileUploads;
	/** Where dumps lie; left out: none are offered. */
	readonly dumpsFolder?: string;
	/** Whether an address may be reached from here; left out: no webhook can be registered. */
	readonly checkAddress?: CheckAddress;
	/** Where clients of Z39.50 are listened to; left out or null: nowhere. */
	readonly z3950Port?: number | null;
	/** Requests to REST that one client may make in a minute. */
	readonly requestsPerMinute?: number;
	/** Records in one part of an OAI-PMH list. */
	readonly oaiPageSize?: number;
}
