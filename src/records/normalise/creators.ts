import { foldText, hasVietnameseMarks } from '../../lib/fold.ts';
import type { Creator, Sourced } from '../bib.ts';
import type { Fields, Place } from './fields.ts';
import { head, trimIsbd } from './trim.ts';

type CreatorType = Creator['type'];

const TAGS: readonly (readonly [tag: string, type: CreatorType, main: boolean])[] = [
	['100', 'person', true],
	['110', 'corporate', true],
	['111', 'meeting', true],
	['700', 'person', false],
	['710', 'corporate', false],
	['711', 'meeting', false],
	['720', 'person', false],
];

/** Phrases in the place of an author that name nobody, folded. */
const NOBODY: ReadonlySet<string> = new Set([
	'nhieu tac gia',
	'tap the tac gia',
	'nhom tac gia',
	'nhieu nguoi',
	'khong ro tac gia',
	'khuyet danh',
	'many authors',
	'various authors',
	'various',
	'anonymous',
	'anon',
	'unknown',
	'va nhung nguoi khac',
	'nhung nguoi khac',
	'et al',
	'and others',
	'nguoi khac',
]);
const MAY_BE_NOBODY = /tác gi|tac gia|người|nguoi|khuyết|author|various|anon|unknown|et al|others/i;

/** Academic and honorary titles before a name; several may follow one another. */
const ACADEMIC = /^(?:(?:PGS|GS|TSKH|TS|ThS|Th\.S|CN|KS|BSCK|BS|LS|DS|NSND|NSƯT|NGND|NGƯT|VS|Prof|Dr|Assoc|MSc|Ph\.?D)(?:\. ?|[, ] ?))+/;

/** Roles of one syllable may be a person's name when they begin with a capital. */
const SHORT_ROLES = 'dịch|soạn|tuyển|vẽ|kể';
const LONG_ROLES = [
	'(?:tổng |đồng )?chủ biên',
	'biên (?:soạn|dịch|tập|khảo)',
	'hiệu (?:đính|chỉnh)',
	'sưu tầm',
	'tuyển (?:chọn|dịch|soạn)',
	'(?:phỏng|lược) dịch',
	'giới thiệu',
	'dịch thuật',
	'tổng hợp',
	'minh h(?:oạ|ọa)',
	'vẽ tranh',
	'thực hiện',
	'editor',
	'translator',
	'illustrator',
	'compiler',
].join('|');
const ABBREVIATED = 't?ch\\.? ?b|b\\. ?s|s\\. ?t|h\\. ?đ|b\\. ?d|đ\\. ?d|eds?|trans|comp|ill';
/** `(chủ biên)`, `[b.s.]` behind a name. */
const IN_BRACKETS = new RegExp(`[([] ?((?:${LONG_ROLES}|${SHORT_ROLES}|${ABBREVIATED})(?![\\p{L}])[^()[\\]]{0,60})[)\\]]?`, 'iu');
const BETWEEN = '(?: ?, ?| và | )';
/** `…, chủ biên`, `… sưu tầm và giới thiệu`, `… ch.b.` behind a name. */
const BEHIND = new RegExp(
	`[ ,;]((?:${LONG_ROLES}|${SHORT_ROLES})(?:${BETWEEN}(?:${LONG_ROLES}|${SHORT_ROLES}))*|(?:[Cc]h\\. ?b|${ABBREVIATED})\\.?(?:, ?(?:${ABBREVIATED})\\.?)*)[ .,;]*$`,
);
/** `Dịch: …`, `B.s.: …`, `Chủ biên: …` before a name. */
const BEFORE = new RegExp(`^((?:${LONG_ROLES}|${SHORT_ROLES}|${ABBREVIATED})(?![\\p{L}])[^:;,]{0,30}): ?`, 'iu');
/** Worth trying the patterns: punctuation or a word of theirs. */
const MAY_HAVE_ROLE =
	/[()[\]:;…]|\.[ ,]|\.$|\.\.|biên|dịch|soạn|tầm|chọn|thiệu|đính|chỉnh|khảo|họa|hoạ|vẽ|kể|tuyển|hiện|những|editor|translator|illustrator|compiler/;

/** `… [và những người khác]`, `[et al.]`, `...` behind the last name. */
const OTHERS =
	/ ?(?:\.\.\.|…)? ?\[?(?:và (?:những|các tác giả|các|nhiều) ?(?:người|tác giả)? ?khác|et al\.?|and others)\]?\.?$| ?(?:\.\.\.|…)$/i;

