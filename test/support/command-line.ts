import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';

export const BIN = resolve(import.meta.dirname, '../../bin/lienthong');

/** What a command left behind. */
export interface Outcome {
	readonly code: number | null;
	readonly out: string;
	readonly err: string;
}

/** A program that runs. */
export interface Running {
	/** What it has left behind when it ends. */
	readonly outcome: Promise<Outcome>;
	/** Resolves with the match once it has written this to standard output or standard error; rejects when it ends before. */
	says(words: RegExp): Promise<RegExpExecArray>;
	kill(signal: 'SIGINT' | 'SIGTERM'): void;
}

/** Starts a program with these settings and no others. */
export function start(file: string, args: readonly string[], env: Record<string, string>, cwd = tmpdir()): Running {
	const child = spawn(file, args, { cwd, env: { PATH: '/usr/local/bin:/usr/bin:/bin', LANG: 'C', ...env } });
	let [out, err] = ['', ''];
	child.stdout.on('data', (chunk) => (out += chunk));
	child.stderr.on('data', (chunk) => (err += chunk));
	const outcome = new Promise<Outcome>((done, failed) => {
		child.on('error', failed);
		child.on('close', (code) => done({ code, out, err }));
	});
	const says = (words: RegExp): Promise<RegExpExecArray> =>
		new Promise((resolved, failed) => {
			const look = (): void => {
				const found = words.exec(out) ?? words.exec(err);
				if (found !== null) resolved(found);
			};
			child.stdout.on('data', look);
			child.stderr.on('data', look);
			outcome.then(() => failed(new Error(`it ended without saying ${words}:\n${out}\n${err}`)), failed);
			look();
		});
	return { outcome, says, kill: (signal) => child.kill(signal) };
}

/** Calls a program with these settings and no others, and waits for its end. */
export const call = (file: string, args: readonly string[], env: Record<string, string>, cwd = tmpdir()): Promise<Outcome> =>
	start(file, args, env, cwd).outcome;
