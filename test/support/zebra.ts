import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MarcRecord } from '../../src/records/marc.ts';
import { marcFile } from './sample-marc.ts';

/** A server of somebody else's that runs for a test. */
export interface Target {
	readonly port: number;
	/** As YAZ writes it. */
	readonly address: string;
	stop(): Promise<void>;
}

export async function freePort(): Promise<number> {
	const server = createServer();
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const address = server.address();
	await new Promise((resolve) => server.close(resolve));
	if (address === null || typeof address === 'string') throw new Error('no port');
	return address.port;
}

const connects = (port: number): Promise<boolean> =>
	new Promise((resolve) => {
		const socket = connect(port, '127.0.0.1', () => {
			socket.destroy();
			resolve(true);
		});
		socket.on('error', () => resolve(false));
	});

/** Starts a program that listens, and waits until it does. */
export async function startTarget(
	program: string,
	args: (port: number) => readonly string[],
	options: { readonly cwd: string; readonly database: string; readonly env?: Readonly<Record<string, string>> },
): Promise<Target> {
	const port = await freePort();
	const child: ChildProcess = spawn(program, [...args(port)], {
		cwd: options.cwd,
		stdio: ['ignore', 'ignore', 'pipe'],
		detached: true,
		env: { ...process.env, ...options.env },
	});
	let said = '';
	child.stderr?.on('data', (piece: Buffer) => {
		said = (said + piece.toString()).slice(-4_000);
	});
	const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
	for (let tries = 0; !(await connects(port)); tries++) {
		if (tries > 200 || child.exitCode !== null) throw new Error(`${program} does not listen: ${said}`);
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
	return {
		port,
		address: `tcp:127.0.0.1:${port}/${options.database}`,
		stop: async () => {
			// it forks a process for each session
			if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGTERM');
			await ended;
		},
	};
}

/** Fields and registers as catalogues have them: control number, days of entry and change, year, title, author, anything. */
const RULES = `name marc21
attset bib1.att
esetname F @
esetname B @
marc usmarc.mar
xpath disable
all any
melm 001 Local-number:w,Local-number:p,Identifier-standard
melm 005 Date/time-last-modified:w:range(data,0,8),Date/time-last-modified:p:range(data,0,8)
melm 008 Date-of-publication:w:range(data,7,4),Date-of-publication:p:range(data,7,4),Date/time-added-to-db:w:range(data,0,6)
melm 100 author,author:p
melm 245$a title,title:p
melm 245 title
melm 700 author
melm 020 Identifier-standard
`;

/** What CQL means in bib-1. */
const CQL = `set.cql = info:srw/cql-context-set/1/cql-v1.1
set.rec = info:srw/cql-context-set/2/rec-1.1
set.dc = info:srw/cql-context-set/1/dc-v1.1
set = info:srw/cql-context-set/1/cql-v1.1
index.cql.serverChoice = 1=1016
index.cql.allRecords = 1=_ALLRECORDS 2=103
index.rec.identifier = 1=12
index.rec.lastModificationDate = 1=1012
index.dc.date = 1=31
relation.eq = 2=3
relation.scr = 2=3
relation.exact = 2=3
relation.le = 2=2
relation.ge = 2=4
relation.lt = 2=1
relation.gt = 2=5
position.any = 3=3 6=1
structure.* = 4=1
truncation.none = 5=100
`;

const serverXml = (port: number): string =>
	`<yazgfs><listen id="tcp">tcp:127.0.0.1:${port}</listen><server id="zebra" listenref="tcp">` +
	'<directory>.</directory><config>zebra.cfg</config><cql2rpn>cql.properties</cql2rpn></server></yazgfs>';

/** zebrasrv with the records, or the file of ISO 2709, in its database Default. */
export async function startZebra(records: readonly MarcRecord[] | Uint8Array): Promise<Target> {
	const folder = mkdtempSync(join(tmpdir(), 'lienthong-zebra-'));
	writeFileSync(join(folder, 'marc21.abs'), RULES);
	writeFileSync(join(folder, 'records.mrc'), records instanceof Uint8Array ? records : marcFile(records));
	writeFileSync(
		join(folder, 'zebra.cfg'),
		'profilePath: .:/usr/share/idzebra-2.0/tab\nattset: bib1.att\nrecordType: grs.marcxml.marc21\nencoding: utf-8\nstoreData: 1\nstoreKeys: 1\nisam: b\n',
	);
	const zebraidx = (...args: string[]) => execFileSync('zebraidx', ['-c', 'zebra.cfg', ...args], { cwd: folder, stdio: 'ignore' });
	zebraidx('init');
	zebraidx('update', 'records.mrc');
	writeFileSync(join(folder, 'cql.properties'), CQL);
	const target = await startTarget(
		'zebrasrv',
		(port) => {
			writeFileSync(join(folder, 'server.xml'), serverXml(port));
			return ['-f', 'server.xml'];
		},
		{ cwd: folder, database: 'Default' },
	);
	return {
		...target,
		stop: async () => {
			await target.stop();
			rmSync(folder, { recursive: true, force: true });
		},
	};
}
