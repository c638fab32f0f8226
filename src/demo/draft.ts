import { genre } from './genres.ts';
import { makeIsbn } from './numbers.ts';
import type { Contributor, Publication } from './publication.ts';
import type { Random } from './random.ts';

/** A publication before it is numbered. */
export type Draft = Omit<Publication, 'id'>;

const BODIES = [
	'Viện ',
	'Uỷ ban ',
	'Ủy ban ',
	'Ban ',
	'Hội ',
	'Sở ',
	'Thành uỷ ',
	'Bảo tàng ',
	'Trung tâm ',
	'Tổng ',
	'Cục ',
	'Chi cục ',
	'Bộ ',
	'Quốc sử quán ',
	'Thư viện ',
	'Việt Nam.',
	'National ',
];

const PLACES: Readonly<Record<string, string>> = {
	Trẻ: 'Tp. Hồ Chí Minh',
	'Tổng hợp Thành phố Hồ Chí Minh': 'Tp. Hồ Chí Minh',
	'Văn nghệ Thành phố Hồ Chí Minh': 'Tp. Hồ Chí Minh',
	'Đại học Quốc gia Thành phố Hồ Chí Minh': 'Tp. Hồ Chí Minh',
	'Hồng Bàng': 'Tp. Hồ Chí Minh',
	'Hướng Dương': 'Tp. Hồ Chí Minh',
	'Hãng phim Trẻ': 'Tp. Hồ Chí Minh',
	'Hãng phim Giải phóng': 'Tp. Hồ Chí Minh',
	'Hải Phòng': 'Hải Phòng',
	'Đài Phát thanh và Truyền hình Hải Phòng': 'Hải Phòng',
	'Đà Nẵng': 'Đà Nẵng',
	'Thuận Hoá': 'Huế',
	'Tổng hợp Đồng Nai': 'Biên Hoà',
	'Penguin Books': 'London',
	'Puffin Books': 'London',
	'Oxford University Press': 'Oxford',
	'Cambridge University Press': 'Cambridge',
	'Faber and Faber': 'London',
	Bloomsbury: 'London',
	Virago: 'London',
	Egmont: 'London',
	'Frederick Warne': 'London',
	HarperCollins: 'London',
	Vintage: 'London',
	'Pearson Longman': 'Harlow',
	Pearson: 'Harlow',
	'Princeton University Press': 'Princeton',
	'Yale University Press': 'New Haven',
	'University of California Press': 'Berkeley',
	'Little, Brown': 'Boston',
	'Mariner Books': 'Boston',
	'National Geographic Society': 'Washington, D.C.',
};

const ENGLISH_GENRES_PUBLISHED_HERE = new Set(['Kim Đồng']);

export const placeOf = (publisher: string, english: boolean): string =>
	PLACES[publisher] ?? (english && !ENGLISH_GENRES_PUBLISHED_HERE.has(publisher) ? 'New York' : 'Hà Nội');

/** `Nguyễn Huệ Chi; Đỗ Đức Hiểu@ch.b.` as contributors. */
export function contributors(cell: string): Contributor[] {
	if (cell === '') return [];
	return cell.split('; ').map((entry) => {
		const [name = '', role = ''] = entry.split('@');
		return { name, role, corporate: BODIES.some((start) => name.startsWith(start)) };
	});
}

/** What a title of this genre, publisher and year usually looks like; `over` says what is known. */
export function draft(random: Random, given: Pick<Draft, 'title' | 'publisher' | 'year' | 'genre'> & Partial<Draft>): Draft {
	const kind = genre(given.genre);
	const numbered = given.year >= 2008 || (kind.english && given.year >= 1975) || random.chance(given.year > 1996 ? 0.15 : 0);
	const isbn = numbered && random.chance(0.93) ? makeIsbn(random, given.publisher, kind.english) : '';
	return {
		kind: 'monograph',
		subtitle: '',
		creators: [],
		edition: 1,
		place: placeOf(given.publisher, kind.english),
		pages: kind.readers === 'children' ? random.between(32, 220) : random.between(120, 620),
		height: random.pick([19, 20, 21, 21, 21, 24, 24, 27]),
		language: kind.english ? 'eng' : 'vie',
		isbn,
		issn: '',
		price: given.year >= 1995 && !kind.english ? random.between(12, 190) * 1000 : 0,
		ddc: kind.ddc,
		subjects: kind.subjects,
		series: '',
		material: 'text',
		online: false,
		url: '',
		frequency: '',
		readers: kind.readers,
		...given,
	};
}
