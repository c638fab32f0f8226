// Made from openapi.yaml by npm run openapi; not written by hand.
import { Caller, type CallOptions } from './call.ts';

/** Problem details (RFC 9457). */
export type Problem = {
	/** URL that names the kind of problem; stable. */
	readonly type: string;
	/** In Vietnamese, or in English when Accept-Language begins with en. */
	readonly title: string;
	readonly status: number;
	readonly detail?: string;
	/** Hard conflicts that a refused decision goes against. */
	readonly conflicts?: readonly string[];
	/** Earlier decisions that a refused one goes against. */
	readonly decisions?: readonly number[];
};

/** A value, its place and who states it. */
export type Value = {
	/** As the record has it */
	readonly value: string;
	/** Where it stands in the merged MARC record */
	readonly path: string;
	/** Members that state it, by index; the one it was taken from first */
	readonly sources: readonly number[];
};

/** A record as a list shows it. */
export type BriefRecord = {
	/** Public id of a record: nine letters and digits, the last a check character. */
	readonly id: string;
	/** Permanent address of this record */
	readonly url: string;
	/** monograph, volume, set, serial, issue, component or electronic */
	readonly kind: string;
	/** Title proper */
	readonly title: string;
	/** Numbers and names of the part that it is; empty for none */
	readonly part: string;
	/** Rest of the title */
	readonly subtitle: string;
	/** Names of creators */
	readonly creators: readonly string[];
	readonly year: string | null;
	/** Codes of the libraries that hold it */
	readonly libraries: readonly string[];
	/** False when its sources let it be searched, but not handed on */
	readonly shared: boolean;
	/** When it last changed (ISO 8601, UTC) */
	readonly changed: string;
};

/** A library that takes part. */
export type Library = {
	/** Code, never used again for another library */
	readonly code: string;
	/** Name */
	readonly name: string;
	/** province, district, school or other */
	readonly kind: string;
	readonly area: string | null;
	readonly mergedInto: string | null;
	/** Live source records */
	readonly records: number;
	/** OAI-PMH address of its own records */
	readonly oaiPmh: string;
};

/** Where records of a library come from. */
export type Source = {
	readonly id: number;
	/** Code */
	readonly code: string;
	/** Code of its library */
	readonly library: string;
	/** oai-pmh, z3950, sru or file */
	readonly kind: string;
	/** Address, without credentials */
	readonly url: string;
	readonly format: string | null;
	readonly set: string | null;
	/** What it lets others have: none, metadata or full */
	readonly share: string;
	readonly licence: string | null;
	readonly harvestedUntil: string | null;
	/** When it was registered (ISO 8601, UTC) */
	readonly created: string;
	readonly removed: string | null;
	/** For operators only. */
	readonly operation?: {
		readonly schedule: string | null;
		/** Time zone of the schedule */
		readonly timeZone: string;
		readonly dueAt: string | null;
		/** Settings; secrets are left out. */
		readonly settings: Readonly<Record<string, unknown>>;
	};
};

/** A run of a source with its ledger. */
export type Run = {
	readonly id: number;
	/** Code of its source */
	readonly source: string;
	/** full or incremental */
	readonly mode: string;
	/** queued (a file that waits for its turn), running, complete, incomplete, failed, cancelled or held (for a person, or until what was decided is done) */
	readonly state: string;
	/** When it began (ISO 8601, UTC) */
	readonly started: string;
	readonly finished: string | null;
	/** Pages committed */
	readonly pages: number;
	/** listed = created + updated + unchanged + deleted + quarantined + repeated + ignored */
	readonly ledger: {
		/** Records on committed pages */
		readonly listed: number;
		/** New */
		readonly created: number;
		/** Changed */
		readonly updated: number;
		/** As before */
		readonly unchanged: number;
		/** Deleted by the source */
		readonly deleted: number;
		/** Not readable */
		readonly quarantined: number;
		/** Listed before in the same run */
		readonly repeated: number;
		/** No publications */
		readonly ignored: number;
		/** No longer in a complete list; stands beside the sum */
		readonly vanished: number;
	};
	readonly error: string | null;
	/** Notes and error in full, for operators. */
	readonly details?: unknown;
};

/** A lasting judgement of a librarian on two source records. */
export type Decision = {
	readonly id: number;
	/** Public id of a record: nine letters and digits, the last a check character. */
	readonly a: string;
	/** Public id of a record: nine letters and digits, the last a check character. */
	readonly b: string;
	/** What was decided of the two records */
	readonly verdict: "same" | "not-same";
	/** Hard conflicts that "same" was confirmed over */
	readonly confirmed: readonly string[];
	/** Who decided, and in brackets the name of the key when it came over this interface */
	readonly by: string;
	/** Why */
	readonly reason: string;
	/** When (ISO 8601, UTC) */
	readonly at: string;
	readonly undoneBy: string | null;
	readonly undoneAt: string | null;
	readonly undoneReason: string | null;
};

/** Why two source records stand together or apart. */
export type PairExplanation = {
	/** Public id of a record: nine letters and digits, the last a check character. */
	readonly a: string;
	/** Public id of a record: nine letters and digits, the last a check character. */
	readonly b: string;
	/** Whether they stand in one union record */
	readonly together: boolean;
	/** 0 to 1, hard conflicts left aside */
	readonly score: number;
	/** Version of the rules */
	readonly rules: number;
	readonly conflicts: readonly ({
		/** Name, for confirm */
		readonly name: string;
		/** In words */
		readonly text: string;
	})[];
	/** Decisions in force on the two */
	readonly decisions: readonly ({
		readonly id: number;
		/** What was decided */
		readonly verdict: "same" | "not-same";
		/** Who decided */
		readonly by: string;
		/** Why */
		readonly reason: string;
		/** When (ISO 8601, UTC) */
		readonly at: string;
	})[];
	/** Log odds that any pair compared by the same weights starts from; the evidence of all parts is added to it */
	readonly start: number;
	/** The strongest evidence first */
	readonly parts: readonly ({
		/** Name of the feature */
		readonly feature: string;
		/** How the two stand to each other in it: =, ≈, ≠, stated by one alone, or nothing to compare */
		readonly outcome: "agrees" | "alike" | "differs" | "one-sided" | "unsaid";
		/** 0 to 1; null when one of the two does not say */
		readonly value: number | null;
		/** Log odds added to the score */
		readonly evidence: number;
		/** In words */
		readonly text: string;
	})[];
	/** What would have to differ for the two to stand otherwise */
	readonly otherwise: readonly string[];
};

/** A thematic collection. */
export type Collection = {
	/** Code */
	readonly code: string;
	readonly name: {
		/** Name in Vietnamese */
		readonly vi: string;
		/** Name in English; empty when it has none */
		readonly en: string;
	};
	readonly query: string | null;
	/** Union records in it */
	readonly titles: number;
	/** False while it has not been looked at since it was defined */
	readonly settled: boolean;
	/** OAI-PMH address of its set */
	readonly oaiPmh: string;
	/** Atom feed of its new titles */
	readonly feed: string;
};

