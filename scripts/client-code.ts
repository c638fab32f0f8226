/** Makes the typed client (src/client/lienthong.ts) from the OpenAPI description. */

interface Schema {
	readonly $ref?: string;
	readonly type?: string;
	readonly const?: unknown;
	readonly enum?: readonly unknown[];
	readonly anyOf?: readonly Schema[];
	readonly items?: Schema;
	readonly properties?: Readonly<Record<string, Schema>>;
	readonly required?: readonly string[];
	readonly additionalProperties?: Schema | boolean;
	readonly description?: string;
}
type Content = Readonly<Record<string, { readonly schema?: Schema }>>;
interface Operation {
	readonly operationId: string;
	readonly summary?: string;
	readonly parameters?: readonly {
		readonly name: string;
		readonly in: string;
		readonly required?: boolean;
		readonly schema: Schema;
		readonly description?: string;
	}[];
	readonly requestBody?: { readonly content: Content };
	readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
}
interface Document {
	readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
	readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

const comment = (text: string | undefined, indent: string): string =>
	text === undefined ? '' : `${indent}/** ${text.replaceAll('*/', '* /').replaceAll(/\s+/g, ' ')} */\n`;
const key = (name: string): string => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name));

/** A schema as a type of TypeScript; `indent` is that of the line it stands on. */
function typeOf(schema: Schema, indent = ''): string {
	if (schema.$ref !== undefined) return schema.$ref.split('/').at(-1) as string;
	if ('const' in schema) return JSON.stringify(schema.const);
	if (schema.enum !== undefined) return schema.enum.map((one) => JSON.stringify(one)).join(' | ');
	if (schema.anyOf !== undefined) return schema.anyOf.map((one) => typeOf(one, indent)).join(' | ');
	switch (schema.type) {
		case 'string':
		case 'boolean':
		case 'null':
		case 'undefined':
			return schema.type;
		case 'integer':
		case 'number':
			return 'number';
		case 'array':
			return arrayType(typeOf(schema.items ?? {}, indent));
		case 'object':
			return objectType(schema, indent);
		default:
			return 'unknown';
	}
}

const arrayType = (item: string): string => (/^\w+$/.test(item) ? `readonly ${item}[]` : `readonly (${item})[]`);

function objectType({ properties, required = [], additionalProperties }: Schema, indent: string): string {
	if (properties === undefined) {
		const values = typeof additionalProperties === 'object' ? typeOf(additionalProperties, indent) : 'unknown';
		return `Readonly<Record<string, ${values}>>`;
	}
	const within = `${indent}\t`;
	const members = Object.entries(properties).map(
		([name, schema]) =>
			`${comment(schema.description, within)}${within}readonly ${key(name)}${required.includes(name) ? '' : '?'}: ${typeOf(schema, within)};\n`,
	);
	return `{\n${members.join('')}${indent}}`;
}

type Answer = readonly [schema: Schema | null, read: 'json' | 'text' | 'bytes' | 'nothing'];

const contentOf = ({ responses }: Operation): Content | undefined =>
	Object.entries(responses).find(([status]) => status.startsWith('2'))?.[1].content;

/** What a method gives, and how its answer is read; no schema but for JSON. */
function answerOf(operation: Operation): Answer {
	const content = contentOf(operation);
	if (content === undefined) return [null, 'nothing'];
	const json = content['application/json'];
	if (json !== undefined) return [json.schema ?? {}, 'json'];
	const isText = Object.keys(content).every((type) => /^text\/|[+/](?:xml|json)$/.test(type));
	return [null, isText ? 'text' : 'bytes'];
}

/** The query of an operation as one schema. */
function querySchema({ parameters = [] }: Operation): Schema | null {
	const inQuery = parameters.filter((one) => one.in === 'query');
	if (inQuery.length === 0) return null;
	const properties = inQuery.map(({ name, required, schema, description }): [string, Schema] => {
		// what is left out may be given as undefined too
		const type = required === true ? schema : { anyOf: [schema, { type: 'undefined' }] };
		return [name, { ...type, ...(description === undefined ? {} : { description }) }];
	});
	const required = inQuery.filter((one) => one.required === true).map((one) => one.name);
	return { type: 'object', properties: Object.fromEntries(properties), required };
}

