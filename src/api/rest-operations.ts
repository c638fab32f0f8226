import { Type } from 'typebox';
import {
	type ChangeRow,
	listChanges,
	listQuarantine,
	listRuns,
	type RunRow,
	showQuarantined,
	showRun,
} from '../catalogue/list-operations.ts';
import { publicId } from '../lib/ids.ts';
import type { Cursors } from './cursor.ts';
import type { ServerDeps } from './deps.ts';
import { forOperators, isOperator } from './operator.ts';
import { Problem } from './problems.ts';
import { type Api, Count, iso, isoOrNull, listQuery, Next, Nullable, problems, refer, Text, Time } from './rest-kit.ts';

export const Run = Type.Object(
	{
		id: Type.Integer(),
		source: Text('Code of its source'),
		mode: Text('full or incremental'),
		state: Text(
			'queued (a file that waits for its turn), running, complete, incomplete, failed, cancelled or held (for a person, or until what was decided is done)',
		),
		started: Time('When it began'),
		finished: Nullable(Time('When it ended')),
		pages: Count('Pages committed'),
		ledger: Type.Object(
			{
				listed: Count('Records on committed pages'),
				created: Count('New'),
				updated: Count('Changed'),
				unchanged: Count('As before'),
				deleted: Count('Deleted by the source'),
				quarantined: Count('Not readable'),
				repeated: Count('Listed before in the same run'),
				ignored: Count('No publications'),
				vanished: Count('No longer in a complete list; stands beside the sum'),
			},
			{ description: 'listed = created + updated + unchanged + deleted + quarantined + repeated + ignored' },
		),
		error: Nullable(Text('Kind of failure, when it failed')),
		details: Type.Optional(Type.Unknown({ description: 'Notes and error in full, for operators.' })),
	},
	{ $id: 'Run', description: 'A run of a source with its ledger.' },
);
const Quarantined = Type.Object({
	id: Type.Integer(),
	run: Type.Integer(),
	source: Text('Code of the source'),
	identifier: Nullable(Text('Its identifier there, when it could be read')),
	at: Time('When'),
	code: Text('Kind of failure'),
	reason: Text('What was wrong'),
	bytes: Count('Length of what was received'),
});
const ENTITIES = ['', 'record', 'source-record', 'library', 'source', 'collection'] as const;
const OPERATIONS = ['', 'created', 'updated', 'deleted', 'redirected'] as const;
const Change = Type.Object({
	seq: Type.Integer({ description: 'Change number; the order of commits.' }),
	at: Time('Datestamp'),
	entity: Text('record, source-record, library, source or collection'),
	operation: Text('created, updated, deleted or redirected'),
	id: Text('Public id of a record, number of anything else'),
});

function run(row: RunRow, operator: boolean) {
	const { listed, created, updated, unchanged, deleted, quarantined, repeated, ignored, vanished } = row;
	const code = row.error?.['code'];
	return {
		id: row.id,
		source: row.source,
		mode: row.mode,
		state: row.state,
		started: iso(row.startedAtMs),
		finished: isoOrNull(row.finishedAtMs),
		pages: row.pages,
		ledger: { listed, created, updated, unchanged, deleted, quarantined, repeated, ignored, vanished },
		error: row.error === null ? null : typeof code === 'string' ? code : 'internal',
		...(operator ? { details: { notes: row.notes, error: row.error } } : {}),
	};
}

const change = (row: ChangeRow) => ({
	seq: row.seq,
	at: iso(row.stampMs),
	entity: ENTITIES[row.entity] ?? String(row.entity),
	operation: OPERATIONS[row.op] ?? String(row.op),
	id: row.entity <= 2 ? publicId(row.id) : String(row.id),
});

/** Runs, quarantine and the change log. */
export function operationRoutes(api: Api, deps: ServerDeps, cursors: Cursors): void {
	runRoutes(api, deps, cursors);
	quarantineRoutes(api, deps, cursors);
	api.get(
		'/changes',
		{
			schema: {
				operationId: 'listChanges',
				summary: 'Changes in the order of their numbers',
				description: 'Ask again with `after` = `last`: nothing is ever put in between. When `more` is false there is nothing newer now.',
				tags: ['operation'],
				querystring: Type.Object(
					{
						after: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, default: 0, description: 'Change number to go on after' }),
						limit: Type.Integer({ minimum: 1, maximum: 10_000, default: 500, description: 'Entries in a page at most.' }),
					},
					{ additionalProperties: false },
				),
				response: {
					200: Type.Object({ changes: Type.Array(Change), more: Type.Boolean(), last: Type.Integer() }),
					...problems('bad-request'),
				},
				'x-example': { query: { after: 0, limit: 5 } },
			},
		},
		async ({ query }) => {
			const page = await listChanges(deps, query);
			return { changes: page.changes.map(change), more: page.more, last: page.last };
		},
	);
}

