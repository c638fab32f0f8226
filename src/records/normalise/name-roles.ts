import { foldText } from '../../lib/fold.ts';
import { remembering } from '../../lib/remembering.ts';
import { head, trimIsbd } from './trim.ts';

/** Academic and honorary titles before a name; several may follow one another. */
const ACADEMIC = /^(?:(?:PGS|GS|TSKH|TS|ThS|Th\.S|CN|KS|BSCK|BS|LS|DS|NSND|NSƯT|NGND|NGƯT|VS|Prof|Dr|Assoc|MSc|Ph\.?D)(?:\. ?|[, ] ?))+/;

const anyOf = (words: string): string => words.replaceAll('\n', '|').replaceAll('\t', '');

/** Roles that nobody is called, folded. */
const PLAIN_ROLES = anyOf(`(?:dong )?tac gia
	(?:(?:tong|dong|pho) )?chu bien
	(?:tong )?bien (?:soan|dich|tap|khao|kich|dao)
	hieu (?:dinh|chinh)
	suu tam
	tuyen (?:chon|dich|soan)
	(?:phong|luoc|trich) (?:dich|tac|thuat)
	chuyen the
	(?:viet )?(?:loi )?(?:gioi thieu|tua|bat)
	dich (?:thuat|gia)
	nguoi (?:dich|soan|bien soan|viet|ke|huong dan)(?: khoa hoc)?
	(?:giao vien|giang vien|can bo|thay) huong dan
	soan gia
	tong hop
	tap hop
	ve (?:tranh|bia|minh hoa)
	trinh bay
	thiet ke
	dao dien
	sang tac
	nguyen tac
	kich ban
	huong dan
	chu nhiem(?: de tai)?
	chu (?:giai|thich)
	khao cuu
	nghien cuu
	binh (?:luan|chu|giai)
	phu trach
	phe binh
	truong ban
	chi dao
	editors?
	author
	translators?
	illustrators?
	compilers?
	photographer
	composer
	director
	supervisor
	advisor`);
/** Roles that are names as well when they begin with a capital: Minh Hoạ, Thể Hiện. */
const NAMELIKE_ROLES = 'minh hoa|the hien|thuc hien';
/** Of one syllable: taken in brackets, behind a comma or where all their marks are written. */
const SHORT_ROLES = 'dich|soan|tuyen|ve|ke|ghi|tranh|loi|nhac|anh|bia|tho';
const ABBREVIATED =
	'(?:tong |dong )?ch ?b|t ?ch ?b|t ?cb|cb|b ?s|s ?t|h ?d|b ?d|d ?d|gvhd|eds?|trans|transl|comp|ill|illus|hrsg|hg|ubers|bearb';
const ONLY_IN_BRACKETS = 'd|dir|trad';
const BETWEEN = ' (?:va |and |kiem )?';

const ONE_ROLE = `(?:${PLAIN_ROLES}|${NAMELIKE_ROLES}|${SHORT_ROLES}|${ABBREVIATED})`;
/** `sưu tầm, biên soạn`, `tổng chủ biên kiêm chủ biên`. */
const ROLES = new RegExp(`^${ONE_ROLE}(?:${BETWEEN}${ONE_ROLE})*(?: khoa hoc| noi dung| bia| minh hoa)?$`);
const BEGINS_WITH_ROLE = new RegExp(`^(?:${ONE_ROLE}|${ONLY_IN_BRACKETS})(?: |$)`);
const PLAIN_ROLE = new RegExp(`^(?:${PLAIN_ROLES})$`);
const ABBREVIATION = new RegExp(`^(?:${ABBREVIATED})(?: |$)`);
const CHIEF_EDITOR = /^(?:(?:tong |dong )?ch ?b|t ?ch ?b|t ?cb|cb)$/;

const isCapital = (letter: string): boolean => letter !== letter.toLowerCase();
/** Whether a word behind the first begins with a capital, as names do and roles do not, unless all are capitals. */
const isNameLike = (text: string): boolean => / \p{Lu}/u.test(text) && text !== text.toUpperCase();

/** Whether all of a text says what somebody did: `Sưu tầm, biên soạn`, `ch.b.`; initials (`S.T.`) do not. */
export function isRole(text: string): boolean {
	const trimmed = text.trim();
	const folded = foldText(trimmed);
	if (folded === '' || !ROLES.test(folded)) return false;
	if (!isCapital(trimmed.charAt(0)) || PLAIN_ROLE.test(folded)) return true;
	if (ABBREVIATION.test(folded)) return CHIEF_EDITOR.test(folded);
	return !isNameLike(trimmed) && folded.includes(' ');
}

/** The country in `(Anh)`, apart from `ảnh`. */
const ENGLAND = 'anh';

/** Whether what stands in brackets behind a name begins with a role: `dịch từ tiếng Nga`, and not `Dịch Vân`. */
function tellsRole(text: string): boolean {
	const trimmed = text.trim();
	if (trimmed.toLowerCase() === ENGLAND) return false;
	return BEGINS_WITH_ROLE.test(foldText(trimmed)) && !(isCapital(trimmed.charAt(0)) && isNameLike(trimmed) && !isRole(trimmed));
}

