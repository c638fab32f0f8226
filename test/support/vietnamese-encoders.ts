import iconv from 'iconv-lite';

/** Vietnamese as systems of before Unicode wrote it: bytes, each a letter up to U+00FF. What an encoding has no code for becomes `?`. */

const isToned = (letter: string): boolean => /[\u0300\u0301\u0303\u0309\u0323]/.test(letter.normalize('NFD'));

/** TCVN3 (ABC): capitals with a tone have no code and are typed as small letters. */
export function toTcvn3(text: string): string {
	let out = '';
	for (const letter of text.normalize('NFC')) out += isToned(letter) ? letter.toLowerCase() : letter;
	return iconv.encode(out, 'tcvn').toString('latin1');
}

const TONES = '\u0301\u0300\u0309\u0303\u0323';
const SHAPES: Readonly<Record<string, string>> = { '\u0302': 'âáàåãä', '\u0306': 'êéèúüë' };
const PLAIN = 'ùøûõï';
const VNI_I = ['í', 'ì', 'æ', 'ó', 'ò'];

function vniLetter(letter: string): string {
	const parts = letter.normalize('NFD');
	const tone = [...parts].findIndex((mark) => TONES.includes(mark));
	const at = tone < 0 ? -1 : TONES.indexOf(parts.charAt(tone));
	const base = parts.charAt(0);
	const shape = [...parts].find((mark) => SHAPES[mark] !== undefined);
	if (letter === 'đ') return 'ñ';
	if (base === 'i') return at < 0 ? 'i' : (VNI_I[at] as string);
	if (base === 'y' && at === 4) return 'î';
	if (shape !== undefined) return base + (SHAPES[shape] as string).charAt(at + 1);
	const horned = parts.includes('\u031b') ? (base === 'o' ? 'ô' : 'ö') : base;
	return at < 0 ? horned : horned + PLAIN.charAt(at);
}

/** VNI for Windows: a letter and a mark behind it; capitals have capital marks. */
export const toVni = (text: string): string =>
	text
		.normalize('NFC')
		.replaceAll(/[\u00c0-\u1ef9]/g, (letter) =>
			letter === letter.toLowerCase() ? vniLetter(letter) : vniLetter(letter.toLowerCase()).toUpperCase(),
		);

/** VISCII 1.1 without its six letters below 0x20, which systems could not store. */
export const toViscii = (text: string): string => iconv.encode(text.normalize('NFC'), 'viscii').toString('latin1');

/** windows-1258: letter with its shape, then the tone as a combining mark. */
export const to1258 = (text: string): string =>
	iconv
		.encode(
			[...text.normalize('NFC')]
				.map((letter) => {
					const parts = letter.normalize('NFD');
					const tone = [...parts].find((mark) => TONES.includes(mark)) ?? '';
					return tone === '' ? letter : parts.replace(tone, '').normalize('NFC') + tone;
				})
				.join(''),
			'win1258',
		)
		.toString('latin1');

/** The bytes as a system takes them that knows windows-1252 alone; what that has no letter for stays as in Latin-1. */
export const as1252 = (bytes: string): string => new TextDecoder('windows-1252').decode(Buffer.from(bytes, 'latin1'));

/** UTF-8 taken for Latin-1. */
export const asLatin = (text: string): string => Buffer.from(text).toString('latin1');
