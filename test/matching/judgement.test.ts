import { describe, expect, it } from 'vitest';
import { type ConflictName, conflictsBetween, stance, stancesConflict } from '../../src/matching/conflicts.ts';
import { matchFeatures } from '../../src/matching/features.ts';
import { matchKeys } from '../../src/matching/keys.ts';
import { score, scorePair } from '../../src/matching/score.ts';
import { DOUBTFUL_AT, MERGE_AT } from '../../src/matching/weights.ts';
import { bib, type Said } from './build.ts';

/** What a machine makes of two records: whether they meet at all, and the score. */
function judge(x: Said, y: Said): { meet: boolean; score: number; back: number; conflicts: ConflictName[] } {
	const a = matchFeatures(bib(x));
	const b = matchFeatures(bib(y));
	const keys = new Set(matchKeys(a).keys);
	return {
		meet: matchKeys(b).keys.some((k) => keys.has(k)),
		score: scorePair(a, b),
		back: scorePair(b, a),
		conflicts: conflictsBetween(a, b),
	};
}

const novel: Said = {
	title: 'Mắt biếc',
	by: ['Nguyễn Nhật Ánh'],
	responsibility: 'Nguyễn Nhật Ánh',
	year: 2019,
	pages: 300,
	publisher: 'Trẻ',
	place: 'Thành phố Hồ Chí Minh',
	isbn: '9786041140646',
	language: 'vie',
};
const textbook: Said = {
	title: 'Giáo trình kinh tế vi mô',
	rest: 'Dành cho sinh viên đại học',
	by: ['Lê Văn Bình', 'Trần Thị Hà'],
	year: 2015,
	pages: 412,
	publisher: 'Giáo dục Việt Nam',
	place: 'Hà Nội',
	language: 'vie',
};
const history: Said = {
	title: 'Lịch sử Đảng bộ tỉnh Nghệ An',
	year: 2010,
	pages: 500,
	publisher: 'Chính trị Quốc gia',
	place: 'Hà Nội',
	language: 'vie',
};
const english: Said = {
	title: 'The silent river',
	rest: 'a novel',
	by: ['Abbott, Laura'],
	responsibility: 'Laura Abbott',
	year: 2004,
	pages: 288,
	publisher: 'Northfield University Press',
	place: 'Northfield',
	isbn: '9780190001230',
	language: 'eng',
};

const without = (said: Said, ...names: (keyof Said)[]): Said =>
	Object.fromEntries(Object.entries(said).filter(([name]) => !names.includes(name as keyof Said))) as unknown as Said;

