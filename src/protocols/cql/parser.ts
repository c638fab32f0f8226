import { LIMITS } from '../../lib/limits.ts';
import { CqlError } from './error.ts';
import { type CqlToken, cqlTokens } from './lexer.ts';
import {
	BOOLEAN_OPERATORS,
	type BooleanOperator,
	type CqlModifier,
	type CqlNode,
	type CqlPrefix,
	type CqlQuery,
	type CqlSortKey,
	isKeyword,
	isRelationName,
	SERVER_CHOICE,
} from './tree.ts';

/**
 * Reads a query in CQL 1.1, 1.2 or 2.0 (OASIS CQL 2.0, appendix A): prefix maps, index relation term, modifiers, and or not prox from left to
 * right, parentheses, sortBy. Words side by side are one term, as in YAZ. Throws CqlError with the place.
 */
export function parseCql(text: string): CqlQuery {
	if (text.length > LIMITS.cqlBytesMax || Buffer.byteLength(text) > LIMITS.cqlBytesMax)
		throw new CqlError(12, `a query may have ${LIMITS.cqlBytesMax} bytes`, LIMITS.cqlBytesMax + 1);
	return new Parser(text, cqlTokens(text)).read();
}

class Parser {
	readonly #text: string;
	readonly #tokens: readonly CqlToken[];
	#at = 0;
	#clauses = 0;
	#depth = 0;

	constructor(text: string, tokens: readonly CqlToken[]) {
		this.#text = text;
		this.#tokens = tokens;
	}

	read(): CqlQuery {
		const root = this.#query();
		const sort = this.#isWord('sortby') ? this.#sortKeys() : [];
		if (this.#token.type !== 'end')
			this.#refuse(this.#token.type === ')' ? 'a parenthesis is closed that was not opened' : 'nothing may stand here');
		return { root, sort };
	}

	get #token(): CqlToken {
		return this.#tokens[this.#at] as CqlToken;
	}

	#peek(steps: number): CqlToken {
		return this.#tokens[Math.min(this.#at + steps, this.#tokens.length - 1)] as CqlToken;
	}

	#isWord(keyword: string): boolean {
		return this.#token.type === 'word' && this.#token.text.toLowerCase() === keyword;
	}

	#refuse(message: string, token = this.#token): never {
		const { start } = token;
		const rest = this.#text.slice(start, start + 20).trim();
		throw new CqlError(10, `${message}${rest === '' ? '' : `, before or at: ${rest}`}`, start + 1);
	}

	/** cqlQuery: prefix assignments, then clauses joined from left to right. */
	#query(): CqlNode {
		const prefixes: CqlPrefix[] = [];
		while (this.#token.type === 'comparison' && this.#token.symbol === '>') prefixes.push(this.#prefix());
		let node = this.#clause();
		for (let operator = this.#operator(); operator !== undefined; operator = this.#operator()) {
			this.#at++;
			const modifiers = this.#modifiers();
			const right = this.#clause();
			node = { kind: 'boolean', prefixes: [], operator, modifiers, left: node, right };
		}
		return prefixes.length === 0 ? node : { ...node, prefixes: [...prefixes, ...node.prefixes] };
	}

	#operator(): BooleanOperator | undefined {
		const token = this.#token;
		if (token.type !== 'word') return undefined;
		const word = token.text.toLowerCase();
		return BOOLEAN_OPERATORS.find((operator) => operator === word);
	}

	#prefix(): CqlPrefix {
		this.#at++;
		const first = this.#name('the name or the identifier of a context set is missing after ">"');
		if (this.#token.type !== 'comparison' || this.#token.symbol !== '=') return { name: null, identifier: first };
		this.#at++;
		return { name: first, identifier: this.#name('the identifier of a context set is missing after "="') };
	}

	/** A word or what is quoted. */
	#name(missing: string): string {
		const token = this.#token;
		if (token.type !== 'word' && token.type !== 'quoted') this.#refuse(missing);
		this.#at++;
		return token.text;
	}

	#clause(): CqlNode {
		const token = this.#token;
		if (token.type === '(') return this.#group();
		if (token.type !== 'word' && token.type !== 'quoted')
			this.#refuse(token.type === 'end' ? 'the query ends where a term is expected' : 'a term is expected');
		if (++this.#clauses > LIMITS.queryClausesMax)
			throw new CqlError(38, `a query may have ${LIMITS.queryClausesMax} clauses`, token.start + 1);
		const next = this.#peek(1);
		if (next.type === 'comparison' || (next.type === 'word' && isRelationName(next.text))) {
			this.#at += 2;
			const name = next.type === 'comparison' ? next.symbol : next.text;
			const relation = { name, modifiers: this.#modifiers() };
			return { kind: 'clause', prefixes: [], index: token.text, relation, term: this.#term(`a term is missing after "${name}"`) };
		}
		const relation = { name: '=', modifiers: [] };
		return { kind: 'clause', prefixes: [], index: SERVER_CHOICE, relation, term: this.#term('a term is expected') };
	}

	#group(): CqlNode {
		const opened = this.#token;
		if (++this.#depth > LIMITS.queryDepthMax)
			throw new CqlError(38, `parentheses may be nested ${LIMITS.queryDepthMax} deep`, opened.start + 1);
		this.#at++;
		const node = this.#query();
		if (this.#isWord('sortby')) this.#refuse('sortBy stands only at the end of the whole query');
		if (this.#token.type === 'end') this.#refuse('a parenthesis is not closed', opened);
		if (this.#token.type !== ')') this.#refuse('a parenthesis must be closed here');
		this.#at++;
		this.#depth--;
		return node;
	}

	/** One word or quoted text, or several side by side. A word such as `and` is a term only when nothing but it can be one. */
	#term(missing: string): string {
		const first = this.#token;
		const words = [this.#name(missing)];
		for (let token = this.#token; token.type === 'quoted' || (token.type === 'word' && !isKeyword(token.text)); token = this.#token) {
			if (first.type === 'word' && isKeyword(first.text)) this.#refuse(`"${first.text}" must stand between two terms`, first);
			words.push(token.text);
			this.#at++;
		}
		return words.join(' ');
	}

	#modifiers(): CqlModifier[] {
		const modifiers: CqlModifier[] = [];
		while (this.#token.type === '/') {
			this.#at++;
			const name = this.#name('the name of a modifier is missing after "/"');
			const token = this.#peek(0);
			if (token.type !== 'comparison') {
				modifiers.push({ name, comparison: null, value: null });
				continue;
			}
			this.#at++;
			modifiers.push({ name, comparison: token.symbol, value: this.#name(`the value of the modifier "${name}" is missing`) });
		}
		return modifiers;
	}

	#sortKeys(): CqlSortKey[] {
		this.#at++;
		const keys: CqlSortKey[] = [];
		do {
			keys.push({ index: this.#name('an index is missing after sortBy'), modifiers: this.#modifiers() });
			if (keys.length > LIMITS.queryClausesMax) this.#refuse('there are too many sort keys');
		} while (this.#token.type === 'word' || this.#token.type === 'quoted');
		return keys;
	}
}
