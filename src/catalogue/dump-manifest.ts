import type { SourceTerms } from '../store/dump-read.ts';
import type { DumpFormat } from './dump-batch.ts';

/** A file of records of a dump. */
export interface DumpFileEntry {
	readonly name: string;
	readonly format: DumpFormat;
	/** Of the file as it is sent, compressed. */
	readonly mediaType: 'application/gzip';
	readonly bytes: number;
	/** SHA-256, hexadecimal. */
	readonly sha256: string;
	readonly records: number;
	/** Records said to be deleted: gone, part of another, or no longer shared. */
	readonly deletions: number;
	/** Ids of records that the format cannot hold. */
	readonly leftOut: readonly string[];
}

/** The terms of a library, by the sources that it is harvested from. */
export interface LibraryTerms {
	readonly code: string;
	readonly name: string;
	readonly sources: readonly { readonly code: string; readonly share: SourceTerms['share']; readonly licence: string | null }[];
	readonly statement: { readonly vi: string; readonly en: string };
}

/** What a dump is; it stands beside its files as `manifest.json`. */
export interface DumpManifest {
	/** `full-TO` or `delta-FROM-TO`: the folder it is in. */
	readonly name: string;
	readonly kind: 'full' | 'delta';
	/** The change number it goes on from; null for a full dump. */
	readonly from: number | null;
	/** The change number it is of: everything up to it is in, nothing after it. */
	readonly to: number;
	/** Datestamp of that change, and when the dump was written. */
	readonly datestamp: string;
	readonly made: string;
	/** Whose the ids are: MARC 003. */
	readonly agency: string;
	readonly records: number;
	readonly deletions: number;
	readonly files: readonly DumpFileEntry[];
	readonly libraries: readonly LibraryTerms[];
}

export const MANIFEST = 'manifest.json';
export const TERMS = 'licences.txt';
export const CHECKSUMS = 'SHA256SUMS';

const SHARED = {
	full: { vi: 'chia sẻ toàn bộ biểu ghi và thông tin bản sách', en: 'shares its records and its items' },
	metadata: { vi: 'chia sẻ biểu ghi, không chia sẻ thông tin bản sách', en: 'shares its records without items' },
	none: {
		vi: 'không chia sẻ biểu ghi; tệp chỉ cho biết thư viện có tài liệu nào',
		en: 'does not share its records; the files say only what it holds',
	},
} as const;

const licence = (uri: string | null) =>
	uri === null ? { vi: 'chưa nêu giấy phép', en: 'states no licence' } : { vi: `giấy phép ${uri}`, en: `licence ${uri}` };

/** The terms of each library, with a sentence on each of its sources in both languages. */
export function libraryTerms(rows: readonly SourceTerms[]): LibraryTerms[] {
	const byCode = new Map<string, SourceTerms[]>();
	for (const row of rows) byCode.set(row.library, [...(byCode.get(row.library) ?? []), row]);
	return [...byCode].map(([code, sources]) => {
		const say = (language: 'vi' | 'en', word: string): string =>
			sources.map((s) => `${word} ${s.source}: ${SHARED[s.share][language]}; ${licence(s.licence)[language]}.`).join(' ');
		return {
			code,
			name: sources[0]?.name ?? '',
			sources: sources.map(({ source, share, licence: uri }) => ({ code: source, share, licence: uri })),
			statement: { vi: say('vi', 'Nguồn'), en: say('en', 'Source') },
		};
	});
}

/** The same for people, in both languages. */
export function termsText(libraries: readonly LibraryTerms[]): string {
	const lines = libraries.map(({ code, name, statement }) => `${code}  ${name}\n  ${statement.vi}\n  ${statement.en}\n`);
	return [
		'Mỗi biểu ghi nêu các thư viện đã cung cấp nó (trường 852 $a; "members" trong JSON). Điều khoản của từng thư viện:',
		'Every record names the libraries it comes from (field 852 $a; "members" in JSON). The terms of each library:',
		'',
		...lines,
	].join('\n');
}

/** As `sha256sum --check` reads them. */
export const checksumsText = (files: readonly DumpFileEntry[]): string => files.map(({ sha256, name }) => `${sha256}  ${name}\n`).join('');
