import { type AreaRow, type LibraryRow, readArea, readAreas, readLibraries, readLibrary } from '../store/directory-read.ts';
import type { Reading } from './reading.ts';

export type { AreaRow, LibraryRow } from '../store/directory-read.ts';

/** A page of a list and the position after it; null at the end. */
export interface ListPage<P> {
	readonly next: P | null;
}

/** Cuts the one row too many that was asked for; `next` is the key of the last row when there are more. */
export function cutPage<R, P>(
	rows: readonly R[],
	limit: number,
	key: (row: R) => P,
): { readonly rows: readonly R[]; readonly next: P | null } {
	const kept = rows.slice(0, limit);
	const last = kept.at(-1);
	return { rows: kept, next: rows.length > limit && last !== undefined ? key(last) : null };
}

export async function listLibraries(
	{ database }: Pick<Reading, 'database'>,
	{ after, limit }: { readonly after: string | null; readonly limit: number },
): Promise<ListPage<string> & { readonly libraries: readonly LibraryRow[] }> {
	const { rows, next } = cutPage(await readLibraries(database, after ?? '', limit + 1), limit, (row) => row.code);
	return { libraries: rows, next };
}

export const showLibrary = ({ database }: Pick<Reading, 'database'>, code: string): Promise<LibraryRow | undefined> =>
	readLibrary(database, code);

export const showArea = ({ database }: Pick<Reading, 'database'>, code: string): Promise<AreaRow | undefined> => readArea(database, code);

export async function listAreas(
	{ database }: Pick<Reading, 'database'>,
	{ parent, after, limit }: { readonly parent: string | null; readonly after: string | null; readonly limit: number },
): Promise<ListPage<string> & { readonly areas: readonly AreaRow[] }> {
	const { rows, next } = cutPage(await readAreas(database, parent, after ?? '', limit + 1), limit, (row) => row.code);
	return { areas: rows, next };
}
