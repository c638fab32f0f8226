import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { dumpBatch } from '../../src/catalogue/dump-batch.ts';
import type { DumpManifest } from '../../src/catalogue/dump-manifest.ts';
import type { DumpDeps } from '../../src/jobs/make-dumps.ts';
import { systemClock } from '../../src/jobs/system-clock.ts';
import { Iso2709Reader } from '../../src/records/iso2709.ts';
import { controlValue, type MarcRecord } from '../../src/records/marc.ts';
import type { Database } from '../../src/store/database.ts';

export const AGENCY = 'lienthong.example.vn';

/** Writes dumps in this thread. */
export const dumpDeps = (database: Database, folder: string, more: Partial<DumpDeps> = {}): DumpDeps => ({
	database,
	clock: systemClock,
	render: async (batch) => dumpBatch(batch),
	threads: 1,
	folder,
	kept: 3,
	agency: AGENCY,
	reserveBytes: 0,
	...more,
});

/** What a record of a dump says, by id; null where it says that the record is gone. */
export type DumpedRecords = Map<string, string | null>;

const isGone = (record: MarcRecord): boolean => record.leader.charAt(5) === 'd';

/** The records of one file of a dump. */
export async function dumpedRecords(folder: string, dump: DumpManifest, format: string): Promise<DumpedRecords> {
	const entry = dump.files.find((file) => file.format === format);
	if (entry === undefined) throw new Error(`no ${format}`);
	const bytes = gunzipSync(await readFile(join(folder, dump.name, entry.name)));
	const found: [string, string | null][] = [];
	if (format === 'jsonl') {
		for (const line of bytes.toString('utf8').split('\n').slice(0, -1)) {
			const { id, deleted } = JSON.parse(line) as { id: string; deleted?: boolean };
			found.push([id, deleted === true ? null : line]);
		}
	} else if (format === 'marc') {
		const reader = new Iso2709Reader();
		for (const { decoded } of [...reader.feed(bytes), ...reader.end()]) {
			if (!decoded.ok) throw new Error(decoded.reason);
			found.push([controlValue(decoded.record, '001') ?? '', isGone(decoded.record) ? null : JSON.stringify(decoded.record)]);
		}
	} else {
		for (const [xml, leader, id = ''] of bytes
			.toString('utf8')
			.matchAll(/<record .*?<leader>([^<]*)<\/leader><controlfield tag="001">([^<]*)<.*?<\/record>/gs))
			found.push([id, leader?.charAt(5) === 'd' ? null : xml]);
	}
	if (new Set(found.map(([id]) => id)).size !== found.length) throw new Error('a record stands there twice');
	return new Map(found);
}

/** Applies a delta. */
export function applied(before: DumpedRecords, delta: DumpedRecords): DumpedRecords {
	const after = new Map(before);
	for (const [id, record] of delta) {
		if (record === null) after.delete(id);
		else after.set(id, record);
	}
	return after;
}
