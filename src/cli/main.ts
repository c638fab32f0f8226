import { readEnv, settingsGiven, terminalLanguage } from '../config/config.ts';
import { systemClock } from '../jobs/system-clock.ts';
import { entryOf } from '../lib/entry-of.ts';
import { AppError } from '../lib/errors.ts';
import { WordedError } from '../lib/worded-error.ts';
import { databaseError } from '../store/database.ts';
import type { Command } from './command.ts';
import { CliContext } from './context.ts';
import { keepCompiled } from './keep-compiled.ts';

/** Each command in a file of its own, read when it is called. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
	area: async () => (await import('./commands/area.ts')).command,
	library: async () => (await import('./commands/library.ts')).command,
	source: async () => (await import('./commands/source.ts')).command,
	runs: async () => (await import('./commands/runs.ts')).command,
	quarantine: async () => (await import('./commands/quarantine.ts')).command,
	harvest: async () => (await import('./commands/harvest.ts')).command,
	import: async () => (await import('./commands/import.ts')).command,
	match: async () => (await import('./commands/match.ts')).command,
	export: async () => (await import('./commands/export.ts')).command,
	collection: async () => (await import('./commands/collection.ts')).command,
	dump: async () => (await import('./commands/dump.ts')).command,
	reindex: async () => (await import('./commands/reindex.ts')).command,
	doctor: async () => (await import('./commands/doctor.ts')).command,
	serve: async () => (await import('./commands/serve.ts')).command,
	demo: async () => (await import('./commands/demo.ts')).command,
	webhook: async () => (await import('./commands/webhook.ts')).command,
	key: async () => (await import('./commands/key.ts')).command,
};

const HELP_WORDS = new Set(['--help', '-h', 'help']);
/** As shells have it: 128 and the number of SIGINT. */
const STOPPED_EXIT = 130;
/** npm passes on a Ctrl-C that the terminal has sent to everybody already: that is no second one. */
const SAME_SIGNAL_MS = 500;

async function overview(): Promise<string> {
	const commands = await Promise.all(Object.values(COMMANDS).map((load) => load()));
	const width = Math.max(...commands.map(({ name }) => name.length));
	const lines = commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
	return `lienthong: a union catalogue for the libraries of a province

Usage: lienthong COMMAND [OPTIONS]

${lines.join('\n')}

lienthong COMMAND --help shows the options of a command.
Settings come from the environment: DATABASE_URL, OPENSEARCH_URL, DATA_DIR, HOST, PORT, PUBLIC_URL, Z3950_PORT, Z3950_ACCESS,
ALLOW_PRIVATE_ADDRESSES, DUMP_SCHEDULE, DUMP_TIME_ZONE, DUMPS_KEPT, LOG_LEVEL.`;
}

/** A signal for the command to end by; a second Ctrl-C does not wait for it. */
function stopSignal(): AbortSignal {
	const controller = new AbortController();
	let since = 0;
	const stop = (): void => {
		if (!controller.signal.aborted) {
			since = systemClock.now();
			controller.abort();
		} else if (systemClock.now() - since > SAME_SIGNAL_MS) process.exit(STOPPED_EXIT);
	};
	process.on('SIGINT', stop);
	process.on('SIGTERM', stop);
	return controller.signal;
}

async function run(args: readonly string[]): Promise<void> {
	const [name = 'help', ...rest] = args;
	if (HELP_WORDS.has(name) && rest.length === 0) {
		process.stdout.write(`${await overview()}\n`);
		return;
	}
	const load = entryOf(COMMANDS, name);
	if (load === undefined) throw new AppError('usage', `there is no command "${name}"`, { hint: 'lienthong --help lists the commands' });
	const command = await load();
	if (rest.includes('--help') || rest.includes('-h')) {
		process.stdout.write(`${command.help.trim()}\n`);
		return;
	}
	const context = new CliContext(readEnv(process.env), stopSignal(), settingsGiven(process.env));
	try {
		await command.run(rest, context);
	} finally {
		await context.close();
	}
}

const WHAT_TO_DO = { vi: 'việc cần làm', en: 'what to do' } as const;

/** What happened and where, then what to do. A fault of ours shows its stack. */
function report(error: unknown): number {
	const known = databaseError(error);
	if (known instanceof Error && known.name === 'AbortError') {
		process.stderr.write('lienthong: stopped\n');
		return STOPPED_EXIT;
	}
	if (known instanceof WordedError) {
		const language = terminalLanguage(process.env);
		const { message, hint } = known.said[language];
		process.stderr.write(`lienthong: ${message}\n  ${WHAT_TO_DO[language]}: ${hint}\n`);
		return known.exitCode;
	}
	if (known instanceof AppError) {
		process.stderr.write(`lienthong: ${known.message}\n${known.hint === '' ? '' : `  what to do: ${known.hint}\n`}`);
		return known.exitCode;
	}
	process.stderr.write(`lienthong: an error that was not foreseen\n${known instanceof Error ? known.stack : known}\n`);
	return 1;
}

// A reader that has seen enough (| head) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

keepCompiled(process.env);
try {
	await run(process.argv.slice(2));
} catch (error) {
	process.exitCode = report(error);
}
