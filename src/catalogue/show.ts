import { publicId } from '../lib/ids.ts';
import { type FormatName, renderAlone } from '../records/record-format.ts';
import { findSourceRecord, resolveUnion, type UnionReadRow } from '../store/union-read.ts';
import { type Naming, optionsFor } from './give-records.ts';
import { linksOf, type RecordLinks } from './links.ts';
import type { Reading } from './reading.ts';
import { openUnionBody, renderUnion } from './render-oai.ts';
import { type FullRecord, fullRecord, wholeTitle } from './render-record.ts';
import { openUnion } from './render-schema.ts';

/** What an id stands for now. */
export type Shown<T> =
	| { readonly state: 'live'; readonly record: T; readonly seq: number; readonly changedMs: number }
	/** The id leads to another record. */
	| { readonly state: 'moved'; readonly to: number }
	| { readonly state: 'deleted'; readonly sinceMs: number }
	/** Held and searchable, but not handed on in this form. */
	| { readonly state: 'withheld' }
	| { readonly state: 'unknown' };

async function show<T>(
	{ database }: Pick<Reading, 'database'>,
	id: number,
	render: (row: UnionReadRow, body: Buffer) => T | null,
): Promise<Shown<T>> {
	const row = await resolveUnion(database, id);
	if (row === undefined) return { state: 'unknown' };
	if (row.id !== id) return { state: 'moved', to: row.id };
	if (row.state !== 'live' || row.body === null) return { state: 'deleted', sinceMs: row.stampMs };
	const record = render(row, row.body);
	return record === null ? { state: 'withheld' } : { state: 'live', record, seq: row.seq, changedMs: row.stampMs };
}

/** One union record as JSON; in brief when its sources do not share it. */
export const showRecord = (reading: Pick<Reading, 'database'>, id: number): Promise<Shown<FullRecord>> =>
	show(reading, id, (row, body) => fullRecord(row.id, row.stampMs, body));

/** A union record and its links; null when the search engine, which finds them, gives no answer. */
export type LinkedRecord = FullRecord & { readonly links: RecordLinks | null };

/** One union record as JSON, with its links to others. */
export async function showLinked(reading: Reading, id: number): Promise<Shown<LinkedRecord>> {
	const shown = await showRecord(reading, id);
	return shown.state === 'live' ? { ...shown, record: { ...shown.record, links: await linksOf(reading, id) } } : shown;
}

/** One union record as the XML of a MARC 21 slim record. */
export const showMarcxml = (reading: Pick<Reading, 'database'>, id: number, agency: string): Promise<Shown<string>> =>
	show(reading, id, (row, body) =>
		row.shared ? (renderUnion(openUnionBody(body), 'marc21', { id: publicId(row.id), agency })?.toString() ?? null) : null,
	);

/**
 * One union record in a format, with what stands round it; as JSON-LD with its links.
 * @throws AppError `too-large` when the format cannot hold it
 */
export async function showInFormat(reading: Reading, id: number, format: FormatName, naming: Naming): Promise<Shown<Uint8Array>> {
	const found = format === 'jsonld' ? await linksOf(reading, id) : null;
	const links = (found?.links ?? []).flatMap(({ relation, to }) =>
		to === null ? [] : [{ relation, url: naming.recordUrl(to.id), title: wholeTitle(to), kind: to.kind }],
	);
	return await show(reading, id, (row, body) => {
		const union = row.shared ? openUnion(body) : null;
		return union === null ? null : renderAlone(union, format, { ...optionsFor(naming, row.id), links });
	});
}

/** The union record in which a source's record stands, by the source's own identifier. */
export async function showByIdentifier(reading: Pick<Reading, 'database'>, source: string, identifier: string): Promise<Shown<FullRecord>> {
	const record = await findSourceRecord(reading.database, source, identifier);
	if (record === undefined) return { state: 'unknown' };
	const shown = await showRecord(reading, record);
	return shown.state === 'moved' ? showRecord(reading, shown.to) : shown;
}