/** An address that is told of changes. */
export type Webhook = {
	readonly id: number;
	/** Address that is told of changes */
	readonly url: string;
	/** Change number up to which it has been told */
	readonly toldUpTo: number;
	/** When it was registered (ISO 8601, UTC) */
	readonly created: string;
	readonly told: string | null;
	/** Tries that have failed since */
	readonly failures: number;
	readonly failingSince: string | null;
	readonly error: string | null;
	readonly givenUp: string | null;
};

/** Records of a source that came again under other identifiers. `proposal` while it waits; `undo` while it was done and can be undone. */
export type Reidentification = {
	/** Number of the run that found them */
	readonly run: number;
	/** Code of its source */
	readonly source: string;
	/** waiting: for a person; deciding: decided, not done yet; unasked: they were few, and took their identifiers at once */
	readonly state: "waiting" | "deciding" | "accepted" | "refused" | "dropped" | "unasked" | "undone";
	/** When the run ended, or began when it waits (ISO 8601, UTC) */
	readonly at: string;
	readonly pairs: number | null;
	readonly by: string | null;
	readonly reason: string | null;
	readonly undoneBy: string | null;
	readonly undoneReason: string | null;
	readonly undoneAt: string | null;
	readonly proposal: {
		/** Records that the run takes away */
		readonly gone: number;
		/** Records that it brings */
		readonly come: number;
		/** Of these the same under two identifiers */
		readonly pairs: number;
		/** Like several, not guessed */
		readonly ambiguous: number;
		/** What the pairs are told by. */
		readonly evidence: {
			/** By the very same bytes */
			readonly digest: number;
			/** By control number and title */
			readonly number: number;
			/** By the number of a copy and title */
			readonly copy: number;
			/** By the same description */
			readonly description: number;
			/** By title, persons, edition, date and extent */
			readonly bib: number;
		};
		/** Pairs from all over it */
		readonly samples: readonly ({
			readonly from: string;
			readonly to: string;
			readonly title: string;
		})[];
	} | null;
	readonly undo: {
		/** Records that become two again */
		readonly records: number;
		/** Decisions in force that go to the records that came, since they were made on them */
		readonly decisions: number;
		/** Records that stay as they are: their old identifiers are those of other records by now */
		readonly keptCount: number;
		/** Their identifiers, 100 at most */
		readonly kept: readonly string[];
	} | null;
};

export type SearchRecordsQuery = {
	/** Words, "phrases", field:word, year:2010-2020, library:CODE or a part of its name, area:CODE, collection:CODE, a kind of record, material or library by its name (kind:serial, material:map, librarykind:school), AND OR NOT, parentheses, word*; with or without Vietnamese marks */
	readonly q?: string | undefined;
	/** Order; relevance unless named */
	readonly sort?: "relevance" | "title" | "newest" | "oldest" | "changed" | "added" | undefined;
	/** Facets to count; repeat the parameter for more */
	readonly facets?: readonly ("library" | "area" | "kind" | "material" | "language" | "year" | "subject" | "creator" | "series" | "classLevel" | "decade" | "collection" | "libraryKind")[] | undefined;
	/** Only records with one of these values of library; repeat the parameter for more */
	readonly library?: readonly string[] | undefined;
	/** Only records with one of these values of area; repeat the parameter for more */
	readonly area?: readonly string[] | undefined;
	/** Only records with one of these values of kind; repeat the parameter for more */
	readonly kind?: readonly string[] | undefined;
	/** Only records with one of these values of material; repeat the parameter for more */
	readonly material?: readonly string[] | undefined;
	/** Only records with one of these values of language; repeat the parameter for more */
	readonly language?: readonly string[] | undefined;
	/** Only records with one of these values of year, as 2015; repeat the parameter for more */
	readonly year?: readonly string[] | undefined;
	/** Only records with one of these values of subject; repeat the parameter for more */
	readonly subject?: readonly string[] | undefined;
	/** Only records with one of these values of creator; repeat the parameter for more */
	readonly creator?: readonly string[] | undefined;
	/** Only records with one of these values of series; repeat the parameter for more */
	readonly series?: readonly string[] | undefined;
	/** Only records with one of these values of classLevel; repeat the parameter for more */
	readonly classLevel?: readonly string[] | undefined;
	/** Only records with one of these values of collection; repeat the parameter for more */
	readonly collection?: readonly string[] | undefined;
	/** Only records with one of these values of libraryKind; repeat the parameter for more */
	readonly libraryKind?: readonly string[] | undefined;
	/** Only records with one of these values of decade, as 2010-2019; repeat the parameter for more */
	readonly decade?: readonly string[] | undefined;
	/** Language of the headings of csv; else that of Accept-Language */
	readonly lang?: "vi" | "en" | undefined;
	/** Records in a page at most, 50 unless named; of a file, all unless named */
	readonly limit?: number | undefined;
	/** "next" of the page before. */
	readonly cursor?: string | undefined;
};

export type SearchRecordsAnswer = {
	/** Records found */
	readonly total: number;
	readonly records: readonly BriefRecord[];
	/** Counts of the facets asked for, over all records found */
	readonly facets: Readonly<Record<string, readonly ({
		readonly value: string;
		readonly count: number;
	})[]>>;
	/** Only the beginning of q was read: it has too many clauses */
	readonly cut: boolean;
	/** Collections that q or the filter names and that there are not: nothing is in them */
	readonly unknownCollections: readonly string[];
	/** Cursor of the next page; null at the end. */
	readonly next: string | null;
};

