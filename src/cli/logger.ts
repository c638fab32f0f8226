import { pino } from 'pino';
import type { LogLevel } from '../config/config.ts';
import type { Logger } from '../lib/logger.ts';

/** Log lines as JSON on stderr; secrets in URLs and headers never reach them. */
export function createLogger(level: LogLevel): Logger {
	return pino(
		{
			level,
			redact: { paths: ['headers', 'authorization', 'password', '*.password', '*.authorization'], censor: '[removed]' },
			serializers: { error: pino.stdSerializers.err },
		},
		pino.destination({ dest: 2, sync: true }),
	);
}
