import { readFileSync } from 'node:fs';
import type { Mutant } from './mutants.ts';

const lead = (rule: string, from: string, to = ''): Mutant => ({ rule: `lead:${rule}`, file: 'matching/merge.ts', from, to });

/** What chooses the member that leads. */
const LEAD: readonly Mutant[] = [
	lead('marc-before-dublin-core', 'x.fromDublinCore - y.fromDublinCore ||'),
	lead('encoding-level', 'x.level - y.level ||'),
	lead('diacritics', 'y.titleMarks - x.titleMarks ||'),
	lead('completeness', 'y.completeness - x.completeness ||'),
	lead('rank', 'x.rank - y.rank ||'),
	lead('recency', '(x.modified === y.modified ? x.at - y.at', '(true ? x.at - y.at'),
	lead('marked-form', 'marked === undefined ?', 'true ?'),
	lead('marked-form-of-dublin-core', '(from.fromDublinCore === 1 && more > 0 && told.main !== words.main)', 'false'),
	lead('fuller-form', 'if (fuller)', 'if (false)'),
	lead('fuller-form-of-dublin-core', '|| from.fromDublinCore > fullest.from.fromDublinCore'),
	lead('codes-of-another-kind', 'from.record.leader.slice(6, 8) === fullest.from.record.leader.slice(6, 8) &&'),
	lead('other-main-entries', 'for (const c of ranked) addOtherMainEntries(c, main, united);', ';'),
	lead('sharing', "all.filter((c) => (members[c.at] as MergeMember).member.share !== 'none')", 'all'),
	lead('brief', 'sharing.length > 0 ? anyTag : isBrief', 'anyTag'),
];

const form = (rule: string, from: string, to = ''): Mutant => ({ rule: `form:${rule}`, file: 'matching/fuller-form.ts', from, to });

/** What counts as a fuller form, and what as the same words. */
const FORMS: readonly Mutant[] = [
	form('person', "'1XX': 'cdeq4',", ''),
	form('title', "'245': 'bc',", ''),
	form('edition', "'250': 'b',", ''),
	form('imprint', "'26X': 'abcefg',", ''),
	form('extent', "'300': 'bc' ", ' '),
	form('no-part', '&& added.every((s) => mayAdd.includes(s.code))'),
	form('marks', '!hasVietnameseMarks(value) || exactText(value) === exactText(other)', 'true'),
	form('kind-of-name', "group === '1XX' && fields[0]?.tag !== than[0]?.tag", 'false'),
	form('same-in-more-subfields', 'return sameWords(textOf(said), textOf(more));', 'return false;'),
	form('linked', "if (than.some((f) => subfield(f, '6') !== undefined)) return false;"),
	form('language', '!statesLanguage(than) && statesLanguage(value) && ', 'statesLanguage(value) && '),
	form('year', '&& (statesYear(value) || !statesYear(than))'),
	{ rule: 'unite:same-words', file: 'matching/united-fields.ts', from: 'worded !== undefined && readAlike(', to: 'false && readAlike(' },
	{ rule: 'unite:words-with-marks', file: 'matching/united-fields.ts', from: 'readAlike(field, worded.field) ?', to: 'true ?' },
	...(
		[
			['role-in-name', '...roles.map((role) => roleStatement(role))', '...roles'],
			['author-says-nothing', "|| AUTHOR.test(folded) ? '' :", "? '' :"],
			['role-of-its-own', 'less && !parted', 'less'],
			['marked-name', "(rule === 'names' || says.length === known.says.length)", '(says.length === known.says.length)'],
			['hides-marks', '!isMarked(more) && isMarked(less)', 'false'],
			[
				'marked-subject',
				'for (const { field, sources: own, says } of this.#markedSubjects()) {',
				'for (const { field, sources: own, says } of this.#entries) {',
			],
			['authority', "(rule === 'unite' || hasAuthority(field) || hasAuthority(e.field))", "rule === 'unite'"],
		] as const
	).map(([rule, from, to]): Mutant => ({ rule: `unite:${rule}`, file: 'matching/united-fields.ts', from, to })),
];

const RULES_FILE = 'matching/merge-rules.ts';

/** Every line of the tables of tags, taken out. */
const tags = [...readFileSync(new URL(`../../src/${RULES_FILE}`, import.meta.url), 'utf8').matchAll(/^\t'(\d+)': .*,$/gm)].map(
	([line, tag]): Mutant => ({ rule: `tag:${tag}`, file: RULES_FILE, from: line, to: '' }),
);

const OF_MEMBER: readonly Mutant[] = [
	["tag.startsWith('09') ||"],
	["tag.startsWith('59') ||"],
	["(tag >= '841' && tag <= '855') ||"],
	["(tag >= '858' && tag <= '878') ||"],
	["tag === '883'", 'false'],
].map(([from = '', to = '']): Mutant => ({ rule: `member:${from}`, file: RULES_FILE, from, to }));

/** Every rule of merging, switched off one at a time. */
export const MERGE_MUTANTS: readonly Mutant[] = [...LEAD, ...FORMS, ...tags, ...OF_MEMBER];