export type SearchRecordsAsQuery = {
	/** Words, "phrases", field:word, year:2010-2020, library:CODE or a part of its name, area:CODE, collection:CODE, a kind of record, material or library by its name (kind:serial, material:map, librarykind:school), AND OR NOT, parentheses, word*; with or without Vietnamese marks */
	readonly q?: string | undefined;
	/** Order; relevance unless named */
	readonly sort?: "relevance" | "title" | "newest" | "oldest" | "changed" | "added" | undefined;
	/** Facets to count; repeat the parameter for more */
	readonly facets?: readonly ("library" | "area" | "kind" | "material" | "language" | "year" | "subject" | "creator" | "series" | "classLevel" | "decade" | "collection" | "libraryKind")[] | undefined;
	/** Only records with one of these values of library; repeat the parameter for more */
	readonly library?: readonly string[] | undefined;
	/** Only records with one of these values of area; repeat the parameter for more */
	readonly area?: readonly string[] | undefined;
	/** Only records with one of these values of kind; repeat the parameter for more */
	readonly kind?: readonly string[] | undefined;
	/** Only records with one of these values of material; repeat the parameter for more */
	readonly material?: readonly string[] | undefined;
	/** Only records with one of these values of language; repeat the parameter for more */
	readonly language?: readonly string[] | undefined;
	/** Only records with one of these values of year, as 2015; repeat the parameter for more */
	readonly year?: readonly string[] | undefined;
	/** Only records with one of these values of subject; repeat the parameter for more */
	readonly subject?: readonly string[] | undefined;
	/** Only records with one of these values of creator; repeat the parameter for more */
	readonly creator?: readonly string[] | undefined;
	/** Only records with one of these values of series; repeat the parameter for more */
	readonly series?: readonly string[] | undefined;
	/** Only records with one of these values of classLevel; repeat the parameter for more */
	readonly classLevel?: readonly string[] | undefined;
	/** Only records with one of these values of collection; repeat the parameter for more */
	readonly collection?: readonly string[] | undefined;
	/** Only records with one of these values of libraryKind; repeat the parameter for more */
	readonly libraryKind?: readonly string[] | undefined;
	/** Only records with one of these values of decade, as 2010-2019; repeat the parameter for more */
	readonly decade?: readonly string[] | undefined;
	/** json, jsonld, marcxml, marc, marcjson, dc, mods, ris, bibtex, csl, csv. Without it the Accept header decides, and without that it is json */
	readonly format: string;
	/** Language of the headings of csv; else that of Accept-Language */
	readonly lang?: "vi" | "en" | undefined;
	/** Records in a page at most, 50 unless named; of a file, all unless named */
	readonly limit?: number | undefined;
	/** "next" of the page before. */
	readonly cursor?: string | undefined;
};

export type GetRecordsByIdentifierQuery = {
	/** Ten or thirteen digits, hyphens allowed */
	readonly isbn?: string | undefined;
	/** Eight digits, hyphen allowed */
	readonly issn?: string | undefined;
	/** Code of a source; with identifier */
	readonly source?: string | undefined;
	/** What the source calls the record */
	readonly identifier?: string | undefined;
};

export type GetRecordsByIdentifierAnswer = {
	readonly records: readonly BriefRecord[];
};

export type GetBasketQuery = {
	/** Public id of a record; repeat the parameter for more */
	readonly id: readonly string[];
	/** Language of the headings of csv; else that of Accept-Language */
	readonly lang?: "vi" | "en" | undefined;
};

export type GetBasketAnswer = {
	readonly records: readonly BriefRecord[];
	/** Ids that lead to no record, or to a deleted one */
	readonly missing: readonly string[];
};

export type GetBasketAsQuery = {
	/** Public id of a record; repeat the parameter for more */
	readonly id: readonly string[];
	/** json, jsonld, marcxml, marc, marcjson, dc, mods, ris, bibtex, csl, csv. Without it the Accept header decides, and without that it is json */
	readonly format: string;
	/** Language of the headings of csv; else that of Accept-Language */
	readonly lang?: "vi" | "en" | undefined;
};

export type GetRecordQuery = {
	/** Language of the headings of csv; else that of Accept-Language */
	readonly lang?: "vi" | "en" | undefined;
};

export type GetRecordAnswer = {
	/** Public id of a record: nine letters and digits, the last a check character. */
	readonly id: string;
	/** Permanent address of this record */
	readonly url: string;
	/** monograph, volume, set, serial, issue, component or electronic */
	readonly kind: string;
	/** Title proper */
	readonly title: string;
	/** Numbers and names of the part that it is; empty for none */
	readonly part: string;
	/** Rest of the title */
	readonly subtitle: string;
	/** Names of creators */
	readonly creators: readonly string[];
	readonly year: string | null;
	/** Codes of the libraries that hold it */
	readonly libraries: readonly string[];
	/** False when its sources let it be searched, but not handed on */
	readonly shared: boolean;
	/** When it last changed (ISO 8601, UTC) */
	readonly changed: string;
	readonly description: {
		/** Public id of a record: nine letters and digits, the last a check character. */
		readonly id: string;
		readonly kind: string;
		readonly title: {
			readonly proper?: Value;
			readonly rest?: Value;
			readonly responsibility?: Value;
			readonly volume?: Value;
			readonly parts: readonly ({
				readonly number?: Value;
				readonly name?: Value;
			})[];
			readonly variants: readonly Value[];
		};
		readonly creators: readonly ({
			/** As the record has it */
			readonly value: string;
			/** Where it stands in the merged MARC record */
			readonly path: string;
			/** Members that state it, by index; the one it was taken from first */
			readonly sources: readonly number[];
			readonly type: string;
			readonly main: boolean;
			readonly roles: readonly string[];
			readonly dates?: string;
		})[];
		readonly edition?: {
			/** As the record has it */
			readonly value: string;
			/** Where it stands in the merged MARC record */
			readonly path: string;
			/** Members that state it, by index; the one it was taken from first */
			readonly sources: readonly number[];
			readonly number?: number;
		};
		readonly publication: readonly ({
			readonly place?: Value;
			readonly publisher?: Value;
			readonly date?: Value;
		})[];
		readonly year?: Value;
		readonly yearEnd?: Value;
		readonly extent?: {
			/** As the record has it */
			readonly value: string;
			/** Where it stands in the merged MARC record */
			readonly path: string;
			/** Members that state it, by index; the one it was taken from first */
			readonly sources: readonly number[];
			readonly pages?: number;
		};
		readonly material: Value;
		readonly carrier: Value;
		readonly languages: readonly Value[];
		readonly identifiers: readonly ({
			/** As the record has it */
			readonly value: string;
			/** Where it stands in the merged MARC record */
			readonly path: string;
			/** Members that state it, by index; the one it was taken from first */
			readonly sources: readonly number[];
			readonly type: string;
			readonly role: string;
			readonly valid: boolean;
			readonly normal?: string;
			readonly qualifier?: string;
		})[];
		readonly subjects: readonly Value[];
		readonly classification: readonly ({
			/** As the record has it */
			readonly value: string;
			/** Where it stands in the merged MARC record */
			readonly path: string;
			/** Members that state it, by index; the one it was taken from first */
			readonly sources: readonly number[];
			readonly scheme: string;
		})[];
		readonly audience: readonly Value[];
		readonly classLevel?: Value;
		readonly bookType?: Value;
		readonly series: readonly ({
			/** As the record has it */
			readonly value: string;
			/** Where it stands in the merged MARC record */
			readonly path: string;
			/** Members that state it, by index; the one it was taken from first */
			readonly sources: readonly number[];
			readonly volume?: string;
		})[];
		readonly host?: {
			readonly title?: Value;
			readonly related?: Value;
			readonly identifiers: readonly Value[];
		};
		readonly notes: readonly Value[];
		readonly summary?: Value;
		readonly links: readonly ({
			/** As the record has it */
			readonly value: string;
			/** Where it stands in the merged MARC record */
			readonly path: string;
			/** Members that state it, by index; the one it was taken from first */
			readonly sources: readonly number[];
			readonly label?: string;
		})[];
		readonly holdings: readonly ({
			/** Code of the library */
			readonly library: string;
			readonly items: readonly ({
				readonly location?: string;
				readonly callNumber?: string;
				readonly barcodes: readonly string[];
				readonly copies: number;
				readonly statement?: string;
				readonly note?: string;
				readonly sources: readonly number[];
			})[];
		})[];
		readonly members: readonly ({
			/** Code of the library */
			readonly library: string;
			/** Code of the source */
			readonly source: string;
			/** Public id of a record: nine letters and digits, the last a check character. */
			readonly record: string;
			/** What the source calls it */
			readonly identifier: string;
			readonly version: number;
			readonly run: number;
			readonly licence: string | null;
		})[];
	} | null;
	/** Records that it refers to, and that refer to it, as the catalogue is now; null while they cannot be looked up */
	readonly links: readonly ({
		/** What the other record is to this one */
		readonly relation: "host" | "set" | "series" | "preceding" | "succeeding" | "other-format" | "volume" | "series-volume" | "part";
		readonly id: string | null;
		readonly url: string | null;
		readonly kind: string | null;
		/** Its whole title; of one that leads to no record, what this record says of it */
		readonly title: string;
		/** What this record says of it; empty where the other record says it, or shared numbers and titles do */
		readonly text: string;
	})[] | null;
	/** More than 100 records may refer to it; not all are among its links */
	readonly linksCut: boolean;
};