describe('must be merged, though the strings differ', () => {
	const pairs: [what: string, x: Said, y: Said][] = [
		[
			'typed without diacritics',
			textbook,
			{ ...textbook, title: 'Giao trinh kinh te vi mo', rest: 'Danh cho sinh vien dai hoc', by: ['Le Van Binh', 'Tran Thi Ha'] },
		],
		['decomposed text', textbook, { ...textbook, title: textbook.title.normalize('NFD'), by: ['Lê Văn Bình'.normalize('NFD')] }],
		['tone placement and i/y', { ...textbook, title: 'Hóa học và kĩ thuật' }, { ...textbook, title: 'Hoá học và kỹ thuật' }],
		['capitals', novel, { ...novel, title: 'MẮT BIẾC' }],
		['hyphens of older print', { ...history, title: 'Việt-Nam sử-lược' }, { ...history, title: 'Việt Nam sử lược' }],
		[
			'subtitle and responsibility in 245 $a',
			{ ...textbook, responsibility: 'Lê Văn Bình' },
			{ ...without(textbook, 'rest'), title: 'Giáo trình kinh tế vi mô : Dành cho sinh viên đại học / Lê Văn Bình' },
		],
		[
			'a short title with its subtitle in $a',
			{ ...english, title: 'Biology', rest: 'an everyday experience' },
			{ ...without(english, 'rest', 'isbn'), title: 'Biology an everyday experience' },
		],
		['GT for Giáo trình', textbook, { ...textbook, title: 'GT kinh tế vi mô' }],
		['GT without diacritics', textbook, { ...textbook, title: 'GT kinh te vi mo' }],
		['hỏi written for ngã', { ...textbook, title: 'Kỹ nghệ phần mềm' }, { ...textbook, title: 'Kỷ nghệ phần mềm' }],
		['no subtitle', textbook, without(textbook, 'rest')],
		['author inverted with a comma', textbook, { ...textbook, by: ['Lê, Văn Bình', 'Trần, Thị Hà'] }],
		['author inverted the other way', novel, { ...novel, by: ['Ánh, Nguyễn Nhật'] }],
		['author with a title', textbook, { ...textbook, by: ['PGS. TS. Lê Văn Bình (chủ biên)'] }],
		['author abbreviated', textbook, { ...textbook, by: ['Lê V. Bình'] }],
		['no responsibility and no ISBN', novel, without(novel, 'responsibility', 'isbn')],
		['publisher with Nhà xuất bản', textbook, { ...textbook, publisher: 'Nhà xuất bản Giáo dục Việt Nam', place: 'H.' }],
		['publisher as initials', { ...textbook, publisher: 'Khoa học và Kỹ thuật' }, { ...textbook, publisher: 'KHKT' }],
		['publisher under its older name', { ...textbook, publisher: 'Giáo dục' }, textbook],
		['one year apart', novel, { ...novel, year: 2020 }],
		['pages four apart', novel, { ...without(novel, 'isbn'), pages: 304 }],
		['two letters swapped', textbook, { ...textbook, title: 'Giáo trình kinh tế iv mô' }],
		['one letter doubled', textbook, { ...textbook, title: 'Giáo trrình kinh tế vi mô' }],
		[
			'one mark forgotten, which makes another word, of the same author',
			{ ...history, title: 'Lịch sử xây dựng tỉnh Nghệ An', by: ['Trần Kim Đôn'] },
			{ ...history, title: 'Lịch sử xây dưng tỉnh Nghệ An', by: ['Trần Kim Đôn'] },
		],
		[
			'volume in words and in $a',
			{ ...textbook, title: 'Toán cao cấp. Tập hai', kind: 'monograph' },
			{ ...textbook, title: 'Toán cao cấp', volume: '2' },
		],
		['an English book with another form of the author', english, { ...without(english, 'rest'), by: ['Abbott, L.'] }],
	];
	for (const [what, x, y] of pairs) {
		it(what, () => {
			const { meet, score: got, back, conflicts } = judge(x, y);
			expect(conflicts).toEqual([]);
			expect(meet).toBe(true);
			expect(got).toBeGreaterThanOrEqual(MERGE_AT);
			expect(back).toBe(got);
		});
	}
});

describe('hard conflicts', () => {
	const school: Said = {
		title: 'Toán 6',
		volume: '1',
		classLevel: '6',
		bookType: 'SGK',
		series: ['Kết nối tri thức với cuộc sống'],
		by: ['Hà Huy Khoái'],
		year: 2021,
		pages: 124,
		publisher: 'Giáo dục Việt Nam',
		isbn: '9786040253620',
	};
	const serial: Said = { kind: 'serial', title: 'Tạp chí Khoa học', publisher: 'Đại học Vinh', issn: '1859-2228' };
	const article: Said = {
		kind: 'component',
		title: 'Bàn về thơ mới',
		by: ['Hoài Thanh'],
		host: 'Tạp chí Văn học',
		related: 'Số 3 (1998), tr. 20-35',
	};
	const pairs: [ConflictName, Said, Said][] = [
		['volume', school, { ...school, volume: '2' }],
		['class-level', school, { ...school, title: 'Toán', classLevel: '7' }],
		['book-type', school, { ...school, bookType: 'SGV' }],
		['curriculum', school, { ...school, series: ['Chân trời sáng tạo'] }],
		['curriculum', school, { ...school, series: ['Bộ sách Cánh Diều'] }],
		['title-numbers', { ...school, classLevel: '' }, { ...school, title: 'Toán 7', classLevel: '' }],
		['title-numbers', { ...history, title: 'Niên giám thống kê 2019' }, { ...history, title: 'Niên giám thống kê 2020' }],
		['title-numbers', { ...history, rest: '1930 - 1945' }, { ...history, rest: '1945 - 1960' }],
		['title-numbers', { ...textbook, title: 'Tin học đại cương II' }, { ...textbook, title: 'Tin học đại cương III' }],
		['edition', { ...textbook, edition: 2 }, { ...textbook, edition: 3 }],
		['kind', { ...textbook, kind: 'set' }, { ...textbook, volume: '1' }],
		['kind', textbook, { ...textbook, kind: 'serial' }],
		['carrier', textbook, { ...textbook, carrier: 'online' }],
		['issn', serial, { ...serial, issn: '0866-7098' }],
		['host', article, { ...article, host: 'Báo Nhân dân' }],
		['host-pages', article, { ...article, related: 'Số 3 (1998), tr. 40-52' }],
	];
	for (const [name, x, y] of pairs) {
		it(`${name}: ${x.title} / ${y.title}`, () => {
			expect(judge(x, y).conflicts).toContain(name);
			expect(judge(x, y).score).toBe(0);
			expect(stancesConflict(stance(matchFeatures(bib(x))), stance(matchFeatures(bib(y))))).not.toBeNull();
		});
	}

	it('only where both state it', () => {
		for (const [x, y] of [
			[school, without(school, 'series')],
			[school, without(school, 'bookType')],
			[school, without(school, 'classLevel')],
			[{ ...textbook, edition: 2 }, textbook],
			[{ ...history, rest: '1930 - 1945' }, history],
			[serial, without(serial, 'issn')],
			[article, { ...article, related: 'tr. 20-35' }],
		] as const)
			expect(judge(x, y).conflicts).toEqual([]);
	});

	it('a serial knows no year and no extent', () => {
		const { conflicts, score: got } = judge({ ...serial, year: 1990, pages: 100 }, { ...serial, year: 2015, pages: 64 });
		expect(conflicts).toEqual([]);
		expect(got).toBeGreaterThanOrEqual(MERGE_AT);
	});

	it('an article is found again by host, title and author', () => {
		expect(judge(article, { ...article, by: ['Hoài-Thanh'], host: 'Tạp chí văn học' })).toMatchObject({ meet: true, conflicts: [] });
		expect(judge(article, { ...article, host: 'Tap chi Van hoc' }).score).toBeGreaterThanOrEqual(MERGE_AT);
	});
});