function runRoutes(api: Api, deps: ServerDeps, cursors: Cursors): void {
	api.get(
		'/runs',
		{
			schema: {
				operationId: 'listRuns',
				summary: 'Runs with their ledgers, newest first',
				tags: ['operation'],
				querystring: listQuery({
					source: Type.Optional(Type.Integer({ minimum: 1, maximum: 2_147_483_647, description: 'Only runs of this source' })),
				}),
				response: { 200: Type.Object({ runs: Type.Array(refer(Run)), next: Next }), ...problems('bad-request', 'key-needed') },
				'x-example': { query: { limit: 10 } },
			},
		},
		async (request) => {
			const { query } = request;
			const operator = await isOperator(deps, request);
			const at = await cursors.read('runs', query, query.cursor);
			const page = await listRuns(deps, {
				source: query.source ?? null,
				before: at === undefined ? null : Number(at[0]),
				limit: query.limit,
			});
			const next = await cursors.write('runs', query, page.next === null ? null : [page.next]);
			return { runs: page.runs.map((row) => run(row, operator)), next };
		},
	);
	api.get(
		'/runs/:id',
		{
			schema: {
				operationId: 'getRun',
				summary: 'One run with its ledger',
				tags: ['operation'],
				params: Type.Object({ id: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }) }),
				response: { 200: refer(Run), ...problems('bad-request', 'key-needed', 'not-found') },
				'x-example': { path: { id: 1 } },
			},
		},
		async (request) => {
			const operator = await isOperator(deps, request);
			const row = await showRun(deps, request.params.id);
			if (row === undefined) throw new Problem('not-found', `There is no run with the number ${request.params.id}.`);
			return run(row, operator);
		},
	);
}

function quarantineRoutes(api: Api, deps: ServerDeps, cursors: Cursors): void {
	api.get(
		'/quarantine',
		{
			...forOperators(deps),
			schema: {
				operationId: 'listQuarantine',
				summary: 'What could not be read, newest first',
				tags: ['operation'],
				security: [{ key: [] }],
				querystring: listQuery({
					source: Type.Optional(Type.Integer({ minimum: 1, maximum: 2_147_483_647, description: 'Only entries of this source' })),
					run: Type.Optional(Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER, description: 'Only entries of this run' })),
				}),
				response: { 200: Type.Object({ entries: Type.Array(Quarantined), next: Next }), ...problems('bad-request', 'key-needed') },
				'x-example': { query: { limit: 10 } },
			},
		},
		async ({ query }) => {
			const at = await cursors.read('quarantine', query, query.cursor);
			const page = await listQuarantine(deps, {
				source: query.source ?? null,
				run: query.run ?? null,
				before: at === undefined ? null : Number(at[0]),
				limit: query.limit,
			});
			const next = await cursors.write('quarantine', query, page.next === null ? null : [page.next]);
			return { entries: page.entries.map(({ atMs, ...row }) => ({ ...row, at: iso(atMs) })), next };
		},
	);
	api.get(
		'/quarantine/:id/raw',
		{
			...forOperators(deps),
			schema: {
				operationId: 'getQuarantinedBytes',
				summary: 'The bytes that could not be read, as received',
				tags: ['operation'],
				security: [{ key: [] }],
				params: Type.Object({ id: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }) }),
				response: {
					200: { description: 'As received', content: { 'text/plain': { schema: Type.Unsafe<Buffer>({ type: 'string' }) } } },
					...problems('bad-request', 'key-needed', 'not-found'),
				},
				'x-example': { path: { id: 1 } },
			},
		},
		async ({ params }, reply) => {
			const bytes = await showQuarantined(deps, params.id);
			if (bytes === undefined) throw new Problem('not-found', `There is no entry with the number ${params.id} in quarantine.`);
			return reply
				.type('text/plain; charset=utf-8')
				.header('x-content-type-options', 'nosniff')
				.header('content-disposition', 'inline; filename="record.txt"')
				.send(bytes);
		},
	);
}
