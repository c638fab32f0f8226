import { isIPv6 } from 'node:net';
import { callerWithKey } from '../../catalogue/list-operations.ts';
import type { Bib1Refusal } from '../../catalogue/result-set.ts';
import type { Clock } from '../../lib/clock.ts';
import { LIMITS } from '../../lib/limits.ts';
import type { Authentication } from '../../protocols/z3950/init.ts';
import type { ServerDeps } from '../deps.ts';

export interface AdmissionDeps {
	readonly database: ServerDeps['database'];
	readonly clock: Pick<Clock, 'now'>;
	/** Nobody is let in without a key. */
	readonly keysOnly: boolean;
}

/** Bib-1 (appendix 4): bad user or password; blocked network address. */
const WRONG = 1011;
const BLOCKED = 1016;

const WINDOW_MS = 60_000;
const ADDRESSES_MAX = 10_000;
const KEY_LETTERS_MAX = 200;

/**
 * Who may begin a session (Init, Z39.50 §3.2.1.1.4). A key made for readers is the password of idPass, whatever the user is called, or it is the open form, maybe
 * behind `user/`. Whoever sends nothing, or says `anonymous`, is let in unless `keysOnly`; a wrong key never is. An address that sends too
 * many wrong keys is not listened to for the rest of a minute.
 */
export class Admission {
	readonly #deps: AdmissionDeps;
	readonly #wrong = new Map<string, { count: number; untilMs: number }>();

	constructor(deps: AdmissionDeps) {
		this.#deps = deps;
	}

	/** Why a client at an address is refused; null when it is let in. */
	async refusal(address: string, authentication: Authentication | undefined): Promise<Bib1Refusal | null> {
		const network = networkOf(address);
		if (this.#isBlocked(network)) return { condition: BLOCKED, addinfo: 'too many wrong keys: try again in a minute' };
		const key = keyOf(authentication);
		if (key === null) return this.#deps.keysOnly ? { condition: WRONG, addinfo: 'a key is needed, as the password' } : null;
		const caller = key.length > KEY_LETTERS_MAX ? undefined : await callerWithKey(this.#deps, key);
		if (caller?.role === 'reader') return null;
		this.#countWrong(network);
		return {
			condition: WRONG,
			addinfo:
				caller === undefined
					? 'the key is unknown or was revoked'
					: 'keys of operators are not for Z39.50, which does not hide them: ask for one with the role reader',
		};
	}

	#isBlocked(network: string): boolean {
		const wrong = this.#wrong.get(network);
		return wrong !== undefined && wrong.untilMs > this.#deps.clock.now() && wrong.count >= LIMITS.z3950WrongKeysPerMinuteMax;
	}

	#countWrong(network: string): void {
		const now = this.#deps.clock.now();
		const known = this.#wrong.get(network);
		if (known !== undefined && known.untilMs > now) {
			known.count++;
			return;
		}
		if (this.#wrong.size >= ADDRESSES_MAX) for (const [one, { untilMs }] of this.#wrong) if (untilMs <= now) this.#wrong.delete(one);
		// more addresses than these within a minute: the oldest are forgotten
		if (this.#wrong.size >= ADDRESSES_MAX) this.#wrong.delete(this.#wrong.keys().next().value ?? '');
		this.#wrong.set(network, { count: 1, untilMs: now + WINDOW_MS });
	}
}

/** The key that a client sends; null from one that is anonymous. */
function keyOf(authentication: Authentication | undefined): string | null {
	if (authentication === undefined || authentication.kind === 'anonymous') return null;
	if (authentication.kind === 'password') {
		const { user = '', password = '' } = authentication;
		return password === '' && isNobody(user) ? null : password;
	}
	const { text } = authentication;
	return isNobody(text) ? null : text.slice(text.indexOf('/') + 1);
}

const isNobody = (text: string): boolean => /^(?:anonymous)?\/?$/i.test(text.trim());

/** Whoever has one address of IPv6 has all with the same first 64 bits. */
function networkOf(address: string): string {
	if (!isIPv6(address)) return address;
	const [head = '', tail] = address.split('%', 1)[0]?.split('::', 2) ?? [];
	const groups = head === '' ? [] : head.split(':');
	const last = tail === undefined || tail === '' ? [] : tail.split(':');
	// an address of IPv4 within IPv6
	if (last.at(-1)?.includes('.')) return last.at(-1) as string;
	const whole = [...groups, ...Array.from({ length: 8 - groups.length - last.length }, () => '0'), ...last];
	return whole.slice(0, 4).join(':');
}
