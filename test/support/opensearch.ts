import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { inject } from 'vitest';
import { howToRun, type OpenSearchProcess, startOpenSearch } from './opensearch-server.ts';

const how = howToRun();
/** Why OpenSearch is not tested with: in npm test, or without one; null when it is, and always in the deep tests of CI, which fail without it. */
export const opensearchMissing: string | null = missing();

function missing(): string | null {
	if (process.env['DEEP'] !== '1') return 'npm run test:deep';
	return typeof how === 'object' && process.env['PEERS_REQUIRED'] !== '1' ? how.missing : null;
}

const WAIT_MS = 240_000;

/** The address of an OpenSearch that all test files of a run share; global-setup stops it. */
async function sharedServer(): Promise<string> {
	const note = inject('opensearchNote');
	let starts = false;
	try {
		mkdirSync(`${note}.starting`);
		starts = true;
	} catch {
		// another file starts it
	}
	if (starts) {
		// written at once: the file may end before the server answers
		const server = await startOpenSearch(512, (begun) => writeFileSync(`${note}.begun`, JSON.stringify(begun)));
		writeFileSync(`${note}.new`, JSON.stringify(server));
		renameSync(`${note}.new`, note);
	}
	for (const until = Date.now() + WAIT_MS; !existsSync(note); ) {
		if (Date.now() > until) throw new Error('OpenSearch was not started by the test file that began to');
		await new Promise((resolve) => setTimeout(resolve, 200));
	}
	return (JSON.parse(readFileSync(note, 'utf8')) as OpenSearchProcess).url;
}

/** An address with an alias of its own, and how to remove what was written there. */
export async function testOpenSearch(): Promise<{ readonly url: string; drop(): Promise<void> }> {
	const server = (await sharedServer()).replace(/\/+$/, '');
	const alias = `test-${randomBytes(6).toString('hex')}`;
	return {
		url: `${server}/${alias}`,
		drop: async () => {
			const found = (await (await fetch(`${server}/${alias}-*/_settings/index.uuid`)).json()) as Record<string, unknown>;
			for (const index of Object.keys(found)) await fetch(`${server}/${index}`, { method: 'DELETE' });
		},
	};
}
