import { foldText } from '../lib/fold.ts';

/** Roman numerals that stand in titles; the ones that are also Vietnamese or English words count only as the last word. */
const ROMAN: ReadonlyMap<string, string> = new Map([
	['ii', '2'],
	['iii', '3'],
	['iv', '4'],
	['vii', '7'],
	['viii', '8'],
	['ix', '9'],
	['xii', '12'],
	['xiii', '13'],
	['xiv', '14'],
	['xv', '15'],
	['xvi', '16'],
	['xvii', '17'],
	['xviii', '18'],
	['xix', '19'],
	['xx', '20'],
]);
const ROMAN_AT_END: ReadonlyMap<string, string> = new Map([
	['i', '1'],
	['v', '5'],
	['vi', '6'],
	['x', '10'],
	['xi', '11'],
]);
const NUMBER_WORDS: ReadonlyMap<string, string> = new Map([
	['mot', '1'],
	['hai', '2'],
	['ba', '3'],
	['bon', '4'],
	['tu', '4'],
	['nam', '5'],
	['sau', '6'],
	['bay', '7'],
	['tam', '8'],
	['chin', '9'],
	['muoi', '10'],
	['nhat', '1'],
	['nhi', '2'],
	['thuong', 'thuong'],
	['trung', 'trung'],
	['ha', 'ha'],
	['one', '1'],
	['two', '2'],
	['three', '3'],
	['four', '4'],
	['five', '5'],
	['six', '6'],
]);
/** Words before a volume number, without and with marks. */
const VOLUME_WORDS: ReadonlySet<string> = new Set([
	'tap',
	'tập',
	't',
	'quyen',
	'quyển',
	'q',
	'phan',
	'phần',
	'cuon',
	'cuốn',
	'vol',
	'volume',
	'v',
	'part',
	'pt',
	'bd',
	'tome',
	'book',
]);
/** Words that make `tập` something else: bài tập, học tập, luyện tập, thực tập. */
const NOT_BEFORE_TAP: ReadonlySet<string> = new Set(['bai', 'hoc', 'luyen', 'thuc', 'on', 'suu']);
const isFigure = (word: string): boolean => word >= '0' && word < ':' && /^\d{1,3}$/.test(word);

function volumeNumber(word: string): string {
	if (isFigure(word)) return String(Number(word));
	return ROMAN.get(word) ?? ROMAN_AT_END.get(word) ?? NUMBER_WORDS.get(word) ?? '';
}

const VOLUME_RANGE = /^(\d{1,3})-(\d{1,3})$/;
const RANGE_MAX = 30;

/** What a volume designation states, as numbers or folded words: `1-3` gives 1, 2 and 3, `Tap mot` gives 1. */
export function volumeSet(designation: string): string[] {
	const range = VOLUME_RANGE.exec(designation);
	if (range !== null) {
		const from = Number(range[1]);
		const to = Number(range[2]);
		if (to >= from && to - from <= RANGE_MAX) return Array.from({ length: to - from + 1 }, (_, i) => String(from + i));
	}
	if (isFigure(designation)) return [String(Number(designation))];
	const stated: string[] = [];
	for (const piece of designation.split(/[\s,;/&-]+/)) {
		const word = piece.includes('.') ? piece.toLowerCase() : foldText(piece);
		if (word !== '' && !VOLUME_WORDS.has(word)) stated.push(volumeNumber(word) || word);
	}
	return stated;
}

const VOLUME_GLUED = /^(?:t|q|tap|vol|v)(\d{1,3})$/;

/**
 * Takes a volume designation off the end of a title in the form of `exactText`: `toán 6 tập một` gives `toán 6` and `1`.
 * A designation that is the whole title stays.
 */
export function withoutVolume(exact: string): { title: string; volume: string } {
	const end = exact.lastIndexOf(' ');
	if (end <= 0) return { title: exact, volume: '' };
	const last = foldText(exact.slice(end + 1));
	const glued = VOLUME_GLUED.exec(last);
	if (glued !== null) return { title: exact.slice(0, end), volume: String(Number(glued[1])) };
	const number = volumeNumber(last);
	if (number === '') return { title: exact, volume: '' };
	const start = exact.lastIndexOf(' ', end - 1);
	const word = exact.slice(start + 1, end);
	if (start <= 0 || !VOLUME_WORDS.has(word)) return { title: exact, volume: '' };
	const before = exact.slice(exact.lastIndexOf(' ', start - 1) + 1, start);
	if ((word === 'tap' || word === 'tập') && NOT_BEFORE_TAP.has(foldText(before))) return { title: exact, volume: '' };
	return { title: exact.slice(0, start), volume: number };
}

