import { dataRows } from './data-file.ts';
import { contributors, type Draft, draft, placeOf } from './draft.ts';
import { genre } from './genres.ts';
import { madeUpTitles } from './made-up-titles.ts';
import { makeIsbn } from './numbers.ts';
import { periodicals } from './periodicals.ts';
import type { Publication } from './publication.ts';
import { type Random, randomFor } from './random.ts';
import { textbooks } from './textbooks.ts';

const MADE_UP = 470;

/** Publishers that have brought out the same well-known works. */
const OTHER_PUBLISHERS = ['Văn học', 'Hội Nhà văn', 'Thanh niên', 'Kim Đồng', 'Văn hoá Thông tin', 'Hồng Đức'];
const LITERATURE = new Set(['verse', 'novel', 'story', 'youth', 'child', 'essay', 'memoir', 'folk', 'foreign']);

/** The known publication of a work, and for some also a later printing with its edition statement or another publisher's. */
function editionsOf(random: Random, row: readonly string[]): Draft[] {
	const [title = '', subtitle = '', creators = '', publisher = '', year = '', kind = ''] = row;
	const form = subtitle === '' && random.chance(0.4) ? genre(kind).form : subtitle;
	const first = draft(random, { title, subtitle: form, creators: contributors(creators), publisher, year: Number(year), genre: kind });
	const out = [first];
	if (random.chance(0.3) && first.year < 2020) {
		const later = Math.min(first.year + random.between(1, 5), 2024);
		const again = draft(random, { title, subtitle: form, creators: first.creators, publisher, year: later, genre: kind });
		out.push({ ...again, edition: random.between(2, again.language === 'eng' ? 4 : 12), pages: first.pages, height: first.height });
	}
	if (LITERATURE.has(kind) && random.chance(0.3)) {
		const other = random.pick(OTHER_PUBLISHERS.filter((name) => name !== publisher));
		out.push(
			draft(random, { title, subtitle: form, creators: first.creators, publisher: other, year: random.between(1994, 2020), genre: kind }),
		);
	}
	return out;
}

/** A set as a whole, and its volumes; on half of the sets every volume bears the number of the set, as happens in print. */
function setAndVolumes(random: Random, row: readonly string[]): Draft[] {
	const [title = '', creators = '', publisher = '', firstYear = '', count = '', kind = '', word = '', names = ''] = row;
	const volumes = Number(count);
	const year = Number(firstYear);
	const perVolume = names === '' ? [] : names.split('; ');
	const whole = draft(random, { title, creators: contributors(creators), publisher, year, genre: kind, kind: 'set', volumes, pages: 0 });
	const sharedIsbn = random.chance(0.5);
	const out: Draft[] = [{ ...whole, price: 0, yearEnd: year + Math.floor(volumes / 6) }];
	for (let number = 1; number <= volumes; number++) {
		const volume = { word, number, name: perVolume[number - 1] ?? '' };
		const own = whole.isbn === '' || sharedIsbn ? whole.isbn : makeIsbn(random, publisher, genre(kind).english);
		const { volumes: _, ...rest } = whole;
		out.push({ ...rest, kind: 'volume', volume, isbn: own, pages: random.between(160, 900), year: year + Math.floor((number - 1) / 6) });
	}
	return out;
}

function mediaItem(random: Random, row: readonly string[]): Draft {
	const [title = '', subtitle = '', creators = '', publisher = '', year = '', kind = '', material = ''] = row;
	if (material !== 'map' && material !== 'sound' && material !== 'video') throw new Error(`${title}: unknown material ${material}`);
	const common = { title, subtitle, creators: contributors(creators), publisher, year: Number(year), genre: kind, material } as const;
	return { ...draft(random, common), isbn: '', pages: 0 };
}

/** The digital edition of a printed book: its own publication, with an address. */
function digitalEdition(random: Random, print: Draft, number: number): Draft {
	const year = Math.max(print.year, 2015) + random.between(0, 4);
	const url = `https://thuvienso.example/sach/${String(number).padStart(4, '0')}`;
	const isbn = random.chance(0.4) ? makeIsbn(random, print.publisher, print.language === 'eng') : '';
	return {
		...print,
		kind: 'electronic',
		edition: 1,
		year,
		online: true,
		url,
		isbn,
		price: 0,
		place: placeOf(print.publisher, print.language === 'eng'),
	};
}

/** All publications of the sample network, numbered; the same for the same seed. */
export function samplePublications(seed: number): Publication[] {
	const random = randomFor(seed, 'works');
	const books = ['vietnamese', 'english', 'local'].flatMap((file) => dataRows(file).flatMap((row) => editionsOf(random, row)));
	const sets = dataRows('sets').flatMap((row) => setAndVolumes(random, row));
	const media = dataRows('media').map((row) => mediaItem(random, row));
	const invented = madeUpTitles(randomFor(seed, 'made-up titles'), MADE_UP);
	const school = textbooks(randomFor(seed, 'textbooks'));
	const digital = random
		.shuffle(books)
		.slice(0, 90)
		.map((book, i) => digitalEdition(random, book, i + 1));
	const serials = periodicals(randomFor(seed, 'periodicals'), books);
	const all = [...books, ...sets, ...media, ...school, ...digital, ...serials, ...invented];
	return all.map((one, i) => ({ id: `P${String(i + 1).padStart(5, '0')}`, ...one }));
}
