import { recordNumber } from '../lib/ids.ts';
import { LIMITS } from '../lib/limits.ts';
import { type CqlTerm, CqlTermError, readCqlTerm } from '../protocols/cql/term.ts';
import type { CqlIndex } from './cql-indexes.ts';
import type { Facet } from './engine.ts';
import { identifierForm } from './identifier.ts';
import { maskPattern } from './mask.ts';
import { ANCHORED_FIELDS, type Anchor, joinQueries, PREFIX_LETTERS_MIN, type Query, type QueryField, type WordField } from './query.ts';
import { QueryRefused } from './query-refused.ts';
import { terms } from './terms.ts';

/** A relation of the cql context set; `exact` is `==` and `scr` is `=`. */
export interface CqlRelation {
	readonly relation: '=' | '==' | '<>' | '<' | '<=' | '>' | '>=' | 'all' | 'any' | 'adj' | 'within';
	/** As the query has it, for diagnostics. */
	readonly written: string;
	/** Signs of the term stand for themselves. */
	readonly unmasked: boolean;
}

/** What diagnostics call an index. */
type Named = Pick<CqlIndex, 'set' | 'name'>;

/** `index relation term` of CQL as a query. Throws QueryRefused. */
export const clauseQuery = (index: CqlIndex, relation: CqlRelation, raw: string): Query =>
	targetQuery(index, relation, readTerm(raw, relation.unmasked));

/** As clauseQuery, for a term whose signs are read. */
export function targetQuery(index: Named & Pick<CqlIndex, 'target'>, relation: CqlRelation, term: CqlTerm): Query {
	const { target } = index;
	if (target.kind === 'all') {
		if (relation.relation !== '=' && relation.relation !== '==') throw unsupported(index, relation);
		return { op: 'all' };
	}
	if (term.text.trim() === '') throw new QueryRefused(27, `${index.set}.${index.name}`);
	switch (target.kind) {
		case 'words':
			return wordsQuery(index, target.field, relation, term);
		case 'number':
			return listQuery(index, relation, term, (text, prefix) => numberQuery(target.field, text, prefix));
		case 'years':
			return yearsQuery(index, relation, plain(term));
		case 'value':
			return listQuery(index, relation, term, (text, prefix) => valueQuery(target.facet, text, prefix));
		case 'record':
			// a number that no record has
			return listQuery(index, relation, term, (text) => ({ op: 'record', id: recordNumber(text) ?? 0 }));
	}
}

/** A term with its signs read, or with each standing for itself. Throws QueryRefused. */
export function readTerm(raw: string, unmasked: boolean): CqlTerm {
	if (unmasked) return { text: raw.replaceAll(/\\(.)/gs, '$1'), anchoredStart: false, anchoredEnd: false, openAt: [], masks: [] };
	try {
		return readCqlTerm(raw);
	} catch (error) {
		throw error instanceof CqlTermError ? new QueryRefused(error.number, error.message) : error;
	}
}

const unsupported = (index: Named, { written }: CqlRelation): QueryRefused => new QueryRefused(22, `${written} ${index.set}.${index.name}`);
const not = (query: Query): Query => ({ op: 'not', of: query });

function wordsQuery(index: Named, field: WordField, relation: CqlRelation, term: CqlTerm): Query {
	if (terms(term.text).length === 0) throw new QueryRefused(36, term.text, 'the term has neither letters nor digits');
	switch (relation.relation) {
		case '=':
		case 'adj':
			return phraseQuery(index, field, term, term.anchoredStart ? (term.anchoredEnd ? 'whole' : 'start') : undefined);
		case '==':
			return phraseQuery(index, field, term, 'whole');
		case '<>':
			return not(phraseQuery(index, field, term, 'whole'));
		case 'all':
		case 'any':
			if (term.anchoredStart || term.anchoredEnd) throw new QueryRefused(32, '^');
			return eachWord(term, relation.relation === 'all' ? 'and' : 'or', (word) => wordQuery(field, word));
		default:
			throw unsupported(index, relation);
	}
}

/** A word of a term between blanks: `prefix` when it ends with the only sign in it, `pieces` when signs stand elsewhere. */
interface TermWord {
	readonly text: string;
	readonly prefix: boolean;
	readonly pieces: Parameters<typeof maskPattern>[0] | null;
}

function wordQuery(field: WordField, { text, prefix, pieces }: TermWord): Query | undefined {
	if (pieces !== null) return maskQuery(field, text, pieces);
	if (terms(text).length === 0) return undefined;
	return prefix ? { op: 'word', field, text: longEnough(text), prefix } : { op: 'word', field, text };
}

function maskQuery(field: WordField, text: string, pieces: NonNullable<TermWord['pieces']>): Query {
	const read = maskPattern(pieces);
	if ('pattern' in read) return { op: 'mask', field, pattern: read.pattern };
	const written = pieces.map((piece) => (typeof piece === 'string' ? piece : piece.sign)).join('');
	if (read.fault === 'signs') throw new QueryRefused(30, written, `a word may have ${LIMITS.maskSignsMax} of * and ?`);
	if (read.fault === 'short') throw new QueryRefused(29, written, 'a word with * needs three letters, one with ? two');
	throw new QueryRefused(28, written, `a word with * or ? inside has letters and digits alone, "${text}" does not`);
}

