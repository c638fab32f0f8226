import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
	chmodSync,
	chownSync,
	cpSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './zebra.ts';

/** Which server runs on which Java; both kinds that the service supports. The digests are of Maven Central's archives. */
const SERVERS = [
	{ version: '3.4.0', javaMin: 21, sha256: '6540e95fe8bfaedc3eb1c58e829912ea2203af2ac1f88f76411c20a2fc5254a6' },
	{ version: '2.19.4', javaMin: 11, sha256: '3902e642715210d1d9d7cbdcc8f5abd6f931d1d7a679cea3750937becf16c406' },
] as const;
type Server = (typeof SERVERS)[number];

const CENTRAL = 'https://repo1.maven.org/maven2';
const START_MS = 120_000;
/** The server refuses to run as root. */
const NOBODY = 65_534;

/** A server that runs for tests. */
export interface OpenSearchProcess {
	readonly url: string;
	/** null: nobody's to stop. */
	readonly pid: number | null;
	readonly folder: string | null;
}

const MISSING = 'the address of a server in OPENSEARCH_URL, or Linux with a Java of version 11 or newer';

/** What a machine can run the server with; the reason when it can run none. */
export function howToRun(): 'given' | 'java' | { readonly missing: string } {
	if ((process.env['OPENSEARCH_URL'] ?? '') !== '') return 'given';
	return process.platform === 'linux' && chosenServer() !== undefined ? 'java' : { missing: MISSING };
}

/** Starts the server, or gives the address of the one that OPENSEARCH_URL names. `begun` is told of it before it answers, so that it can be stopped. */
export async function startOpenSearch(
	heapMegabytes = 512,
	begun: (server: OpenSearchProcess) => void = () => undefined,
): Promise<OpenSearchProcess> {
	const how = howToRun();
	if (how === 'given') return { url: String(process.env['OPENSEARCH_URL']), pid: null, folder: null };
	if (how === 'java') return await startAssembled(heapMegabytes, begun);
	throw new Error(how.missing);
}

/** Ends what startOpenSearch started. */
export function stopOpenSearch({ pid, folder }: OpenSearchProcess): void {
	if (pid !== null) {
		try {
			process.kill(pid, 'SIGKILL');
		} catch {
			// it ended by itself
		}
	}
	if (folder !== null) rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}

function javaHomes(): string[] {
	const given = [process.env['OPENSEARCH_JAVA_HOME'], process.env['JAVA_HOME']].filter((home) => home !== undefined && home !== '');
	const installed = existsSync('/usr/lib/jvm') ? readdirSync('/usr/lib/jvm').map((name) => join('/usr/lib/jvm', name)) : [];
	return [...given, ...installed].filter((home): home is string => existsSync(join(home ?? '', 'bin/java')));
}

/** The main version of a Java, by the file that every build of it has. */
function javaVersion(home: string): number {
	const release = join(home, 'release');
	const found = existsSync(release) ? /^JAVA_VERSION="(\d+)/m.exec(readFileSync(release, 'utf8')) : null;
	return Number(found?.[1] ?? 0);
}

function chosenServer(): (Server & { readonly java: string }) | undefined {
	for (const server of SERVERS) {
		const java = javaHomes().find((home) => javaVersion(home) >= server.javaMin);
		if (java !== undefined) return { ...server, java };
	}
	return undefined;
}

/** Where Maven packages come from: MAVEN_MIRROR, else what Maven's own settings name, else Maven Central. */
function repository(): string {
	const settings = join(homedir(), '.m2/settings.xml');
	const mirror = existsSync(settings) ? /<mirror>[\s\S]*?<url>\s*([^<\s]+)\s*<\/url>/.exec(readFileSync(settings, 'utf8'))?.[1] : undefined;
	return (process.env['MAVEN_MIRROR'] || mirror || CENTRAL).replace(/\/+$/, '');
}

