import type { FastifyInstance } from 'fastify';
import type { TSchema } from 'typebox';
import { Pointer, Value } from 'typebox/value';
import { refusedInput } from './refused-input.ts';

/**
 * Refuses a JSON body whose values are of other types than its schema says. Parameters of an address are text and are made numbers before they
 * are checked; the same would make the text "false" of a `false` in a body.
 */
export function refuseCoercion(app: FastifyInstance): void {
	app.addHook('preValidation', async (request) => {
		const schema = request.routeOptions.schema?.body as TSchema | undefined;
		if (schema === undefined || !('type' in schema) || Value.Check(schema, request.body)) return;
		// whatever else is wrong the server's own check says
		const wrong = Value.Errors(schema, request.body).find(({ keyword }) => keyword === 'type');
		if (wrong === undefined) return;
		throw refusedInput([{ ...wrong, params: { ...wrong.params }, data: Pointer.Get(request.body, wrong.instancePath) }]);
	});
}
