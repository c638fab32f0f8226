// Run before every script of package.json: installs what is missing, and checks that the project's own Node is there.
// Plain JavaScript with nothing but Node's core, since it runs before anything is installed, on any Node from 20 up.
'use strict';
const { spawnSync } = require('node:child_process');
const { existsSync, readFileSync } = require('node:fs');
const { join } = require('node:path');

const ROOT = join(__dirname, '..');
const MAJOR = 24;
const WINDOWS = process.platform === 'win32';

function fail(what, hint) {
	process.stderr.write(`\nlienthong: ${what}\n  what to do: ${hint}\n\n`);
	process.exit(1);
}

const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));

/** Whether node_modules holds what package-lock.json names; npm writes its own list last, so a cut-off install does not count. */
function isInstalled() {
	const list = join(ROOT, 'node_modules', '.package-lock.json');
	if (!existsSync(list)) return false;
	const installed = readJson(list).packages;
	const wanted = readJson(join(ROOT, 'package-lock.json')).packages;
	return Object.entries(wanted).every(([path, { version, integrity, optional }]) => {
		if (path === '') return true;
		const there = installed[path];
		// Optional ones for other machines are not installed.
		return there === undefined ? optional === true : there.version === version && there.integrity === integrity;
	});
}

function install() {
	process.stderr.write('lienthong: installing what package-lock.json names (npm ci); this takes a minute the first time\n');
	const npm = process.env.npm_execpath;
	// What the packages ask of Node is met by the project's own, whichever Node installs: nothing to warn of, or to refuse.
	const args = ['ci', '--no-audit', '--no-fund', '--engine-strict=false', '--loglevel=error'];
	// Development tools are needed for the tests, whatever NODE_ENV says.
	args.push('--include=dev', '--include=optional');
	const options = { cwd: ROOT, stdio: ['ignore', 2, 2] };
	const result = npm ? spawnSync(process.execPath, [npm, ...args], options) : spawnSync('npm', args, { ...options, shell: WINDOWS });
	if (result.status !== 0) {
		fail(
			'npm ci failed (its message is above)',
			'check the network, the free disk space and that this folder can be written to, then run the same command again',
		);
	}
}

function checkNode() {
	const node = join(ROOT, 'node_modules', '.bin', WINDOWS ? 'node.cmd' : 'node');
	const { status, stdout } = spawnSync(node, ['--version'], { encoding: 'utf8', shell: WINDOWS });
	const version = status === 0 ? String(stdout).trim() : '';
	if (version.startsWith(`v${MAJOR}.`)) return;
	// Where npm has no Node for this machine, the machine's own will do if it is the right one.
	if (version === '' && process.version.startsWith(`v${MAJOR}.`)) return;
	fail(
		`Node ${MAJOR} is missing in node_modules (${process.platform} ${process.arch}${version === '' ? '' : `, found ${version}`})`,
		`run npm ci --include=optional; on a machine for which npm has no Node ${MAJOR}, install Node ${MAJOR} from nodejs.org and run this again`,
	);
}

if (Number.parseInt(process.versions.node, 10) < 20)
	fail(`Node ${process.version} is too old to install with`, 'install Node 20 or newer with npm');
if (!isInstalled()) install();
checkNode();
