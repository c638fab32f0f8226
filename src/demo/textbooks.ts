import { dataRows } from './data-file.ts';
import { contributors, type Draft, draft } from './draft.ts';
import type { Random } from './random.ts';

/** The three series of the 2018 curriculum, with their usual publisher and how often the sample has one of their books. */
const SERIES = [
	{ name: 'Kết nối tri thức với cuộc sống', publisher: 'Giáo dục Việt Nam', share: 0.85 },
	{ name: 'Chân trời sáng tạo', publisher: 'Giáo dục Việt Nam', share: 0.5 },
	{ name: 'Cánh Diều', publisher: 'Đại học Sư phạm', share: 0.5 },
] as const;

/** Year in which each class began with the 2018 curriculum. */
const FIRST_YEAR = [0, 2020, 2021, 2022, 2023, 2024, 2021, 2022, 2023, 2024, 2022, 2023, 2024];

const WORDS = ['', 'một', 'hai'];

interface Book {
	readonly subject: string;
	readonly level: number;
	readonly series: string;
	readonly publisher: string;
	readonly editor: string;
}

/** Title as on the cover: `Toán 6`, `Toán 6. Sách giáo viên`, `Bài tập Toán 6`, `Vở bài tập Toán 3`. */
function coverTitle(book: Book, type: 'SGK' | 'SGV' | 'SBT' | 'VBT'): string {
	const plain = `${book.subject} ${book.level}`;
	if (type === 'SGK') return plain;
	if (type === 'SGV') return `${plain}. Sách giáo viên`;
	return type === 'SBT' ? `Bài tập ${plain}` : `Vở bài tập ${plain}`;
}

const SUBJECT_DDC = new Map([
	['Toán', '372.7'],
	['Tiếng Việt', '372.6'],
	['Ngữ văn', '807.12'],
	['Vật lí', '530.0712'],
	['Hoá học', '540.712'],
	['Sinh học', '570.712'],
	['Lịch sử', '907.12'],
	['Địa lí', '910.712'],
	['Tin học', '004.0712'],
	['Khoa học tự nhiên', '507.12'],
]);

function bookDraft(random: Random, book: Book, type: 'SGK' | 'SGV' | 'SBT' | 'VBT', number: number): Draft {
	const title = coverTitle(book, type);
	const volume = number === 0 ? {} : { volume: { word: 'Tập', number, name: '' } };
	return draft(random, {
		...volume,
		title,
		kind: number === 0 ? 'monograph' : 'volume',
		publisher: book.publisher,
		year: (FIRST_YEAR[book.level] ?? 2022) + (random.chance(0.25) ? 1 : 0),
		genre: 'exercise',
		creators: contributors(book.editor === '' ? '' : `${book.editor}@tổng ch.b.`),
		series: book.series,
		classLevel: book.level,
		bookType: type,
		ddc: SUBJECT_DDC.get(book.subject) ?? '371.32',
		subjects: [book.subject, `Lớp ${book.level}`, type === 'SGV' ? 'Sách giáo viên' : type === 'SGK' ? 'Sách giáo khoa' : 'Sách bài tập'],
		pages: type === 'SGV' ? random.between(140, 300) : random.between(64, 180),
		height: random.pick([24, 27, 27]),
		price: random.between(11, 48) * 1000,
		readers: book.level <= 5 ? 'children' : 'youth',
	});
}

/** The school books of one subject, class and series: pupil's book in one or two volumes, sometimes teacher's and practice books. */
function booksOf(random: Random, book: Book, volumes: number, practice: boolean): Draft[] {
	const out: Draft[] = [];
	const numbers = volumes === 2 ? [1, 2] : [0];
	for (const number of numbers) out.push(bookDraft(random, book, 'SGK', number));
	if (random.chance(0.35)) out.push(bookDraft(random, book, 'SGV', 0));
	if (practice && random.chance(0.45)) {
		for (const number of numbers) out.push(bookDraft(random, book, book.level <= 5 ? 'VBT' : 'SBT', number));
	}
	return out;
}

/** School books for classes 1 to 12 in the three series, as the table of subjects says. */
export function textbooks(random: Random): Draft[] {
	const out: Draft[] = [];
	for (const [subject = '', first, last, volumes, practice, ...editors] of dataRows('textbooks')) {
		for (let level = Number(first); level <= Number(last); level++) {
			for (const [i, series] of SERIES.entries()) {
				if (!random.chance(series.share)) continue;
				const book = { subject, level, series: series.name, publisher: series.publisher, editor: editors[i] ?? '' };
				out.push(...booksOf(random, book, Number(volumes), practice === 'yes'));
			}
		}
	}
	return out;
}

/** `một`, `hai`: how school books write the number of a volume. */
export const volumeWord = (number: number): string => WORDS[number] ?? String(number);
