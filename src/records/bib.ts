/** A value and the place in the source record it was read from: `245$a`, `650[2]$x`, `008/07-10`, `dc:title[1]`. */
export interface Sourced {
	readonly value: string;
	readonly path: string;
}

/** Kinds never cluster together (design: kinds). */
export const KINDS = ['monograph', 'volume', 'set', 'serial', 'issue', 'component', 'electronic'] as const;
export type Kind = (typeof KINDS)[number];

/** Stands where the place in KINDS would, for a MARC holdings record: it is of a publication, joined by 004, and never describes one. */
export const HOLDINGS_KIND = 100;

/** Records of a feed that describe no publication: holdings are kept and joined, the others are counted as ignored, by name. */
export const OTHER_CLASSES = ['authority', 'classification', 'community', 'holdings'] as const;
export type OtherClass = (typeof OTHER_CLASSES)[number];

/** A numbered or named part of the title: 245 $n and $p. */
export interface TitlePart {
	readonly number?: Sourced;
	readonly name?: Sourced;
}

export interface Creator {
	readonly name: Sourced;
	/** Relator terms or codes as the record has them: `tác giả`, `dịch`, `edt`. */
	readonly roles: readonly Sourced[];
	readonly type: 'person' | 'corporate' | 'meeting';
	/** True for 1XX. */
	readonly main: boolean;
	readonly dates?: Sourced;
}

/** A standard number. `value` as written; `normal` its canonical form when it is valid (ISBN as 13 digits, ISSN as NNNN-NNNC). */
export interface Identifier extends Sourced {
	readonly type: 'isbn' | 'issn' | 'lccn' | 'oclc' | 'system' | 'other';
	readonly normal?: string;
	readonly valid: boolean;
	/** Stated to be cancelled or invalid ($z), of a set, or of another format. */
	readonly role: 'own' | 'cancelled' | 'set' | 'other-format';
	/** `(bìa cứng)`, `Tập 1`: 020 $q or what stood in brackets. */
	readonly qualifier?: string;
}

export interface Holding {
	readonly path: string;
	readonly location?: string;
	readonly callNumber?: string;
	readonly barcodes: readonly string[];
	/** Number of copies; 1 when the field describes one item, 0 when it says nothing of copies. */
	readonly copies: number;
	/** What is held of a serial or set: 866 $a. */
	readonly statement?: string;
	readonly note?: string;
}

/** The normalised description read from one version of a source record. */
export interface Bib {
	readonly kind: Kind;
	readonly title: {
		readonly proper?: Sourced;
		readonly rest?: Sourced;
		readonly parts: readonly TitlePart[];
		/** Volume as a plain number or designation found in $n, $p, 490 $v, 773 $g or at the end of $a: `1`, `2`. */
		readonly volume?: Sourced;
		readonly responsibility?: Sourced;
		readonly variants: readonly Sourced[];
	};
	readonly creators: readonly Creator[];
	readonly edition?: { readonly statement: Sourced /** Number of the edition, 1 for a first. */; readonly number?: number };
	readonly publication: readonly { readonly place?: Sourced; readonly publisher?: Sourced; readonly date?: Sourced }[];
	/** Year of publication, four digits. */
	readonly year?: Sourced;
	/** The first date of 008, where it is another than the year. */
	readonly codedYear?: Sourced;
	/** MARC code of the country of publication, or of a state or part of one. */
	readonly country?: Sourced;
	/** Second year of a serial or set. */
	readonly yearEnd?: Sourced;
	readonly extent?: { readonly statement: Sourced /** Largest number of pages stated. */; readonly pages?: number };
	/** `text`, `music`, `map`, `sound`, `video`, `image`, `software`, `object`, `mixed`. */
	readonly material: Sourced;
	/** `print`, `online`, `disc`, `microform`, `braille`, `manuscript`, …: from 007, 008, 337, 338, 245 $h. */
	readonly carrier: Sourced;
	/** `cd`, `dvd`, `pdf`, …: what the carrier is more exactly, where the record tells. */
	readonly formats?: readonly string[];
	readonly languages: readonly Sourced[];
	readonly identifiers: readonly Identifier[];
	readonly subjects: readonly Sourced[];
	readonly classification: readonly (Sourced & { readonly scheme: string })[];
	readonly audience: readonly Sourced[];
	/** Class (grade) of a school book, `1` to `12`, and what it is: SGK, SGV, SBT, VBT. */
	readonly classLevel?: Sourced;
	readonly bookType?: Sourced;
	readonly series: readonly (Sourced & { readonly volume?: string })[];
	readonly host?: { readonly title?: Sourced; readonly identifiers: readonly Sourced[]; readonly related?: Sourced };
	readonly notes: readonly Sourced[];
	readonly summary?: Sourced;
	readonly links: readonly (Sourced & { readonly label?: string })[];
	readonly holdings: readonly Holding[];
	/** 005, when it is a date. */
	readonly modified?: string;
	/** Leader/05 d or a rule of the source. */
	readonly deleted: boolean;
}
