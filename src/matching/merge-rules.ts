/** Changing what members are merged to needs a new one: every union record is then merged again. */
export const MERGING_VERSION = 4;

/**
 * How the fields of the members of a cluster become one record, by tag.
 * - `whole`: the fields of the group come from one member, the lead; from the next best when the lead has none, or when it says all that the
 *   lead says and more (`fuller-form.ts`) ('fill').
 * - `titled`: as `whole`, but a form with diacritics replaces the same words without.
 * - `unite`: the fields of all members, each once; a field that says less than another is dropped and its source kept.
 * - `names`: as `unite`, names compared as sets of syllables, and a name that is already the main entry is not repeated.
 * - `member`: not merged, it stays with the source record (control numbers, local fields, holdings).
 */
export type MergeRule = 'whole' | 'titled' | 'unite' | 'names' | 'member';

export interface TagRule {
	readonly rule: MergeRule;
	/** Fields with one group are taken from the same member. */
	readonly group: string;
}

const RULES: Readonly<Record<string, readonly [rule: MergeRule, group?: string]>> = {
	'001': ['member'],
	'003': ['member'],
	'005': ['member'],
	'004': ['member'],
	'006': ['whole'],
	'007': ['whole'],
	'008': ['whole'],
	'040': ['whole'],
	'066': ['whole'],
	'100': ['titled', '1XX'],
	'110': ['titled', '1XX'],
	'111': ['titled', '1XX'],
	'130': ['titled', '1XX'],
	'210': ['unite'],
	'222': ['unite'],
	'240': ['titled'],
	'242': ['unite'],
	'245': ['titled'],
	'246': ['unite'],
	'247': ['unite'],
	'250': ['titled'],
	'257': ['unite'],
	'258': ['unite'],
	'260': ['titled', '26X'],
	'264': ['titled', '26X'],
	'336': ['whole', '33X'],
	'337': ['whole', '33X'],
	'338': ['whole', '33X'],
	'700': ['names'],
	'710': ['names'],
	'711': ['names'],
};

/** Rules for tags that are not named, by first digit; the others, which are local, stay with the member. */
const BY_DIGIT: Readonly<Record<string, MergeRule>> = {
	'0': 'unite',
	'2': 'whole',
	'3': 'whole',
	'4': 'unite',
	'5': 'unite',
	'6': 'unite',
	'7': 'unite',
	'8': 'unite',
};

/** Local call numbers and notes, and everything of holdings (MARC 21 Holdings: 841 to 878 and 883). */
const isOfMember = (tag: string): boolean =>
	tag.startsWith('9') ||
	tag.startsWith('09') ||
	tag.startsWith('59') ||
	(tag >= '841' && tag <= '855') ||
	(tag >= '858' && tag <= '878') ||
	tag === '883';

const known = new Map<string, TagRule>();

function makeRule(tag: string): TagRule {
	if (isOfMember(tag)) return { rule: 'member', group: tag };
	const [rule, group] = RULES[tag] ?? [BY_DIGIT[tag.charAt(0)] ?? 'member'];
	return { rule, group: group ?? tag };
}

/** The rule for a tag. */
export function tagRule(tag: string): TagRule {
	let rule = known.get(tag);
	if (rule === undefined) {
		rule = makeRule(tag);
		if (/^\d{3}$/.test(tag)) known.set(tag, rule);
	}
	return rule;
}

/** Encoding levels (leader/17) from best to worst; others stand between `7` and `u`. MARC 21 Bibliographic, leader. */
const ENCODING_LEVELS = ' 14I2K7358';
const OTHER_LEVEL = ENCODING_LEVELS.length;

/** The place of a record's encoding level: 0 is full. */
export function encodingRank(leader: string): number {
	const level = leader.charAt(17);
	if (level === '#') return 0;
	if (level === 'u' || level === 'z') return OTHER_LEVEL + 1;
	const place = ENCODING_LEVELS.indexOf(level);
	return place < 0 ? OTHER_LEVEL : place;
}

/** Tags shown while no member shares its metadata, so that the record can be found. */
export const isBrief = (tag: string): boolean => tag === '020' || tag === '100' || tag === '245' || tag === '260' || tag === '264';

const LIBRARY_KINDS: readonly string[] = ['province', 'district', 'school'];

/** The rank of a library by its kind: its record is preferred where records are equally good. 0 is the first. */
export function libraryRank(kind: string): number {
	const place = LIBRARY_KINDS.indexOf(kind);
	return place < 0 ? LIBRARY_KINDS.length : place;
}
