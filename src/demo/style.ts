import type { Spelling } from './spelling.ts';

/** A list of ways, one taken for each record; a way that stands twice is taken twice as often. */
export type Ways<T> = readonly T[];

/** How one library catalogues (its house style, with the inconsistencies of its cataloguers). */
export interface Style {
	readonly spelling: Spelling;
	/** Share of records typed without marks. */
	readonly bare: number;
	/** Share of records whose title is in capitals. */
	readonly capitals: number;
	readonly publicationTag: '260' | '264';
	readonly publisher: Ways<'Nxb.' | 'NXB' | 'Nxb' | 'Nhà xuất bản' | 'name' | 'short'>;
	readonly place: Ways<'full' | 'short'>;
	readonly names: Ways<'direct' | 'inverted' | 'last first' | 'with role'>;
	readonly isbn: Ways<'13' | '13 hyphens' | '10' | '10 hyphens'>;
	/** Share of ISBNs with a price or a qualifier behind them. */
	readonly price: number;
	readonly qualifier: number;
	readonly title: Ways<'parts' | 'proper only' | 'all in one'>;
	readonly volume: Ways<'number' | 'short' | 'word' | 'roman'>;
	readonly edition: Ways<'lần thứ' | 'lần' | 'in lần thứ' | 'revised'>;
	readonly extent: Ways<'tr.' | 'tr' | 'trang'>;
	/** Year in 260 or 264 $c. */
	readonly year: Ways<'plain' | 'copyright' | 'brackets' | 'full stop'>;
	/** ISBD punctuation at the end of subfields. */
	readonly isbd: boolean;
	readonly holdings: '852' | '952' | 'none';
	/** Share of records that have each of subjects, summary number, series and the like. */
	readonly detail: number;
	/** Share of records whose ISBN was left out. */
	readonly withoutIsbn: number;
	/** Share of records with a slip in the year of 008. */
	readonly wrongYear: number;
}

const PROVINCE: Style = {
	spelling: { tone: 'new', y: 'y', form: 'NFC' },
	bare: 0,
	capitals: 0,
	publicationTag: '264',
	publisher: ['name', 'name', 'name', 'Nxb.'],
	place: ['short', 'full', 'full'],
	names: ['direct'],
	isbn: ['13', '13', '13', '10'],
	price: 0.5,
	qualifier: 0.1,
	title: ['parts'],
	volume: ['short', 'short', 'number'],
	edition: ['lần thứ', 'lần thứ', 'revised'],
	extent: ['tr.', 'tr.', 'tr'],
	year: ['plain'],
	isbd: true,
	holdings: '852',
	detail: 0.95,
	withoutIsbn: 0.03,
	wrongYear: 0,
};

const LOCAL: Style = {
	spelling: { tone: 'old', y: 'y', form: 'NFD' },
	bare: 0.12,
	capitals: 0.03,
	publicationTag: '260',
	publisher: ['Nxb.', 'NXB', 'short', 'Nhà xuất bản'],
	place: ['short', 'short', 'full'],
	names: ['direct', 'inverted', 'inverted', 'last first'],
	isbn: ['10 hyphens', '13 hyphens', '10 hyphens', '13'],
	price: 0.3,
	qualifier: 0.3,
	title: ['all in one', 'all in one', 'parts'],
	volume: ['short', 'short', 'roman'],
	edition: ['lần', 'in lần thứ'],
	extent: ['tr', 'tr.'],
	year: ['plain', 'brackets', 'copyright'],
	isbd: false,
	holdings: '952',
	detail: 0.6,
	withoutIsbn: 0.15,
	wrongYear: 0.01,
};

const LOWER_SECONDARY: Style = {
	...LOCAL,
	spelling: { tone: 'old', y: 'i', form: 'NFC' },
	bare: 0.06,
	publisher: ['NXB', 'Nhà xuất bản', 'name'],
	names: ['direct', 'direct', 'with role'],
	isbn: ['13 hyphens', '13'],
	title: ['parts', 'proper only'],
	volume: ['word', 'number'],
	extent: ['trang'],
	year: ['plain'],
	holdings: 'none',
	withoutIsbn: 0.3,
};

const UPPER_SECONDARY: Style = {
	...PROVINCE,
	spelling: { tone: 'old', y: 'i', form: 'NFC' },
	publicationTag: '260',
	publisher: ['NXB', 'Nxb', 'short'],
	names: ['direct', 'direct', 'with role'],
	isbn: ['13 hyphens', '13'],
	price: 0.2,
	title: ['proper only', 'parts'],
	volume: ['word', 'number'],
	edition: ['lần thứ', 'lần'],
	extent: ['tr', 'trang'],
	year: ['plain', 'full stop'],
	isbd: false,
	detail: 0.5,
	withoutIsbn: 0.2,
	wrongYear: 0.01,
};

const PRIMARY: Style = {
	...UPPER_SECONDARY,
	spelling: { tone: 'new', y: 'i', form: 'NFC' },
	bare: 0.3,
	capitals: 0.1,
	publisher: ['name', 'NXB', 'Nhà xuất bản'],
	place: ['full'],
	names: ['direct', 'with role', 'with role'],
	title: ['all in one', 'proper only'],
	volume: ['number', 'short'],
	extent: ['trang', 'tr'],
	year: ['plain'],
	holdings: '952',
	detail: 0.25,
	withoutIsbn: 0.5,
};

const STYLES = new Map<string, Style>([
	['HP-TV', PROVINCE],
	['CH-TV', LOCAL],
	['CH-THCS', LOWER_SECONDARY],
	['CH-THPT', UPPER_SECONDARY],
	['LC-TH', PRIMARY],
]);

/** The house style of a member library. */
export function styleOf(library: string): Style {
	const style = STYLES.get(library);
	if (style === undefined) throw new Error(`the sample network has no style for ${library}`);
	return style;
}
