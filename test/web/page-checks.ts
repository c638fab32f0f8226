import { SaxesParser } from 'saxes';

export interface Element {
	readonly name: string;
	readonly attributes: Readonly<Record<string, string>>;
	/** The text in it, of all that is within. */
	text: string;
}

/** The elements of a page in their order. Throws where it is not well-formed XML: then something was not escaped, or not closed. */
export function elementsOf(page: string): Element[] {
	const elements: Element[] = [];
	const open: Element[] = [];
	const parser = new SaxesParser();
	parser.on('error', (error) => {
		throw error;
	});
	parser.on('opentag', ({ name, attributes }) => {
		const element = { name, attributes: attributes as Record<string, string>, text: '' };
		elements.push(element);
		open.push(element);
	});
	parser.on('closetag', () => {
		open.pop();
	});
	parser.on('text', (text) => {
		for (const element of open) element.text += text;
	});
	parser.write(page).close();
	return elements;
}

const REFERENCES = ['aria-labelledby', 'aria-describedby', 'for'] as const;
const VOID = new Set(['meta', 'link', 'input', 'br']);

/** What is wrong with a page: scripts, ids twice, references to nothing, addresses that a browser must not follow, fields without a label. */
export function faultsOf(page: string): string[] {
	const elements = elementsOf(page);
	const faults: string[] = [];
	const ids = elements.flatMap(({ attributes }) => (attributes['id'] === undefined ? [] : [attributes['id']]));
	if (new Set(ids).size < ids.length) faults.push(`an id twice: ${ids.join(' ')}`);
	const labelled = new Set(elements.flatMap(({ name, attributes }) => (name === 'label' ? [attributes['for']] : [])));
	for (const { name, attributes, text } of elements) {
		if (['script', 'iframe', 'object', 'embed', 'style', 'base'].includes(name)) faults.push(`<${name}>`);
		for (const attribute of Object.keys(attributes)) {
			if (/^on|^style$/.test(attribute)) faults.push(`${name} has ${attribute}`);
		}
		for (const reference of REFERENCES) {
			for (const id of attributes[reference]?.split(' ') ?? []) if (!ids.includes(id)) faults.push(`${name} ${reference} ${id}`);
		}
		const address = attributes['href'] ?? attributes['action'];
		if (address !== undefined && !/^(?:\/(?!\/)|#|https?:\/\/)/.test(address)) faults.push(`${name} leads to ${address}`);
		if (name === 'a' && text.trim() === '') faults.push(`a link without a text: ${address}`);
		if ((name === 'select' || (name === 'input' && attributes['type'] !== 'hidden')) && !labelled.has(attributes['id']))
			faults.push(`${name} has no label`);
		if (!VOID.has(name) && page.includes(`<${name} />`)) faults.push(`<${name} /> is open in HTML`);
	}
	for (const landmark of ['header', 'main', 'footer', 'h1', 'title']) {
		if (elements.filter(({ name }) => name === landmark).length !== 1) faults.push(`not one ${landmark}`);
	}
	return faults;
}

/** What a person may type or a library may send, and should not matter. */
export const HOSTILE = [
	'<script>alert(1)</script>',
	'"><img src=x onerror=alert(1)>',
	"' onmouseover='alert(1)",
	'javascript:alert(1)',
	'</title><h1>',
	'&lt;b&gt; &amp;',
	'\u202eأبجد\u202c \u2067שלום',
	'a\u0301\u0300\u0301\u0302',
	'ế'.repeat(10_000),
	'\ud800 lone \udc00',
	'\u0000\u0008\u000b\ufffe',
	'line\nline\r\ntab\t',
	'{q} {n} $& $1',
	'',
] as const;