/** The numbers in a folded title: figures by value, Roman numerals, `1930 45` read as 1930 and 1945. */
export function titleNumbers(folded: string): string[] {
	const numbers: string[] = [];
	const words = folded.split(' ');
	let before = '';
	for (let i = 0; i < words.length; i++) {
		const word = words[i] as string;
		const first = word.charCodeAt(0);
		let number = '';
		if (first >= 0x30 && first <= 0x39) {
			number = leadingFigures(word);
			if (number.length === 2 && before.length === 4 && number > before.slice(2)) number = before.slice(0, 2) + number;
		} else if (word.length <= 5) number = ROMAN.get(word) ?? (i > 0 && i === words.length - 1 ? (ROMAN_AT_END.get(word) ?? '') : '');
		if (number !== '') numbers.push(number);
		before = number;
	}
	return numbers;
}

/** The figures a word begins with, by value: `06` and `6th` give 6. */
function leadingFigures(word: string): string {
	let end = 1;
	while (end < word.length && isDigit(word.charCodeAt(end))) end++;
	let start = 0;
	while (start < end - 1 && word.charCodeAt(start) === 0x30) start++;
	return word.slice(start, end);
}

const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;

/** Academic titles that travel with a name, as folded words. */
const NAME_NOISE: ReadonlySet<string> = new Set(['gs', 'pgs', 'ts', 'ths', 'tskh', 'bs', 'cb', 'chb', 'ed', 'eds', 'dr', 'prof', 'sir']);
const NO_AUTHOR: ReadonlySet<string> = new Set([
	'nhieu tac gia',
	'tap the tac gia',
	'nhieu nguoi',
	'khuyet danh',
	'various authors',
	'various',
	'anonymous',
]);
/** Roles as they stand behind a name in the name's own field. */
const ROLE_BEHIND =
	/ (?:chu bien|bien soan|bien dich|hieu dinh|b s|ch b|s t|h d|dich|tuyen chon|suu tam|minh hoa|va nhung nguoi khac|va cong su)(?: .*)?$/;

const ROLE_LENGTH_MIN = 12;
/** Of the names of bodies: `Uỷ ban nhân dân tỉnh Bà Rịa - Vũng Tàu` has ten. */
const SYLLABLES_MAX = 12;

/** A folded name as its distinct syllables in code order; '' for "many authors". */
export function nameSyllables(folded: string): string {
	if (NO_AUTHOR.has(folded)) return '';
	const words = folded.split(' ');
	const name =
		words.length > 3 && folded.length > ROLE_LENGTH_MIN && ROLE_BEHIND.test(folded) ? folded.replace(ROLE_BEHIND, '').split(' ') : words;
	const syllables: string[] = [];
	for (const word of name) {
		if (word === '' || NAME_NOISE.has(word) || isYear(word) || syllables.includes(word)) continue;
		syllables.push(word);
	}
	return syllables.sort().slice(0, SYLLABLES_MAX).join(' ');
}

const isYear = (word: string): boolean => word.length === 4 && word >= '1000' && word <= '2999';

const PUBLISHER_LEAD = /^(?:nha xuat ban|nxb|nha x b|cong ty(?: tnhh| cp| co phan)?|the(?! gioi| duc)) /;
/** Usual short forms of Vietnamese publishers that are not the initials of the full name. */
const PUBLISHERS: ReadonlyMap<string, string> = new Map([
	['gd', 'giao duc'],
	['khkt', 'khoa hoc va ky thuat'],
	['khxh', 'khoa hoc xa hoi'],
	['ctqg', 'chinh tri quoc gia'],
	['vhtt', 'van hoa thong tin'],
	['dhqg', 'dai hoc quoc gia'],
	['dhqghn', 'dai hoc quoc gia ha noi'],
	['dhqg hn', 'dai hoc quoc gia ha noi'],
	['dhsp', 'dai hoc su pham'],
	['gdvn', 'giao duc viet nam'],
]);

/** A folded publisher without "Nhà xuất bản" and the like, short forms written out. */
export function publisherName(folded: string): string {
	let name = folded;
	for (let lead = PUBLISHER_LEAD.exec(name); lead !== null; lead = PUBLISHER_LEAD.exec(name)) name = name.slice(lead[0].length);
	return PUBLISHERS.get(name) ?? name;
}
