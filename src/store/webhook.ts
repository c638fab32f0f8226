import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { AppError } from '../lib/errors.ts';
import { LIMITS } from '../lib/limits.ts';

type Db = Pick<pg.Pool, 'query'>;

const SECRET_BYTES = 32;

/** An address that is told of changes. */
export interface Webhook {
	readonly id: number;
	readonly url: string;
	/** The change number up to which it has been told. */
	readonly seq: number;
	readonly createdAt: Date;
	readonly toldAt: Date | null;
	readonly failingSince: Date | null;
	readonly failures: number;
	/** Why the last try failed. */
	readonly error: string | null;
	/** When it failed for so long that it is not tried any more. */
	readonly givenUpAt: Date | null;
}

/** A webhook to be told, claimed by this process. */
export interface DueWebhook {
	readonly id: number;
	readonly url: string;
	readonly secret: Buffer;
	readonly failures: number;
	readonly failingSince: Date | null;
	/** Told up to this number; `to` is the newest, and `count` changes lie between. */
	readonly seq: number;
	readonly to: number;
	readonly count: number;
}

const COLUMNS = `id, url, seq, created_at as "createdAt", told_at as "toldAt", failing_since as "failingSince", failures, error,
	given_up_at as "givenUpAt"`;

/** Registers an address, which is told of what changes from now on. The secret is given this once. AppError conflict: there are too many. */
export async function addWebhook(db: Db, url: string): Promise<{ readonly webhook: Webhook; readonly secret: Buffer }> {
	const secret = randomBytes(SECRET_BYTES);
	const { rows } = await db.query<Webhook>(
		`insert into webhook (url, secret, seq) select $1, $2, (select seq from change_counter) where (select count(*) from webhook) < $3
		returning ${COLUMNS}`,
		[url, secret, LIMITS.webhooksMax],
	);
	if (rows[0] !== undefined) return { webhook: rows[0], secret };
	throw new AppError('conflict', `there are ${LIMITS.webhooksMax} webhooks already`, { hint: 'remove one that is no longer used' });
}

export async function listWebhooks(db: Db): Promise<Webhook[]> {
	return (await db.query<Webhook>(`select ${COLUMNS} from webhook order by id`)).rows;
}

const unknown = (id: number): AppError =>
	new AppError('not-found', `there is no webhook ${id}`, { hint: 'lienthong webhook list shows the webhooks with their ids' });

/** AppError not-found. */
export async function removeWebhook(db: Db, id: number): Promise<void> {
	if ((await db.query('delete from webhook where id = $1', [id])).rowCount === 0) throw unknown(id);
}

/** Has an address tried again at once that was given up, or waits for its next try. It is told of all that it has missed. AppError not-found. */
export async function resumeWebhook(db: Db, id: number): Promise<Webhook> {
	const { rows } = await db.query<Webhook>(
		`update webhook set given_up_at = null, failing_since = null, failures = 0, next_at = clock_timestamp() where id = $1 returning ${COLUMNS}`,
		[id],
	);
	if (rows[0] === undefined) throw unknown(id);
	return rows[0];
}

/** A webhook that is behind and due, with what it is behind; it is this process's for `seconds`. Undefined when there is none. */
export async function claimWebhook(db: Db, seconds: number): Promise<DueWebhook | undefined> {
	const { rows } = await db.query<DueWebhook>(
		`with due as (
			select w.id, c.seq from webhook w, change_counter c
			where w.given_up_at is null and w.next_at <= clock_timestamp() and w.seq < c.seq order by w.next_at limit 1 for update of w skip locked
		)
		update webhook w set next_at = clock_timestamp() + make_interval(secs => $1) from due where w.id = due.id
		returning w.id, w.url, w.secret, w.failures, w.failing_since as "failingSince", w.seq, due.seq as to,
			(select count(*) from change where change.seq > w.seq and change.seq <= due.seq)::float8 as count`,
		[seconds],
	);
	return rows[0];
}

/** It has been told of everything up to `to`; the next message comes no sooner than `seconds` from now. */
export async function noteTold(db: Db, id: number, to: number, seconds: number): Promise<void> {
	await db.query(
		`update webhook set seq = greatest(seq, $2), told_at = clock_timestamp(), failing_since = null, failures = 0, error = null,
			next_at = clock_timestamp() + make_interval(secs => $3) where id = $1`,
		[id, to, seconds],
	);
}

/**
 * It could not be told; it is tried again `seconds` from now, or given up when `final`, or when it has failed for `giveUpSeconds`.
 * Gives whether it was given up.
 */
export async function noteFailure(
	db: Db,
	id: number,
	failure: { readonly error: string; readonly seconds: number; readonly giveUpSeconds: number; readonly final: boolean },
): Promise<boolean> {
	const { rows } = await db.query<{ givenUp: boolean }>(
		`update webhook set failures = failures + 1, error = $2, failing_since = coalesce(failing_since, clock_timestamp()),
			next_at = clock_timestamp() + make_interval(secs => $3),
			given_up_at = case when $5 or failing_since < clock_timestamp() - make_interval(secs => $4) then clock_timestamp() end
		where id = $1 returning given_up_at is not null as "givenUp"`,
		[id, failure.error, failure.seconds, failure.giveUpSeconds, failure.final],
	);
	return rows[0]?.givenUp ?? false;
}
