import { stringify } from 'yaml';
import type { ServerDeps } from './deps.ts';
import { createServer } from './server.ts';

/** The OpenAPI 3.1 description made from the schemas of the routes, as the text of openapi.yaml. Nothing of `deps` is used. */
export async function openApiYaml(deps: ServerDeps): Promise<string> {
	const app = createServer(deps);
	try {
		await app.ready();
		// only what JSON can hold: schemas carry marks of their own
		return stringify(JSON.parse(JSON.stringify(app.swagger())), { lineWidth: 0, aliasDuplicateObjects: false });
	} finally {
		await app.close();
	}
}
