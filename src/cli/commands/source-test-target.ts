import type { ReadRecord } from '../../harvesters/page.ts';
import type { TargetProbe } from '../../harvesters/probe-target.ts';
import { bibFromMarc } from '../../records/bib-from-marc.ts';
import { repairText } from '../../records/repair-text.ts';

/** A record as a harvest would keep it, its text mended; null when it cannot be read. */
const asKept = ({ decoded }: ReadRecord): ReturnType<typeof repairText> | null =>
	decoded?.ok === true ? repairText(decoded.record) : null;

/** What had to be mended in the text of a record. */
const mendedIn = (record: ReadRecord): readonly string[] => [...new Set(asKept(record)?.repairs.map(({ code }) => code))];

export function titleOf(record: ReadRecord): string | null {
	const kept = asKept(record);
	if (kept === null) return null;
	const found = bibFromMarc(kept.record);
	return 'bib' in found ? (found.bib.title.proper?.value ?? null) : null;
}

const RAW_SHOWN = 2_000;

/** A record of a source, raw and as read. */
export const describedRecord = (record: ReadRecord) => ({
	identifier: record.identifier,
	title: titleOf(record),
	problem: record.problem ?? null,
	fields: record.decoded?.ok === true ? record.decoded.record.fields.length : 0,
	read: readLines(record),
	mended: mendedIn(record),
	raw: record.raw.slice(0, RAW_SHOWN).toWellFormed(),
});

/** What `source test` prints as JSON of a target that is searched: each record raw and as read. */
export const describedTarget = ({ records, ...probe }: TargetProbe) => ({ ...probe, records: records.map(describedRecord) });

/** The fields of a record as read, one a line. */
function readLines(record: ReadRecord): string[] {
	const fields = asKept(record)?.record.fields ?? [];
	return fields.map(({ tag, ind1, ind2, value, subfields }) =>
		subfields.length === 0
			? `${tag} ${value}`
			: `${tag} ${ind1}${ind2} ${subfields.map((part) => `$${part.code} ${part.value}`).join(' ')}`,
	);
}

/** Control characters, which would work on the terminal, as dots. */
const shown = (text: string): string => text.toWellFormed().replace(/[^\P{Cc}\n\t]/gu, '·');

/** Records as read and raw, for a person. */
export function recordTexts(records: readonly ReadRecord[]): string {
	return records
		.map((record) => [`\n— ${record.identifier}`, ...readLines(record), '', record.raw.slice(0, RAW_SHOWN)].map(shown).join('\n'))
		.join('\n');
}

export function targetLines({ target, records, unreadable }: TargetProbe): string {
	const rows: (readonly [string, string])[] = [
		['target', `${target.protocol}${target.software === '' ? '' : `, ${target.software}`}`],
		['software', target.kind ?? 'not recognised'],
		['services', target.services.join(', ')],
		['format', `${target.format} (taken)${target.schemas.length === 0 ? '' : `; it has ${target.schemas.join(', ')}`}`],
		['indexes', target.indexes.join(', ') || 'none that a list can be cut by'],
		['records', target.count === null ? 'it has no query for all of them' : String(target.count)],
		['harvest', target.strategy],
		['first', `${records.length} records, ${unreadable} of them unreadable`],
	];
	const mended = [...new Set(records.flatMap(mendedIn))];
	if (mended.length > 0) rows.push(['mended', mended.join(', ')]);
	if (target.note !== null) rows.push(['note', target.note]);
	if (target.cap !== null)
		rows.push(['hands out', `${target.cap} records of one result${target.cap === 0 ? ', less than a hundred' : ''}`]);
	for (const setting of target.proposed) rows.push(['proposed', `--setting '${setting}'`]);
	for (const record of records)
		rows.push([record.identifier.slice(0, 11) || '(no name)', record.problem?.reason ?? titleOf(record) ?? '(no title)']);
	return `${rows.map(([name, text]) => shown(`${name.padEnd(12)}${text}`)).join('\n')}\n${recordTexts(records)}`;
}
