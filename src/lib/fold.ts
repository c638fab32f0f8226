/** Vietnamese text for comparing and searching: without marks (`foldText`) and with marks in one spelling (`exactText`). */

const TABLE_SIZE = 0x2070;
const DROP = 0;
const SEPARATOR = 1;
const SLOW = 2;

/** Letters that have no decomposition but a usual plain spelling. */
const PLAIN: Readonly<Record<string, string>> = {
	đ: 'd',
	ð: 'd',
	ɖ: 'd',
	ø: 'o',
	ł: 'l',
	ħ: 'h',
	ŧ: 't',
	ı: 'i',
	ŋ: 'n',
	ƒ: 'f',
	ƀ: 'b',
	ƶ: 'z',
	ĸ: 'k',
	ß: 'ss',
	æ: 'ae',
	œ: 'oe',
	þ: 'th',
	ǥ: 'g',
	ɨ: 'i',
	ɵ: 'o',
	ʉ: 'u',
	ȷ: 'j',
};

const isJoiner = (code: number): boolean =>
	code === 0xad || (code >= 0x200b && code <= 0x200f) || (code >= 0x202a && code <= 0x202e) || (code >= 0x2060 && code <= 0x206f);
/** Combining diacritical marks, and the modifier letters that romanisation uses as apostrophes. */
const isLooseMark = (code: number): boolean => code >= 0x2b0 && code <= 0x36f;

const LETTER_OR_NUMBER = /[\p{L}\p{N}]/u;

/** What one code unit folds to: one ASCII letter, two (high and low byte), or DROP, SEPARATOR, SLOW. */
function foldCode(code: number): number {
	if (isJoiner(code) || isLooseMark(code)) return DROP;
	const letter = String.fromCharCode(code);
	const lower = letter.toLowerCase();
	if (!LETTER_OR_NUMBER.test(letter)) return /\p{M}/u.test(letter) ? SLOW : SEPARATOR;
	let plain = PLAIN[lower.charAt(0)];
	if (plain === undefined) {
		plain = '';
		for (const part of lower.normalize('NFKD')) if (!isLooseMark(part.charCodeAt(0))) plain += PLAIN[part] ?? part;
	}
	plain = plain.toLowerCase();
	if (!/^[a-z0-9]{1,2}$/.test(plain)) return SLOW;
	return plain.length === 1 ? plain.charCodeAt(0) : (plain.charCodeAt(0) << 8) | plain.charCodeAt(1);
}

const FOLD = Uint16Array.from({ length: TABLE_SIZE }, (_, code) => foldCode(code));

const SHARED_LENGTH = 65_536;
const shared = Buffer.alloc(SHARED_LENGTH);

/**
 * The text without marks and case, words parted by single spaces: `Đường lên "Phan-xi-păng"` gives `duong len phan xi pang`.
 * Any normalisation form gives the same; scripts other than Latin keep their letters.
 */
export function foldText(text: string): string {
	const length = text.length;
	const out = length * 2 + 2 <= SHARED_LENGTH ? shared : Buffer.allocUnsafe(length * 2 + 2);
	let at = 0;
	let pending = false;
	for (let i = 0; i < length; i++) {
		const code = text.charCodeAt(i);
		const folded = code < TABLE_SIZE ? (FOLD[code] as number) : SLOW;
		if (folded > SLOW) {
			if (pending) {
				if (at > 0) out[at++] = 0x20;
				pending = false;
			}
			if (folded > 0xff) out[at++] = folded >> 8;
			out[at++] = folded & 0xff;
		} else if (folded === SEPARATOR) pending = true;
		else if (folded === SLOW) return foldAny(text);
	}
	return out.toString('latin1', 0, at);
}

const HEBREW_OR_ARABIC_POINT = /[\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670]/;
const ANY_WORD_PART = /[\p{L}\p{N}\p{M}]/u;

