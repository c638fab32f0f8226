import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyBaseLogger, FastifyInstance, RawReplyDefaultExpression, RawRequestDefaultExpression, RawServerDefault } from 'fastify';
import { type Static, type TProperties, type TSchema, Type } from 'typebox';
import { LIMITS } from '../lib/limits.ts';
import { PROBLEMS, type ProblemCode } from './problems.ts';

/** A server whose routes take their types from their schemas. */
export type Api = FastifyInstance<
	RawServerDefault,
	RawRequestDefaultExpression<RawServerDefault>,
	RawReplyDefaultExpression<RawServerDefault>,
	FastifyBaseLogger,
	TypeBoxTypeProvider
>;

export const Nullable = <T extends ReturnType<typeof Type.String> | ReturnType<typeof Type.Integer>>(type: T) =>
	Type.Union([type, Type.Null()]);
export const Text = (description: string, example?: string) =>
	Type.String({ description, ...(example === undefined ? {} : { examples: [example] }) });
export const oneOf = <T extends string>(values: readonly T[], description: string) =>
	Type.Unsafe<T>({ type: 'string', enum: [...values], description });
export const Count = (description: string) => Type.Integer({ minimum: 0, description });
export const Time = (description: string) => Type.String({ description: `${description} (ISO 8601, UTC)` });
export const Id = Type.String({
	minLength: 9,
	maxLength: 9,
	description: 'Public id of a record: nine letters and digits, the last a check character.',
});

export const Next = Type.Union([Type.String(), Type.Null()], { description: 'Cursor of the next page; null at the end.' });

export const Cursor = Type.Optional(Type.String({ maxLength: 2_000, description: '"next" of the page before.' }));

/** What was begun in the background. */
export const RunBegun = Type.Object({
	run: Type.Integer({ description: 'Number of the run' }),
	address: Text('Where its ledger stands'),
});

/** Query parameters of a list, with cursor and limit; unknown parameters are refused. */
export const listQuery = <P extends TProperties>(properties: P) =>
	Type.Object(
		{
			...properties,
			limit: Type.Integer({ minimum: 1, maximum: LIMITS.pageRecordsMax, default: 50, description: 'Entries in a page at most.' }),
			cursor: Cursor,
		},
		{ additionalProperties: false },
	);

export const ProblemDetails = Type.Object(
	{
		type: Type.String({ description: 'URL that names the kind of problem; stable.' }),
		title: Type.String({ description: 'In Vietnamese, or in English when Accept-Language begins with en.' }),
		status: Type.Integer(),
		detail: Type.Optional(Type.String()),
		conflicts: Type.Optional(Type.Array(Type.String(), { description: 'Hard conflicts that a refused decision goes against.' })),
		decisions: Type.Optional(Type.Array(Type.Integer(), { description: 'Earlier decisions that a refused one goes against.' })),
	},
	{ $id: 'Problem', description: 'Problem details (RFC 9457).' },
);

/** What a person says: more than spaces, and no U+0000, which Postgres does not keep. */
export const PersonText = (description: string) =>
	Type.String({ minLength: 1, maxLength: LIMITS.decisionTextMax, pattern: '^\\s*[^\\s\\u0000][^\\u0000]*$', description });

/** Who is kept as having decided: the name that was sent, and whose key vouches for it. */
export const signed = (by: string, key: string): string => `${by.trim()} [${key}]`;

/** A reference to a schema that the server was given by `addSchema`: it stands once in the OpenAPI description. */
export const refer = <T extends TSchema>(schema: T) => Type.Unsafe<Static<T>>({ $ref: `${(schema as { $id?: string }).$id}#` });

/** Responses of a route for these problems, for its schema. */
export function problems(...codes: readonly ProblemCode[]): Record<number, object> {
	const responses: Record<number, object> = {};
	for (const code of codes) {
		responses[PROBLEMS[code].status] = {
			description: codes
				.filter((other) => PROBLEMS[other].status === PROBLEMS[code].status)
				.map((other) => PROBLEMS[other].en)
				.join('; '),
			content: { 'application/problem+json': { schema: refer(ProblemDetails) } },
		};
	}
	return responses;
}

/** Milliseconds to ISO 8601, and nothing to nothing. */
export const iso = (ms: number): string => new Date(ms).toISOString().replace('.000Z', 'Z');
export const isoOrNull = (ms: number | null): string | null => (ms === null ? null : iso(ms));
