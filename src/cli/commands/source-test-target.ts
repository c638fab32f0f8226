import type { ReadRecord } from '../../harvesters/page.ts';
import type { TargetProbe } from '../../harvesters/probe-target.ts';
import { bibFromMarc } from '../../records/bib-from-marc.ts';

export function titleOf({ decoded }: ReadRecord): string | null {
	if (decoded?.ok !== true) return null;
	const found = bibFromMarc(decoded.record);
	return 'bib' in found ? (found.bib.title.proper?.value ?? null) : null;
}

const RAW_SHOWN = 2_000;

/** What `source test` prints as JSON of a target that is searched: each record raw and as read. */
export const describedTarget = ({ records, ...probe }: TargetProbe) => ({
	...probe,
	records: records.map((record) => ({
		identifier: record.identifier,
		title: titleOf(record),
		problem: record.problem ?? null,
		fields: record.decoded?.ok === true ? record.decoded.record.fields.length : 0,
		raw: record.raw.slice(0, RAW_SHOWN).toWellFormed(),
	})),
});

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
	for (const setting of target.proposed) rows.push(['proposed', `--setting '${setting}'`]);
	for (const record of records)
		rows.push([record.identifier.slice(0, 11) || '(no name)', record.problem?.reason ?? titleOf(record) ?? '(no title)']);
	return rows.map(([name, text]) => `${name.padEnd(12)}${text}`).join('\n');
}
