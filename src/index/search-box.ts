import { foldText } from '../lib/fold.ts';
import { LIMITS } from '../lib/limits.ts';
import { isbn13 } from './identifier.ts';
import { maskPattern } from './mask.ts';
import { isWordField, joinQueries, PREFIX_LETTERS_MIN, type Query, type QueryField } from './query.ts';
import { shortFor } from './short-for.ts';
import { terms } from './terms.ts';
import {
	CODED_FACETS,
	CODED_WORDS_MAX,
	type CodedFacet,
	codeTyped,
	LANGUAGE_WORD,
	languageTyped,
	YEARS_JOINED,
	yearsTyped,
} from './typed-values.ts';

/** What a person's text was read as. `cut` when not all of it was read: LIMITS.queryBytesMax, queryClausesMax, queryPrefixesMax or queryMasksMax. */
export interface SearchBox {
	readonly query: Query;
	readonly cut: boolean;
}

/** What a person may name: a field of words, the year of publication, or a value of a facet. */
type BoxField = QueryField | 'year' | ValueField | CodedFacet;
const VALUE_FIELDS = ['library', 'area', 'language', 'classLevel', 'collection'] as const;
type ValueField = (typeof VALUE_FIELDS)[number];
const isCoded = (field: BoxField): field is CodedFacet => (CODED_FACETS as readonly BoxField[]).includes(field);
const isValueField = (field: BoxField): field is ValueField => (VALUE_FIELDS as readonly BoxField[]).includes(field);

/** Names a person may write before a colon, folded and joined: `tác giả` may be written `tac gia`, `tác-giả`, `tác_giả` or `tacgia`. */
const FIELD_NAMES: Readonly<Record<BoxField, string>> = {
	any: 'any all tatca batky',
	title: 'title ti nhande tieude tuade ten',
	creator: 'creator author au tacgia',
	subject: 'subject su chude dedetmuc tukhoa keyword',
	publisher: 'publisher pb nhaxuatban nxb',
	series: 'series tungthu bosach',
	identifier: 'identifier id madinhdanh',
	isbn: 'isbn isbn13 isbn10',
	issn: 'issn',
	classification: 'classification class ddc phanloai kyhieuphanloai',
	note: 'note notes summary ghichu tomtat phuchu',
	year: 'year date nam namxuatban',
	library: 'library thuvien',
	area: 'area diaban',
	language: 'language lang ngonngu',
	classLevel: 'grade lop',
	collection: 'collection bosuutap suutap',
	kind: 'kind kieubieughi loaibieughi',
	material: 'material format loaitailieu dangtailieu',
	libraryKind: 'librarykind kindoflibrary loaithuvien',
};
const FIELDS = new Map(
	Object.entries(FIELD_NAMES).flatMap(([field, names]) => names.split(' ').map((name) => [name, field as BoxField] as const)),
);

type Token =
	| { readonly type: 'open' | 'close' | 'and' | 'or' | 'not' }
	| { readonly type: 'field'; readonly field: BoxField; readonly text: string }
	| { readonly type: 'word' | 'phrase'; readonly text: string };

const QUOTES = '"“”„‟«»＂';
const isSpace = (letter: string): boolean => letter <= ' ' || /\s/.test(letter);
const OPERATORS: ReadonlyMap<string, 'and' | 'or' | 'not'> = new Map([
	['AND', 'and'],
	['OR', 'or'],
	['NOT', 'not'],
]);

/**
 * Reads what a person typed into a search box: words, "phrases", `field:word`, `field:"phrase"`, `field:(…)` with Vietnamese and
 * English field names, AND, OR, NOT in capitals, `-word`, parentheses, `*` at the end of a word, `*` and `?` inside one. Words side by side are joined by AND, which
 * binds closer than OR. `year:2010-2020`, `year:>2010`, `language:vie` or `ngôn ngữ:tiếng Việt`, `library:TVT`, `collection:dia-chi`, `loại thư viện:trường học` and the like ask for a year or a value. Nothing typed is an error: a quote or parenthesis that is not closed ends with the text, operators that join nothing
 * are passed over. An empty text asks for everything. A text beyond the limits is cut, and the result says so.
 */
