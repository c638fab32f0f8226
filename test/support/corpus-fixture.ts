import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { appendFileSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

const CORPUS = '../shared/corpus/marc';
const TOOLS = '../shared/tools';

export const hasCorpus = (): boolean =>
	existsSync(CORPUS) && existsSync(join(TOOLS, 'marc_to_fixture.py')) && existsSync(join(TOOLS, 'oai_fixture.go'));

/** One record of the corpus as the fixture serves it. */
export interface CorpusRecord {
	readonly identifier: string;
	/** Its 245, subfields $a and $b as sent, one after another. */
	readonly title: string;
	/** From the Vietnamese library. */
	readonly vietnamese: boolean;
}

const ENTITIES: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>' };
const plain = (text: string): string => text.replace(/&(?:amp|lt|gt);/g, (entity) => ENTITIES[entity] as string);

/** Makes the corpus ready in a folder: `lib00.xml` is the Vietnamese library, `lib01.xml` the others. Gives what has to arrive. */
export function makeCorpus(folder: string): CorpusRecord[] {
	const files = readdirSync(CORPUS)
		.filter((name) => /\.(?:mrc|xml)\.gz$/.test(name))
		.sort();
	const parts: [string, string[]][] = [
		['lib00', files.filter((name) => name.startsWith('vn_'))],
		['lib01', files.filter((name) => !name.startsWith('vn_'))],
	];
	return parts.flatMap(([library, names]) => {
		const out = join(folder, `${library}.xml`);
		execFileSync('python3', [join(TOOLS, 'marc_to_fixture.py'), out, ...names.map((name) => join(CORPUS, name))], { stdio: 'ignore' });
		const lines = readFileSync(out, 'utf8')
			.split('\n')
			.filter((line) => line.startsWith('<record>'));
		return lines.map((line) => ({
			identifier: `oai:${library}:${plain(/<controlfield tag="001">([^<]*)</.exec(line)?.[1] ?? '')}`,
			title: titleOf(line),
			vietnamese: library === 'lib00',
		}));
	});
}

function titleOf(line: string): string {
	const field = /<datafield tag="245"[^>]*>(.*?)<\/datafield>/.exec(line)?.[1] ?? '';
	return [...field.matchAll(/<subfield code="[ab]">([^<]*)</g)].map((match) => plain(match[1] as string)).join(' ');
}

async function freePort(): Promise<number> {
	return await new Promise((done, fail) => {
		const server = createServer().once('error', fail);
		server.listen(0, '127.0.0.1', () => {
			const address = server.address();
			server.close(() => done(typeof address === 'object' && address !== null ? address.port : 0));
		});
	});
}

export interface CorpusProvider {
	readonly url: string;
	/** How often each kind of answer was given. */
	stats(): Promise<Record<string, number>>;
	stop(): Promise<void>;
}

/** Builds and starts the OAI-PMH provider of the corpus, with its faults on. */
export async function serveCorpus(folder: string, faults: readonly string[]): Promise<CorpusProvider> {
	const program = join(folder, 'oai_fixture');
	execFileSync('go', ['build', '-o', program, join(TOOLS, 'oai_fixture.go')], { stdio: 'ignore' });
	const port = await freePort();
	const child: ChildProcess = spawn(program, ['-dir', folder, '-addr', `127.0.0.1:${port}`, '-page', '100', ...faults], {
		stdio: ['ignore', 'ignore', 'pipe'],
	});
	child.stderr?.on('data', (data: Buffer) => appendFileSync(join(folder, 'provider.log'), data));
	const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
	const base = `http://127.0.0.1:${port}`;
	for (let tries = 0; tries < 150; tries++) {
		const answer = await fetch(`${base}/stats`).catch(() => null);
		if (answer?.ok === true) {
			return {
				url: `${base}/oai`,
				stats: async () => (await (await fetch(`${base}/stats`)).json()) as Record<string, number>,
				stop: async () => {
					child.kill();
					await ended;
				},
			};
		}
		await new Promise((resolve) => setTimeout(resolve, 200));
	}
	child.kill();
	throw new Error('the provider of the corpus did not start');
}