/** As `foldText`, for texts with letters outside the table. */
function foldAny(text: string): string {
	let out = '';
	let pending = false;
	for (const letter of text.normalize('NFKD').toLowerCase().normalize('NFKD')) {
		const code = letter.codePointAt(0) as number;
		const folded = code < TABLE_SIZE ? (FOLD[code] as number) : SLOW;
		if (folded === DROP || code === 0xfeff || HEBREW_OR_ARABIC_POINT.test(letter)) continue;
		if (folded === SEPARATOR || (folded === SLOW && !ANY_WORD_PART.test(letter))) {
			pending = true;
			continue;
		}
		if (pending && out !== '') out += ' ';
		pending = false;
		if (folded === SLOW) out += letter === 'ς' ? 'σ' : letter;
		else out += folded > 0xff ? String.fromCharCode(folded >> 8, folded & 0xff) : String.fromCharCode(folded);
	}
	return out.normalize('NFC');
}

/** The words of a text that `foldText` or `exactText` returned. */
export const words = (text: string): string[] => (text === '' ? [] : text.split(' '));

const VIETNAMESE_MARK = /[đĐăĂâÂêÊôÔơƠưƯàáãèéìíòóõùúýÀÁÃÈÉÌÍÒÓÕÙÚÝĩĨũŨ\u1ea0-\u1ef9]|[\u0300-\u0303\u0306\u0309\u031b\u0323]/;

/** Whether any letter carries a mark that Vietnamese uses (in any normalisation form); false for a text typed without. */
export const hasVietnameseMarks = (text: string): boolean => VIETNAMESE_MARK.test(text);

const VOWELS = 'aăâeêioôơuưy';
const TONE_MARKS = ['', '\u0300', '\u0309', '\u0303', '\u0301', '\u0323'];
const TONED_SIZE = 0x1efa;
/** For a vowel with a tone: which tone (1 to 5), and the vowel without it. */
const TONE = new Uint8Array(TONED_SIZE);
const VOWEL = new Uint16Array(TONED_SIZE);
/** The vowel with each tone, at `vowel * 6 + tone`. */
const TONED = new Uint16Array(0x1b1 * 6);
for (const vowel of VOWELS) {
	TONE_MARKS.forEach((mark, tone) => {
		const code = (vowel + mark).normalize('NFC').charCodeAt(0);
		TONE[code] = tone;
		VOWEL[code] = vowel.charCodeAt(0);
		TONED[vowel.charCodeAt(0) * 6 + tone] = code;
	});
}

const codes = (letters: string): ReadonlySet<number> => new Set(Array.from(letters, (letter) => letter.charCodeAt(0)));
const [G, I, O, Q, U, Y] = Array.from('gioquy', (letter) => letter.charCodeAt(0)) as [number, number, number, number, number, number];
/** Vowels that take the tone from the o or u before them: hoà, hoẻ, thuý, thuế, thuở. */
const AFTER_O = codes('aăe');
const AFTER_U = codes('yêâơ');
const ANY_VOWEL = codes(VOWELS);
/** Consonants after which open i and y are one sound. */
const BEFORE_Y = codes('hklmst');

const SYLLABLE_LENGTH_MAX = 7;

/** Moves the tone of the word at `start` to `end` from the glide to the vowel it belongs to: `hòa` to `hoà`, `qúa` to `quá`, `gìa` to `già`. */
function placeTone(word: Uint16Array, start: number, end: number): void {
	for (let i = start; i < end - 1; i++) {
		const code = word[i] as number;
		const tone = code < TONED_SIZE ? (TONE[code] as number) : 0;
		if (tone === 0) continue;
		const glide = VOWEL[code] as number;
		const next = word[i + 1] as number;
		const before = i > start ? (word[i - 1] as number) : 0;
		const moves =
			(glide === O && AFTER_O.has(next)) ||
			(glide === U && (AFTER_U.has(next) || (before === Q && ANY_VOWEL.has(next)))) ||
			(glide === I && before === G && ANY_VOWEL.has(next));
		if (moves) {
			word[i] = glide;
			word[i + 1] = TONED[next * 6 + tone] as number;
		}
		return;
	}
}

