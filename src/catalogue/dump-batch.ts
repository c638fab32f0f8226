import { gzipSync } from 'node:zlib';
import { AppError } from '../lib/errors.ts';
import { publicId } from '../lib/ids.ts';
import { unpackUnion } from '../records/compact.ts';
import { deletionRecord } from '../records/deletion.ts';
import { encodeIso2709 } from '../records/iso2709.ts';
import { type PackedUnion, packedUnionToMarcXml } from '../records/packed-marcxml.ts';
import { type PublicUnion, publicUnion } from '../records/public-view.ts';
import { unionToJson } from '../records/render-json.ts';
import { renderMarcXml, unionToMarc } from '../records/render-marcxml.ts';
import { openUnionBody, type RecordName } from './render-oai.ts';

export const DUMP_FORMATS = ['marcxml', 'marc', 'jsonl'] as const;
export type DumpFormat = (typeof DUMP_FORMATS)[number];

/** What stands before and after the records of a file. */
export const DUMP_FRAME: Readonly<Record<DumpFormat, readonly [string, string]>> = {
	marcxml: ['<?xml version="1.0" encoding="UTF-8"?>\n<collection xmlns="http://www.loc.gov/MARC21/slim">\n', '</collection>\n'],
	marc: ['', ''],
	jsonl: ['', ''],
};

/** A union record of a dump; an empty body where it is gone or no longer shared. */
export interface DumpUnion {
	readonly id: number;
	/** Where a record that is gone went. */
	readonly redirectTo: number | null;
	readonly body: Uint8Array;
}

export interface DumpBatch {
	readonly unions: readonly DumpUnion[];
	readonly formats: readonly DumpFormat[];
	/** Whose the ids are: MARC 003. */
	readonly agency: string;
	/** Whether records that are not there are said to be deleted; a full dump has none of them. */
	readonly deletions: boolean;
}

/** A part of each file, a gzip member of its own (RFC 1952 §2.2: members one after another are one file). */
export interface RenderedBatch {
	readonly records: number;
	readonly deletions: number;
	readonly parts: readonly Uint8Array[];
	/** Public ids of records that are too large for ISO 2709. */
	readonly tooLarge: readonly string[];
}

/** As zlib has it: with 1 the files are a fifth larger, with 6 the time is twice as long. */
const GZIP_LEVEL = 3;

export const gzipPart = (text: string | Uint8Array): Uint8Array => gzipSync(text, { level: GZIP_LEVEL });

interface Opened {
	readonly name: RecordName;
	readonly union: PackedUnion;
	/** Made when the first format needs it. */
	open?: PublicUnion | null;
}

const opened = (one: Opened): PublicUnion => {
	one.open ??= publicUnion(unpackUnion(one.union.packed.toString('utf8')));
	return one.open as PublicUnion;
};

const LINE = Buffer.from('\n');

/** Renders a batch in each format and packs it. Pure computing, made for a worker thread. */
export function dumpBatch({ unions, formats, agency, deletions }: DumpBatch): RenderedBatch {
	const pieces = formats.map((): Uint8Array[] => []);
	const tooLarge: string[] = [];
	let [records, gone] = [0, 0];
	for (const { id, redirectTo, body } of unions) {
		const name = { id: publicId(id), agency };
		const one = body.length === 0 ? undefined : { name, union: openUnionBody(body) };
		const isShared = one?.union.members.some((member) => member.share !== 'none') === true;
		if (isShared) records++;
		else if (deletions) gone++;
		else continue;
		for (const [i, format] of formats.entries()) {
			const piece = one !== undefined && isShared ? render(one, format) : renderDeletion(name, redirectTo, format);
			if (piece === null) tooLarge.push(name.id);
			else pieces[i]?.push(piece, ...(format === 'marc' ? [] : [LINE]));
		}
	}
	const parts = pieces.map((list) => (list.length === 0 ? new Uint8Array() : gzipPart(Buffer.concat(list))));
	return { records, deletions: gone, parts, tooLarge };
}

/** null for what the format cannot hold. */
function render(one: Opened, format: DumpFormat): Uint8Array | null {
	if (format === 'marcxml') return packedUnionToMarcXml(one.union, one.name) as Uint8Array;
	if (format === 'jsonl') return Buffer.from(JSON.stringify(unionToJson(opened(one), { id: one.name.id, publicIdOf: publicId })), 'utf8');
	try {
		return encodeIso2709(unionToMarc(opened(one), one.name));
	} catch (error) {
		if (error instanceof AppError && error.code === 'too-large') return null;
		throw error;
	}
}

function renderDeletion(name: RecordName, redirectTo: number | null, format: DumpFormat): Uint8Array {
	if (format === 'marc') return encodeIso2709(deletionRecord(name));
	if (format === 'marcxml') return Buffer.from(renderMarcXml(deletionRecord(name)), 'utf8');
	const became = redirectTo === null ? {} : { becamePartOf: publicId(redirectTo) };
	return Buffer.from(JSON.stringify({ id: name.id, deleted: true, ...became }), 'utf8');
}
