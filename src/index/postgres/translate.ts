import { type ClauseMaker, type Joining, type Leaf, markedPartOf, partOf } from '../clauses.ts';
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

type Clause = Exclude<Match, string>;

const quote = (lexeme: string): string => `'${lexeme.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;

/** Where the words of a field are: mark before the lexeme and weight after it. */
const PLACES: Readonly<
	Record<Exclude<QueryField, 'identifier' | 'isbn' | 'issn' | 'classification'>, readonly (readonly [mark: string, weight: string])[]>
> = {
	any: [
		['', ''],
		[MARK.publisher, ''],
		[MARK.series, ''],
	],
	title: [['', 'A']],
	creator: [['', 'B']],
	subject: [['', 'C']],
	note: [['', 'D']],
	publisher: [[MARK.publisher, '']],
	series: [[MARK.series, '']],
};

/** Which documents match a query. Every word a person typed ends up inside quotes. */
export const translate = (query: Query): Match => partOf(query, CLAUSES) ?? 'none';

/** What a preference asks of the vector of words, or of the one of words with marks; undefined for what no tsquery says. */
export function preferenceText({ of, marked }: Preference): string | undefined {
	const match = marked ? markedPartOf(of, markedWord, join) : partOf(of, CLAUSES);
	return typeof match === 'object' && 'tsquery' in match ? match.tsquery : undefined;
}

const markedWord = ({ text, prefix }: Leaf): Clause => ({ tsquery: `${quote(text)}${prefix === true ? ':*' : ''}` });

function join(clauses: readonly Clause[], op: Joining): Clause {
	const texts: string[] = [];
	const others: Clause[] = [];
	for (const clause of clauses) {
		if ('tsquery' in clause) texts.push(clause.tsquery);
		else others.push(clause);
	}
	const [first] = texts;
	if (first === undefined) return { op, of: others };
	const words = { tsquery: texts.length === 1 ? first : `(${texts.join(op === 'and' ? ' & ' : ' | ')})` };
	return others.length === 0 ? words : { op, of: [words, ...others] };
}

function leafClause(leaf: Leaf): Clause | undefined {
	const prefix = leaf.prefix === true;
	switch (leaf.field) {
		case 'identifier':
		case 'isbn':
		case 'issn':
			return joinedForm(MARK.identifier, leaf.text, prefix);
		case 'classification':
			return joinedForm(MARK.classification, leaf.text, prefix);
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

function joinedForm(mark: string, text: string, prefix: boolean): Clause | undefined {
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

const CLAUSES: ClauseMaker<Clause> = {
	leaf: leafClause,
	years: (from, to) => ({ years: [from, to] }),
	value: (facet, value) => ({ facet, value }),
	record: (id) => ({ record: id }),
	not: (clause) => ('tsquery' in clause ? { tsquery: `!(${clause.tsquery})` } : { op: 'not', of: clause }),
	join,
};
