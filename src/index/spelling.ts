/** What a word without marks may have been meant as: slips that Vietnamese speech, keyboards and hands make. */

const LETTERS = 'abcdefghijklmnopqrstuvwxy';
const WORD_LETTERS_MAX = 20;

/** Beginnings of syllables that sound alike in one region or another, or are taken for each other in spelling. */
const ONSETS = [
	['s', 'x'],
	['ch', 'tr'],
	['d', 'gi', 'r', 'v'],
	['l', 'n'],
	['g', 'gh'],
	['ng', 'ngh'],
	['c', 'k', 'q'],
	['ph', 'f'],
	['qu', 'w'],
	['d', 'z'],
	['kh', 'k'],
	['th', 't'],
	['h', 'qu'],
] as const;
/** Ends of syllables that sound alike. */
const CODAS = [
	['n', 'ng', 'nh'],
	['c', 't', 'ch'],
	['i', 'y'],
	['u', 'o'],
] as const;

/** Keys of Telex and VNI that were not turned into marks: `lichj suwr`, `lich5 su73`. */
function untyped(word: string): string[] {
	const plain = (text: string): string =>
		text
			.replaceAll(/([aeod])\1/g, '$1')
			.replaceAll(/([aou])w/g, '$1')
			.replaceAll('w', 'u');
	const found: string[] = [];
	if (/[a-z][0-9]/.test(word)) found.push(word.replaceAll(/[0-9]/g, ''));
	if (/[aeiouyw]/.test(word)) {
		if (plain(word) !== word) found.push(plain(word));
		for (let i = 1; i < word.length; i++) if ('sfrxj'.includes(word.charAt(i))) found.push(plain(word.slice(0, i) + word.slice(i + 1)));
	}
	return found;
}

function soundingAlike(word: string): string[] {
	const found: string[] = [];
	for (const onsets of ONSETS)
		for (const onset of onsets)
			if (word.startsWith(onset)) for (const other of onsets) if (other !== onset) found.push(other + word.slice(onset.length));
	for (const codas of CODAS)
		for (const coda of codas)
			if (word.endsWith(coda)) for (const other of codas) if (other !== coda) found.push(word.slice(0, -coda.length) + other);
	return found;
}

/** One letter too few, too many, another, or two that changed places. */
function oneSlip(word: string): string[] {
	const found: string[] = [];
	for (let i = 0; i <= word.length; i++) {
		const [before, after] = [word.slice(0, i), word.slice(i)];
		if (after !== '') found.push(before + after.slice(1));
		if (after.length > 1) found.push(before + after.charAt(1) + after.charAt(0) + after.slice(2));
		for (const letter of LETTERS) {
			found.push(before + letter + after);
			if (after !== '') found.push(before + letter + after.slice(1));
		}
	}
	return found;
}

/** Other spellings of a word, likelier first, each once: Telex and VNI keys, what sounds alike, then (`thorough`) slips of one letter. */
export function spellingsOf(word: string, thorough: boolean): string[] {
	if (word.length > WORD_LETTERS_MAX) return [];
	const sounding = soundingAlike(word);
	const found = [...untyped(word), ...sounding, ...sounding.flatMap(soundingAlike), ...(thorough ? oneSlip(word) : [])];
	return [...new Set(found)].filter((other) => other !== word && other !== '');
}

/** The words that two were written without a blank between: `lichsu`. */
export function splitsOf(word: string): (readonly [string, string])[] {
	if (word.length > WORD_LETTERS_MAX) return [];
	return Array.from({ length: Math.max(0, word.length - 3) }, (_, i) => [word.slice(0, i + 2), word.slice(i + 2)] as const);
}
