import { dataRows } from './data-file.ts';
import { contributors, type Draft, draft } from './draft.ts';
import { makeIssn } from './numbers.ts';
import type { Random } from './random.ts';

/** Issues a year by MARC 008/18. */
const ISSUES_A_YEAR: Readonly<Record<string, number>> = { d: 300, w: 52, s: 24, m: 12, b: 6, q: 4 };

function serial(random: Random, row: readonly string[]): Draft {
	const [title = '', body = '', place = '', year = '', frequency = '', kind = ''] = row;
	const common = { title, publisher: body, place, year: Number(year), genre: kind, frequency, kind: 'serial', pages: 0, price: 0 } as const;
	return {
		...draft(random, common),
		isbn: '',
		issn: makeIssn(random),
		height: random.pick(kind.endsWith('newspaper') ? [42, 58] : [24, 27, 29]),
	};
}

function issue(random: Random, whole: Draft): Draft {
	const aYear = ISSUES_A_YEAR[whole.frequency] ?? 12;
	const year = random.between(Math.max(whole.year, 2008), 2023);
	const number = (year - whole.year) * aYear + random.between(1, aYear);
	const months = aYear <= 12 && whole.language === 'vie' ? `tháng ${random.between(1, 12)}/${year}` : `${year}`;
	const volume = { word: whole.language === 'eng' ? 'No.' : 'Số', number, name: months };
	return { ...whole, kind: 'issue', year, volume, pages: random.between(16, 120), price: random.between(5, 40) * 1000 };
}

/** Where articles of a genre appear. */
const HOSTS: Readonly<Record<string, readonly string[]>> = {
	local: ['Nghiên cứu lịch sử', 'Xưa và nay', 'Khảo cổ học', 'Cửa Biển'],
	localisland: ['Xưa và nay', 'Khảo cổ học', 'Cửa Biển', 'Văn hoá dân gian'],
	localculture: ['Văn hoá dân gian', 'Văn hoá nghệ thuật', 'Cửa Biển', 'Dân tộc học'],
	localecon: ['Khoa học và Kinh tế Hải Phòng', 'Biển Việt Nam', 'Tạp chí Cộng sản'],
	islandnature: ['Khoa học và Công nghệ biển', 'Tài nguyên và Môi trường', 'Thuỷ sản Việt Nam', 'Biển Việt Nam'],
	sea: ['Nghiên cứu lịch sử', 'Biển Việt Nam', 'Xưa và nay'],
	library: ['Thư viện Việt Nam', 'Thông tin và Tư liệu'],
	lang: ['Ngôn ngữ'],
	criticism: ['Nghiên cứu văn học', 'Văn nghệ quân đội', 'Văn học và tuổi trẻ'],
	math: ['Toán học và tuổi trẻ'],
};

/** An article: in an issue of a periodical of its field, or now and then in a book of its genre. */
function article(random: Random, row: readonly string[], serials: readonly Draft[], books: readonly Draft[]): Draft {
	const [title = '', kind = ''] = row;
	const first = random.between(3, 90);
	const pages = `tr. ${first}-${first + random.between(2, 12)}`;
	const fitting = books.filter((book) => book.genre === kind);
	const inBook = fitting.length > 0 && random.chance(0.2);
	const host = random.pick(inBook ? fitting : serials.filter((one) => HOSTS[kind]?.includes(one.title)));
	const year = inBook ? host.year : random.between(Math.max(host.year, 2005), 2023);
	const part = inBook ? '' : `Số ${random.between(1, ISSUES_A_YEAR[host.frequency] ?? 12)} (${year})`;
	return {
		...draft(random, { title, publisher: host.publisher, year, genre: kind, kind: 'component' }),
		host: { title: host.title, issn: host.issn, isbn: host.isbn, part, pages },
		place: host.place,
		creators: random.chance(0.3) ? contributors('Nhiều tác giả') : [],
		isbn: '',
		price: 0,
		pages: 0,
	};
}

/** Serials, some of their issues, and articles with the periodical or book they stand in. */
export function periodicals(random: Random, books: readonly Draft[]): Draft[] {
	const serials = dataRows('serials').map((row) => serial(random, row));
	const magazines = serials.filter((one) => one.frequency !== 'd');
	const issues = new Map<string, Draft>();
	for (let tries = 0; issues.size < 130 && tries < 1000; tries++) {
		const one = issue(random, random.pick(magazines));
		issues.set(`${one.title} ${one.volume?.number}`, one);
	}
	const articles = dataRows('articles').flatMap((row) => {
		const one = article(random, row, serials, books);
		return random.chance(0.7) ? [one, article(random, row, serials, books)] : [one];
	});
	return [...serials, ...issues.values(), ...articles];
}
