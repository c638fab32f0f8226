import { Type } from 'typebox';
import { decide, undo } from '../catalogue/decide.ts';
import { type ListedDecision, listDecisions, showDecision } from '../catalogue/list-decisions.ts';
import { listDoubts, ODDITIES } from '../catalogue/queue.ts';
import { queuedFor, type Settled, settleWhenSmall } from '../catalogue/settle.ts';
import { publicId } from '../lib/ids.ts';
import { LIMITS } from '../lib/limits.ts';
import type { Cursors } from './cursor.ts';
import type { ServerDeps } from './deps.ts';
import { forOperators, operatorName } from './operator.ts';
import {
	type Api,
	Count,
	Id,
	iso,
	isoOrNull,
	listQuery,
	Next,
	Nullable,
	oneOf,
	PersonText,
	problems,
	refer,
	signed,
	Text,
	Time,
} from './rest-kit.ts';

const VERDICTS = ['same', 'not-same'] as const;
const CONFIRMED_MAX = 20;

export const Decision = Type.Object(
	{
		id: Type.Integer(),
		a: Id,
		b: Id,
		verdict: oneOf(VERDICTS, 'What was decided of the two records'),
		confirmed: Type.Array(Type.String(), { description: 'Hard conflicts that "same" was confirmed over' }),
		by: Text('Who decided, and in brackets the name of the key when it came over this interface'),
		reason: Text('Why'),
		at: Time('When'),
		undoneBy: Nullable(Text('Who undid it; null while it is in force')),
		undoneAt: Nullable(Time('When it was undone')),
		undoneReason: Nullable(Text('Why it was undone')),
	},
	{ $id: 'Decision', description: 'A lasting judgement of a librarian on two source records.' },
);
const Answered = Type.Object({
	decision: refer(Decision),
	state: oneOf(
		['done', 'queued'] as const,
		'done: the union is as decided; queued: many records hang together with these, it is matched soon',
	),
	waitsFor: Type.Union([oneOf(['many-records', 'another-matcher', 'failure'] as const, 'Why it is queued'), Type.Null()], {
		description:
			'many-records: as state says; another-matcher: another process is matching; failure: matching failed, and is tried again; null when done',
	}),
	unions: Type.Array(Id, { description: 'Union records that the two stand in now: one when together, two when apart; none while queued' }),
});
const QUEUED = 'Kept, and queued for the matcher: waitsFor tells why';
const DecisionNumber = Type.Object({ id: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }) });
const Judgement = Type.Object(
	{
		verdict: oneOf(VERDICTS, 'same or not-same'),
		a: Id,
		b: Id,
		by: PersonText('Who decides: the librarian’s name'),
		reason: PersonText('Why'),
		confirm: Type.Optional(
			Type.Array(Type.String({ maxLength: 100 }), {
				maxItems: CONFIRMED_MAX,
				description: 'Hard conflicts that "same" goes over, by name',
			}),
		),
	},
	{ additionalProperties: false },
);
const LINE = {
	title: Text('Title, part and rest'),
	creator: Text('The first creator; empty when none is named'),
	year: Nullable(Text('Year')),
};
const Side = Type.Object({
	id: Id,
	...LINE,
	library: Text('Code of its library'),
	libraryName: Text('Name of its library'),
	identifier: Text('What its source calls it'),
	union: Id,
});
const Doubts = Type.Object({
	pairs: Type.Array(
		Type.Object({
			a: Id,
			b: Id,
			sides: Type.Array(Side, { minItems: 2, maxItems: 2, description: 'What a and b are, and the union records that they stand in' }),
			why: oneOf(['doubtful', 'changed-since-decided', 'decision-without-effect'] as const, 'Why it waits'),
			score: Type.Union([Type.Number(), Type.Null()], { description: '0 to 1; null when none is kept' }),
			decision: Nullable(Type.Integer({ description: 'The decision in force on the pair' })),
			libraries: Count('Libraries whose readers would see the difference'),
		}),
		{
			description:
				'One for two union records, the most alike of theirs, until any pair of theirs is decided; and decisions to look at again',
		},
	),
	clusters: Type.Array(
		Type.Object({
			id: Id,
			...LINE,
			why: Type.Array(oneOf(ODDITIES, 'two-volumes, two-isbns that no member joins, or large for its sources')),
			members: Count('Source records in it'),
			sources: Count('Sources that they are of'),
			libraries: Count('Libraries that hold it'),
		}),
		{ description: 'Union records that look wrong; a page holds so many pairs and union records together' },
	),
	next: Next,
});

const COMMON = { tags: ['decisions'], security: [{ key: [] }] };

const decision = ({ atMs, undoneAtMs, ...d }: ListedDecision) => ({
	...d,
	confirmed: [...d.confirmed],
	at: iso(atMs),
	undoneAt: isoOrNull(undoneAtMs),
});

/** Decisions and what waits for one, for operators. */
export function decisionRoutes(api: Api, deps: ServerDeps, cursors: Cursors): void {
	listRoutes(api, deps, cursors);
	createRoute(api, deps);
	oneRoutes(api, deps);
}

