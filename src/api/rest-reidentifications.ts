import { Type } from 'typebox';
import { askDecision, HELD_DECISIONS } from '../catalogue/held-run.ts';
import { sourceOfRun } from '../catalogue/list-operations.ts';
import {
	listReidentifications,
	type ReidentificationRow,
	type ShownReidentification,
	showReidentification,
	stateOf,
} from '../catalogue/list-reidentifications.ts';
import { undoReidentification } from '../catalogue/undo-reidentification.ts';
import type { Cursors } from './cursor.ts';
import type { ServerDeps } from './deps.ts';
import { forOperators, operatorName } from './operator.ts';
import { Problem } from './problems.ts';
import {
	type Api,
	Count,
	iso,
	isoOrNull,
	listQuery,
	Next,
	Nullable,
	oneOf,
	PersonText,
	problems,
	RunBegun,
	refer,
	signed,
	Text,
	Time,
} from './rest-kit.ts';

const STATES = ['waiting', 'deciding', 'accepted', 'refused', 'dropped', 'unasked', 'undone'] as const;
const KEPT_MAX = 100;

const FIELDS = {
	run: Type.Integer({ description: 'Number of the run that found them' }),
	source: Text('Code of its source'),
	state: oneOf(
		STATES,
		'waiting: for a person; deciding: decided, not done yet; unasked: they were few, and took their identifiers at once',
	),
	at: Time('When the run ended, or began when it waits'),
	pairs: Nullable(Type.Integer({ description: 'Records that took, or are proposed to take, other identifiers' })),
	by: Nullable(Text('Who decided')),
	reason: Nullable(Text('Why')),
	undoneBy: Nullable(Text('Who undid it')),
	undoneReason: Nullable(Text('Why it was undone')),
	undoneAt: Nullable(Time('When it was undone')),
};
const Entry = Type.Object(FIELDS);
const Parting = Type.Object(
	{
		records: Count('Records that become two again'),
		decisions: Count('Decisions in force that go to the records that came, since they were made on them'),
		keptCount: Count('Records that stay as they are: their old identifiers are those of other records by now'),
		kept: Type.Array(Type.String(), { description: `Their identifiers, ${KEPT_MAX} at most` }),
	},
	{ description: 'What undoing does.' },
);
const Proposal = Type.Object(
	{
		gone: Count('Records that the run takes away'),
		come: Count('Records that it brings'),
		pairs: Count('Of these the same under two identifiers'),
		ambiguous: Count('Like several, not guessed'),
		evidence: Type.Object(
			{
				digest: Count('By the very same bytes'),
				number: Count('By control number and title'),
				copy: Count('By the number of a copy and title'),
				description: Count('By the same description'),
				bib: Count('By title, persons, edition, date and extent'),
			},
			{ description: 'What the pairs are told by.' },
		),
		samples: Type.Array(Type.Object({ from: Type.String(), to: Type.String(), title: Type.String() }), {
			description: 'Pairs from all over it',
		}),
	},
	{ description: 'What waits to be accepted or refused.' },
);
export const Reidentification = Type.Object(
	{ ...FIELDS, proposal: Type.Union([Proposal, Type.Null()]), undo: Type.Union([Parting, Type.Null()]) },
	{
		$id: 'Reidentification',
		description:
			'Records of a source that came again under other identifiers. `proposal` while it waits; `undo` while it was done and can be undone.',
	},
);
const RunNumber = Type.Object({ run: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER, description: 'Number of the run' }) });
const COMMON = { tags: ['operation'], security: [{ key: [] }] };

const entry = ({ atMs, undoneAtMs, ...row }: ReidentificationRow) => ({ ...row, at: iso(atMs), undoneAt: isoOrNull(undoneAtMs) });

const parting = ({ records, decisions, kept }: NonNullable<ShownReidentification['undo']>) => ({
	records,
	decisions,
	keptCount: kept.length,
	kept: kept.slice(0, KEPT_MAX),
});

const shown = ({ proposal, undo, ...row }: ShownReidentification) => ({
	...entry(row),
	proposal: proposal === null ? null : { ...proposal, samples: [...proposal.samples] },
	undo: undo === null ? null : parting(undo),
});

/** Records of a source under other identifiers: proposals that wait, and what was done, for operators. */
export function reidentificationRoutes(api: Api, deps: ServerDeps, cursors: Cursors): void {
	readRoutes(api, deps, cursors);
	decisionRoute(api, deps);
	undoRoute(api, deps);
}