export type GetRecordAsQuery = {
	/** json, jsonld, marcxml, marc, marcjson, dc, mods, ris, bibtex, csl, csv. Without it the Accept header decides, and without that it is json */
	readonly format: string;
	/** Language of the headings of csv; else that of Accept-Language */
	readonly lang?: "vi" | "en" | undefined;
};

export type CompleteTextQuery = {
	/** What was typed so far */
	readonly q: string;
	/** What to complete */
	readonly of: "title" | "creator" | "subject";
	/** Values at most */
	readonly limit?: number | undefined;
};

export type CompleteTextAnswer = {
	readonly values: readonly ({
		readonly value: string;
		/** Records with it */
		readonly count: number;
	})[];
};

export type SuggestSpellingQuery = {
	/** What was typed into the search box */
	readonly q: string;
};

export type SuggestSpellingAnswer = {
	/** null when what was typed finds enough, or nothing better is known */
	readonly suggestion: {
		/** To search for instead */
		readonly text: string;
		/** Records with these words */
		readonly total: number;
	} | null;
};

export type ListFacetValuesQuery = {
	/** Words, "phrases", field:word, year:2010-2020, library:CODE or a part of its name, area:CODE, collection:CODE, a kind of record, material or library by its name (kind:serial, material:map, librarykind:school), AND OR NOT, parentheses, word*; with or without Vietnamese marks */
	readonly q?: string | undefined;
	/** Only values that have, for each of these words, a word that begins like it; libraries, areas and collections by their names too */
	readonly text?: string | undefined;
	/** Only records with one of these values of library; repeat the parameter for more */
	readonly library?: readonly string[] | undefined;
	/** Only records with one of these values of area; repeat the parameter for more */
	readonly area?: readonly string[] | undefined;
	/** Only records with one of these values of kind; repeat the parameter for more */
	readonly kind?: readonly string[] | undefined;
	/** Only records with one of these values of material; repeat the parameter for more */
	readonly material?: readonly string[] | undefined;
	/** Only records with one of these values of language; repeat the parameter for more */
	readonly language?: readonly string[] | undefined;
	/** Only records with one of these values of year, as 2015; repeat the parameter for more */
	readonly year?: readonly string[] | undefined;
	/** Only records with one of these values of subject; repeat the parameter for more */
	readonly subject?: readonly string[] | undefined;
	/** Only records with one of these values of creator; repeat the parameter for more */
	readonly creator?: readonly string[] | undefined;
	/** Only records with one of these values of series; repeat the parameter for more */
	readonly series?: readonly string[] | undefined;
	/** Only records with one of these values of classLevel; repeat the parameter for more */
	readonly classLevel?: readonly string[] | undefined;
	/** Only records with one of these values of collection; repeat the parameter for more */
	readonly collection?: readonly string[] | undefined;
	/** Only records with one of these values of libraryKind; repeat the parameter for more */
	readonly libraryKind?: readonly string[] | undefined;
	/** Only records with one of these values of decade, as 2010-2019; repeat the parameter for more */
	readonly decade?: readonly string[] | undefined;
	/** Values at most */
	readonly limit?: number | undefined;
};

export type ListFacetValuesAnswer = {
	readonly values: readonly ({
		readonly value: string;
		/** Records with it */
		readonly count: number;
	})[];
};

export type ListParkedQuery = {
	/** Entries in a page at most. */
	readonly limit?: number | undefined;
	/** "next" of the page before. */
	readonly cursor?: string | undefined;
};

export type ListParkedAnswer = {
	readonly records: readonly ({
		/** Public id of a record: nine letters and digits, the last a check character. */
		readonly id: string;
		/** When (ISO 8601, UTC) */
		readonly at: string;
		/** Why, in the words of the index */
		readonly reason: string;
	})[];
	/** Cursor of the next page; null at the end. */
	readonly next: string | null;
};

export type ListLibrariesQuery = {
	/** Entries in a page at most. */
	readonly limit?: number | undefined;
	/** "next" of the page before. */
	readonly cursor?: string | undefined;
};

export type ListLibrariesAnswer = {
	readonly libraries: readonly Library[];
	/** Cursor of the next page; null at the end. */
	readonly next: string | null;
};

export type ListAreasQuery = {
	/** Only areas directly below this one */
	readonly parent?: string | undefined;
	/** Entries in a page at most. */
	readonly limit?: number | undefined;
	/** "next" of the page before. */
	readonly cursor?: string | undefined;
};

export type ListAreasAnswer = {
	readonly areas: readonly ({
		/** Code */
		readonly code: string;
		/** province, special zone, commune, ward, … */
		readonly kind: string;
		readonly name: {
			/** Name in Vietnamese */
			readonly vi: string;
			/** Name in English; empty when it has none */
			readonly en: string;
		};
		readonly parent: string | null;
		readonly validFrom: string | null;
		readonly validUntil: string | null;
		readonly successor: string | null;
	})[];
	/** Cursor of the next page; null at the end. */
	readonly next: string | null;
};

export type ListSourcesQuery = {
	/** Only sources of this library */
	readonly library?: string | undefined;
	/** Entries in a page at most. */
	readonly limit?: number | undefined;
	/** "next" of the page before. */
	readonly cursor?: string | undefined;
};