function listRoutes(api: Api, deps: ServerDeps, cursors: Cursors): void {
	const db = { pool: deps.database };
	api.get(
		'/queue',
		{
			...forOperators(deps),
			schema: {
				...COMMON,
				operationId: 'listDoubts',
				summary: 'What waits for a librarian, what most readers would see first',
				querystring: listQuery({}),
				response: { 200: Doubts, ...problems('bad-request', 'bad-cursor', 'key-needed') },
				'x-example': { query: { limit: 10 } },
			},
		},
		async ({ query }) => {
			const at = await cursors.read('queue', query, query.cursor);
			const { pairs, clusters, next } = await listDoubts(db, { after: at === undefined ? null : String(at[0]), limit: query.limit });
			return {
				pairs: pairs.map((pair) => ({ ...pair, sides: [...pair.sides] })),
				clusters: clusters.map((c) => ({ ...c, why: [...c.why] })),
				next: await cursors.write('queue', query, next === null ? null : [next]),
			};
		},
	);
	api.get(
		'/decisions',
		{
			...forOperators(deps),
			schema: {
				...COMMON,
				operationId: 'listDecisions',
				summary: 'Decisions, the newest first, undone ones too',
				querystring: listQuery({ record: Type.Optional(Id) }),
				response: {
					200: Type.Object({ decisions: Type.Array(refer(Decision)), next: Next }),
					...problems('bad-request', 'bad-cursor', 'key-needed', 'not-found'),
				},
				'x-example': { query: { limit: 10 } },
			},
		},
		async ({ query }) => {
			const at = await cursors.read('decisions', query, query.cursor);
			const before = at === undefined ? null : Number(at[0]);
			const page = await listDecisions(db, { record: query.record ?? null, before, limit: query.limit });
			const next = await cursors.write('decisions', query, page.next === null ? null : [page.next]);
			return { decisions: page.decisions.map(decision), next };
		},
	);
}

/** Matches a decision now when that is little work, and tells it with what came of it. It is kept also when matching fails. */
async function answer({ database, matcher, clock, logger }: ServerDeps, id: number) {
	const db = { pool: database };
	const { unions, ...settled } = await settleWhenSmall({ database: db, matcher, clock }, id).catch((error: unknown): Settled => {
		logger.error({ decision: id, error }, 'a decision was kept and could not be matched; it is queued');
		return queuedFor('failure');
	});
	return { decision: decision(await showDecision(db, id)), ...settled, unions: [...unions] };
}

function createRoute(api: Api, deps: ServerDeps): void {
	api.post(
		'/decisions',
		{
			...forOperators(deps),
			schema: {
				...COMMON,
				operationId: 'createDecision',
				summary: 'Decide that two source records are the same publication, or not',
				description: `Kept for good, in force until it is undone. It is matched before the answer when fewer than ${LIMITS.decisionAtOnceRecordsMax + 1} records hang together with the two; else it is queued and answered with 202.`,
				body: Judgement,
				response: {
					201: Answered,
					202: { ...Answered, description: QUEUED },
					...problems(
						'bad-request',
						'key-needed',
						'not-found',
						'confirmation-needed',
						'conflict-between-others',
						'contradicts-decisions',
						'decided-already',
					),
				},
				'x-example': {
					body: { verdict: 'not-same', a: publicId(1), b: publicId(55), by: 'Nguyễn Thị Hoa', reason: 'hai lần xuất bản khác nhau' },
				},
			},
		},
		async (request, reply) => {
			const by = signed(request.body.by, await operatorName(deps, request));
			const id = await decide({ pool: deps.database }, { confirm: [], ...request.body, by });
			const answered = await answer(deps, id);
			return reply
				.header('location', `${deps.publicUrl}/api/v1/decisions/${id}`)
				.code(answered.state === 'queued' ? 202 : 201)
				.send(answered);
		},
	);
}

function oneRoutes(api: Api, deps: ServerDeps): void {
	const db = { pool: deps.database };
	api.get(
		'/decisions/:id',
		{
			...forOperators(deps),
			schema: {
				...COMMON,
				operationId: 'getDecision',
				summary: 'One decision, in force or undone',
				params: DecisionNumber,
				response: { 200: refer(Decision), ...problems('bad-request', 'key-needed', 'not-found') },
				'x-example': { path: { id: 1 } },
			},
		},
		async ({ params }) => decision(await showDecision(db, params.id)),
	);
	api.post(
		'/decisions/:id/undo',
		{
			...forOperators(deps),
			schema: {
				...COMMON,
				operationId: 'undoDecision',
				summary: 'Take a decision out of force; it is kept, with who undid it, when and why',
				params: DecisionNumber,
				body: Type.Object({ by: PersonText('Who undoes it'), reason: PersonText('Why') }, { additionalProperties: false }),
				response: {
					200: Answered,
					202: { ...Answered, description: QUEUED },
					...problems('bad-request', 'key-needed', 'not-found'),
				},
				'x-example': { path: { id: 1 }, body: { by: 'Nguyễn Thị Hoa', reason: 'nhầm tập' } },
			},
		},
		async (request, reply) => {
			const { id } = request.params;
			const { by, reason } = request.body;
			await undo(db, id, signed(by, await operatorName(deps, request)), reason);
			const answered = await answer(deps, id);
			return reply.code(answered.state === 'queued' ? 202 : 200).send(answered);
		},
	);
}
