/** The spellings in which one Vietnamese text is typed: place of the tone, i or y, with or without marks, composed or not. */
export interface Spelling {
	/** `old` as in hòa, thúy; `new` as in hoà, thuý. */
	readonly tone: 'old' | 'new';
	/** `y` as in kỹ, lý; `i` as in kĩ, lí. */
	readonly y: 'y' | 'i';
	readonly form: 'NFC' | 'NFD';
}

const NEW_STYLE = ['oà', 'oá', 'oả', 'oã', 'oạ', 'oè', 'oé', 'oẻ', 'oẽ', 'oẹ', 'uỳ', 'uý', 'uỷ', 'uỹ', 'uỵ'];
const OLD_STYLE = ['òa', 'óa', 'ỏa', 'õa', 'ọa', 'òe', 'óe', 'ỏe', 'õe', 'ọe', 'ùy', 'úy', 'ủy', 'ũy', 'ụy'];
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const TO_OLD = new Map<string, string>();
const TO_NEW = new Map<string, string>();
for (const [i, modern] of NEW_STYLE.entries()) {
	const old = OLD_STYLE[i] ?? modern;
	TO_OLD.set(modern, old).set(capital(modern), capital(old));
	TO_NEW.set(old, modern).set(capital(old), capital(modern));
}
const SYLLABLE_END_NEW = new RegExp(`(?<![qQ])(?:${[...TO_OLD.keys()].join('|')})(?!\\p{L})`, 'gu');
const SYLLABLE_END_OLD = new RegExp(`(?<![qQ])(?:${[...TO_NEW.keys()].join('|')})(?!\\p{L})`, 'gu');

const WITH_Y = /(?<!\p{L})([hklmst])([ỳýỷỹỵ])(?!\p{L})/giu;
const I_OF_Y: Readonly<Record<string, string>> = { ỳ: 'ì', ý: 'í', ỷ: 'ỉ', ỹ: 'ĩ', ỵ: 'ị' };

/** Writes composed text in this spelling; `bare` drops every mark, as a catalogue typed without them. */
export function spell(text: string, spelling: Spelling, bare: boolean): string {
	if (bare) return withoutMarks(text);
	let out =
		spelling.tone === 'old'
			? text.replace(SYLLABLE_END_NEW, (ending) => TO_OLD.get(ending) ?? ending)
			: text.replace(SYLLABLE_END_OLD, (ending) => TO_NEW.get(ending) ?? ending);
	if (spelling.y === 'i') out = out.replace(WITH_Y, (_, first: string, vowel: string) => first + (I_OF_Y[vowel] ?? vowel));
	return out.normalize(spelling.form);
}

/** The text as typed on a keyboard without Vietnamese letters. */
export function withoutMarks(text: string): string {
	return text.normalize('NFD').replace(/\p{M}/gu, '').replaceAll('đ', 'd').replaceAll('Đ', 'D').normalize('NFC');
}