/** `kí` and `ký`, `lí` and `lý`, `quí` and `quý` are one word: the spelling with y. */
function placeY(word: Uint16Array, start: number, end: number): void {
	const code = word[end - 1] as number;
	if (code >= TONED_SIZE || VOWEL[code] !== I) return;
	const first = word[start] as number;
	const open = end - start === 2 ? BEFORE_Y.has(first) : first === Q && word[start + 1] === U;
	if (open) word[end - 1] = TONED[Y * 6 + (TONE[code] as number)] as number;
}

function spell(word: Uint16Array, start: number, end: number): void {
	const length = end - start;
	if (length < 2 || length > SYLLABLE_LENGTH_MAX) return;
	placeTone(word, start, end);
	if (length <= 3) placeY(word, start, end);
}

/** Whether a text may hold anything that NFC changes. */
const MAY_COMPOSE = /[\u0300-\u036f\u0374-\u1e9f\u1f00-\u200f\u2028-\u206f\u2126-\uffff]/;
const LOOSE_TONE = /[\u0300\u0301\u0303\u0309\u0323\u0302\u0306\u031b]/;
const TONE_BEFORE_LETTER_MARK = /([\u0300\u0301\u0303\u0309\u0323]+)([\u0302\u0306\u031b]+)/g;
const JOINERS = /[\u00ad\u02b0-\u02ff\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g;

/** NFC, also for marks in an order that NFC does not compose (`ó` + circumflex): the mark of the letter before the tone. */
function compose(text: string): string {
	const composed = text.replaceAll(JOINERS, '').normalize('NFC');
	if (!LOOSE_TONE.test(composed)) return composed;
	return composed.normalize('NFD').replaceAll(TONE_BEFORE_LETTER_MARK, '$2$1').normalize('NFC');
}

/** Eth and the African D: typed for Đ where a keyboard or font has no other. */
const LOOKS_LIKE_D = 'ÐðƉɖ';

/** The lower case of each code unit that stands in words; SEPARATOR, DROP or SLOW for the others. */
const LOWER = Uint16Array.from({ length: TABLE_SIZE }, (_, code) => {
	if (isJoiner(code) || (code >= 0x2b0 && code < 0x300)) return DROP;
	const letter = String.fromCharCode(code);
	if (!ANY_WORD_PART.test(letter)) return SEPARATOR;
	const lower = LOOKS_LIKE_D.includes(letter) ? 'đ' : letter.toLowerCase();
	return lower.length === 1 ? lower.charCodeAt(0) : SLOW;
});

const sharedUnits = new Uint16Array(shared.buffer, shared.byteOffset, SHARED_LENGTH / 2);

/**
 * The text in lower case with its marks, words parted by single spaces, in one spelling: NFC, the tone where the newer style has it
 * (`hòa` becomes `hoà`), y for i in open syllables (`kí` becomes `ký`), đ for ð. Two texts that read alike compare equal.
 */
export function exactText(text: string): string {
	const source = MAY_COMPOSE.test(text) ? compose(text).toLowerCase() : text;
	const units = source.length * 2 <= sharedUnits.length ? sharedUnits : new Uint16Array(source.length * 2);
	let at = 0;
	let start = -1;
	for (let i = 0; i < source.length; i++) {
		const code = source.charCodeAt(i);
		const lower = code < TABLE_SIZE ? (LOWER[code] as number) : isOtherWordPart(source.charAt(i)) ? code : SEPARATOR;
		if (lower > SLOW) {
			if (start < 0) {
				if (at > 0) units[at++] = 0x20;
				start = at;
			}
			units[at++] = lower;
		} else if (lower === SEPARATOR && start >= 0) {
			spell(units, start, at);
			start = -1;
		} else if (lower === SLOW) units[at++] = code;
	}
	if (start >= 0) spell(units, start, at);
	return Buffer.from(units.buffer, units.byteOffset, at * 2).toString('utf16le');
}

/** Code units over the table: letters unless they are punctuation of CJK or full width. */
const isOtherWordPart = (letter: string): boolean => ANY_WORD_PART.test(letter) || (letter >= '\ud800' && letter <= '\udfff');
