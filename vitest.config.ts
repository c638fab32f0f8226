import { globSync, readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

/** The files that do more when asked: more seeds, more kills, longer journeys, programs that others wrote. */
const deepFiles = (): string[] =>
	globSync('test/**/*.test.ts').filter((file) =>
		/\bDEEP\b|\bhasPeer\(|\bmutations\(|\bopensearchMissing\b/.test(readFileSync(file, 'utf8')),
	);

export default defineConfig(({ mode }) => ({
	test: {
		include: mode === 'deep' ? deepFiles() : ['test/**/*.test.ts'],
		globalSetup: ['test/support/global-setup.ts'],
		setupFiles: ['test/support/setup.ts'],
		pool: 'forks',
		maxWorkers: 2,
		testTimeout: mode === 'deep' ? 540_000 : 60_000,
		hookTimeout: 120_000,
		env: { TZ: 'UTC', ...(mode === 'deep' ? { DEEP: '1' } : {}) },
	},
}));
