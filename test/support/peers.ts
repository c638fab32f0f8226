import { spawnSync } from 'node:child_process';

/** How to ask whether a peer is there; each ends with 0 when it is. */
const PEERS = {
	sickle: ['python3', '-c', 'import sickle'],
	'oaipmh-scythe': ['python3', '-c', 'import oaipmh_scythe'],
	resync: ['python3', '-c', 'import resync'],
	feedparser: ['python3', '-c', 'import feedparser'],
	standardwebhooks: ['python3', '-c', 'import standardwebhooks'],
	curl: ['curl', '--version'],
	sha256sum: ['sha256sum', '--version'],
	pymarc: ['python3', '-c', 'import pymarc'],
	bibtexparser: ['python3', '-c', 'import bibtexparser.model'],
	'MODS schema of eulxml': ['python3', '-c', "import importlib.util, sys; sys.exit(importlib.util.find_spec('eulxml') is None)"],
	rispy: ['python3', '-c', 'import rispy'],
	rdflib: ['python3', '-c', 'import rdflib'],
	'Python csv': ['python3', '-c', 'import csv'],
	'HTTP::OAI': ['perl', '-MHTTP::OAI', '-e', '1'],
	'MARC::Record': ['perl', '-MMARC::Record', '-MMARC::File::XML', '-e', '1'],
	'yaz-marcdump': ['yaz-marcdump', '-V'],
	xmllint: ['xmllint', '--version'],
	zebrasrv: ['zebraidx', '-V'],
	'yaz-ztest': ['yaz-ztest', '-V'],
	'Net::Z3950::SimpleServer': ['perl', '-MNet::Z3950::SimpleServer', '-e', '1'],
	libyaz: ['python3', '-c', "import ctypes; ctypes.CDLL('libyaz.so.5')"],
	'yaz-client': ['yaz-client', '-V'],
	zoomsh: ['zoomsh', 'quit'],
	tshark: ['tshark', '--version'],
	go: ['go', 'version'],
	iconv: ['iconv', '--version'],
	chromium: ['chromium', '--version'],
	schemathesis: ['schemathesis', '--version'],
} as const;

export type Peer = keyof typeof PEERS;

/**
 * Whether an independent program is there to test against: for describe.runIf and it.runIf, so that a missing one is skipped by name.
 * Peers are for the deep tests: npm test needs nothing but npm, and is quick.
 * With PEERS_REQUIRED=1, as in CI, it is always said to be there, and the test fails without it.
 */
export function hasPeer(peer: Peer): boolean {
	if (process.env['DEEP'] !== '1') return false;
	return process.env['PEERS_REQUIRED'] === '1' || isInstalled(peer);
}

/** Whether an independent program is there, whoever asks. */
export function isInstalled(peer: Peer): boolean {
	const [program, ...args] = PEERS[peer];
	return spawnSync(program, args, { stdio: 'ignore' }).status === 0;
}
