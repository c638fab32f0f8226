import { foldText, hasVietnameseMarks } from '../../lib/fold.ts';
import type { Creator, Sourced } from '../bib.ts';
import type { Fields, Place } from './fields.ts';
import { isRole, readName, withoutBracketedRole } from './name-roles.ts';
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

const ROUND_BRACKETS = /^\(([^()]*)\)$/;
const RELATOR_URI = /^https?:\/\/.*\/([a-z]{3})\/?$/;

/** A text longer than this is no list of names. */
const NAMES_LENGTH_MAX = 2000;

const isWholeName = (piece: string): boolean => piece.includes(' ') && piece.length < 50 && hasVietnameseMarks(piece);

/** Outside brackets. */
const COMMA = /,(?![^([]*[)\]])/;
const SEMICOLON = /;(?![^([]*[)\]])/;
const BETWEEN_NAMES = /, and |, | and | & | và /;
const DIRECT_NAME = /^\p{Lu}[^\d\s]*(?: [^\d\s]+){1,4}$/u;

/** The pieces of a list; a role (`chủ biên`) stays behind the name before it. */
function piecesOf(text: string, separator: RegExp): string[] {
	const pieces: string[] = [];
	for (const piece of text.split(separator).map((p) => p.trim())) {
		if (piece === '') continue;
		if (pieces.length > 0 && isRole(piece)) pieces.push(`${pieces.pop()}, ${piece}`);
		else pieces.push(piece);
	}
	return pieces;
}

/**
 * Several names that one $a holds: parted by semicolons; by commas between whole Vietnamese names; by commas or "and" between names
 * that are said to be in direct order (first indicator 0).
 */
function splitNames(text: string, type: CreatorType, direct: boolean): readonly string[] {
	if (type !== 'person' || text.length > NAMES_LENGTH_MAX) return [text];
	const hasSemicolon = text.includes(';');
	if (!hasSemicolon && !text.includes(',') && !direct) return [text];
	const pieces = piecesOf(text, hasSemicolon ? SEMICOLON : COMMA);
	if (hasSemicolon && pieces.length > 1) return pieces.flatMap((piece) => splitNames(piece, type, direct));
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
				const { name, roles } = type === 'person' ? readName(piece) : withoutBracketedRole(piece);
				if (isNobody(name)) continue;
				const all = roles.length === 0 ? stated : [...stated, ...roles.map((value) => ({ value, path }))];
				const creator: Creator = { name: { value: name, path }, roles: all, type, main };
				creators.push(dates === undefined ? creator : { ...creator, dates });
			}
		}
	}
	return creators;
}
