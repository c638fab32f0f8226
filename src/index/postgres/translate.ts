import type { Facet } from '../engine.ts';
import { identifierForm } from '../identifier.ts';
import { ANCHORED_FIELDS, type Anchor, PREFIX_LETTERS_MIN, type Query, type QueryField } from '../query.ts';
import type { Preference } from '../ranking.ts';
import { type Term, terms } from '../terms.ts';
import { MARK } from './tsvector.ts';

/** A condition on documents; words that stand beside each other in the query are one tsquery. */
export type Match =
	| 'all'
	| 'none'
	| { readonly tsquery: string }
	| { readonly years: readonly [from: number | null, to: number | null] }
	| { readonly facet: Facet; readonly value: string }
	| { readonly record: number }
	| { readonly op: 'and' | 'or'; readonly of: readonly Match[] }
	| { readonly op: 'not'; readonly of: Match };

type Leaf = Extract<Query, { op: 'word' | 'phrase' }>;
/** Undefined says nothing (a word without letters). */
type Part = Match | undefined;

const quote = (lexeme: string): string => `'${lexeme.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;

/** Where the words of a field are: mark before the lexeme and weight after it. */
const PLACES: Readonly<Record<Exclude<QueryField, 'identifier' | 'isbn' | 'issn' | 'classification'>, readonly (readonly [mark: string, weight: string])[]>> = {
	any: [['', ''], [MARK.publisher, ''], [MARK.series, '']],
	title: [['', 'A']],
	creator: [['', 'B']],
	subject: [['', 'C']],
	note: [['', 'D']],
	publisher: [[MARK.publisher, '']],
	series: [[MARK.series, '']],
}; // biome-ignore format: a table

/** Which documents match a query. Every word a person typed ends up inside quotes. */
export const translate = (query: Query): Match => part(query) ?? 'none';

/** What a preference asks of the vector of words, or of the one of words with marks; undefined for what no tsquery says. */
export function preferenceText({ of, marked }: Preference): string | undefined {
	const match = marked ? markedPart(of) : part(of);
	return typeof match === 'object' && 'tsquery' in match ? match.tsquery : undefined;
}

function markedPart(query: Query): Part {
	if (query.op === 'and' || query.op === 'or') return joined(query.of.map(markedPart), query.op);
	return query.op === 'word' ? { tsquery: `${quote(query.text)}${query.prefix === true ? ':*' : ''}` } : undefined;
}

function part(query: Query): Part {
	switch (query.op) {
		case 'all':
			return 'all';
		case 'word':
		case 'phrase':
			return leafPart(query);
		case 'not': {
			const inner = part(query.of);
			if (inner === 'all') return 'none';
			if (inner === 'none') return 'all';
			if (inner === undefined) return undefined;
			return 'tsquery' in inner ? { tsquery: `!(${inner.tsquery})` } : { op: 'not', of: inner };
		}
		case 'years':
			return query.from === null && query.to === null ? 'all' : { years: [query.from, query.to] };
		case 'value':
			return { facet: query.facet, value: query.value };
		case 'record':
			return { record: query.id };
		case 'and':
		case 'or':
			return joined(query.of.map(part), query.op);
	}
}

function joined(parts: readonly Part[], op: 'and' | 'or'): Part {
	const [decides, yields] = op === 'and' ? (['none', 'all'] as const) : (['all', 'none'] as const);
	if (parts.includes(decides)) return decides;
	const texts: string[] = [];
	const others: Match[] = [];
	for (const child of parts) {
		if (typeof child !== 'object') continue;
		if ('tsquery' in child) texts.push(child.tsquery);
		else others.push(child);
	}
	if (texts.length > 0)
		others.unshift({ tsquery: texts.length === 1 ? (texts[0] as string) : `(${texts.join(op === 'and' ? ' & ' : ' | ')})` });
	if (others.length > 1) return { op, of: others };
	return others[0] ?? (parts.includes(yields) ? yields : undefined);
}

function leafPart(leaf: Leaf): Part {
	const prefix = leaf.prefix === true;
	switch (leaf.field) {
		case 'identifier':
		case 'isbn':
		case 'issn':
			return joinedPart(MARK.identifier, leaf.text, prefix);
		case 'classification':
			return joinedPart(MARK.classification, leaf.text, prefix);
		default: {
			const found = terms(leaf.text);
			if (found.length === 0) return undefined;
			const anchor = leaf.op === 'phrase' && ANCHORED_FIELDS.has(leaf.field) ? leaf.anchor : undefined;
			const alternatives = PLACES[leaf.field].map(([mark, weight]) => sequence(found, mark, weight, prefix, anchor));
			// a year is no word of a title, though it is found like one
			if (leaf.field === 'any' && found.length === 1 && /^[0-9]+$/.test(found[0]?.folded ?? ''))
				alternatives.push(sequence(found, MARK.year, '', prefix));
			const number = leaf.field === 'any' && !prefix ? numberLexeme(leaf.text) : undefined;
			if (number !== undefined) alternatives.push(number);
			return { tsquery: alternatives.length === 1 ? (alternatives[0] as string) : `(${alternatives.join(' | ')})` };
		}
	}
}

function joinedPart(mark: string, text: string, prefix: boolean): Part {
	const form = identifierForm(text);
	if (form === '') return undefined;
	return { tsquery: `${quote(mark + form)}${prefix && form.length >= PREFIX_LETTERS_MIN ? ':*' : ''}` };
}

/** One word, or several one after another (a phrase, or a word typed with hyphens), at the beginning of a value or as the whole of it. */
function sequence(found: readonly Term[], mark: string, weight: string, prefix: boolean, anchor?: Anchor): string {
	const last = found.length - 1;
	const lexemes = found.map((term, i) => {
		const open = prefix && anchor !== 'whole' && i === last && term.folded.length >= PREFIX_LETTERS_MIN;
		const suffix = (open ? '*' : '') + weight;
		return quote(mark + term.folded) + (suffix === '' ? '' : `:${suffix}`);
	});
	if (anchor !== undefined) lexemes.unshift(`'${MARK.edge}':${weight}`);
	if (anchor === 'whole') lexemes.push(`'${MARK.edge}':${weight}`);
	return lexemes.length === 1 ? (lexemes[0] as string) : `(${lexemes.join(' <-> ')})`;
}

/** A word with digits may be a number of the publication. */
function numberLexeme(text: string): string | undefined {
	if (!/[0-9]/.test(text)) return undefined;
	const form = identifierForm(text);
	return form.length < 8 ? undefined : quote(MARK.identifier + form);
}
