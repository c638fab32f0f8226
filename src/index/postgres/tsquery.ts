import { type Clause, isOfWords, type Lexeme, type Sequence } from './translate.ts';
import { MARK } from './tsvector.ts';

/** A clause of words as the text of a tsquery. Every word a person typed ends up inside quotes. */
export function tsquery(clause: Clause): string {
	if ('words' in clause) return sequenceText(clause.words);
	if (!('op' in clause) || !isOfWords(clause)) throw new Error('a tsquery is of words');
	if (clause.op === 'not') return `!(${tsquery(clause.of)})`;
	return `(${clause.of.map(tsquery).join(clause.op === 'and' ? ' & ' : ' | ')})`;
}

const quote = (lexeme: string): string => `'${lexeme.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;

function sequenceText({ lexemes, weight, anchor }: Sequence): string {
	const word = ({ text, prefix }: Lexeme): string => {
		const suffix = (prefix ? '*' : '') + weight;
		return quote(text) + (suffix === '' ? '' : `:${suffix}`);
	};
	const edge = `'${MARK.edge}':${weight}`;
	const all = [...(anchor === undefined ? [] : [edge]), ...lexemes.map(word), ...(anchor === 'whole' ? [edge] : [])];
	return all.length === 1 ? (all[0] as string) : `(${all.join(' <-> ')})`;
}
