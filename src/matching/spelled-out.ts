import { exactText, foldText, hasVietnameseMarks } from '../lib/fold.ts';

/** Short forms that titles and names of bodies have, in the form of `exactText`: kinds of school, bodies, theses. */
const LONG: ReadonlyMap<string, string> = new Map(
	Object.entries({
		đh: 'đại học',
		cđ: 'cao đẳng',
		thcn: 'trung học chuyên nghiệp',
		thpt: 'trung học phổ thông',
		thcs: 'trung học cơ sở',
		ubnd: 'uỷ ban nhân dân',
		hđnd: 'hội đồng nhân dân',
		bch: 'ban chấp hành',
		'đảng uỷ': 'ban chấp hành đảng bộ',
		vhtt: 'văn hoá thông tin',
		'gd đt': 'giáo dục và đào tạo',
		gdđt: 'giáo dục và đào tạo',
		'kh cn': 'khoa học và công nghệ',
		khcn: 'khoa học và công nghệ',
		lvths: 'luận văn thạc sĩ',
		lats: 'luận án tiến sĩ',
		sgk: 'sách giáo khoa',
		sgv: 'sách giáo viên',
		sbt: 'sách bài tập',
		vbt: 'vở bài tập',
		sv: 'sinh viên',
		vn: 'việt nam',
		'tp hcm': 'thành phố hồ chí minh',
		tphcm: 'thành phố hồ chí minh',
		tp: 'thành phố',
	}).map(([short, long]) => [short, exactText(long)]),
);
/** The same as typed without marks, but those that could be something else then. */
const PLAIN: ReadonlyMap<string, string> = new Map(
	[...LONG].filter(([short]) => short !== 'cđ' && short !== 'sv').map(([short, long]) => [foldText(short), foldText(long)]),
);

const anyOf = (shorts: Iterable<string>): RegExp => new RegExp(`(?<![^ ])(?:${[...shorts].join('|')})(?![^ ])`, 'g');
const SHORT = anyOf(LONG.keys());
const SHORT_PLAIN = anyOf(PLAIN.keys());

/** A text in the form of `exactText` with short forms written out: `trường thpt` gives `trường trung học phổ thông`. */
export const spelledOut = (exact: string): string =>
	hasVietnameseMarks(exact)
		? exact.replace(SHORT, (short) => LONG.get(short) as string)
		: exact.replace(SHORT_PLAIN, (short) => PLAIN.get(short) as string);
