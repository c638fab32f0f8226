import type { ReadRecord } from '../../harvesters/page.ts';
import type { TargetProbe } from '../../harvesters/probe-target.ts';
import { bibFromMarc } from '../../records/bib-from-marc.ts';

export function titleOf({ decoded }: ReadRecord): string | null {
	if (decoded?.ok !== true) return null;
	const found = bibFromMarc(decoded.record);
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
	raw: record.raw.slice(0, RAW_SHOWN).toWellFormed(),
});

/** What `source test` prints as JSON of a target that is searched: each record raw and as read. */
export const describedTarget = ({ records, ...probe }: TargetProbe) => ({ ...probe, records: records.map(describedRecord) });

/** The fields of a record as read, one a line. */
function readLines({ decoded }: ReadRecord): string[] {
	if (decoded?.ok !== true) return [];
	return decoded.record.fields.map(({ tag, ind1, ind2, value, subfields }) =>
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
	if (target.note !== null) rows.push(['note', target.note]);
	if (target.cap !== null)
		rows.push(['hands out', `${target.cap} records of one result${target.cap === 0 ? ', less than a hundred' : ''}`]);
	for (const setting of target.proposed) rows.push(['proposed', `--setting '${setting}'`]);
	for (const record of records)
		rows.push([record.identifier.slice(0, 11) || '(no name)', record.problem?.reason ?? titleOf(record) ?? '(no title)']);
	return `${rows.map(([name, text]) => shown(`${name.padEnd(12)}${text}`)).join('\n')}\n${recordTexts(records)}`;
}
