import { xmlText } from '../../lib/xml-text.ts';
import type { CqlModifier, CqlNode, CqlPrefix, CqlQuery, CqlSortKey } from './tree.ts';

/** Namespaces of XCQL: of SRU 1.1 and 1.2, and of SRU 2.0. */
export const XCQL_1 = 'http://www.loc.gov/zing/cql/xcql/';
export const XCQL_2 = 'http://docs.oasis-open.org/ns/search-ws/xcql';

/** A query as XCQL (LoC XCQL 1.2, OASIS CQL 2.0 annex): `<searchClause>` or `<triple>`, the sort keys last in it. */
export const printXcql = ({ root, sort }: CqlQuery, namespace: string): string => printNode(root, ` xmlns="${namespace}"`, sortKeys(sort));

const leaf = (name: string, text: string): string => `<${name}>${xmlText(text)}</${name}>`;

function printNode(node: CqlNode, attributes: string, last: string): string {
	const prefixes = printPrefixes(node.prefixes);
	if (node.kind === 'clause') {
		const relation = `<relation>${leaf('value', node.relation.name)}${printModifiers(node.relation.modifiers)}</relation>`;
		return `<searchClause${attributes}>${prefixes}${leaf('index', node.index)}${relation}${leaf('term', node.term)}${last}</searchClause>`;
	}
	const operator = `<boolean>${leaf('value', node.operator)}${printModifiers(node.modifiers)}</boolean>`;
	const left = `<leftOperand>${printNode(node.left, '', '')}</leftOperand>`;
	return `<triple${attributes}>${prefixes}${operator}${left}<rightOperand>${printNode(node.right, '', '')}</rightOperand>${last}</triple>`;
}

function printPrefixes(prefixes: readonly CqlPrefix[]): string {
	if (prefixes.length === 0) return '';
	const each = prefixes.map(
		({ name, identifier }) => `<prefix>${name === null ? '' : leaf('name', name)}${leaf('identifier', identifier)}</prefix>`,
	);
	return `<prefixes>${each.join('')}</prefixes>`;
}

function printModifiers(modifiers: readonly CqlModifier[]): string {
	if (modifiers.length === 0) return '';
	const each = modifiers.map(
		({ name, comparison, value }) =>
			`<modifier>${leaf('type', name)}${comparison === null ? '' : leaf('comparison', comparison) + leaf('value', value ?? '')}</modifier>`,
	);
	return `<modifiers>${each.join('')}</modifiers>`;
}

const sortKeys = (keys: readonly CqlSortKey[]): string =>
	keys.length === 0
		? ''
		: `<sortKeys>${keys.map((key) => `<key>${leaf('index', key.index)}${printModifiers(key.modifiers)}</key>`).join('')}</sortKeys>`;
