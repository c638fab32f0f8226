/**
 * Keys that sort as the Vietnamese alphabet when compared byte by byte (Postgres C collation, a keyword field): words one by one,
 * numbers by value, letters a ă â b c d đ e ê … y, and only then tones: level, huyền, hỏi, ngã, sắc, nặng.
 *
 * Shape: words joined by `!`, then, when any word has a tone, a space and one digit for each word. Only `0-9 A-Z a-z ! space` appear.
 */

const ALPHABET = 'aăâbcdđeêfghijklmnoôơpqrstuưvwxyz';
const LETTER_KEYS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg';
const TONES: Readonly<Record<string, number>> = { '\u0300': 1, '\u0309': 2, '\u0303': 3, '\u0301': 4, '\u0323': 5 };
const PLAIN: Readonly<Record<string, string>> = { ð: 'đ', ø: 'o', ł: 'l', ß: 'ss', æ: 'ae', œ: 'oe', þ: 'th', ħ: 'h', ı: 'i' };

export const SORT_KEY_LENGTH_MAX = 120;

const TABLE_SIZE = 0x1f00;
const IGNORED = 0;
const SEPARATOR = 1;
const DIGIT = 2;
const OTHER = 3;
/** What a code unit is; over OTHER: index into LETTERS. */
const CLASS = new Uint8Array(TABLE_SIZE);
const TONE = new Uint8Array(TABLE_SIZE);
const LETTERS: string[] = ['', '', '', ''];

for (let code = 0; code < TABLE_SIZE; code++) CLASS[code] = classOf(code);

function classOf(code: number): number {
	const letter = String.fromCharCode(code);
	if (letter >= '0' && letter <= '9') return DIGIT;
	if (code === 0xad || (code >= 0x2b0 && code <= 0x36f)) return IGNORED;
	if (!/[\p{L}\p{N}\p{M}]/u.test(letter)) return SEPARATOR;
	let base = '';
	for (const part of letter.toLowerCase().normalize('NFD')) {
		const tone = TONES[part];
		if (tone !== undefined) TONE[code] = tone;
		else base += part;
	}
	base = base.normalize('NFC');
	if (!ALPHABET.includes(base)) base = base.normalize('NFKD').replaceAll(/\p{M}/gu, '');
	let key = '';
	for (const part of PLAIN[base] ?? base) key += LETTER_KEYS[ALPHABET.indexOf(part)] ?? '?';
	if (key === '' || key.includes('?')) return OTHER;
	const known = LETTERS.indexOf(key, 4);
	return known > 0 ? known : LETTERS.push(key) - 1;
}

/** A number by value: its count of digits first. Leading zeros do not count. */
function numberKey(digits: string): string {
	let start = 0;
	while (start < digits.length - 1 && digits.charCodeAt(start) === 0x30) start++;
	const value = digits.slice(start, start + 99);
	return value.length < 9 ? `${value.length}${value}` : `9${String(value.length).padStart(2, '0')}${value}`;
}

/** The sort key of a text, at most `SORT_KEY_LENGTH_MAX` ASCII characters; '' for a text without letters or digits. */
export function sortKey(text: string): string {
	const source = text.normalize('NFC');
	let key = '';
	let tones = '';
	let toneOfWord = 0;
	let wordOpen = false;
	let toned = false;
	for (let i = 0; i < source.length && key.length <= SORT_KEY_LENGTH_MAX; i++) {
		const code = source.charCodeAt(i);
		const kind = code < TABLE_SIZE ? (CLASS[code] as number) : otherClass(source.charAt(i));
		if (kind === IGNORED) continue;
		if (kind === SEPARATOR) {
			if (wordOpen) {
				tones += toneOfWord;
				toneOfWord = 0;
				wordOpen = false;
			}
			continue;
		}
		if (!wordOpen) {
			if (key !== '') key += '!';
			wordOpen = true;
		}
		if (kind === DIGIT) {
			const start = i;
			while (i + 1 < source.length && isDigit(source.charCodeAt(i + 1))) i++;
			key += numberKey(source.slice(start, i + 1));
		} else if (kind === OTHER) key += otherKey(source.charAt(i));
		else {
			key += LETTERS[kind] as string;
			if (TONE[code] !== 0) {
				if (toneOfWord === 0) toneOfWord = TONE[code] as number;
				toned = true;
			}
		}
	}
	if (key.length >= SORT_KEY_LENGTH_MAX) return key.slice(0, SORT_KEY_LENGTH_MAX);
	if (!toned) return key;
	if (wordOpen) tones += toneOfWord;
	return `${key} ${tones}`.slice(0, SORT_KEY_LENGTH_MAX);
}

const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;

/** Code units over the table: letters of other scripts by code, everything else parts words. */
function otherClass(letter: string): number {
	if (letter >= '\ud800' && letter <= '\udfff') return OTHER;
	return /[\p{L}\p{N}]/u.test(letter) ? OTHER : /\p{M}/u.test(letter) ? IGNORED : SEPARATOR;
}

const otherKey = (letter: string): string => `z${letter.toLowerCase().charCodeAt(0).toString(16).padStart(4, '0')}`;
