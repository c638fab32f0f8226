import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { entryOf } from '../lib/entry-of.ts';
import { AppError } from '../lib/errors.ts';

type Values<T extends ParseArgsOptionsConfig> = ReturnType<
	typeof parseArgs<{ options: T; allowPositionals: true; strict: true }>
>['values'];

/** Parses the arguments of a command; AppError `usage` says what is wrong. At most `positionals` arguments without a name. */
export function readArgs<T extends ParseArgsOptionsConfig>(
	args: readonly string[],
	options: T,
	positionals: number,
): { readonly values: Values<T>; readonly positionals: readonly string[] } {
	const parsed = parse(args, options);
	const extra = parsed.positionals[positionals];
	if (extra !== undefined)
		throw new AppError('usage', `"${extra}" is one argument too many`, { hint: 'put quotes around text with blanks in it' });
	return parsed;
}

function parse<T extends ParseArgsOptionsConfig>(
	args: readonly string[],
	options: T,
): { readonly values: Values<T>; readonly positionals: readonly string[] } {
	try {
		return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
	} catch (error) {
		// "Unknown option '--x'. To specify a positional argument …": the first sentence says it
		const message = error instanceof Error ? (error.message.split('. ')[0] ?? '') : String(error);
		throw new AppError('usage', message, { hint: 'add --help to see the options' });
	}
}

/** An option or argument that a command cannot do without. */
export function required(what: string, value: string | undefined): string {
	if (value !== undefined && value !== '') return value;
	throw new AppError('usage', `${what} is missing`, { hint: 'add --help to see the options' });
}

/** A whole number of an option. */
export function wholeNumber(what: string, value: string, min: number, max: number): number {
	const number = Number(value);
	if (/^\d{1,15}$/.test(value) && number >= min && number <= max) return number;
	throw new AppError('usage', `${what} "${value}" is not a number from ${min} to ${max}`, { hint: 'write it in digits' });
}

/** Runs the part of a command that its first argument names (`library add …`). */
export async function runPart(
	command: string,
	args: readonly string[],
	parts: Readonly<Record<string, (args: readonly string[]) => Promise<void>>>,
): Promise<void> {
	const [name = '', ...rest] = args;
	const part = entryOf(parts, name);
	if (part !== undefined) return await part(rest);
	const names = Object.keys(parts).join(', ');
	throw new AppError('usage', name === '' ? `lienthong ${command} needs one of ${names}` : `lienthong ${command} has no "${name}"`, {
		hint: `one of ${names}; lienthong ${command} --help`,
	});
}
