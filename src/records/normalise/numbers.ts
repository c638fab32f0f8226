import { entryOf } from '../../lib/entry-of.ts';

/** Numbers as cataloguers write them: digits, Vietnamese (with marks or without) and English words, Roman numerals; ordinals of four more languages. */

/** One to six in German, French, Spanish and Italian, whatever the gender, a word for one number with its forms between bars. */
const ORDINALS = [
	'erste|erster|erstes|premier|première|premiere|primer|primera|primero|primo|prima',
	'zweite|zweiter|zweites|deuxième|deuxieme|seconde|segunda|segundo|seconda|secondo',
	'dritte|dritter|drittes|troisième|troisieme|tercera|tercero|tercer|terza|terzo',
	'vierte|vierter|viertes|quatrième|quatrieme|cuarta|cuarto|quarta|quarto',
	'fünfte|fünfter|fünftes|cinquième|cinquieme|quinta|quinto',
	'sechste|sechster|sechstes|sixième|sixieme|sexta|sexto|sesta|sesto',
].map((forms) => forms.split('|'));

const NUMBER_WORDS: ReadonlyMap<string, number> = new Map([
	...'một hai ba bốn năm sáu bảy tám chín mười'.split(' ').map((word, i): [string, number] => [word, i + 1]),
	...'mot hai ba bon nam sau bay tam chin muoi'.split(' ').map((word, i): [string, number] => [word, i + 1]),
	...'one two three four five six seven eight nine ten eleven twelve'.split(' ').map((word, i): [string, number] => [word, i + 1]),
	...'first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth'
		.split(' ')
		.map((word, i): [string, number] => [word, i + 1]),
	...ORDINALS.flatMap((forms, i) => forms.map((word): [string, number] => [word, i + 1])),
	['nhất', 1],
	['nhat', 1],
	['đầu', 1],
	['dau', 1],
	['nhì', 2],
	['nhi', 2],
	['tư', 4],
	['tu', 4],
	['bẩy', 7],
	['i', 1],
	['ii', 2],
	['iii', 3],
	['iv', 4],
	['v', 5],
	['vi', 6],
	['vii', 7],
	['viii', 8],
	['ix', 9],
]);

/** Words that count (`second`, `zweite`), for an expression: those of English and of ORDINALS. */
export const ORDINAL_WORDS = ['first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth', ...ORDINALS.flat()].join(
	'|',
);

const ROMAN = /^(x{0,3}|xl|l)(ix|iv|v?i{0,3})$/;
const ROMAN_VALUES: Readonly<Record<string, number>> = { i: 1, v: 5, x: 10, l: 50 };

/** The value of a Roman numeral up to 59 in lower case, or 0. */
function roman(text: string): number {
	if (text === '' || !ROMAN.test(text)) return 0;
	let total = 0;
	for (let i = 0; i < text.length; i++) {
		const value = ROMAN_VALUES[text.charAt(i)] ?? 0;
		total += value < (ROMAN_VALUES[text.charAt(i + 1)] ?? 0) ? -value : value;
	}
	return total;
}

const TEENS = /^mười (\S+)$/;
const TENS = /^(\S+) mươi(?: (\S+))?$/;
/** Units that are spelled otherwise after mười and mươi. */
const UNITS: Readonly<Record<string, number>> = { mốt: 1, lăm: 5, nhăm: 5 };

/** The number that a word or a few are (`12`, `hai`, `mười hai`, `XII`, `second`), or undefined. */
export function numberOf(text: string): number | undefined {
	const word = text.toLowerCase();
	if (word.length > 20) return undefined;
	const code = word.charCodeAt(0);
	if (code >= 0x30 && code <= 0x39) {
		const value = Number(word);
		return Number.isInteger(value) ? value : undefined;
	}
	const known = NUMBER_WORDS.get(word);
	if (known !== undefined) return known;
	const value = roman(word);
	if (value > 0) return value;
	const teen = TEENS.exec(word);
	if (teen !== null) return plus(10, teen[1]);
	const tens = TENS.exec(word);
	return tens === null ? undefined : plus((NUMBER_WORDS.get(tens[1] as string) ?? 0) * 10, tens[2]);
}

function plus(tens: number, unit: string | undefined): number | undefined {
	if (tens === 0) return undefined;
	if (unit === undefined) return tens;
	const value = entryOf(UNITS, unit) ?? NUMBER_WORDS.get(unit);
	return value === undefined ? undefined : tens + value;
}