export type ListSourcesAnswer = {
	readonly sources: readonly Source[];
	/** Cursor of the next page; null at the end. */
	readonly next: string | null;
};

export type ListRunsQuery = {
	/** Only runs of this source */
	readonly source?: number | undefined;
	/** Entries in a page at most. */
	readonly limit?: number | undefined;
	/** "next" of the page before. */
	readonly cursor?: string | undefined;
};

export type ListRunsAnswer = {
	readonly runs: readonly Run[];
	/** Cursor of the next page; null at the end. */
	readonly next: string | null;
};

export type ListQuarantineQuery = {
	/** Only entries of this source */
	readonly source?: number | undefined;
	/** Only entries of this run */
	readonly run?: number | undefined;
	/** Entries in a page at most. */
	readonly limit?: number | undefined;
	/** "next" of the page before. */
	readonly cursor?: string | undefined;
};

export type ListQuarantineAnswer = {
	readonly entries: readonly ({
		readonly id: number;
		readonly run: number;
		/** Code of the source */
		readonly source: string;
		readonly identifier: string | null;
		/** When (ISO 8601, UTC) */
		readonly at: string;
		/** Kind of failure */
		readonly code: string;
		/** What was wrong */
		readonly reason: string;
		/** Length of what was received */
		readonly bytes: number;
	})[];
	/** Cursor of the next page; null at the end. */
	readonly next: string | null;
};

export type ListChangesQuery = {
	/** Change number to go on after */
	readonly after?: number | undefined;
	/** Entries in a page at most. */
	readonly limit?: number | undefined;
};

export type ListChangesAnswer = {
	readonly changes: readonly ({
		/** Change number; the order of commits. */
		readonly seq: number;
		/** Datestamp (ISO 8601, UTC) */
		readonly at: string;
		/** record, source-record, library, source or collection */
		readonly entity: string;
		/** created, updated, deleted or redirected */
		readonly operation: string;
		/** Public id of a record, number of anything else */
		readonly id: string;
	})[];
	readonly more: boolean;
	readonly last: number;
};

export type ListReidentificationsQuery = {
	/** Only those that wait for a person */
	readonly waiting?: boolean | undefined;
	/** Only runs of this source */
	readonly source?: number | undefined;
	/** Entries in a page at most. */
	readonly limit?: number | undefined;
	/** "next" of the page before. */
	readonly cursor?: string | undefined;
};

export type ListReidentificationsAnswer = {
	readonly reidentifications: readonly ({
		/** Number of the run that found them */
		readonly run: number;
		/** Code of its source */
		readonly source: string;
		/** waiting: for a person; deciding: decided, not done yet; unasked: they were few, and took their identifiers at once */
		readonly state: "waiting" | "deciding" | "accepted" | "refused" | "dropped" | "unasked" | "undone";
		/** When the run ended, or began when it waits (ISO 8601, UTC) */
		readonly at: string;
		readonly pairs: number | null;
		readonly by: string | null;
		readonly reason: string | null;
		readonly undoneBy: string | null;
		readonly undoneReason: string | null;
		readonly undoneAt: string | null;
	})[];
	/** Cursor of the next page; null at the end. */
	readonly next: string | null;
};

export type DecideReidentificationBody = {
	/** accept: they are the same records; refuse: they are others; drop: the run is not to be believed */
	readonly decision: "accept" | "refuse" | "drop";
	/** Who decides: the librarian’s name */
	readonly by: string;
	/** Why */
	readonly reason: string;
};

export type DecideReidentificationAnswer = {
	/** Number of the run */
	readonly run: number;
	/** Where its ledger stands */
	readonly address: string;
};

export type UndoReidentificationBody = {
	/** Who undoes it */
	readonly by: string;
	/** Why */
	readonly reason: string;
};

export type UndoReidentificationAnswer = {
	readonly reidentification: Reidentification;
	/** What undoing does. */
	readonly done: {
		/** Records that become two again */
		readonly records: number;
		/** Decisions in force that go to the records that came, since they were made on them */
		readonly decisions: number;
		/** Records that stay as they are: their old identifiers are those of other records by now */
		readonly keptCount: number;
		/** Their identifiers, 100 at most */
		readonly kept: readonly string[];
	};
};

export type ExplainRecordQuery = {
	/** Entries in a page at most. */
	readonly limit?: number | undefined;
	/** "next" of the page before. */
	readonly cursor?: string | undefined;
};

export type ExplainRecordAnswer = {
	/** Public id of a record: nine letters and digits, the last a check character. */
	readonly id: string;
	/** Version of the rules */
	readonly rules: number;
	/** By source and identifier */
	readonly members: readonly ({
		/** Public id of a record: nine letters and digits, the last a check character. */
		readonly id: string;
		/** Code of its source */
		readonly source: string;
		/** What the source calls it */
		readonly identifier: string;
		/** With the member it is most surely the same as; null for the only one */
		readonly link: PairExplanation | null;
		/** What else is to be known of it, as of keys that too many records share, or what was mended in it as it was received */
		readonly notes: readonly string[];
	})[];
	/** Cursor of the next page; null at the end. */
	readonly next: string | null;
};

export type ListDoubtsQuery = {
	/** Entries in a page at most. */
	readonly limit?: number | undefined;
	/** "next" of the page before. */
	readonly cursor?: string | undefined;
};

export type ListDoubtsAnswer = {
	/** One for two union records, the most alike of theirs, until any pair of theirs is decided; and decisions to look at again */
	readonly pairs: readonly ({
		/** Public id of a record: nine letters and digits, the last a check character. */
		readonly a: string;
		/** Public id of a record: nine letters and digits, the last a check character. */
		readonly b: string;
		/** What a and b are, and the union records that they stand in */
		readonly sides: readonly ({
			/** Public id of a record: nine letters and digits, the last a check character. */
			readonly id: string;
			/** Title, part and rest */
			readonly title: string;
			/** The first creator; empty when none is named */
			readonly creator: string;
			readonly year: string | null;
			/** Code of its library */
			readonly library: string;
			/** Name of its library */
			readonly libraryName: string;
			/** What its source calls it */
			readonly identifier: string;
			/** Public id of a record: nine letters and digits, the last a check character. */
			readonly union: string;
		})[];
		/** Why it waits */
		readonly why: "doubtful" | "changed-since-decided" | "decision-without-effect";
		/** 0 to 1; null when none is kept */
		readonly score: number | null;
		readonly decision: number | null;
		/** Libraries whose readers would see the difference */
		readonly libraries: number;
	})[];
	/** Union records that look wrong; a page holds so many pairs and union records together */
	readonly clusters: readonly ({
		/** Public id of a record: nine letters and digits, the last a check character. */
		readonly id: string;
		/** Title, part and rest */
		readonly title: string;
		/** The first creator; empty when none is named */
		readonly creator: string;
		readonly year: string | null;
		readonly why: readonly ("two-volumes" | "two-isbns" | "large")[];
		/** Source records in it */
		readonly members: number;
		/** Sources that they are of */
		readonly sources: number;
		/** Libraries that hold it */
		readonly libraries: number;
	})[];
	/** Cursor of the next page; null at the end. */
	readonly next: string | null;
};

