import { execFileSync } from 'node:child_process';

const SICKLE = `
import sys, time
from sickle import Sickle
t = time.time()
n = sum(1 for _ in Sickle(sys.argv[1]).ListRecords(metadataPrefix='marcxml'))
print(n / (time.time() - t))
`;

/** Records a second of the Python harvester sickle from the same address; null where it is not installed. */
export function sickleRate(url: string): number | null {
	try {
		execFileSync('python3', ['-c', 'import sickle'], { stdio: 'ignore' });
	} catch {
		return null;
	}
	return Number(execFileSync('python3', ['-c', SICKLE, url], { encoding: 'utf8', timeout: 300_000 }));
}

/** Records a second of yaz-marcdump over the same file; null where it is not installed. */
export function yazRate(kind: 'marc' | 'xml', file: string, records: number): number | null {
	const begun = performance.now();
	try {
		const args = kind === 'marc' ? ['-n', file] : ['-i', 'marcxml', '-o', 'marc', file];
		execFileSync('yaz-marcdump', args, { stdio: 'ignore', timeout: 300_000 });
	} catch {
		return null;
	}
	return (records / (performance.now() - begun)) * 1000;
}
