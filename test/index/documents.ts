import type { SearchDocument } from '../../src/index/engine.ts';
import { sortKey } from '../../src/lib/sort-key.ts';

/** A search document with the given values and plain ones for the rest. */
export function document(id: number, values: Partial<SearchDocument> = {}): SearchDocument {
	const title = values.title ?? `Sách số ${id}`;
	return {
		id,
		seq: id,
		kind: 'monograph',
		title,
		subtitle: '',
		titles: [],
		creators: [],
		responsibility: '',
		subjects: [],
		publisher: [],
		series: [],
		notes: [],
		classification: [],
		identifiers: [],
		year: 2000,
		languages: ['vie'],
		material: 'text',
		classLevel: null,
		libraries: ['T1'],
		areas: ['79'],
		libraryKinds: ['province'],
		collections: [],
		sortTitle: sortKey(title),
		...values,
	};
}

export const SHELF: readonly SearchDocument[] = [
	document(1, {
		title: 'Lý Sơn',
		creators: ['Nguyễn Văn An'],
		subjects: ['Đảo -- Việt Nam'],
		year: 2010,
		libraries: ['T1', 'H1'],
		areas: ['79', '51'],
		libraryKinds: ['province', 'school'],
		collections: ['bien-dao', 'dia-chi'],
	}),
	document(2, { title: 'Ly Son', creators: ['Trần Thị Bình'], year: 2011, libraries: ['H1'], areas: ['51'], libraryKinds: ['school'] }),
	document(3, { title: 'Lỵ sởn', subtitle: 'truyện ngắn', year: null, languages: ['eng'] }),
	document(4, { title: 'Sơn và lý', creators: ['Lê Lý Sơn'], notes: ['Kể về biển Đông'], year: 2015, collections: ['bien-dao'] }),
	document(5, {
		title: 'Toán 6',
		titles: ['Tập 1 Số học'],
		classLevel: '6',
		publisher: ['Kim Đồng'],
		series: ['Cánh Diều'],
		classification: ['510.76'],
		identifiers: ['9780306406157'],
		year: 2021,
	}),
	document(6, {
		title: 'Bài tập Toán 6',
		classLevel: '6',
		publisher: ['Giáo dục Việt Nam'],
		series: ['Cánh Diều'],
		year: 2021,
		libraries: ['H2'],
		areas: ['51'],
		libraryKinds: ['school'],
	}),
	document(7, { title: 'Kim Đồng', kind: 'serial', identifiers: ['0317-8471'], creators: ['Tô Hoài'], year: 1990 }),
	document(8, { title: 'Kĩ thuật trồng hoà bình', notes: ['Nhà xuất bản Toán học'], material: 'map', year: 1999 }),
	document(9, { title: '漢字 Hán tự', subjects: ['Chữ Hán'], year: 1985 }),
	document(10, { title: "O'Brien: it's \\ & | ! <-> (test)", languages: ['eng'], year: 1970 }),
];