export type ListDecisionsQuery = {
	/** Public id of a record: nine letters and digits, the last a check character. */
	readonly record?: string | undefined;
	/** Entries in a page at most. */
	readonly limit?: number | undefined;
	/** "next" of the page before. */
	readonly cursor?: string | undefined;
};

export type ListDecisionsAnswer = {
	readonly decisions: readonly Decision[];
	/** Cursor of the next page; null at the end. */
	readonly next: string | null;
};

export type CreateDecisionBody = {
	/** same or not-same */
	readonly verdict: "same" | "not-same";
	/** Public id of a record: nine letters and digits, the last a check character. */
	readonly a: string;
	/** Public id of a record: nine letters and digits, the last a check character. */
	readonly b: string;
	/** Who decides: the librarian’s name */
	readonly by: string;
	/** Why */
	readonly reason: string;
	/** Hard conflicts that "same" goes over, by name */
	readonly confirm?: readonly string[];
};

export type CreateDecisionAnswer = {
	readonly decision: Decision;
	/** done: the union is as decided; queued: many records hang together with these, it is matched soon */
	readonly state: "done" | "queued";
	/** many-records: as state says; another-matcher: another process is matching; failure: matching failed, and is tried again; null when done */
	readonly waitsFor: "many-records" | "another-matcher" | "failure" | null;
	/** Union records that the two stand in now: one when together, two when apart; none while queued */
	readonly unions: readonly string[];
};

export type UndoDecisionBody = {
	/** Who undoes it */
	readonly by: string;
	/** Why */
	readonly reason: string;
};

export type UndoDecisionAnswer = {
	readonly decision: Decision;
	/** done: the union is as decided; queued: many records hang together with these, it is matched soon */
	readonly state: "done" | "queued";
	/** many-records: as state says; another-matcher: another process is matching; failure: matching failed, and is tried again; null when done */
	readonly waitsFor: "many-records" | "another-matcher" | "failure" | null;
	/** Union records that the two stand in now: one when together, two when apart; none while queued */
	readonly unions: readonly string[];
};

export type PutCollectionBody = {
	/** Name in Vietnamese */
	readonly name: string;
	/** Name in English */
	readonly nameEn?: string;
	/** In the words of the search box; records that it finds belong to it */
	readonly query?: string;
	/** Ids of records, instead of a query */
	readonly records?: readonly string[];
};

export type ListCollectionsAnswer = {
	readonly collections: readonly Collection[];
};

export type ListWebhooksAnswer = {
	readonly webhooks: readonly Webhook[];
};

export type CreateWebhookBody = {
	/** http or https; no private address */
	readonly url: string;
};

export type CreateWebhookAnswer = {
	readonly id: number;
	/** Address that is told of changes */
	readonly url: string;
	/** Change number up to which it has been told */
	readonly toldUpTo: number;
	/** When it was registered (ISO 8601, UTC) */
	readonly created: string;
	readonly told: string | null;
	/** Tries that have failed since */
	readonly failures: number;
	readonly failingSince: string | null;
	readonly error: string | null;
	readonly givenUp: string | null;
	/** Signs what is sent; shown this once */
	readonly secret: string;
};

export type ImportFileQuery = {
	/** What the file is called; shown in messages and notes, nothing else */
	readonly name?: string | undefined;
	/** The file is the library’s whole catalogue: what is missing from it is removed. Without this it adds and changes */
	readonly snapshot?: boolean | undefined;
	/** Id or code of its source, where the library has several sources of files */
	readonly source?: string | undefined;
	/** Of a table: HEADING=FIELD, the column with that heading (or number, from 1) holds FIELD; stands for --column in messages. FIELD is one of title, subtitle, responsibility, author, added-author, translator, editor, edition, volume, volume-title, place, publisher, year, imprint, extent, size, series, isbn, issn, price, language, class-number, call-number, location, barcode, copies, subject, keyword, grade, note, summary, id, ignore */
	readonly column?: readonly string[] | undefined;
};

export type ImportFileAnswer = {
	/** Number of the run */
	readonly run: number;
	/** Where its ledger stands */
	readonly address: string;
};

export type PreviewFileQuery = {
	/** What the file is called; shown in messages and notes, nothing else */
	readonly name?: string | undefined;
	/** The file is the library’s whole catalogue: what is missing from it is removed. Without this it adds and changes */
	readonly snapshot?: boolean | undefined;
	/** Id or code of its source, where the library has several sources of files */
	readonly source?: string | undefined;
	/** Of a table: HEADING=FIELD, the column with that heading (or number, from 1) holds FIELD; stands for --column in messages. FIELD is one of title, subtitle, responsibility, author, added-author, translator, editor, edition, volume, volume-title, place, publisher, year, imprint, extent, size, series, isbn, issn, price, language, class-number, call-number, location, barcode, copies, subject, keyword, grade, note, summary, id, ignore */
	readonly column?: readonly string[] | undefined;
};

export type PreviewFileAnswer = {
	/** What it is called; of a zip the file in it */
	readonly file: string;
	/** iso2709, marcxml, marc-json or rows (a table) */
	readonly format: string;
	readonly source: string | null;
	readonly ledger: {
		/** Records in it */
		readonly listed: number;
		/** New */
		readonly created: number;
		/** Changed */
		readonly updated: number;
		/** As before */
		readonly unchanged: number;
		/** Marked as deleted */
		readonly deleted: number;
		/** Not readable */
		readonly quarantined: number;
		/** Listed before in the same file */
		readonly repeated: number;
		/** No publications */
		readonly ignored: number;
		/** Of a snapshot: missing from it */
		readonly vanished: number;
	};
	/** Of a snapshot: missing records that come again under other identifiers, and keep their ids */
	readonly renumbered: number;
	/** They are more than a twentieth of the source: the run would be held until a person says whether they are the same (/reidentifications) */
	readonly waits: boolean;
	/** The first that could not be read, and why */
	readonly refused: readonly ({
		readonly identifier: string;
		readonly code: string;
		readonly reason: string;
	})[];
	/** Of a table only. */
	readonly table?: {
		/** Encoding it is read in */
		readonly encoding: string;
		/** What parts its cells */
		readonly delimiter: string;
		/** Line of its headings, from 1 */
		readonly headingLine: number;
		/** What each column is read as */
		readonly columns: readonly ({
			readonly heading: string;
			readonly field: string;
		})[];
		/** together: rows that are copies of one title make one record; apart: each row makes one */
		readonly copies: string;
		/** Rows that records are made of */
		readonly rows: number;
		/** How many records the rows make, as a sentence for people */
		readonly becomes: {
			readonly vi: string;
			readonly en: string;
		};
		/** Its first records as read: leader and fields */
		readonly first: readonly unknown[];
	};
};

