import { beforeEach } from 'vitest';
import { decide } from '../../src/catalogue/decide.ts';
import { publicId } from '../../src/lib/ids.ts';
import type { Database } from '../../src/store/database.ts';
import { littleCatalogue, MEN, recordNumber } from './little-catalogue.ts';
import { addSource, harvestList, matchAll, type WorldRecord } from './world.ts';

export const TWIN: WorldRecord = { ...MEN, identifier: 'twin' };
export const VOLUME_1: WorldRecord = { ...MEN, identifier: 'v1', volume: 1 };
export const VOLUME_2: WorldRecord = { ...MEN, identifier: 'v2', volume: 2 };
export const STRANGER: WorldRecord = { identifier: 'stranger', title: 'Toán', author: 'Đoàn Giỏi', year: 1999, pages: 320 };

/** What is opened before the first test of a file, and the sources that are there before each: `hp-01` and `hp-02`. */
interface Opened {
	database: Database;
	source: number;
	other: number;
}

/** A little catalogue of two sources in which a librarian judges. */
export function judgedCatalogue() {
	const at = {} as Opened;
	littleCatalogue((opened) => {
		at.database = opened;
	});
	beforeEach(async () => {
		at.source = await addSource(at.database, 'hp-01');
		at.other = await addSource(at.database, 'hp-02');
	});
	const idOf = async (identifier: string): Promise<string> => publicId(await recordNumber(at.database, identifier));
	return {
		at,
		idOf,
		/** Has `hp-01` list records, and matches them. */
		load: async (...records: WorldRecord[]): Promise<void> => {
			await harvestList(at.database, at.source, records);
			await matchAll(at.database);
		},
		/** Decides on two records by their identifiers, and matches. */
		judge: async (verdict: 'same' | 'not-same', x: string, y: string, ...confirm: string[]): Promise<number> => {
			const id = await decide(at.database, { verdict, a: await idOf(x), b: await idOf(y), by: 'Lan', reason: 'seen', confirm });
			await matchAll(at.database);
			return id;
		},
	};
}
