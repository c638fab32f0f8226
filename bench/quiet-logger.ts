import type { Logger } from '../src/lib/logger.ts';

export const quietLogger: Logger = {
	debug: () => undefined,
	info: () => undefined,
	warn: () => undefined,
	error: (fields, message) => console.error(message, fields),
	child: () => quietLogger,
};