export function parseSearchBox(text: string): SearchBox {
	const { text: read, cut } = cutBytes(text, LIMITS.queryBytesMax);
	const tokens = joinCodes(joinValues(joinNumbers(nameNumbers(tokenise(read)))));
	const state: State = { tokens, at: 0, clauses: 0, prefixes: 0, masks: 0, cut };
	const parts: Query[] = [];
	while (state.at < tokens.length) {
		const query = readOr(state, 'any');
		if (query) parts.push(query);
		// a closing parenthesis that nothing opened
		if (state.at < tokens.length) state.at++;
	}
	const query = joinQueries('and', parts) ?? nothingRead(tokens, read);
	return { query, cut: state.cut };
}

/** Only operators and signs were typed: the first of them is taken as a word, which may match nothing. */
function nothingRead(tokens: readonly Token[], text: string): Query {
	const typed = text.trim();
	if (tokens.length === 0 || typed === '*') return { op: 'all' };
	return { op: 'word', field: 'any', text: typed.split(/\s/, 1)[0] as string };
}

function cutBytes(text: string, bytesMax: number): { text: string; cut: boolean } {
	if (text.length * 3 <= bytesMax || Buffer.byteLength(text) <= bytesMax) return { text, cut: false };
	return {
		text: Buffer.from(text.slice(0, bytesMax))
			.subarray(0, bytesMax)
			.toString()
			.replace(/\ufffd+$/, ''),
		cut: true,
	};
}

function tokenise(text: string): Token[] {
	const tokens: Token[] = [];
	let at = 0;
	while (at < text.length) {
		const letter = text.charAt(at);
		if (isSpace(letter)) at++;
		else if (letter === '(' || letter === ')') {
			tokens.push({ type: letter === '(' ? 'open' : 'close' });
			at++;
		} else if (QUOTES.includes(letter)) {
			let end = at + 1;
			while (end < text.length && !QUOTES.includes(text.charAt(end))) end++;
			tokens.push({ type: 'phrase', text: text.slice(at + 1, end) });
			at = end + 1;
		} else if (letter === '-' && isMinus(tokens, text, at)) {
			tokens.push({ type: 'not' });
			at++;
		} else {
			let end = at + 1;
			while (end < text.length && !isSpace(text.charAt(end)) && !'()'.includes(text.charAt(end)) && !QUOTES.includes(text.charAt(end)))
				end++;
			at = pushWord(tokens, text, at, end);
		}
	}
	return tokens;
}

/** Whether a hyphen says "not": it stands before a word, and does not open a range of years (`year:-1990`). */
function isMinus(tokens: readonly Token[], text: string, at: number): boolean {
	const next = text.charAt(at + 1);
	if (next === '' || isSpace(next) || next === '-') return false;
	const before = tokens.at(-1);
	return !(before?.type === 'field' && before.field === 'year' && text.charAt(at - 1) === ':');
}

/** Adds the word from `start` to `end`, or only the field name it begins with; returns where to go on. */
function pushWord(tokens: Token[], text: string, start: number, end: number): number {
	const word = text.slice(start, end);
	const operator = OPERATORS.get(word);
	if (operator !== undefined) {
		tokens.push({ type: operator });
		return end;
	}
	const colon = word.search(/[:=]/);
	const named = colon > 0 ? fieldNamed(tokens, word.slice(0, colon)) : undefined;
	if (named === undefined) {
		tokens.push({ type: 'word', text: word });
		return end;
	}
	tokens.splice(tokens.length - named.words, named.words, { type: 'field', field: named.field, text: named.text });
	return start + colon + 1;
}

/** Words before the last one that may belong to the name of a field: `ký hiệu phân loại:`. */
const NAME_WORDS_BEFORE_MAX = 3;

/** The field that a name before a colon and the words before it make, the longest name there is: of `sách tác giả:` it is `tác giả`. */
function fieldNamed(
	tokens: readonly Token[],
	last: string,
): { readonly field: BoxField; readonly text: string; readonly words: number } | undefined {
	const names = [last];
	for (let n = 1; n <= NAME_WORDS_BEFORE_MAX; n++) {
		const token = tokens[tokens.length - n];
		if (token?.type !== 'word') break;
		names.push(`${token.text} ${names[n - 1]}`);
	}
	for (let words = names.length - 1; words >= 0; words--) {
		const text = names[words] as string;
		const field = FIELDS.get(foldText(text).replaceAll(' ', ''));
		if (field !== undefined) return { field, text, words };
	}
	return undefined;
}

const DIGITS_AND_SIGNS = /^[0-9xX.\u2010-\u2015-]+$/;
const ISBN_GROUPS_MAX = 5;

const NUMBER_NAME = /^(is[bs]n)(?:-1[03])?\.?$/i;