const ROUND_BRACKETS = /^\(([^()]*)\)$/;
const RELATOR_URI = /^https?:\/\/.*\/([a-z]{3})\/?$/;

interface NameRead {
	readonly name: string;
	readonly roles: readonly string[];
}

/** A name apart from the titles before it and the roles round it. */
function readName(text: string): NameRead {
	if (!MAY_HAVE_ROLE.test(text) && !ACADEMIC.test(text)) return { name: trimIsbd(text), roles: [] };
	const roles: string[] = [];
	let name = head(text).replace(OTHERS, '');
	const take = (pattern: RegExp): void => {
		const match = pattern.exec(name);
		if (match === null || match[0].trim().length >= name.trim().length) return;
		roles.push(trimIsbd((match[1] as string).trim()));
		name = `${name.slice(0, match.index)} ${name.slice(match.index + match[0].length)}`.trim();
	};
	take(BEFORE);
	take(IN_BRACKETS);
	take(BEHIND);
	name = name.replace(OTHERS, '').replace(ACADEMIC, '');
	return { name: trimIsbd(name.trim()), roles };
}

/** A text longer than this is no list of names. */
const NAMES_LENGTH_MAX = 2000;

const isWholeName = (piece: string): boolean =>
	piece.includes(' ') && piece.length < 50 && hasVietnameseMarks(piece) && BEHIND.exec(` ${piece}`)?.index !== 0;

const BETWEEN_NAMES = /, and |, | and | & | và /;
const DIRECT_NAME = /^\p{Lu}[^\d\s]*(?: [^\d\s]+){1,4}$/u;

/**
 * Several names that one $a holds: parted by semicolons; by commas between whole Vietnamese names; by commas or "and" between names
 * that are said to be in direct order (first indicator 0).
 */
function splitNames(text: string, type: CreatorType, direct: boolean): readonly string[] {
	if (type !== 'person' || text.length > NAMES_LENGTH_MAX) return [text];
	const hasSemicolon = text.includes(';');
	if (!hasSemicolon && !text.includes(',') && !direct) return [text];
	const pieces = text
		.split(hasSemicolon ? ';' : ',')
		.map((piece) => piece.trim())
		.filter((piece) => piece !== '');
	if (hasSemicolon) return pieces.flatMap((piece) => splitNames(piece, type, direct));
	if (pieces.length > 1 && pieces.every(isWholeName)) return pieces;
	const names = direct ? head(text).split(BETWEEN_NAMES) : [];
	return names.length > 1 && names.every((name) => DIRECT_NAME.test(name)) ? names : [text];
}

const isNobody = (name: string): boolean => name === '' || (MAY_BE_NOBODY.test(name) && NOBODY.has(foldText(name)));

/** A corporate name with its subordinate units; other names are $a (and $b, the number of a ruler). */
function nameIn(place: Place): string {
	const a = place.text('a');
	const units = place.texts('b');
	return units.length === 0 ? a : [a, ...units].join(' ');
}

function statedRoles(place: Place): Sourced[] {
	const roles: Sourced[] = [];
	for (const s of place.field.subfields) {
		if (s.code !== 'e' && s.code !== '4') continue;
		const text = trimIsbd(s.value.trim()).replace(ROUND_BRACKETS, '$1');
		const value = text.startsWith('http') ? (RELATOR_URI.exec(head(text))?.[1] ?? text) : text;
		if (value !== '') roles.push({ value, path: place.path(s.code) });
	}
	return roles;
}

/** Creators and contributors: 1XX and 7XX (not those that name a work, $t), without phrases that name nobody. */
export function readCreators(fields: Fields): Creator[] {
	const creators: Creator[] = [];
	for (const [tag, type, main] of TAGS) {
		for (const place of fields.all(tag)) {
			const text = nameIn(place);
			if (text === '' || place.text('t') !== '') continue;
			const stated = statedRoles(place);
			const path = place.path('a');
			const dates = place.sourced('d', trimIsbd);
			for (const piece of splitNames(text, type, place.field.ind1 === '0')) {
				const { name, roles } = type === 'person' ? readName(piece) : { name: trimIsbd(piece), roles: [] };
				if (isNobody(name)) continue;
				const all = roles.length === 0 ? stated : [...stated, ...roles.map((value) => ({ value, path }))];
				const creator: Creator = { name: { value: name, path }, roles: all, type, main };
				creators.push(dates === undefined ? creator : { ...creator, dates });
			}
		}
	}
	return creators;
}
