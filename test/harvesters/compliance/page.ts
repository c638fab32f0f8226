import { KIND_NAMES } from './library.ts';
import { ROWS } from './rows.ts';

const INTRO = `# What every harvester does, whatever its protocol

One suite (\`test/harvesters/compliance.pg.test.ts\`) runs each line of this table over each kind of source, with a scripted library of that kind in front of
the real intake and a real Postgres. This page is made from the suite (\`vitest -u test/harvesters/compliance.pg.test.ts\`) and held against it.
Misbehaviour of one protocol alone has tests of its own: the 48 known ones of OAI-PMH in \`test/harvesters/quirks\`, those of Z39.50 in \`targets.test.ts\`, of
SRU in \`sru-quirks.test.ts\` and, version by version, \`sru-versions.test.ts\`, of files in \`test/jobs/import*.pg.test.ts\`.
`;

/** The page of the suite, in Markdown: its lines by the kinds of sources, and why a line does not apply. */
export function compliancePage(): string {
	const reasons: string[] = [];
	const cell = (reason: string | undefined): string => {
		if (reason === undefined) return '✓';
		if (!reasons.includes(reason)) reasons.push(reason);
		return `n/a (${reasons.indexOf(reason) + 1})`;
	};
	const lines = [
		`| | ${KIND_NAMES.join(' | ')} |`,
		`|---|${KIND_NAMES.map(() => '---').join('|')}|`,
		...ROWS.map(({ name, except = {} }) => `| ${name} | ${KIND_NAMES.map((kind) => cell(except[kind])).join(' | ')} |`),
	];
	return `${INTRO}\n${lines.join('\n')}\n\n${reasons.map((reason, i) => `${i + 1}. ${reason}`).join('\n')}\n`;
}