/** Makes the name of a field of `ISBN` before a number: `ISBN 978-604-1-03002-2`, as books have it. */
const nameNumbers = (tokens: readonly Token[]): Token[] =>
	tokens.map((token, i) => {
		const [, name] = (token.type === 'word' ? NUMBER_NAME.exec(token.text) : null) ?? [];
		const next = tokens[i + 1];
		if (token.type !== 'word' || name === undefined || next?.type !== 'word' || !DIGITS_AND_SIGNS.test(next.text)) return token;
		return { type: 'field', field: name.toLowerCase() as 'isbn' | 'issn', text: token.text };
	});

/** Makes one word of an ISBN that was typed with spaces: `978 604 1 03002 2`. */
function joinNumbers(tokens: readonly Token[]): Token[] {
	const out: Token[] = [];
	for (let i = 0; i < tokens.length; i++) {
		let joined = '';
		let found = 0;
		for (let n = 0; n < ISBN_GROUPS_MAX; n++) {
			const token = tokens[i + n];
			if (token?.type !== 'word' || !DIGITS_AND_SIGNS.test(token.text)) break;
			joined += token.text;
			if (n > 0 && isbn13(joined) !== undefined) found = n;
		}
		if (found === 0) {
			out.push(tokens[i] as Token);
			continue;
		}
		const parts = tokens.slice(i, i + found + 1).map((token) => ('text' in token ? token.text : ''));
		out.push({ type: 'word', text: parts.join('') });
		i += found;
	}
	return out;
}

/** Makes one word of a value that was typed as several: `năm: 2010 - 2020`, `ngôn ngữ:tiếng Anh`. */
function joinValues(tokens: readonly Token[]): Token[] {
	const out: Token[] = [];
	for (const token of tokens) {
		const at = out.findLastIndex(({ type }) => type !== 'word');
		const named = out[at];
		const before = out.slice(at + 1).map((one) => ('text' in one ? one.text : ''));
		if (token.type !== 'word' || named?.type !== 'field' || !goesOn(named.field, before, token.text)) out.push(token);
		else out.splice(at + 1, before.length, { type: 'word', text: [...before, token.text].join(' ') });
	}
	return out;
}

/** Makes one word of the name of a code that was typed as several: `loại tài liệu:bản đồ`; as many words as there is a name for. */
function joinCodes(tokens: readonly Token[]): Token[] {
	const out: Token[] = [];
	for (let at = 0; at < tokens.length; at++) {
		const token = tokens[at] as Token;
		out.push(token);
		if (token.type !== 'field' || !isCoded(token.field)) continue;
		const words: string[] = [];
		for (const next of tokens.slice(at + 1, at + 1 + CODED_WORDS_MAX)) {
			if (next.type !== 'word') break;
			words.push(next.text);
		}
		while (words.length > 1 && codeTyped(token.field, words.join(' ')) === undefined) words.pop();
		if (words.length === 0) continue;
		out.push({ type: 'word', text: words.join(' ') });
		at += words.length;
	}
	return out;
}

/** Whether a word goes on with the value whose words stand behind the name of a field. */
const goesOn = (field: BoxField, before: readonly string[], text: string): boolean =>
	field === 'year'
		? before.length === 2 && YEARS_JOINED.test([...before, text].join(' '))
		: field === 'language' && before.length === 1 && LANGUAGE_WORD.has(foldText(before[0] as string));

interface State {
	readonly tokens: readonly Token[];
	at: number;
	clauses: number;
	prefixes: number;
	masks: number;
	cut: boolean;
}

function readOr(state: State, field: BoxField): Query | undefined {
	const parts: Query[] = [];
	for (;;) {
		const part = readAnd(state, field);
		if (part) parts.push(part);
		if (state.tokens[state.at]?.type !== 'or') return joinQueries('or', parts);
		state.at++;
	}
}

function readAnd(state: State, field: BoxField): Query | undefined {
	const parts: Query[] = [];
	for (;;) {
		const token = state.tokens[state.at];
		if (token === undefined || token.type === 'or' || token.type === 'close') return joinQueries('and', parts);
		if (token.type === 'and') {
			state.at++;
			continue;
		}
		const part = readOne(state, field);
		if (part) parts.push(part);
	}
}