function decisionRoute(api: Api, deps: ServerDeps): void {
	const db = { pool: deps.database };
	api.post(
		'/reidentifications/:run/decision',
		{
			...forOperators(deps),
			schema: {
				...COMMON,
				operationId: 'decideReidentification',
				summary: 'End the wait of a run whose records came under other identifiers',
				description:
					'Kept, and done in the background as runs are, also over a restart: the address is that of the run, which is held until then. The union follows soon.',
				params: RunNumber,
				body: Type.Object(
					{
						decision: oneOf(
							HELD_DECISIONS,
							'accept: they are the same records; refuse: they are others; drop: the run is not to be believed',
						),
						by: PersonText('Who decides: the librarian’s name'),
						reason: PersonText('Why'),
					},
					{ additionalProperties: false },
				),
				response: { 202: RunBegun, ...problems('bad-request', 'key-needed', 'not-found', 'conflict') },
				'x-example': { path: { run: 4 }, body: { decision: 'refuse', by: 'Nguyễn Thị Hoa', reason: 'thư viện nhập sách mới' } },
			},
		},
		async (request, reply) => {
			const { run } = request.params;
			const { decision, by, reason } = request.body;
			const name = signed(by, await operatorName(deps, request));
			const state = await stateOf(db, run);
			if (state !== 'waiting') throw new Problem('conflict', `Run ${run} does not wait for a person: it is ${state}.`);
			await askDecision(db, run, decision, { by: name, reason });
			const address = `${deps.publicUrl}/api/v1/runs/${run}`;
			return reply.code(202).header('location', address).send({ run, address });
		},
	);
}

function undoRoute(api: Api, deps: ServerDeps): void {
	const db = { pool: deps.database };
	const sourceOf = async (run: number) => {
		const source = await sourceOfRun(deps, run);
		if (source === undefined) throw new Problem('not-found', `There is no run with the number ${run}.`);
		return source;
	};
	api.post(
		'/reidentifications/:run/undo',
		{
			...forOperators(deps),
			schema: {
				...COMMON,
				operationId: 'undoReidentification',
				summary: 'Part again what a run joined, as if it had been refused',
				description:
					'Nothing is lost: the old records keep ids, versions and the decisions made on them, the others get what came since. Refused while a run of the source has not ended, or a later one gave the same records yet other identifiers.',
				params: RunNumber,
				body: Type.Object({ by: PersonText('Who undoes it'), reason: PersonText('Why') }, { additionalProperties: false }),
				response: {
					200: Type.Object({ reidentification: refer(Reidentification), done: Parting }),
					...problems('bad-request', 'key-needed', 'not-found', 'conflict', 'busy'),
				},
				'x-example': { path: { run: 5 }, body: { by: 'Nguyễn Thị Hoa', reason: 'hai bản khác nhau' } },
			},
		},
		async (request) => {
			const { run } = request.params;
			const by = signed(request.body.by, await operatorName(deps, request));
			const done = await undoReidentification(db, await sourceOf(run), run, { by, reason: request.body.reason });
			return { reidentification: shown(await showReidentification(db, run)), done: parting(done) };
		},
	);
}

function readRoutes(api: Api, deps: ServerDeps, cursors: Cursors): void {
	const db = { pool: deps.database };
	api.get(
		'/reidentifications',
		{
			...forOperators(deps),
			schema: {
				...COMMON,
				operationId: 'listReidentifications',
				summary: 'Runs whose records came under other identifiers, newest first',
				querystring: listQuery({
					waiting: Type.Boolean({ default: false, description: 'Only those that wait for a person' }),
					source: Type.Optional(Type.Integer({ minimum: 1, maximum: 2_147_483_647, description: 'Only runs of this source' })),
				}),
				response: {
					200: Type.Object({ reidentifications: Type.Array(Entry), next: Next }),
					...problems('bad-request', 'bad-cursor', 'key-needed'),
				},
				'x-example': { query: { waiting: 'true' } },
			},
		},
		async ({ query }) => {
			const at = await cursors.read('reidentifications', query, query.cursor);
			const { waiting, limit, source = null } = query;
			const page = await listReidentifications(db, { source, waiting, limit, before: at === undefined ? null : Number(at[0]) });
			const next = await cursors.write('reidentifications', query, page.next === null ? null : [page.next]);
			return { reidentifications: page.rows.map(entry), next };
		},
	);
	api.get(
		'/reidentifications/:run',
		{
			...forOperators(deps),
			schema: {
				...COMMON,
				operationId: 'getReidentification',
				summary: 'What a run that waits would do, or what one did and undoing it would do',
				params: RunNumber,
				response: { 200: refer(Reidentification), ...problems('bad-request', 'key-needed', 'not-found') },
				'x-example': { path: { run: 4 } },
			},
		},
		async ({ params }) => shown(await showReidentification(db, params.run)),
	);
}
