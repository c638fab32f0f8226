import type { Holding } from '../bib.ts';
import type { Fields, Place } from './fields.ts';
import { trimIsbd } from './trim.ts';

type Writable<T> = { -readonly [K in keyof T]: T[K] };

const join = (...texts: readonly string[]): string => {
	let all = '';
	for (const text of texts) if (text !== '' && text !== all) all += all === '' ? text : ` ${text}`;
	return all;
};

function holding(
	place: Place,
	parts: { location?: string; callNumber?: string; barcodes?: readonly string[]; copies: number; statement?: string; note?: string },
): Holding | undefined {
	const made: Writable<Holding> = { path: place.path(''), barcodes: parts.barcodes ?? [], copies: parts.copies };
	if (parts.location) made.location = parts.location;
	if (parts.callNumber) made.callNumber = parts.callNumber;
	if (parts.statement) made.statement = parts.statement;
	if (parts.note) made.note = parts.note;
	return made.location === undefined && made.callNumber === undefined && made.statement === undefined && made.barcodes.length === 0
		? undefined
		: made;
}

/** 852: a location, or one item of it when it has a barcode or a copy number. $x is not public. */
function location852(place: Place): Holding | undefined {
	const barcodes = place.texts('p');
	return holding(place, {
		location: join(place.text('b'), place.text('c')) || place.text('a'),
		callNumber: join(place.text('k'), place.text('h'), ...place.texts('i'), place.text('j'), place.text('m')),
		barcodes,
		copies: barcodes.length > 0 ? barcodes.length : place.text('t') === '' ? 0 : 1,
		note: place.text('z'),
	});
}

/** 952 as Koha uses it: one item. $x is not public. */
function item952(place: Place): Holding | undefined {
	return holding(place, {
		location: join(place.text('b') || place.text('a'), place.text('c')),
		callNumber: place.text('o'),
		barcodes: place.texts('p'),
		copies: 1,
		statement: place.text('h'),
		note: place.text('z'),
	});
}

/** 949 as most systems export it: call number $a, location $l (library $m), barcode $i, $b or $p. */
function item949(place: Place): Holding | undefined {
	const barcodes = [...place.texts('i'), ...place.texts('p')];
	if (barcodes.length === 0) barcodes.push(...place.texts('b'));
	return holding(place, {
		location: join(place.text('m'), place.text('l')),
		callNumber: place.text('a'),
		barcodes,
		copies: 1,
		note: place.text('z'),
	});
}

/** 866 to 868: what is held, as a text. */
const statement866 = (place: Place): Holding | undefined =>
	holding(place, { copies: 0, statement: trimIsbd(place.text('a')), note: place.text('z') });

/** 876 to 878: one item each. */
const item876 = (place: Place): Holding | undefined =>
	holding(place, { location: place.text('l'), barcodes: place.texts('p'), copies: 1, statement: place.text('3'), note: place.text('z') });

const READERS: readonly (readonly [tag: string, read: (place: Place) => Holding | undefined])[] = [
	['852', location852],
	['866', statement866],
	['867', statement866],
	['868', statement866],
	['876', item876],
	['877', item876],
	['878', item876],
	['949', item949],
	['952', item952],
];

const TAGS = new Set(READERS.map(([tag]) => tag));

/** Whether `readHoldings` reads fields of this tag. */
export const isHoldingsTag = (tag: string): boolean => TAGS.has(tag);

/** What the library holds: 852, 866-868, 876-878, 949 and Koha's 952. */
export function readHoldings(fields: Fields): Holding[] {
	const holdings: Holding[] = [];
	for (const [tag, read] of READERS) {
		for (const place of fields.all(tag)) {
			const found = read(place);
			if (found !== undefined) holdings.push(found);
		}
	}
	return holdings;
}
