import { publicId } from '../lib/ids.ts';
import { LIMITS } from '../lib/limits.ts';
import { lastChange } from '../store/change-read.ts';
import { sharedInRange, stretchesWithShared } from '../store/shared-records.ts';
import type { Reading } from './reading.ts';

/** Records of a sitemap: those with numbers of one stretch, so that a file holds no more than search engines take and its address never changes. */
const STRETCH = LIMITS.sitemapAddressesMax;
const PAGE = 5_000;

/** Which sitemaps there are, by their places from 0. */
export const sitemapPlaces = ({ database }: Pick<Reading, 'database'>): Promise<number[]> => stretchesWithShared(database, STRETCH);

/** The state of the union that sitemaps are of: another one after every change. */
export const sitemapState = ({ database }: Pick<Reading, 'database'>): Promise<number> => lastChange(database);

/** The records of one sitemap that are handed on, in pages; none when there is no such sitemap. */
export async function* sitemapRecords(
	{ database }: Pick<Reading, 'database'>,
	place: number,
): AsyncGenerator<{ readonly id: string; readonly changedMs: number }[]> {
	const to = (place + 1) * STRETCH;
	for (let after = place * STRETCH - 1; ; ) {
		const rows = await sharedInRange(database, { after, to, limit: PAGE });
		if (rows.length === 0) return;
		yield rows.map(({ id, stampMs }) => ({ id: publicId(id), changedMs: stampMs }));
		after = rows.at(-1)?.id ?? to;
	}
}
