/** TCVN3 has no codes for capitals with a tone: they come as small letters, `TIếNG VIệT`, and are told by the letters and words beside them. */

/** Words parted by blanks only. */
const PHRASE = /\p{L}+(?: +\p{L}+)*/gu;
const CAPITAL = /[A-ZĂÂĐÊÔƠƯ]/;
/** Two capitals, or a capital behind a small letter, which then has a tone. */
const CERTAIN = /[A-ZĂÂĐÊÔƠƯ].*[A-ZĂÂĐÊÔƠƯ]|\p{Ll}[A-ZĂÂĐÊÔƠƯ]/u;
/** Small letters that TCVN3 has capitals of. */
const SMALL = /[a-zăâđêôơư]/;

/** Begins with a small letter that TCVN3 has no capital of. */
const TONED = /^(?![a-zăâđêôơư])\p{Ll}/u;

/** The text with a capital at its beginning, where TCVN3 had none to write. */
export const withCapital = (text: string): string => (TONED.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text);

const isCertain = (word: string): boolean => CERTAIN.test(word) && !SMALL.test(word);

/** A name whose every other word begins with a capital: `Nguyễn Nhật ánh`. */
function mendName(words: readonly string[]): string {
	const others = words.filter((word, i) => i % 2 === 0 && !TONED.test(word));
	const isName = others.length >= 2 && others.every((word) => CAPITAL.test(word.charAt(0)));
	return (isName ? words.map(withCapital) : words).join('');
}

/** Words between two in capitals, and those with a capital that begin or end the phrase beside one, are in capitals as it is: `Đỗ THÁI`, `Ở XỨ SỞ`. */
function mendPhrase(phrase: string): string {
	const words = phrase.split(/( +)/);
	const capital = words.map(isCertain);
	if (!capital.includes(true)) return mendName(words);
	const reaches = (from: number, step: -2 | 2): boolean => {
		for (let i = from + step; i >= 0 && i < words.length; i += step) {
			if (capital[i]) return true;
			if (SMALL.test(words[i] as string)) return false;
		}
		return false;
	};
	const ends = (from: number, step: -2 | 2): boolean => from + step < 0 || from + step >= words.length;
	return words
		.map((word, i) => {
			if (i % 2 === 1 || SMALL.test(word)) return word;
			const before = reaches(i, -2);
			const behind = reaches(i, 2);
			const beside = capital[i - 2] || capital[i + 2];
			const joined = (before && behind) || (beside && (CAPITAL.test(word) || ends(i, -2) || ends(i, 2)));
			return capital[i] || joined ? word.toUpperCase() : word;
		})
		.join('');
}

/** A text of TCVN3 with the letters in capitals that stand among capitals; one without any small letter that has a capital is in capitals as a whole. */
export function mendCapitals(text: string): string {
	if (!CAPITAL.test(text)) return text;
	if (SMALL.test(text)) return text.replace(PHRASE, mendPhrase);
	return text.split(/[^\p{L}]+/u).some(isCertain) ? text.toUpperCase() : text;
}
