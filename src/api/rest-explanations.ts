import { Type } from 'typebox';
import { explainPair, explainUnion } from '../catalogue/explain.ts';
import type { ExplainedPair } from '../catalogue/explain-pair.ts';
import { publicId } from '../lib/ids.ts';
import type { Cursors } from './cursor.ts';
import type { ServerDeps } from './deps.ts';
import { forOperators } from './operator.ts';
import { inLanguage, languageOf } from './problems.ts';
import { type Api, Id, iso, listQuery, Next, oneOf, problems, refer, Text, Time } from './rest-kit.ts';

export const PairExplanation = Type.Object(
	{
		a: Id,
		b: Id,
		together: Type.Boolean({ description: 'Whether they stand in one union record' }),
		score: Type.Number({ description: '0 to 1, hard conflicts left aside' }),
		rules: Type.Integer({ description: 'Version of the rules' }),
		conflicts: Type.Array(Type.Object({ name: Text('Name, for confirm'), text: Text('In words') })),
		decisions: Type.Array(
			Type.Object({
				id: Type.Integer(),
				verdict: oneOf(['same', 'not-same'] as const, 'What was decided'),
				by: Text('Who decided'),
				reason: Text('Why'),
				at: Time('When'),
			}),
			{ description: 'Decisions in force on the two' },
		),
		start: Type.Number({
			description: 'Log odds that any pair compared by the same weights starts from; the evidence of all parts is added to it',
		}),
		parts: Type.Array(
			Type.Object({
				feature: Text('Name of the feature'),
				outcome: oneOf(
					['agrees', 'alike', 'differs', 'one-sided', 'unsaid'] as const,
					'How the two stand to each other in it: =, ≈, ≠, stated by one alone, or nothing to compare',
				),
				value: Type.Union([Type.Number(), Type.Null()], { description: '0 to 1; null when one of the two does not say' }),
				evidence: Type.Number({ description: 'Log odds added to the score' }),
				text: Text('In words'),
			}),
			{ description: 'The strongest evidence first' },
		),
		otherwise: Type.Array(Text('In words'), { description: 'What would have to differ for the two to stand otherwise' }),
	},
	{ $id: 'PairExplanation', description: 'Why two source records stand together or apart.' },
);

const COMMON = {
	tags: ['decisions'],
	security: [{ key: [] }],
	description: 'The words are Vietnamese, or English when Accept-Language begins with en.',
};

const pairJson = (pair: ExplainedPair) => ({
	...pair,
	conflicts: [...pair.conflicts],
	decisions: pair.decisions.map(({ atMs, ...d }) => ({ ...d, at: iso(atMs) })),
	parts: [...pair.parts],
	otherwise: [...pair.otherwise],
});

/** Why records stand together or apart, for operators: an explanation tells of records that their libraries do not share, and who decided. */
export function explanationRoutes(api: Api, deps: ServerDeps, cursors: Cursors): void {
	unionRoute(api, deps, cursors);
	pairRoute(api, deps);
}

function unionRoute(api: Api, deps: ServerDeps, cursors: Cursors): void {
	api.get(
		'/records/:id/explanation',
		{
			...forOperators(deps),
			schema: {
				...COMMON,
				operationId: 'explainRecord',
				summary: 'Why each source record is in a union record',
				params: Type.Object({ id: Type.String() }),
				querystring: listQuery({}),
				response: {
					200: Type.Object({
						id: Id,
						rules: Type.Integer({ description: 'Version of the rules' }),
						members: Type.Array(
							Type.Object({
								id: Id,
								source: Text('Code of its source'),
								identifier: Text('What the source calls it'),
								link: Type.Union([refer(PairExplanation), Type.Null()], {
									description: 'With the member it is most surely the same as; null for the only one',
								}),
								notes: Type.Array(Text('In words'), {
									description:
										'What else is to be known of it, as of keys that too many records share, or what was mended in it as it was received',
								}),
							}),
							{ description: 'By source and identifier' },
						),
						next: Next,
					}),
					...problems('bad-request', 'bad-cursor', 'key-needed', 'not-found'),
				},
				'x-example': { path: { id: publicId(1) }, query: { limit: 10 } },
			},
		},
		async (request, reply) => {
			const { params, query } = request;
			const language = languageOf(request);
			const asked = { ...query, id: params.id };
			const at = await cursors.read('explanation', asked, query.cursor);
			const after = at === undefined ? null : ([String(at[0]), String(at[1])] as const);
			const union = await explainUnion({ pool: deps.database }, params.id, language, { after, limit: query.limit });
			inLanguage(reply, language);
			return {
				...union,
				members: union.members.map((m) => ({ ...m, link: m.link === null ? null : pairJson(m.link), notes: [...m.notes] })),
				next: await cursors.write('explanation', asked, union.next),
			};
		},
	);
}

function pairRoute(api: Api, deps: ServerDeps): void {
	api.get(
		'/records/:id/explanation/:other',
		{
			...forOperators(deps),
			schema: {
				...COMMON,
				operationId: 'explainPair',
				summary: 'Why two source records stand together or apart, and what would have to differ',
				params: Type.Object({ id: Type.String(), other: Type.String() }),
				response: { 200: refer(PairExplanation), ...problems('bad-request', 'key-needed', 'not-found') },
				'x-example': { path: { id: publicId(1), other: publicId(55) } },
			},
		},
		async (request, reply) => {
			const language = languageOf(request);
			const { id, other } = request.params;
			const pair = await explainPair({ pool: deps.database }, id, other, language);
			inLanguage(reply, language);
			return pairJson(pair);
		},
	);
}
