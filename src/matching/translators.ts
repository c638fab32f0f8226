import { exactText, foldText } from '../lib/fold.ts';
import type { Creator } from '../records/bib.ts';
import { nameSyllables } from './normal-forms.ts';

const ROLE = /dịch|\bdich\b|^trl$|translat|^trans|traduct|übers/i;
/** Worth taking apart: a word that translators are told by. */
const TELLS = /dịch|dich |translat|traduit|übers/i;
const BEHIND = / ?[,(]? ?(?:(?:người|biên|lược|phỏng|tuyển|sưu tầm và|chú giải và) )?dịch(?: .*)?$/iu;
const BEFORE =
	/^(?:(?:người |biên |lược |phỏng )?dịch(?: giả)?|translated(?: (?:from|out of) .{1,40}?)? by|traduit .{1,40}? par|übersetzt von) ?:? ?/iu;
const BETWEEN = /, | và | and | & | - /;

const NAMES_MAX = 4;
const STATEMENT_MAX = 400;
const SYLLABLES_MAX = 5;

/** The names in a piece of a statement of responsibility that says who translated. */
function namesIn(piece: string): string[] {
	const behind = BEHIND.exec(piece);
	const before = BEFORE.exec(piece);
	if (behind === null && before === null) return [];
	const text = before === null ? piece.slice(0, (behind as RegExpExecArray).index) : piece.slice(before[0].length);
	return text.split(BETWEEN).map((name) => nameSyllables(foldText(exactText(name))));
}

/** Those who translated, by roles and by the statement of responsibility, each as its distinct syllables in code order. */
export function translatorsOf(creators: readonly Creator[], responsibility: string): string[] {
	const found = creators
		.filter((c) => c.roles.some((role) => ROLE.test(role.value)))
		.map((c) => nameSyllables(foldText(exactText(c.name.value))));
	if (TELLS.test(responsibility)) {
		for (const piece of responsibility.slice(0, STATEMENT_MAX).split(/[;.] ?/)) found.push(...namesIn(piece.trim()));
	}
	const names = found.filter((name) => name !== '' && name.split(' ').length <= SYLLABLES_MAX);
	return [...new Set(names)].slice(0, NAMES_MAX);
}
