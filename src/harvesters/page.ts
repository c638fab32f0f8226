import type { OtherClass } from '../records/bib.ts';
import type { Decoded } from '../records/marc.ts';

/** One record as a page of a source listed it, read where the page was parsed (usually a worker thread). */
export interface ReadRecord {
	/** '' when the header is missing: such a record is quarantined. */
	readonly identifier: string;
	/** The provider's datestamp as an ISO instant, or null when absent or unreadable. */
	readonly datestamp: string | null;
	readonly deleted: boolean;
	/** The record's text as received (OAI-PMH: from `<record` to `</record>`, or where the next begins if it had to be mended); bytes that are no text as `undecoded` (src/lib/undecoded.ts). */
	readonly raw: string;
	/** `raw` in UTF-8, where it was made for the digest. */
	readonly utf8?: Buffer;
	/** 16 bytes over the metadata as received; empty for a deletion. Same digest, same record. */
	readonly digest: Uint8Array;
	/** null for a deletion, an ignored record, or one without metadata (then `problem` says so). */
	readonly decoded: Decoded | null;
	/** Set when the record describes no publication. */
	readonly ignoredAs?: OtherClass;
	readonly problem?: { readonly code: string; readonly reason: string };
}

/** What stands on a page beside its records. */
export interface PageEnd {
	/** As an ISO instant, or null when unreadable. */
	readonly responseDate: string | null;
	/** Trimmed; null at the end of the list. */
	readonly resumptionToken: string | null;
	readonly completeListSize: number | null;
	/** The OAI-PMH error in place of records; of a file `cut-off`, when it ends in the middle. */
	readonly error: { readonly code: string; readonly text: string } | null;
	/** Why the page had to be mended before it could be read; empty when it was well-formed. */
	readonly repairs: readonly string[];
	/** Prefix -> URI in scope where the records stand. */
	readonly namespaces: Readonly<Record<string, string>>;
	/** Digest of the identifiers and datestamps of the page, to tell a repeated page from a repeated token. */
	readonly fingerprint: string;
	/** Records on the page. */
	readonly listed: number;
	/** Of a table: the rows that its records were made of. */
	readonly rows?: number;
}

/** What the received bytes of a page's records need to be read again. */
export interface PageContext {
	/** Prefix -> URI in scope where the records stand. */
	readonly namespaces: Readonly<Record<string, string>>;
	/** As TextDecoder calls it; null for UTF-8. */
	readonly encoding: string | null;
}

/** A record as the loop and the sink see it; the decoded form stays where the page was parsed until asked for. */
export interface ListedItem {
	readonly identifier: string;
	readonly datestamp: string | null;
	readonly deleted: boolean;
	readonly digest: Uint8Array;
	readonly ignoredAs?: OtherClass;
	readonly problem?: { readonly code: string; readonly reason: string };
}

/** A piece of a page (all of it, unless the page is huge). `handle` is for the sink, to fetch the decoded records. */
export interface PagePart {
	readonly items: readonly ListedItem[];
	readonly handle: unknown;
}

/** Reads one page, in this thread or another. */
export interface PageReading {
	/** Resolves when the bytes are parsed (back-pressure), with the parts that are full. */
	feed(bytes: Uint8Array): Promise<readonly PagePart[]>;
	/** The rest; throws AppError not-oai-pmh when this was no OAI-PMH page at all (HTML, empty, …). */
	end(): Promise<{ readonly parts: readonly PagePart[]; readonly end: PageEnd }>;
	/** Gives up the page and all its parts. */
	discard(): void;
}

/** Where a harvest goes on after a kill: everything needed, committed with the page it follows. */
export interface Checkpoint {
	readonly metadataPrefix: string;
	readonly format: 'marcxml' | 'oai_dc';
	readonly set: string | null;
	readonly from: string | null;
	readonly until: string | null;
	readonly resumptionToken: string | null;
	/** responseDate of the run's first page: the next incremental run begins here, less the overlap. */
	readonly firstResponseDate: string | null;
	readonly page: number;
	/** Pages in a row without records. */
	readonly emptyPages: number;
	readonly deletedRecord: 'no' | 'transient' | 'persistent';
	readonly granularity: 'day' | 'second';
}

/** What a harvester hands its pages to. `accept` returns when the part is committed together with the checkpoint. */
export interface HarvestSink<At = Checkpoint> {
	accept(part: {
		readonly page: number;
		readonly items: readonly ListedItem[];
		readonly handle: unknown;
		readonly namespaces: Readonly<Record<string, string>>;
		readonly repairs: readonly string[];
		/** Given with the last part of a page; null for a part in the middle of one. */
		readonly checkpoint: At | null;
	}): Promise<void>;
}