describe('kept apart by the score', () => {
	const pairs: [what: string, x: Said, y: Said][] = [
		[
			'same title, another author',
			novel,
			{ ...without(novel, 'isbn'), by: ['Trần Thị Hà'], responsibility: 'Trần Thị Hà', year: 2012, pages: 180 },
		],
		[
			'words that differ by their marks',
			{ ...novel, title: 'Má và con', isbn: '9786041140646' },
			{ ...without(novel, 'isbn'), title: 'Mạ và con' },
		],
		['vi mô and vĩ mô', textbook, { ...textbook, title: 'Giáo trình kinh tế vĩ mô', pages: 380 }],
		['one ISBN on unrelated titles', novel, { ...textbook, isbn: '9786041140646' }],
		['a reprint of another year and extent with its own ISBN', novel, { ...novel, year: 2008, pages: 240, isbn: '9786041000018' }],
		[
			'another translation',
			{ ...english, title: 'Dòng sông lặng', responsibility: 'Laura Abbott ; Lê Văn Bình dịch' },
			{
				...english,
				title: 'Dòng sông lặng',
				responsibility: 'Laura Abbott ; Trần Thị Hà dịch',
				isbn: '9780190009991',
				publisher: 'Trẻ',
				year: 2012,
				pages: 301,
			},
		],
	];
	for (const [what, x, y] of pairs) {
		it(what, () => {
			expect(judge(x, y).score).toBeLessThan(MERGE_AT);
			expect(judge(y, x).score).toBe(judge(x, y).score);
		});
	}

	it("a set's ISBN on two volumes that do not say their number gives no key", () => {
		const x: Said = { title: 'Văn học Việt Nam', isbn: '9786041140646', isbnRole: 'set', year: 2001, pages: 300 };
		const y: Said = { title: 'Tuyển tập thơ', isbn: '9786041140646', isbnRole: 'set', year: 2003, pages: 250 };
		expect(judge(x, y).meet).toBe(false);
	});
});

describe('score', () => {
	it('explains what scorePair says', () => {
		const a = matchFeatures(bib(novel));
		const b = matchFeatures(bib({ ...novel, year: 2020 }));
		const told = score(a, b);
		expect(told.score).toBeCloseTo(scorePair(a, b), 12);
		expect(told.parts.find((p) => p.feature === 'title')).toMatchObject({ level: 'equal', value: 1 });
		expect(told.parts.find((p) => p.feature === 'year')).toMatchObject({ level: 'next', value: 0.6 });
		expect(told.conflicts).toEqual([]);
	});

	it('names the conflict when scorePair gives nothing', () => {
		const a = matchFeatures(bib({ ...textbook, volume: '1' }));
		const b = matchFeatures(bib({ ...textbook, volume: '2' }));
		expect(scorePair(a, b)).toBe(0);
		expect(score(a, b).score).toBeGreaterThan(DOUBTFUL_AT);
		expect(score(a, b).conflicts).toEqual(['volume']);
	});
});
