// Writes LIMITS.md from src/lib/limits.ts: npm run limits
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const at = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

const UNITS: readonly (readonly [suffix: RegExp, unit: string])[] = [
	[/BytesPerSecond(Max|Min)$/, 'bytes a second'],
	[/Bytes(Max|Min)$/, 'bytes'],
	[/Ms(Max|Min)$/, 'ms'],
	[/Text(Max|Min)$/, 'characters'],
];

/** `idleMsMax` as words: idle; without the unit and the bound, which stand in columns of their own. */
function words(name: string): string {
	const bare = UNITS.reduce((text, [suffix]) => text.replace(suffix, ''), name).replace(/(Max|Min)$/, '');
	return bare.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

const SECTION = /^\t\/\*\* (.*[^.]) \*\/$/;
const REMARK = /^\t\/\*\* (.*\.) \*\/$/;
const LIMIT = /^\t(\w+): ([\d_]+),$/;

/** LIMITS.md for the text of limits.ts: comments that end with a full stop explain the next limit, others are headings. */
export function limitsPage(source: string): string {
	const lines: string[] = [];
	let remark = '';
	for (const line of source.split('\n')) {
		const heading = SECTION.exec(line)?.[1];
		if (heading !== undefined)
			lines.push('', `## ${heading}`, '', '| limit | at most or least | unit | name in the code | |', '|---|---|---|---|---|');
		remark = REMARK.exec(line)?.[1] ?? remark;
		const [, name = '', value = ''] = LIMIT.exec(line) ?? [];
		if (name === '') continue;
		const unit = UNITS.find(([suffix]) => suffix.test(name))?.[1] ?? '';
		const number = Number(value.replaceAll('_', '')).toLocaleString('en-US');
		lines.push(`| ${words(name)} | ${name.endsWith('Min') ? 'least' : 'most'} ${number} | ${unit} | \`${name}\` | ${remark} |`);
		remark = '';
	}
	return `# Limits

On what strangers send, so that no one of them can use up memory, time or disk. Made from \`src/lib/limits.ts\` by \`npm run limits\`; a test checks that it is up to date.
What goes over a limit is refused, cut off or put in quarantine with the name of the limit; nothing is dropped silently.
${lines.join('\n')}
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url))
	writeFileSync(at('LIMITS.md'), limitsPage(readFileSync(at('src/lib/limits.ts'), 'utf8')));
