import type pg from 'pg';
import { AppError } from '../lib/errors.ts';
import { publicId } from '../lib/ids.ts';
import { unpackUnion } from '../records/compact.ts';
import { encodeIso2709 } from '../records/iso2709.ts';
import { publicUnion } from '../records/public-view.ts';
import { unionToJson } from '../records/render-json.ts';
import { renderUnionMarcXml, unionToMarc } from '../records/render-marcxml.ts';
import { inflateBody } from '../store/body-codec.ts';
import { membershipsAfter, unionBodiesAfter } from '../store/export-read.ts';

export const UNION_FORMATS = ['marcxml', 'marc', 'jsonl'] as const;
export type UnionFormat = (typeof UNION_FORMATS)[number];

const PAGE = 1_000;
/** Field 003 of what we hand on. */
const AGENCY = 'LIENTHONG';

const oneLine = (text: string): string => text.replaceAll(/[\t\r\n]+/g, ' ');

/** `union_id<TAB>library_code<TAB>source_record_identifier`, a line for each live source record; flat memory. */
export async function* exportTsv(pool: pg.Pool, library: string | null): AsyncGenerator<string> {
	for (let after = 0; ; ) {
		const rows = await membershipsAfter(pool, after, library, PAGE);
		if (rows.length === 0) return;
		yield rows.map((r) => `${publicId(r.union)}\t${r.library}\t${oneLine(r.identifier)}\n`).join('');
		after = rows.at(-1)?.record ?? after;
	}
}

/** The union records that may leave, in a format; `onRefused` is told of each that the format cannot hold. */
export async function* exportUnions(
	pool: pg.Pool,
	format: UnionFormat,
	library: string | null,
	onRefused: (why: string) => void,
): AsyncGenerator<string | Uint8Array> {
	if (format === 'marcxml') yield '<?xml version="1.0" encoding="UTF-8"?>\n<collection xmlns="http://www.loc.gov/MARC21/slim">\n';
	for (let after = 0; ; ) {
		const rows = await unionBodiesAfter(pool, after, library, PAGE);
		if (rows.length === 0) break;
		for (const { id, body } of rows) {
			const union = publicUnion(unpackUnion(inflateBody(body)));
			if (union === null) continue;
			const name = { id: publicId(id), agency: AGENCY };
			if (format === 'marcxml') yield `${renderUnionMarcXml(union, name)}\n`;
			else if (format === 'jsonl') yield `${JSON.stringify(unionToJson(union, { id: name.id, publicIdOf: publicId }))}\n`;
			else {
				try {
					yield encodeIso2709(unionToMarc(union, name));
				} catch (error) {
					if (!(error instanceof AppError)) throw error;
					onRefused(`${name.id}: ${error.message}`);
				}
			}
		}
		after = rows.at(-1)?.id ?? after;
	}
	if (format === 'marcxml') yield '</collection>\n';
}