/** The REST interface of Liên Thông: a method for each operation. Each throws ProblemError when it is refused. */
export class Lienthong extends Caller {
	/** Search the union; a page, or the whole result as a file. */
	searchRecords(query: SearchRecordsQuery = {}, options: CallOptions = {}): Promise<SearchRecordsAnswer> {
		return this.call({ method: 'GET', path: `/api/v1/records`, query, answer: 'json', ...options });
	}

	/** Search the union; a page, or the whole result as a file, as a file of a format. */
	searchRecordsAs(query: SearchRecordsAsQuery, options: CallOptions = {}): Promise<Uint8Array> {
		return this.call({ method: 'GET', path: `/api/v1/records`, query, answer: 'bytes', ...options });
	}

	/** Records by ISBN, by ISSN, or by a source and what it calls its record. */
	getRecordsByIdentifier(query: GetRecordsByIdentifierQuery = {}, options: CallOptions = {}): Promise<GetRecordsByIdentifierAnswer> {
		return this.call({ method: 'GET', path: `/api/v1/records/by-identifier`, query, answer: 'json', ...options });
	}

	/** Chosen records, as a list or a file. */
	getBasket(query: GetBasketQuery, options: CallOptions = {}): Promise<GetBasketAnswer> {
		return this.call({ method: 'GET', path: `/api/v1/records/basket`, query, answer: 'json', ...options });
	}

	/** Chosen records, as a list or a file, as a file of a format. */
	getBasketAs(query: GetBasketAsQuery, options: CallOptions = {}): Promise<Uint8Array> {
		return this.call({ method: 'GET', path: `/api/v1/records/basket`, query, answer: 'bytes', ...options });
	}

	/** One union record, in any format. */
	getRecord(id: string, query: GetRecordQuery = {}, options: CallOptions = {}): Promise<GetRecordAnswer> {
		return this.call({ method: 'GET', path: `/api/v1/records/${encodeURIComponent(id)}`, query, answer: 'json', ...options });
	}

	/** One union record, in any format, as a file of a format. */
	getRecordAs(id: string, query: GetRecordAsQuery, options: CallOptions = {}): Promise<Uint8Array> {
		return this.call({ method: 'GET', path: `/api/v1/records/${encodeURIComponent(id)}`, query, answer: 'bytes', ...options });
	}

	/** One union record as MARCXML. */
	getRecordMarcxml(id: string, options: CallOptions = {}): Promise<string> {
		return this.call({ method: 'GET', path: `/api/v1/records/${encodeURIComponent(id)}/marcxml`, answer: 'text', ...options });
	}

	/** Titles, creators or subjects that begin like what was typed. */
	completeText(query: CompleteTextQuery, options: CallOptions = {}): Promise<CompleteTextAnswer> {
		return this.call({ method: 'GET', path: `/api/v1/suggest`, query, answer: 'json', ...options });
	}

	/** What was probably meant. */
	suggestSpelling(query: SuggestSpellingQuery, options: CallOptions = {}): Promise<SuggestSpellingAnswer> {
		return this.call({ method: 'GET', path: `/api/v1/suggest/spelling`, query, answer: 'json', ...options });
	}

	/** Values of one facet among the records of a search. */
	listFacetValues(facet: "library" | "area" | "kind" | "material" | "language" | "year" | "subject" | "creator" | "series" | "classLevel" | "decade" | "collection" | "libraryKind", query: ListFacetValuesQuery = {}, options: CallOptions = {}): Promise<ListFacetValuesAnswer> {
		return this.call({ method: 'GET', path: `/api/v1/facets/${encodeURIComponent(facet)}`, query, answer: 'json', ...options });
	}

	/** Union records that the search index refused. */
	listParked(query: ListParkedQuery = {}, options: CallOptions = {}): Promise<ListParkedAnswer> {
		return this.call({ method: 'GET', path: `/api/v1/quarantine/index`, query, answer: 'json', ...options });
	}

	/** Libraries by code. */
	listLibraries(query: ListLibrariesQuery = {}, options: CallOptions = {}): Promise<ListLibrariesAnswer> {
		return this.call({ method: 'GET', path: `/api/v1/libraries`, query, answer: 'json', ...options });
	}

	/** One library. */
	getLibrary(code: string, options: CallOptions = {}): Promise<Library> {
		return this.call({ method: 'GET', path: `/api/v1/libraries/${encodeURIComponent(code)}`, answer: 'json', ...options });
	}

	/** Areas by code. */
	listAreas(query: ListAreasQuery = {}, options: CallOptions = {}): Promise<ListAreasAnswer> {
		return this.call({ method: 'GET', path: `/api/v1/areas`, query, answer: 'json', ...options });
	}

	/** Sources by number. */
	listSources(query: ListSourcesQuery = {}, options: CallOptions = {}): Promise<ListSourcesAnswer> {
		return this.call({ method: 'GET', path: `/api/v1/sources`, query, answer: 'json', ...options });
	}

	/** One source. */
	getSource(id: number, options: CallOptions = {}): Promise<Source> {
		return this.call({ method: 'GET', path: `/api/v1/sources/${encodeURIComponent(id)}`, answer: 'json', ...options });
	}

	/** Runs with their ledgers, newest first. */
	listRuns(query: ListRunsQuery = {}, options: CallOptions = {}): Promise<ListRunsAnswer> {
		return this.call({ method: 'GET', path: `/api/v1/runs`, query, answer: 'json', ...options });
	}

	/** One run with its ledger. */
	getRun(id: number, options: CallOptions = {}): Promise<Run> {
		return this.call({ method: 'GET', path: `/api/v1/runs/${encodeURIComponent(id)}`, answer: 'json', ...options });
	}

	/** What could not be read, newest first. */
	listQuarantine(query: ListQuarantineQuery = {}, options: CallOptions = {}): Promise<ListQuarantineAnswer> {
		return this.call({ method: 'GET', path: `/api/v1/quarantine`, query, answer: 'json', ...options });
	}

	/** The bytes that could not be read, as received. */
	getQuarantinedBytes(id: number, options: CallOptions = {}): Promise<string> {
		return this.call({ method: 'GET', path: `/api/v1/quarantine/${encodeURIComponent(id)}/raw`, answer: 'text', ...options });
	}

	/** Changes in the order of their numbers. */
	listChanges(query: ListChangesQuery = {}, options: CallOptions = {}): Promise<ListChangesAnswer> {
		return this.call({ method: 'GET', path: `/api/v1/changes`, query, answer: 'json', ...options });
	}

