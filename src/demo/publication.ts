import type { Kind } from '../records/bib.ts';

/** A person or body and what they did; `role` is '' for the author. */
export interface Contributor {
	readonly name: string;
	readonly role: string;
	readonly corporate: boolean;
}

/** One publication of the sample network as it really is; each library describes it in its own way. */
export interface Publication {
	readonly id: string;
	readonly kind: Kind;
	readonly title: string;
	readonly subtitle: string;
	/** The volume of a set or school book, or the issue of a serial: `Tập` 2 `Tình yêu`. */
	readonly volume?: { readonly word: string; readonly number: number; readonly name: string };
	/** How many volumes a set has. */
	readonly volumes?: number;
	readonly creators: readonly Contributor[];
	/** 1 for a first edition. */
	readonly edition: number;
	readonly publisher: string;
	readonly place: string;
	readonly year: number;
	readonly yearEnd?: number;
	/** 0 when it has none (serial, map, disc). */
	readonly pages: number;
	/** Centimetres. */
	readonly height: number;
	readonly language: 'vie' | 'eng';
	/** Thirteen digits with hyphens, '' when none was printed. */
	readonly isbn: string;
	readonly issn: string;
	/** In đồng; 0 when not stated. */
	readonly price: number;
	readonly genre: string;
	readonly ddc: string;
	readonly subjects: readonly string[];
	/** 1 to 12 for school books. */
	readonly classLevel?: number;
	readonly bookType?: 'SGK' | 'SGV' | 'SBT' | 'VBT';
	readonly series: string;
	readonly host?: { readonly title: string; readonly issn: string; readonly isbn: string; readonly part: string; readonly pages: string };
	readonly material: 'text' | 'map' | 'sound' | 'video';
	readonly online: boolean;
	readonly url: string;
	/** MARC 008/18 of a serial: d, w, s, m, b, q. */
	readonly frequency: string;
	/** School libraries mainly hold what is for their readers. */
	readonly readers: 'children' | 'youth' | 'everyone' | 'adults';
}
