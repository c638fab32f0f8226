import type { Readable } from 'node:stream';
import type { Foreseen } from '../catalogue/dry-intake.ts';
import type { MarcRecord } from '../records/marc.ts';

/** A file that is sent over REST, and how it is to be taken. */
export interface SentFile {
	readonly library: string;
	readonly source: string | null;
	readonly name: string;
	readonly snapshot: boolean;
	readonly columns: Readonly<Record<string, string>>;
}

/** What a file would do: its ledger, what could not be read, and of a table what its columns are read as. */
export interface FilePreview extends Foreseen {
	readonly file: string;
	readonly format: string;
	readonly source: string | null;
	readonly table?: {
		readonly encoding: string;
		readonly delimiter: string;
		readonly headingLine: number;
		readonly columns: readonly { readonly heading: string; readonly field: string }[];
		readonly copies: string;
		readonly rows: number;
		readonly becomes: { readonly vi: string; readonly en: string };
		readonly first: readonly MarcRecord[];
	};
}

/** What takes files in; class Uploads of the jobs is one. */
export interface FileUploads {
	receive(body: AsyncIterable<Uint8Array>, sent: SentFile): Promise<number>;
	preview(body: AsyncIterable<Uint8Array>, sent: SentFile): Promise<FilePreview>;
	rejects(run: number): Promise<{ readonly name: string; readonly workbook: boolean; readonly bytes: Readable } | undefined>;
}