const IN_BRACKETS = /[([]([^()[\]]{1,70})(?:[)\]]|$)/g;
/** `…, chủ biên`, `… - dịch`, `…: tác giả` behind a name. */
const BEHIND_MARK = /(?:,|;|:|\/| [-–—] ?)([^,;:/–—()[\]]{1,60})$/g;
/** `Dịch: …`, `Người hướng dẫn: …` before a name. */
const BEFORE_COLON = /^([^:;,([]{2,40}):/g;
/** `… chủ biên`, `… sưu tầm và giới thiệu`, `… ch.b.` with nothing but a space between, all marks written. */
const MARKED_ROLE =
	'(?:(?:tổng |đồng )?chủ biên|biên (?:soạn|dịch|tập|khảo)|hiệu (?:đính|chỉnh)|sưu tầm|tuyển (?:chọn|dịch|soạn)|(?:phỏng|lược) dịch|(?:viết lời )?giới thiệu|dịch thuật|người dịch|tổng hợp|minh h(?:oạ|ọa)|vẽ tranh|thực hiện|dịch|soạn|tuyển|vẽ|kể|editor|translator|illustrator|compiler)';
const SHORTENED = '(?:tổng |đồng )?(?:[Cc]h\\. ?b|t\\. ?ch\\. ?b)|b\\. ?s|s\\. ?t|h\\. ?đ|b\\. ?d|đ\\. ?d|cb|bs|eds?|trans|comp|ill';
const AND = '(?: ?, ?| - | và )';
const BEHIND_SPACE = new RegExp(
	` ((?:${MARKED_ROLE}(?:${AND}${MARKED_ROLE})*|(?:${SHORTENED})\\.?(?:${AND}(?:${SHORTENED}|${MARKED_ROLE})\\.?)*))[ .,;]*$`,
	'g',
);
/** `Chủ biên Nguyễn Văn A`. */
const BEFORE_NAME = /^((?:Tổng )?Chủ biên|Biên soạn|Người dịch|Hiệu đính|Sưu tầm)(?= \p{Lu}\S* \p{Lu})/gu;

/** Worth trying the patterns: punctuation or a word of theirs. */
const MAY_HAVE_ROLE =
	/[()[\]:;…/–—]|, ?\D| - |\.[ ,]|\.$|\.\.|biên|dịch|soạn|tầm|chọn|thiệu|đính|chỉnh|khảo|họa|hoạ|vẽ|kể|tuyển|hiện|những|editor|translator|illustrator|compiler/;

/** `… [và những người khác]`, `[et al.]`, `...` behind the last name. */
const OTHERS =
	/ ?(?:\.\.\.|…)? ?\[?(?:và (?:những|các tác giả|các|nhiều) ?(?:người|tác giả)? ?khác|et al\.?|and others)\]?\.?$| ?(?:\.\.\.|…)$/i;

export interface NameRead {
	readonly name: string;
	readonly roles: readonly string[];
}

const NO_ROLES: readonly string[] = Object.freeze([]);
const ROLES_MAX = 4;

/** Where a role may stand, whether what stands there is one, and a sign without which nothing can stand there. */
const PLACES: readonly (readonly [pattern: RegExp, is: (text: string) => boolean, sign: RegExp | null])[] = [
	[BEFORE_COLON, (text) => isRole(text.toLowerCase()), /:/],
	[IN_BRACKETS, tellsRole, /[([]/],
	[BEHIND_MARK, isRole, /[,;:/–—-]/],
	[BEHIND_SPACE, () => true, null],
	[BEFORE_NAME, () => true, null],
];

function roleIn(text: string, pattern: RegExp, is: (text: string) => boolean): RegExpExecArray | undefined {
	pattern.lastIndex = 0;
	for (let m = pattern.exec(text); m !== null; m = pattern.exec(text))
		if (m[0].trim().length < text.trim().length && is(m[1] as string)) return m;
	return undefined;
}

const NAMES_KEPT = 4_000;

/** Names of a publication are read time and again. */
const readRoles = remembering(nameIn, NAMES_KEPT);

/** A name of a person apart from the titles before it and the roles round it: `PGS.TS. Nguyễn Văn A (ch.b.)`. */
export function readName(text: string): NameRead {
	if (!MAY_HAVE_ROLE.test(text) && !ACADEMIC.test(text)) return { name: trimIsbd(text), roles: NO_ROLES };
	return readRoles(text);
}

function nameIn(text: string): NameRead {
	const roles: string[] = [];
	let name = head(text).replace(OTHERS, '');
	for (const [pattern, is, sign] of PLACES) {
		while (roles.length < ROLES_MAX) {
			if (sign !== null && !sign.test(name)) break;
			const rest = trimmedEnd(name);
			const match = roleIn(rest, pattern, is);
			if (match === undefined) break;
			roles.unshift(trimIsbd((match[1] as string).trim()));
			name = `${rest.slice(0, match.index)} ${rest.slice(match.index + match[0].length)}`.trim();
		}
	}
	name = name.replace(OTHERS, '').replace(ACADEMIC, '');
	return { name: trimIsbd(name.trim()), roles };
}

const trimmedEnd = (text: string): string => text.replace(/[ ,;:/–—-]+$/, '');

/** A name without the roles in brackets behind it, as names of bodies are read: other brackets belong to them. */
export function withoutBracketedRole(text: string): NameRead {
	const match = text.includes('(') || text.includes('[') ? roleIn(head(text), IN_BRACKETS, tellsRole) : undefined;
	if (match === undefined) return { name: trimIsbd(text), roles: NO_ROLES };
	const name = `${text.slice(0, match.index)} ${text.slice(match.index + match[0].length)}`.trim();
	return { name: trimIsbd(name), roles: [trimIsbd((match[1] as string).trim())] };
}
