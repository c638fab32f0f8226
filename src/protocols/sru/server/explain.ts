import { xmlText } from '../../../lib/xml-text.ts';
import type { SruVersion } from '../request.ts';

export interface ExplainIndex {
	readonly vi: string;
	readonly en: string;
	readonly names: readonly { readonly set: string; readonly name: string }[];
	readonly scan: boolean;
}

/** What an SRU address says of itself. */
export interface Explanation {
	readonly transport: 'http' | 'https';
	readonly host: string;
	readonly port: number;
	/** Path of the address, without the slash at its beginning. */
	readonly database: string;
	readonly title: string;
	readonly description: { readonly vi: string; readonly en: string };
	readonly sets: readonly { readonly name: string; readonly identifier: string }[];
	readonly indexes: readonly ExplainIndex[];
	readonly schemas: readonly { readonly name: string; readonly identifier: string; readonly title: string }[];
	readonly defaultRecords: number;
	readonly maximumRecords: number;
}

const attributes = (all: Readonly<Record<string, string>>): string =>
	Object.entries(all)
		.map(([name, value]) => ` ${name}="${xmlText(value)}"`)
		.join('');
const element = (name: string, text: string, all: Readonly<Record<string, string>> = {}): string =>
	`<${name}${attributes(all)}>${xmlText(text)}</${name}>`;

/** A ZeeRex record (explain.z3950.org, DTD 2.0). */
export function writeExplanation(explanation: Explanation, version: SruVersion): string {
	const { transport, host, port, database, title, description, defaultRecords, maximumRecords } = explanation;
	const server = `<serverInfo protocol="SRU" version="${version}" transport="${transport}" method="GET POST">${element('host', host)}${element('port', String(port))}${element('database', database)}</serverInfo>`;
	const info =
		`<databaseInfo>${element('title', title, { lang: 'vi', primary: 'true' })}` +
		`${element('description', description.vi, { lang: 'vi', primary: 'true' })}${element('description', description.en, { lang: 'en' })}</databaseInfo>`;
	const sets = explanation.sets.map((set) => `<set${attributes({ name: set.name, identifier: set.identifier })}/>`).join('');
	const schemas = explanation.schemas.map(
		({ name, identifier, title: words }) =>
			`<schema${attributes({ name, identifier, retrieve: 'true', sort: 'false' })}>${element('title', words, { lang: 'en' })}</schema>`,
	);
	const config =
		`${element('default', String(defaultRecords), { type: 'numberOfRecords' })}${element('setting', String(maximumRecords), { type: 'maximumRecords' })}` +
		['=', '==', 'exact', 'any', 'all', 'adj', '<', '<=', '>', '>=', '<>', 'within']
			.map((name) => element('supports', name, { type: 'relation' }))
			.join('') +
		['cql.word', 'cql.masked', 'cql.unmasked', 'cql.ignoreCase', 'cql.ignoreAccents']
			.map((name) => element('supports', name, { type: 'relationModifier' }))
			.join('') +
		element('supports', '*', { type: 'maskingCharacter' }) +
		element('supports', '^', { type: 'anchoring' });
	return (
		`<explain xmlns="http://explain.z3950.org/dtd/2.0/">${server}${info}<indexInfo>${sets}${explanation.indexes.map(writeIndex).join('')}</indexInfo>` +
		`<schemaInfo>${schemas.join('')}</schemaInfo><configInfo>${config}</configInfo></explain>`
	);
}

function writeIndex({ vi, en, names, scan }: ExplainIndex): string {
	const maps = names.map(({ set, name }) => `<map>${element('name', name, { set })}</map>`).join('');
	return `<index search="true" scan="${scan}" sort="false">${element('title', vi, { lang: 'vi', primary: 'true' })}${element('title', en, { lang: 'en' })}${maps}</index>`;
}
