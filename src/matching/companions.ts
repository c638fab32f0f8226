/** Books that stand beside a work or are made of it, by folded words of their titles. */
const KINDS: readonly (readonly [pattern: RegExp, kind: string])[] = [
	[/\b(?:bai tap|exercises|workbook|trac nghiem)\b/, 'exercises'],
	[/\b(?:loi giai|bai giai|giai bai tap|dap an|solutions|answer key)\b/, 'solutions'],
	[/\b(?:sach giao vien|sgv|teacher s|thiet ke bai|huong dan (?:giang )?day)\b/, 'teaching'],
	[/\b(?:huong dan|so tay|cam nang|guide|handbook|manual)\b/, 'guide'],
	[/\b(?:tom tat|summary|synopsis)\b/, 'summary'],
	[/\b(?:rut gon|gian yeu|gian luoc|luoc dich|luoc thuat|abridged|abridgement|concise)\b/, 'abridged'],
	[/\b(?:chon loc|trich|trich giang|selections?|selected|extracts?)\b/, 'selection'],
	[/\b(?:truyen tranh|tranh truyen|comics?|graphic novel)\b/, 'comic'],
	[/\b(?:kich ban|screenplay)\b/, 'script'],
	[/\b(?:song ngu|bilingual)\b/, 'bilingual'],
	[/\b(?:nang cao|advanced)\b/, 'advanced'],
	[/\b(?:phu luc|supplement|appendix|index)\b/, 'supplement'],
];

/** Made of a work, not beside it. */
export const DERIVED: ReadonlySet<string> = new Set(['teaching', 'summary', 'abridged', 'selection', 'comic', 'script', 'bilingual']);

/** Before the kind where the title proper says it, before it where the rest of title or the name of a part does. */
export const IN_TITLE = '=';
const IN_REST = ':';

const ANY_KIND = new RegExp(KINDS.map(([pattern]) => pattern.source).join('|'));

/** What the title proper, then what stands behind it, says the book is beside another: `=exercises`, `:abridged`. */
export function companionsOf(title: string, behind: string): string[] {
	const found: string[] = [];
	for (const [text, mark] of [
		[title, IN_TITLE],
		[behind, IN_REST],
	] as const) {
		if (text === '' || !ANY_KIND.test(text)) continue;
		for (const [pattern, kind] of KINDS) if (pattern.test(text) && !found.some((f) => f.slice(1) === kind)) found.push(mark + kind);
	}
	return found;
}
