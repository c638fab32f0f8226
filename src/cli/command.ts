import type { Config } from '../config/config.ts';
import type { Database } from '../store/database.ts';

/** What a command may use of the world; everything it opens is closed after it. */
export interface CommandContext {
	readonly config: Config;
	/** Whether a setting was given, and not left to its default. */
	explicit(setting: string): boolean;
	/** Fires at Ctrl-C and SIGTERM. */
	readonly signal: AbortSignal;
	/** Address of the database, started where it is the embedded one, with the newest schema. */
	databaseUrl(): Promise<string>;
	/** A few connections to that database. */
	database(): Promise<Database>;
	/** One line, or several, on standard output: what was asked for. */
	print(text: string): void;
	/** One line on standard error: what a person should know. */
	note(text: string): void;
}

/** A command of `lienthong`. `run` throws an AppError when it did not work; its code decides the exit code. */
export interface Command {
	readonly name: string;
	/** One line for the list of commands. */
	readonly summary: string;
	/** Usage, options and examples. */
	readonly help: string;
	run(args: readonly string[], context: CommandContext): Promise<void>;
}
