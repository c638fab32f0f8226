import type pg from 'pg';
import { AppError } from '../lib/errors.ts';
import { publicId } from '../lib/ids.ts';
import { unpackUnion } from '../records/compact.ts';
import { encodeIso2709 } from '../records/iso2709.ts';
import { publicUnion } from '../records/public-view.ts';
import { unionToJson } from '../records/render-json.ts';
import { renderUnionMarcXml, unionToMarc } from '../records/render-marcxml.ts';
import { unpackBody } from '../store/body-codec.ts';
import { membershipsAfter, unionBodiesAfter } from '../store/export-read.ts';

export const UNION_FORMATS = ['marcxml', 'marc', 'jsonl'] as const;
export type UnionFormat = (typeof UNION_FORMATS)[number];

const PAGE = 1_000;
/** Whatever a program may take for the end of a line or a column. */
const BREAKS = /[\t\n\v\f\r\u0085\u2028\u2029]+/g;
const oneLine = (text: string): string => text.replaceAll(BREAKS, ' ');

/** `union_id<TAB>library_code<TAB>source_record_identifier`, a line for each live source record; flat memory. */
export async function* exportTsv(pool: pg.Pool, library: string | null): AsyncGenerator<string> {
	for (let after = 0; ; ) {
		const rows = await membershipsAfter(pool, after, library, PAGE);
		if (rows.length === 0) return;
		yield rows.map((r) => `${publicId(r.union)}\t${r.library}\t${oneLine(r.identifier)}\n`).join('');
		after = rows.at(-1)?.record ?? after;
	}
}

export interface UnionExport {
	readonly format: UnionFormat;
	/** Code of the library whose union records are wanted; null for all. */
	readonly library: string | null;
	/** Field 003: whose ids they have. */
	readonly agency: string;
	/** Told of each record that the format cannot hold. */
	readonly onRefused: (why: string) => void;
}

/** The union records that may be handed on; flat memory. */
export async function* exportUnions(
	pool: pg.Pool,
	{ format, library, agency, onRefused }: UnionExport,
): AsyncGenerator<string | Uint8Array> {
	if (format === 'marcxml') yield '<?xml version="1.0" encoding="UTF-8"?>\n<collection xmlns="http://www.loc.gov/MARC21/slim">\n';
	for (let after = 0; ; ) {
		const rows = await unionBodiesAfter(pool, after, library, PAGE);
		if (rows.length === 0) break;
		for (const { id, body } of rows) {
			const union = publicUnion(unpackUnion(unpackBody(body)));
			if (union === null) continue;
			const name = { id: publicId(id), agency };
			if (format === 'marcxml') yield `${renderUnionMarcXml(union, name)}\n`;
			else if (format === 'jsonl') yield `${JSON.stringify(unionToJson(union, { id: name.id, publicIdOf: publicId }))}\n`;
			else {
				try {
					yield encodeIso2709(unionToMarc(union, name));
				} catch (error) {
					if (!(error instanceof AppError) || error.code !== 'too-large') throw error;
					onRefused(`union record ${name.id} is left out: ${error.message}`);
				}
			}
		}
		after = rows.at(-1)?.id ?? after;
	}
	if (format === 'marcxml') yield '</collection>\n';
}
