/** Vietnamese text for comparing and searching: without marks (`foldText`) and with marks in one spelling (`exactText`). */

const TABLE_SIZE = 0x2070;
const DROP = 0;
const SEPARATOR = 1;
const SLOW = 2;

/** Letters that have no decomposition but a usual plain spelling. */
const PLAIN: Readonly<Record<string, string>> = {
	đ: 'd', ð: 'd', ɖ: 'd', ø: 'o', ł: 'l', ħ: 'h', ŧ: 't', ı: 'i', ŋ: 'n', ƒ: 'f', ƀ: 'b', ƶ: 'z', ĸ: 'k',
	ß: 'ss', æ: 'ae', œ: 'oe', þ: 'th', ǥ: 'g', ɨ: 'i', ɵ: 'o', ʉ: 'u', ȷ: 'j',
};

const isJoiner = (code: number): boolean => code === 0xad || (code >= 0x200b && code <= 0x200f) || (code >= 0x202a && code <= 0x202e) || (code >= 0x2060 && code <= 0x206f);
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
const shared = Buffer.allocUnsafe(SHARED_LENGTH);

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
	return out.latin1Slice(0, at);
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

const VIETNAMESE_MARK = /[đĐăĂâÂêÊôÔơƠưƯàáãèéìíòóõùúýÀÁÃÈÉÌÍÒÓÕÙÚÝĩĨũŨ\u1ea0-\u1ef9\u0300-\u0303\u0306\u0309\u031b\u0323]/;

/** Whether any letter carries a mark that Vietnamese uses (in any normalisation form); false for a text typed without. */
export const hasVietnameseMarks = (text: string): boolean => VIETNAMESE_MARK.test(text);


const VOWELS = 'aăâeêioôơuưy';
const TONE_MARKS = ['', '\u0300', '\u0309', '\u0303', '\u0301', '\u0323'];
const TONED_SIZE = 0x1efa;
/** For a vowel with a tone: which tone (1 to 5), and the vowel without it. */
const TONE = new Uint8Array(TONED_SIZE);
const VOWEL = new Uint16Array(TONED_SIZE);
const TONED = new Map<string, string[]>();
for (const vowel of VOWELS) {
	const forms = TONE_MARKS.map((mark) => (vowel + mark).normalize('NFC'));
	TONED.set(vowel, forms);
	forms.forEach((form, tone) => {
		TONE[form.charCodeAt(0)] = tone;
		VOWEL[form.charCodeAt(0)] = vowel.charCodeAt(0);
	});
}

const withTone = (vowel: string, tone: number): string => TONED.get(vowel)?.[tone] ?? vowel;

/** Vowels that take the tone from the o or u before them: hoà, hoẻ, thuý, thuế, thuở. */
const AFTER_O = 'aăe';
const AFTER_U = 'yêâơ';

/** Moves the tone from the glide to the vowel it belongs to: `hòa` to `hoà`, `qúa` to `quá`, `gìa` to `già`. */
function placeTone(word: string): string {
	const last = word.length - 1;
	for (let i = 0; i < last; i++) {
		const code = word.charCodeAt(i);
		const tone = code < TONED_SIZE ? (TONE[code] as number) : 0;
		if (tone === 0) continue;
		const glide = String.fromCharCode(VOWEL[code] as number);
		const next = word.charAt(i + 1);
		const before = i > 0 ? word.charAt(i - 1) : '';
		const moves =
			(glide === 'o' && AFTER_O.includes(next)) ||
			(glide === 'u' && (AFTER_U.includes(next) || (before === 'q' && VOWELS.includes(next)))) ||
			(glide === 'i' && before === 'g' && VOWELS.includes(next));
		return moves ? word.slice(0, i) + glide + withTone(next, tone) + word.slice(i + 2) : word;
	}
	return word;
}

/** `kí` and `ký`, `lí` and `lý`, `quí` and `quý` are one word: the spelling with y. */
function placeY(word: string): string {
	const last = word.length - 1;
	const code = word.charCodeAt(last);
	if (code >= TONED_SIZE || VOWEL[code] !== 0x69) return word;
	const open = last === 1 ? 'hklmst'.includes(word.charAt(0)) : word.charAt(0) === 'q' && word.charAt(1) === 'u';
	return open ? word.slice(0, last) + withTone('y', TONE[code] as number) : word;
}

const SYLLABLE_LENGTH_MAX = 7;

function spell(word: string): string {
	if (word.length < 2 || word.length > SYLLABLE_LENGTH_MAX) return word;
	const placed = placeTone(word);
	return placed.length <= 3 ? placeY(placed) : placed;
}

const LOOSE_TONE = /[\u0300\u0301\u0303\u0309\u0323\u0302\u0306\u031b]/;

/** NFC, also for marks in an order that NFC does not compose (`ó` + circumflex): the mark of the letter before the tone. */
function compose(text: string): string {
	const composed = text.normalize('NFC');
	if (!LOOSE_TONE.test(composed)) return composed;
	return composed
		.normalize('NFD')
		.replaceAll(/([\u0300\u0301\u0303\u0309\u0323]+)([\u0302\u0306\u031b]+)/g, '$2$1')
		.normalize('NFC');
}

const WORD_LETTER = new Uint8Array(TABLE_SIZE);
for (let code = 0; code < TABLE_SIZE; code++) {
	WORD_LETTER[code] = ANY_WORD_PART.test(String.fromCharCode(code)) && !(isJoiner(code) || (code >= 0x2b0 && code < 0x300)) ? 1 : 0;
}
const ANY_JOINER = /[\u00ad\u02b0-\u02ff\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g;

/** Code units over the table: letters unless they are punctuation of CJK or full width. */
const isOtherWordPart = (letter: string): boolean => ANY_WORD_PART.test(letter) || (letter >= '\ud800' && letter <= '\udfff');

/**
 * The text in lower case with its marks, words parted by single spaces, in one spelling: NFC, the tone where the newer style has it
 * (`hòa` becomes `hoà`), y for i in open syllables (`kí` becomes `ký`). Two texts that read alike compare equal.
 */
export function exactText(text: string): string {
	const lower = compose(text).toLowerCase();
	let out = '';
	let start = -1;
	for (let i = 0; i < lower.length; i++) {
		const code = lower.charCodeAt(i);
		if (code < TABLE_SIZE ? WORD_LETTER[code] === 1 : isOtherWordPart(lower.charAt(i))) {
			if (start < 0) start = i;
			continue;
		}
		if (code > 0x7f && ANY_JOINER.test(lower)) {
			ANY_JOINER.lastIndex = 0;
			return exactText(lower.replaceAll(ANY_JOINER, ''));
		}
		if (start >= 0) {
			out += out === '' ? spell(lower.slice(start, i)) : ` ${spell(lower.slice(start, i))}`;
			start = -1;
		}
	}
	if (start < 0) return out;
	return out === '' ? spell(lower.slice(start)) : `${out} ${spell(lower.slice(start))}`;
}