/** Words one after another; only the last may be the beginning of one. */
function phraseQuery(index: Named, field: WordField, term: CqlTerm, anchor: Anchor | undefined): Query {
	if (term.anchoredEnd && anchor !== 'whole')
		throw new QueryRefused(32, '^', 'the end of a field cannot be asked for without its beginning');
	if (anchor !== undefined && !ANCHORED_FIELDS.has(field))
		throw term.anchoredStart ? new QueryRefused(31, `${index.set}.${index.name}`) : new QueryRefused(22, `== ${index.set}.${index.name}`);
	const text = term.text.trim();
	if (term.masks.length > 0) {
		const [word, more] = wordsOf(term);
		if (word === undefined || more !== undefined || anchor !== undefined)
			throw new QueryRefused(33, term.masks[0]?.sign ?? '*', 'a word with * or ? inside stands alone: all and any take several');
		return wordQuery(field, word) as Query;
	}
	const prefix = term.openAt.length > 0;
	if (term.openAt.some((at) => at < term.text.trimEnd().length))
		throw new QueryRefused(33, '*', 'only the last word of a phrase may end with *');
	if (prefix && anchor === 'whole') throw new QueryRefused(33, '*', 'a whole field has no open end');
	const open = prefix ? { text: longEnough(text), prefix } : { text };
	if (anchor !== undefined) return { op: 'phrase', field, ...open, anchor };
	return { op: /\s/.test(text) ? 'phrase' : 'word', field, ...open };
}

function longEnough(text: string): string {
	if ((terms(text).at(-1)?.folded.length ?? 0) >= PREFIX_LETTERS_MIN) return text;
	throw new QueryRefused(29, `${text}*`, `a word that ends with * needs ${PREFIX_LETTERS_MIN} letters`);
}

/** The words of a term between blanks, each by itself; those that say nothing are passed over. */
function eachWord(term: CqlTerm, op: 'and' | 'or', one: (word: TermWord) => Query | undefined): Query {
	return joinQueries(
		op,
		wordsOf(term).flatMap((word) => one(word) ?? []),
	) as Query;
}

const wordsOf = ({ text, openAt, masks }: CqlTerm): TermWord[] =>
	Array.from(text.matchAll(/\S+/g), ({ 0: word, index: from }) => {
		const to = from + word.length;
		const signs = masks.filter(({ at }) => at >= from && at <= to);
		if (signs.length === 0) return { text: word, prefix: openAt.includes(to), pieces: null };
		const pieces = signs.flatMap(({ at, sign }, i) => [text.slice(i === 0 ? from : (signs[i - 1]?.at ?? from), at), { sign }]);
		return { text: word, prefix: false, pieces: [...pieces, text.slice(signs.at(-1)?.at ?? from, to)] };
	});

/** One of the values, or for `any` and `all` each of them. */
function listQuery(index: Named, relation: CqlRelation, term: CqlTerm, one: (text: string, prefix: boolean) => Query): Query {
	if (term.anchoredStart !== term.anchoredEnd) throw new QueryRefused(32, '^');
	const [mask] = term.masks;
	if (mask !== undefined) throw new QueryRefused(28, mask.sign, 'in this index only the end of a term may be masked');
	const whole = (): Query => {
		if (term.openAt.some((at) => at < term.text.trimEnd().length)) throw new QueryRefused(33, '*');
		return one(term.text.trim(), term.openAt.length > 0);
	};
	switch (relation.relation) {
		case '=':
		case '==':
		case 'adj':
			return whole();
		case '<>':
			return not(whole());
		case 'any':
		case 'all':
			return eachWord(term, relation.relation === 'all' ? 'and' : 'or', ({ text, prefix }) => one(text, prefix));
		default:
			throw unsupported(index, relation);
	}
}

function numberQuery(field: QueryField, text: string, prefix: boolean): Query {
	const form = identifierForm(text);
	if (form === '') throw new QueryRefused(36, text, 'the number has neither letters nor digits');
	if (!prefix) return { op: 'word', field, text };
	if (form.length < PREFIX_LETTERS_MIN) throw new QueryRefused(29, `${text}*`);
	return { op: 'word', field, text, prefix };
}

function valueQuery(facet: Facet, text: string, prefix: boolean): Query {
	if (prefix) throw new QueryRefused(28, '*', 'values of this index are given whole');
	return { op: 'value', facet, value: facet === 'language' ? text.toLowerCase() : text };
}

function plain({ text, anchoredStart, anchoredEnd, openAt, masks }: CqlTerm): string {
	if (openAt.length + masks.length > 0) throw new QueryRefused(28, masks[0]?.sign ?? '*', 'years are given whole');
	if (anchoredStart !== anchoredEnd) throw new QueryRefused(32, '^');
	return text.trim();
}

function yearsQuery(index: Named, relation: CqlRelation, text: string): Query {
	const years = text.split(/\s+/).map(year);
	const [first = 0, last = first] = years;
	const { relation: sign } = relation;
	if (sign === 'any' || sign === 'all')
		return joinQueries(
			sign === 'any' ? 'or' : 'and',
			years.map((one) => between(one, one)),
		) as Query;
	if (sign === 'within' ? years.length > 2 : years.length > 1) throw new QueryRefused(36, text, 'one year is needed, for within two');
	switch (sign) {
		case '<':
			return between(null, first - 1);
		case '<=':
			return between(null, first);
		case '>':
			return between(first + 1, null);
		case '>=':
			return between(first, null);
		case '<>':
			return not(between(first, first));
		case 'within':
			return between(Math.min(first, last), Math.max(first, last));
		case '=':
		case '==':
			return between(first, first);
		default:
			throw unsupported(index, relation);
	}
}

const between = (from: number | null, to: number | null): Query => ({ op: 'years', from, to });

/** The year of `2015`, `2015-09` or `2015-09-01`. */
function year(text: string): number {
	const found = /^(\d{4})(?:-\d\d){0,2}$/.exec(text)?.[1];
	if (found === undefined) throw new QueryRefused(36, text, 'a year has four digits');
	return Number(found);
}
