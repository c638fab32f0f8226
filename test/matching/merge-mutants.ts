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
	lead('marked-form', 'marked !== undefined) return', 'false) return'),
	lead('marked-form-of-dublin-core', '(from.fromDublinCore === 1 && more > 0 && told.main !== words.main)', 'false'),
	lead('other-main-entries', 'for (const c of ranked) addOtherMainEntries(c, main, united);', ';'),
	lead('sharing', "all.filter((c) => (members[c.at] as MergeMember).member.share !== 'none')", 'all'),
	lead('brief', 'sharing.length > 0 ? anyTag : isBrief', 'anyTag'),
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
export const MERGE_MUTANTS: readonly Mutant[] = [...LEAD, ...tags, ...OF_MEMBER];
