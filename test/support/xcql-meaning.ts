import { SaxesParser } from 'saxes';

export interface Element {
	readonly name: string;
	text: string;
	readonly children: Element[];
}

/** Well-formed XML as a tree; throws for anything else. */
export function readXml(xml: string): Element {
	const top: Element = { name: '', text: '', children: [] };
	const path = [top];
	const parser = new SaxesParser();
	parser.on('opentag', ({ name }) => {
		const element: Element = { name, text: '', children: [] };
		path.at(-1)?.children.push(element);
		path.push(element);
	});
	parser.on('text', (text) => {
		(path.at(-1) as Element).text += text;
	});
	parser.on('closetag', () => path.pop());
	parser.on('error', (error) => {
		throw error;
	});
	parser.write(xml).close();
	return top.children[0] as Element;
}

const all = (element: Element | undefined, name: string): Element[] => element?.children.filter((child) => child.name === name) ?? [];
const text = (element: Element | undefined, name: string): string | undefined => all(element, name)[0]?.text;
const readModifiers = (element: Element | undefined): string[] =>
	all(all(element, 'modifiers')[0], 'modifier')
		.map((one) => JSON.stringify([text(one, 'type'), text(one, 'comparison') ?? null, text(one, 'value') ?? null]))
		.sort();

/**
 * What XCQL says, however it is written: YAZ resolves the prefixes that are declared and names the set with each clause, prints modifiers in any
 * order, a term in several words, and its operands without their wrappers.
 */
export function meaning(element: Element, scope: ReadonlyMap<string, string>): object {
	const inner = new Map(scope);
	for (const prefix of all(all(element, 'prefixes')[0], 'prefix')) inner.set(text(prefix, 'name') ?? '', text(prefix, 'identifier') ?? '');
	const sort = all(all(element, 'sortKeys')[0], 'key').map((key) => [text(key, 'index'), readModifiers(key)]);
	const sorted = sort.length === 0 ? {} : { sort };
	if (element.name === 'triple') {
		const operator = all(element, 'boolean')[0];
		const wrapped = element.children.filter((child) => child.name === 'leftOperand' || child.name === 'rightOperand');
		const operands = wrapped.length === 0 ? element.children : wrapped.flatMap((child) => child.children);
		const sides = operands
			.filter((child) => child.name === 'triple' || child.name === 'searchClause')
			.map((child) => meaning(child, inner));
		return { operator: text(operator, 'value'), modifiers: readModifiers(operator), sides, ...sorted };
	}
	const index = text(element, 'index') ?? '';
	const point = index.indexOf('.');
	const set = inner.get(point < 0 ? '' : index.slice(0, point));
	const local = set === undefined || index === 'cql.serverChoice' ? { index } : { set, index: index.slice(point + 1) };
	const relation = all(element, 'relation')[0];
	const words = all(element, 'term').map((term) => term.text);
	return { ...local, relation: [text(relation, 'value'), readModifiers(relation)], term: words.join(' '), ...sorted };
}
