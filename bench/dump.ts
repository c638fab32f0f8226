/*
 * Writes full dumps of the union of a data folder, in a process of its own: MARCXML alone, then all formats. Arguments: the data folder.
 * Prints one JSON line.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DumpFormat } from '../src/catalogue/dump-batch.ts';
import { openFolder } from './open-folder.ts';
import { peakMegabytes } from './processes.ts';

const dataDir = process.argv[2] as string;
const opened = await openFolder(dataDir);

async function dump(formats?: readonly DumpFormat[]) {
	const folder = mkdtempSync(join(tmpdir(), 'lienthong-dump-'));
	try {
		const begun = performance.now();
		const cpu = process.cpuUsage();
		const [full] = await opened.service.dump({ folder, kept: 1, agency: 'bench.example', ...(formats === undefined ? {} : { formats }) });
		const seconds = (performance.now() - begun) / 1000;
		const used = process.cpuUsage(cpu);
		const bytes = full?.files.reduce((sum, file) => sum + file.bytes, 0) ?? 0;
		return { records: full?.records ?? 0, seconds, nodeCpu: (used.user + used.system) / 1e6, bytes, peakMegabytes: peakMegabytes() };
	} finally {
		rmSync(folder, { recursive: true });
	}
}

const marcxml = await dump(['marcxml']);
const all = await dump();
console.log(JSON.stringify({ marcxml, all }));
await opened.close();
