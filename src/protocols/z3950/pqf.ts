import { entryOf } from '../../lib/entry-of.ts';
import { BIB1_ATTRIBUTES } from './oids.ts';
import type { Attribute, Rpn, RpnQuery } from './rpn.ts';

/** Why a text is no query in prefix notation; `at` counts words from 0. */
export class PqfError extends Error {
	override readonly name = 'PqfError';
	readonly at: number;

	constructor(message: string, at: number) {
		super(message);
		this.at = at;
	}
}

const WORD = /"((?:[^"\\]|\\.)*)"|\S+/g;
const OPERATORS: Readonly<Record<string, 'and' | 'or' | 'and-not'>> = { '@and': 'and', '@or': 'or', '@not': 'and-not' };
const DEPTH_MAX = 50;

/**
 * A query in prefix query notation as YAZ writes it, `@and @attr 1=4 "Lý Sơn" @attr 1=31 @attr 2=4 2020`: @attr, @and, @or, @not, @set,
 * quoted terms. Terms are encoded by `encode`. Throws PqfError.
 */
export function parsePqf(text: string, encode: (term: string) => Uint8Array): RpnQuery {
	const words = Array.from(text.matchAll(WORD), (match) => ({
		text: match[1]?.replace(/\\(.)/g, '$1') ?? match[0],
		quoted: match[1] !== undefined,
	}));
	let at = 0;
	const next = (what: string): (typeof words)[number] => {
		const word = words[at++];
		if (word === undefined) throw new PqfError(`${what} is missing at the end of the query`, at - 1);
		return word;
	};
	const operand = (attributes: readonly Attribute[], depth: number): Rpn => {
		if (depth > DEPTH_MAX) throw new PqfError('the query is nested too deeply', at);
		const word = next('a term');
		if (word.quoted || !word.text.startsWith('@')) return { kind: 'term', attributes, term: encode(word.text) };
		if (word.text === '@attr') return operand([...attributes, attribute(next('an attribute').text, at - 1)], depth + 1);
		if (word.text === '@set') return { kind: 'set', name: next('the name of a result set').text };
		const kind = entryOf(OPERATORS, word.text);
		if (kind === undefined) throw new PqfError(`${word.text} is not understood`, at - 1);
		return { kind, left: operand(attributes, depth + 1), right: operand(attributes, depth + 1) };
	};
	const root = operand([], 0);
	if (at < words.length) throw new PqfError(`"${words[at]?.text}" is one word too many: quote terms of several words`, at);
	return { attributeSet: BIB1_ATTRIBUTES, root };
}

function attribute(text: string, at: number): Attribute {
	const [, type = '', value = ''] = /^(\d{1,6})=(.{1,200})$/.exec(text) ?? [];
	if (type === '') throw new PqfError(`"${text}" is no attribute: write them as 1=4`, at);
	return { type: Number(type), value: /^\d{1,9}$/.test(value) ? Number(value) : value };
}