/** The server's folder, fetched once for this machine. */
async function unpacked({ version, sha256 }: Server): Promise<string> {
	const cache = join(tmpdir(), 'lienthong-opensearch');
	const home = join(cache, `opensearch-${version}`);
	if (existsSync(home)) return home;
	const answer = await fetch(`${repository()}/org/opensearch/distribution/integ-test-zip/opensearch/${version}/opensearch-${version}.zip`);
	if (!answer.ok) throw new Error(`OpenSearch cannot be fetched: HTTP ${answer.status}`);
	const archive = Buffer.from(await answer.arrayBuffer());
	const digest = createHash('sha256').update(archive).digest('hex');
	if (digest !== sha256) throw new Error(`OpenSearch ${version} came with the digest ${digest}`);
	mkdirSync(cache, { recursive: true });
	chmodSync(cache, 0o755);
	const scratch = mkdtempSync(join(cache, 'new-'));
	writeFileSync(join(scratch, 'server.zip'), archive);
	execFileSync('unzip', ['-q', 'server.zip'], { cwd: scratch });
	try {
		renameSync(join(scratch, `opensearch-${version}`), home);
	} catch (error) {
		// another run was quicker
		if (!existsSync(home)) throw error;
	}
	rmSync(scratch, { recursive: true, force: true });
	return home;
}

async function startAssembled(heapMegabytes: number, begun: (server: OpenSearchProcess) => void): Promise<OpenSearchProcess> {
	const server = chosenServer();
	if (server === undefined) throw new Error('no Java');
	const home = await unpacked(server);
	const folder = mkdtempSync(join(tmpdir(), 'lienthong-opensearch-run-'));
	const [http, transport] = [await freePort(), await freePort()];
	for (const name of ['data', 'logs', 'tmp']) mkdirSync(join(folder, name));
	cpSync(join(home, 'config'), join(folder, 'config'), { recursive: true });
	const options = join(folder, 'config/jvm.options');
	const lines = readFileSync(options, 'utf8').split('\n');
	writeFileSync(options, lines.filter((line) => !/^[^#]*(?:gc\.log|ErrorFile|HeapDump)/.test(line)).join('\n'));
	const root = process.getuid?.() === 0;
	if (root) {
		for (const name of ['', ...readdirSync(folder, { recursive: true }).map(String)]) chownSync(join(folder, name), NOBODY, NOBODY);
	}
	const settings = {
		'discovery.type': 'single-node',
		'http.port': http,
		'transport.port': transport,
		'path.data': join(folder, 'data'),
		'path.logs': join(folder, 'logs'),
		'cluster.routing.allocation.disk.threshold_enabled': false,
		'node.processors': 2,
	};
	const child = spawn(
		join(home, 'bin/opensearch'),
		Object.entries(settings).map(([name, value]) => `-E${name}=${value}`),
		{
			cwd: folder,
			stdio: 'ignore',
			detached: true,
			...(root ? { uid: NOBODY, gid: NOBODY } : {}),
			env: {
				PATH: process.env['PATH'],
				HOME: folder,
				OPENSEARCH_PATH_CONF: join(folder, 'config'),
				OPENSEARCH_TMPDIR: join(folder, 'tmp'),
				OPENSEARCH_JAVA_HOME: server.java,
				OPENSEARCH_JAVA_OPTS: `-Xms${heapMegabytes}m -Xmx${heapMegabytes}m`,
			},
		},
	);
	child.unref();
	const started = { url: `http://127.0.0.1:${http}`, pid: child.pid ?? null, folder };
	begun(started);
	await answers(started.url, () => child.exitCode !== null).catch((error: unknown) => {
		stopOpenSearch(started);
		throw error;
	});
	return started;
}

async function answers(url: string, ended: () => boolean): Promise<void> {
	for (const until = Date.now() + START_MS; Date.now() < until && !ended(); ) {
		const answer = await fetch(`${url}/_cluster/health?wait_for_status=yellow&timeout=1s`).catch(() => null);
		await answer?.body?.cancel();
		if (answer?.ok === true) return;
		await new Promise((resolve) => setTimeout(resolve, 250));
	}
	throw new Error(`OpenSearch does not answer at ${url}`);
}
