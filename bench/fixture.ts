import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';

const TOOLS = resolve(import.meta.dirname, '../../shared/tools');

/** Whether the generator of a large corpus and its OAI-PMH server are at hand; without them the bench uses the sample network. */
export const hasTools = (): boolean => existsSync(join(TOOLS, 'gen_corpus.py')) && existsSync(join(TOOLS, 'oai_fixture.go'));

/** A made-up corpus with known truth, made once for each size and seed; `holders` libraries have one edition at most. Gives its folder. */
export function corpus(scratch: string, records: number, { holders = 6, seed = 1 } = {}): string {
	const folder = join(scratch, `corpus-${records}-${seed}`);
	if (existsSync(join(folder, 'truth.tsv'))) return folder;
	mkdirSync(folder, { recursive: true });
	const args = [
		join(TOOLS, 'gen_corpus.py'),
		'--out',
		folder,
		'--records',
		String(records),
		'--libraries',
		'8',
		'--seed',
		String(seed),
		'--max-holders',
		String(holders),
		'--combined',
	];
	execFileSync('python3', args, { stdio: 'ignore', timeout: 3_600_000 });
	return folder;
}

export async function freePort(): Promise<number> {
	return await new Promise((done, fail) => {
		const server = createServer().once('error', fail);
		server.listen(0, '127.0.0.1', () => {
			const address = server.address();
			server.close(() => done(typeof address === 'object' && address !== null ? address.port : 0));
		});
	});
}

export interface Fixture {
	readonly url: string;
	stop(): void;
}

/** The OAI-PMH server of the corpus, a program of its own: its processor time is not counted. */
export async function startFixture(scratch: string, folder: string): Promise<Fixture> {
	const program = join(scratch, 'oai_fixture');
	if (!existsSync(program)) execFileSync('go', ['build', '-o', program, join(TOOLS, 'oai_fixture.go')], { timeout: 300_000 });
	const port = await freePort();
	const child: ChildProcess = spawn(program, ['-dir', folder, '-addr', `127.0.0.1:${port}`, '-page', '100'], { stdio: 'ignore' });
	const url = `http://127.0.0.1:${port}/oai`;
	for (let tries = 0; tries < 600; tries++) {
		const answer = await fetch(`${url}?verb=Identify`).catch(() => null);
		if (answer?.ok === true) {
			await answer.text();
			return { url, stop: () => child.kill() };
		}
		await new Promise((done) => setTimeout(done, 200));
	}
	child.kill();
	throw new Error('the fixture did not start within two minutes');
}