const FILE = 'string | Uint8Array<ArrayBuffer>';
const TYPES = { json: 'unknown', text: 'string', bytes: 'Uint8Array', nothing: 'void' } as const;

/** The methods of an operation: one, and where it answers in formats beside JSON one more, which gives the file. */
function methodsOf(verb: string, path: string, operation: Operation): readonly Method[] {
	const formats = operation.parameters?.find((one) => one.name === 'format' && one.in === 'query');
	const content = contentOf(operation);
	if (formats === undefined || content?.['application/json'] === undefined) return [methodOf(verb, path, operation)];
	const parameters = operation.parameters?.filter((one) => one !== formats);
	const file = {
		...operation,
		operationId: `${operation.operationId}As`,
		summary: `${operation.summary ?? operation.operationId}, as a file of a format`,
		parameters: operation.parameters?.map((one) => (one === formats ? { ...one, required: true } : one)) ?? [],
		responses: { 200: { content: { 'application/octet-stream': {} } } },
	};
	return [methodOf(verb, path, { ...operation, parameters: parameters ?? [] }), methodOf(verb, path, file)];
}

interface Method {
	readonly text: string;
	readonly types: readonly string[];
}

/** A method, and the types that it names. */
function methodOf(verb: string, path: string, operation: Operation): Method {
	const { operationId, summary, parameters = [], requestBody } = operation;
	const types: string[] = [];
	const named = (what: string, schema: Schema): string => {
		if (schema.type !== 'object') return typeOf(schema);
		const name = `${operationId.charAt(0).toUpperCase()}${operationId.slice(1)}${what}`;
		types.push(typeText(name, schema));
		return name;
	};
	const args = parameters.filter((one) => one.in === 'path').map(({ name, schema }) => `${name}: ${typeOf(schema)}`);
	const body = requestBody?.content['application/json'];
	if (requestBody !== undefined) args.push(`body: ${body === undefined ? FILE : named('Body', body.schema ?? {})}`);
	const query = querySchema(operation);
	if (query !== null) args.push(`query: ${named('Query', query)}${query.required?.length === 0 ? ' = {}' : ''}`);
	const [schema, read] = answerOf(operation);
	const answer = schema === null ? TYPES[read] : named('Answer', schema);
	const parts = [
		`method: '${verb.toUpperCase()}'`,
		`path: \`${path.replaceAll(/\{(\w+)\}/g, (_, name: string) => `\${encodeURIComponent(${name})}`)}\``,
		...(query === null ? [] : ['query']),
		...(requestBody === undefined ? [] : ['body', ...(body === undefined ? [] : ['json: true'])]),
		`answer: '${read}'`,
		'...options',
	];
	const head = `\t${operationId}(${[...args, 'options: CallOptions = {}'].join(', ')}): Promise<${answer}> {`;
	return { types, text: `${comment(`${summary ?? operationId}.`, '\t')}${head}\n\t\treturn this.call({ ${parts.join(', ')} });\n\t}` };
}

const typeText = (name: string, schema: Schema): string => `${comment(schema.description, '')}export type ${name} = ${typeOf(schema)};`;

/** The text of the client for a description. */
export function clientCode(document: object): string {
	const { paths, components } = document as Document;
	const made = Object.entries(paths).flatMap(([path, item]) =>
		Object.entries(item).flatMap(([verb, operation]) => methodsOf(verb, path, operation)),
	);
	const types = [
		...Object.entries(components.schemas).map(([name, schema]) => typeText(name, schema)),
		...made.flatMap((one) => one.types),
	];
	return [
		'// Made from openapi.yaml by npm run openapi; not written by hand.',
		"import { Caller, type CallOptions } from './call.ts';",
		'',
		types.join('\n\n'),
		'',
		'/** The REST interface of Liên Thông: a method for each operation. Each throws ProblemError when it is refused. */',
		'export class Lienthong extends Caller {',
		made.map((one) => one.text).join('\n\n'),
		'}',
		'',
	].join('\n');
}