	/** Runs whose records came under other identifiers, newest first. */
	listReidentifications(query: ListReidentificationsQuery = {}, options: CallOptions = {}): Promise<ListReidentificationsAnswer> {
		return this.call({ method: 'GET', path: `/api/v1/reidentifications`, query, answer: 'json', ...options });
	}

	/** What a run that waits would do, or what one did and undoing it would do. */
	getReidentification(run: number, options: CallOptions = {}): Promise<Reidentification> {
		return this.call({ method: 'GET', path: `/api/v1/reidentifications/${encodeURIComponent(run)}`, answer: 'json', ...options });
	}

	/** End the wait of a run whose records came under other identifiers. */
	decideReidentification(run: number, body: DecideReidentificationBody, options: CallOptions = {}): Promise<DecideReidentificationAnswer> {
		return this.call({ method: 'POST', path: `/api/v1/reidentifications/${encodeURIComponent(run)}/decision`, body, json: true, answer: 'json', ...options });
	}

	/** Part again what a run joined, as if it had been refused. */
	undoReidentification(run: number, body: UndoReidentificationBody, options: CallOptions = {}): Promise<UndoReidentificationAnswer> {
		return this.call({ method: 'POST', path: `/api/v1/reidentifications/${encodeURIComponent(run)}/undo`, body, json: true, answer: 'json', ...options });
	}

	/** Why each source record is in a union record. */
	explainRecord(id: string, query: ExplainRecordQuery = {}, options: CallOptions = {}): Promise<ExplainRecordAnswer> {
		return this.call({ method: 'GET', path: `/api/v1/records/${encodeURIComponent(id)}/explanation`, query, answer: 'json', ...options });
	}

	/** Why two source records stand together or apart, and what would have to differ. */
	explainPair(id: string, other: string, options: CallOptions = {}): Promise<PairExplanation> {
		return this.call({ method: 'GET', path: `/api/v1/records/${encodeURIComponent(id)}/explanation/${encodeURIComponent(other)}`, answer: 'json', ...options });
	}

	/** What waits for a librarian, what most readers would see first. */
	listDoubts(query: ListDoubtsQuery = {}, options: CallOptions = {}): Promise<ListDoubtsAnswer> {
		return this.call({ method: 'GET', path: `/api/v1/queue`, query, answer: 'json', ...options });
	}

	/** Decisions, the newest first, undone ones too. */
	listDecisions(query: ListDecisionsQuery = {}, options: CallOptions = {}): Promise<ListDecisionsAnswer> {
		return this.call({ method: 'GET', path: `/api/v1/decisions`, query, answer: 'json', ...options });
	}

	/** Decide that two source records are the same publication, or not. */
	createDecision(body: CreateDecisionBody, options: CallOptions = {}): Promise<CreateDecisionAnswer> {
		return this.call({ method: 'POST', path: `/api/v1/decisions`, body, json: true, answer: 'json', ...options });
	}

	/** One decision, in force or undone. */
	getDecision(id: number, options: CallOptions = {}): Promise<Decision> {
		return this.call({ method: 'GET', path: `/api/v1/decisions/${encodeURIComponent(id)}`, answer: 'json', ...options });
	}

	/** Take a decision out of force; it is kept, with who undid it, when and why. */
	undoDecision(id: number, body: UndoDecisionBody, options: CallOptions = {}): Promise<UndoDecisionAnswer> {
		return this.call({ method: 'POST', path: `/api/v1/decisions/${encodeURIComponent(id)}/undo`, body, json: true, answer: 'json', ...options });
	}

	/** Define a collection by a query or by a list of records, or define it anew. */
	putCollection(code: string, body: PutCollectionBody, options: CallOptions = {}): Promise<Collection> {
		return this.call({ method: 'PUT', path: `/api/v1/collections/${encodeURIComponent(code)}`, body, json: true, answer: 'json', ...options });
	}

	/** One thematic collection. */
	getCollection(code: string, options: CallOptions = {}): Promise<Collection> {
		return this.call({ method: 'GET', path: `/api/v1/collections/${encodeURIComponent(code)}`, answer: 'json', ...options });
	}

	/** Take a collection away; its records leave its set. */
	removeCollection(code: string, options: CallOptions = {}): Promise<void> {
		return this.call({ method: 'DELETE', path: `/api/v1/collections/${encodeURIComponent(code)}`, answer: 'nothing', ...options });
	}

	/** Thematic collections by code. */
	listCollections(options: CallOptions = {}): Promise<ListCollectionsAnswer> {
		return this.call({ method: 'GET', path: `/api/v1/collections`, answer: 'json', ...options });
	}

	/** Addresses that are told of changes, and how that goes. */
	listWebhooks(options: CallOptions = {}): Promise<ListWebhooksAnswer> {
		return this.call({ method: 'GET', path: `/api/v1/webhooks`, answer: 'json', ...options });
	}

	/** Have an address told of changes. */
	createWebhook(body: CreateWebhookBody, options: CallOptions = {}): Promise<CreateWebhookAnswer> {
		return this.call({ method: 'POST', path: `/api/v1/webhooks`, body, json: true, answer: 'json', ...options });
	}

	/** Try an address again that was given up; it is told of all that it has missed. */
	resumeWebhook(id: number, options: CallOptions = {}): Promise<Webhook> {
		return this.call({ method: 'POST', path: `/api/v1/webhooks/${encodeURIComponent(id)}/resume`, answer: 'json', ...options });
	}

	/** Tell an address no more. */
	removeWebhook(id: number, options: CallOptions = {}): Promise<void> {
		return this.call({ method: 'DELETE', path: `/api/v1/webhooks/${encodeURIComponent(id)}`, answer: 'nothing', ...options });
	}

	/** Import a file of a library. */
	importFile(code: string, body: string | Uint8Array<ArrayBuffer>, query: ImportFileQuery = {}, options: CallOptions = {}): Promise<ImportFileAnswer> {
		return this.call({ method: 'POST', path: `/api/v1/libraries/${encodeURIComponent(code)}/files`, query, body, answer: 'json', ...options });
	}

	/** What a file would do; nothing is written. */
	previewFile(code: string, body: string | Uint8Array<ArrayBuffer>, query: PreviewFileQuery = {}, options: CallOptions = {}): Promise<PreviewFileAnswer> {
		return this.call({ method: 'POST', path: `/api/v1/libraries/${encodeURIComponent(code)}/files/preview`, query, body, answer: 'json', ...options });
	}

	/** The rows that a run refused, to be corrected and sent again. */
	getRejects(id: number, options: CallOptions = {}): Promise<Uint8Array> {
		return this.call({ method: 'GET', path: `/api/v1/runs/${encodeURIComponent(id)}/rejects`, answer: 'bytes', ...options });
	}
}
