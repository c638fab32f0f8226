import { LIMITS } from '../lib/limits.ts';

const REPEATS_MAX = 10;

/**
 * Tells endless lists from long ones, in constant memory: each page is compared with one page of the past, which moves up at
 * every power of two (Brent's cycle detection), so a cycle of any length is met. A token that repeats proves nothing by itself, nor do
 * a few equal pages: both together do, or many equal pages in a row of cycles.
 */
export class ListGuard {
	#mark = { token: '', fingerprint: '' };
	#since = 0;
	#stride = 1;
	#repeats = 0;
	#pages: number;
	#emptyPages: number;

	constructor(pages: number, emptyPages: number) {
		this.#pages = pages;
		this.#emptyPages = emptyPages;
	}

	get emptyPages(): number {
		return this.#emptyPages;
	}

	/** Why the list is not to be followed further, or null. `token` is the one that the page hands out, null at the end of the list. */
	look(page: {
		readonly token: string | null;
		readonly fingerprint: string;
		readonly listed: number;
	}): 'token-loop' | 'no-progress' | 'empty-pages' | 'too-many-pages' | null {
		this.#pages++;
		this.#emptyPages = page.listed === 0 ? this.#emptyPages + 1 : 0;
		if (page.token === null) return null;
		if (this.#emptyPages >= LIMITS.emptyPagesMax) return 'empty-pages';
		if (this.#pages >= LIMITS.pagesPerRunMax) return 'too-many-pages';
		if (page.listed === 0) return null;
		if (page.fingerprint === this.#mark.fingerprint) {
			if (page.token === this.#mark.token) return 'token-loop';
			if (++this.#repeats >= REPEATS_MAX) return 'no-progress';
		}
		if (++this.#since >= this.#stride) {
			this.#mark = { token: page.token, fingerprint: page.fingerprint };
			this.#since = 0;
			this.#stride *= 2;
		}
		return null;
	}
}