/** A word, a phrase or a group, with the NOTs and the field name before it. */
function readOne(state: State, outer: BoxField): Query | undefined {
	let negated = false;
	let field = outer;
	let named: string | undefined;
	for (;;) {
		const token = state.tokens[state.at];
		if (token?.type === 'not') negated = !negated;
		else if (token?.type === 'field') {
			field = token.field;
			named = token.text;
		} else if (token?.type === 'word' || token?.type === 'phrase') {
			state.at++;
			return negate(readText(state, token.type, token.text, field), negated);
		} else if (token?.type === 'open') {
			state.at++;
			const group = readOr(state, field);
			if (state.tokens[state.at]?.type === 'close') state.at++;
			return negate(group, negated);
		} else return named === undefined ? undefined : negate(readText(state, 'word', named, outer), negated);
		state.at++;
	}
}

const negate = (query: Query | undefined, negated: boolean): Query | undefined =>
	query === undefined || !negated ? query : query.op === 'not' ? query.of : { op: 'not', of: query };

/** A leaf of the tree. Every word of a phrase counts as a clause; one with more words than are left becomes a phrase of its first words. */
function readText(state: State, op: 'word' | 'phrase', text: string, named: BoxField): Query | undefined {
	const found = terms(text);
	if (found.length === 0) return undefined;
	const room = LIMITS.queryClausesMax - state.clauses;
	const filter = room > 0 ? readValue(text, named) : undefined;
	if (filter !== undefined) {
		state.clauses++;
		return filter;
	}
	// what cannot be a year, or no longer fits as a value, is looked for as words
	const field = named === 'year' || isValueField(named) || isCoded(named) ? 'any' : named;
	state.clauses += Math.min(found.length, room);
	if (found.length > room) {
		state.cut = true;
		const first = found.slice(0, room).map((term) => term.exact);
		return room === 0 ? undefined : { op: 'phrase', field, text: first.join(' ') };
	}
	const isbn = field === 'any' || field === 'isbn' || field === 'identifier' ? isbn13(text) : undefined;
	if (isbn !== undefined) return { op: 'word', field: field === 'any' ? 'identifier' : field, text: isbn };
	if (op === 'phrase') return { op, field, text };
	const mask = readMask(state, text, field);
	if (mask !== undefined) return mask;
	const stem = text.replace(/\*+$/, '');
	if (stem === text || (found.at(-1)?.folded.length ?? 0) < PREFIX_LETTERS_MIN) return readWord(state, stem, field);
	if (state.prefixes === LIMITS.queryPrefixesMax) {
		state.cut = true;
		return { op, field, text: stem };
	}
	state.prefixes++;
	return { op, field, text: stem, prefix: true };
}

/** A word, with what it may be short for as far as that fits. */
function readWord(state: State, text: string, field: QueryField): Query {
	const word = { op: 'word', field, text } as const;
	const beside = (at: number): string | undefined => {
		const token = state.tokens[at];
		return token?.type === 'word' ? token.text : undefined;
	};
	const alike = field === 'any' || field === 'title' ? shortFor(text, beside(state.at - 2), beside(state.at)) : undefined;
	if (alike === undefined) return word;
	const more = alike.reduce((sum, other) => sum + terms(other).length, 0);
	if (state.clauses + more > LIMITS.queryClausesMax) return word;
	state.clauses += more;
	return { ...word, alike };
}

/** A word with signs inside; a question mark at the end of one is none. */
const MASKED = /^(?=.*[*?].)[\p{L}\p{M}\p{N}*?]+$/u;

/** A word with `*` or `?` elsewhere than at its end; undefined for other words, for numbers, and where it has too few letters or too many signs. */
function readMask(state: State, text: string, field: QueryField): Query | undefined {
	const word = text.replace(/\?+$/, '');
	if (!MASKED.test(word) || /^[^*?]+\*+$/.test(word) || !isWordField(field)) return undefined;
	const pieces = (word.match(/[*?]|[^*?]+/g) ?? []).map((piece) => (piece === '*' || piece === '?' ? ({ sign: piece } as const) : piece));
	const read = maskPattern(pieces);
	if (!('pattern' in read)) return undefined;
	if (state.masks === LIMITS.queryMasksMax) {
		state.cut = true;
		return undefined;
	}
	state.masks++;
	return { op: 'mask', field, pattern: read.pattern };
}

/** A year or a range of years, or a value of a facet; undefined for words. */
function readValue(text: string, field: BoxField): Query | undefined {
	if (isCoded(field)) {
		const code = codeTyped(field, text);
		return code && { op: 'value', ...code };
	}
	if (isValueField(field))
		return { op: 'value', facet: field, value: (field === 'language' ? languageTyped(text) : undefined) ?? text.trim() };
	const years = field === 'year' ? yearsTyped(text) : undefined;
	return years && { op: 'years', ...years };
}
