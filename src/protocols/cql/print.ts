import { type CqlModifier, type CqlNode, type CqlPrefix, type CqlQuery, isKeyword, SERVER_CHOICE } from './tree.ts';

/**
 * The canonical text of a query: one blank between parts, operators in lower case, only the quotation marks and parentheses that are needed.
 * Parsing it gives the same tree.
 */
export function printCql({ root, sort }: CqlQuery): string {
	const keys = sort.map((key) => word(key.index) + printModifiers(key.modifiers));
	return printPrefixes(root.prefixes) + printNode(root) + (keys.length === 0 ? '' : ` sortBy ${keys.join(' ')}`);
}

const PLAIN = /^[^\s()=<>/"\\]+$/;
const word = (text: string): string => (PLAIN.test(text) && !isKeyword(text) ? text : `"${text}"`);

const printPrefixes = (prefixes: readonly CqlPrefix[]): string =>
	prefixes.map(({ name, identifier }) => `>${name === null ? '' : `${word(name)}=`}${word(identifier)} `).join('');

const printModifiers = (modifiers: readonly CqlModifier[]): string =>
	modifiers.map(({ name, comparison, value }) => `/${word(name)}${comparison === null ? '' : comparison + word(value ?? '')}`).join('');

function printNode(node: CqlNode): string {
	if (node.kind === 'boolean') {
		const left = node.left.prefixes.length > 0 ? grouped(node.left) : printNode(node.left);
		const right = node.right.kind === 'boolean' || node.right.prefixes.length > 0 ? grouped(node.right) : printNode(node.right);
		return `${left} ${node.operator}${printModifiers(node.modifiers)} ${right}`;
	}
	const { index, relation, term } = node;
	if (index === SERVER_CHOICE && relation.name === '=' && relation.modifiers.length === 0) return word(term);
	return `${word(index)} ${relation.name}${printModifiers(relation.modifiers)} ${word(term)}`;
}

const grouped = (node: CqlNode): string => `(${printPrefixes(node.prefixes)}${printNode(node)})`;
