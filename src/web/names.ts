import type { Language } from './view.ts';

/** Names of coded values, by facet: Vietnamese, English. A value that is not here is shown as it is. */
const NAMES: Readonly<Record<string, Readonly<Record<string, readonly [vi: string, en: string]>>>> = {
	kind: {
		monograph: ['Sách', 'Book'],
		volume: ['Tập của bộ sách', 'Volume of a set'],
		set: ['Bộ sách', 'Set'],
		serial: ['Báo, tạp chí', 'Serial'],
		issue: ['Số báo, tạp chí', 'Issue of a serial'],
		component: ['Bài trích', 'Article or part'],
		electronic: ['Tài liệu điện tử', 'Electronic resource'],
	},
	material: {
		text: ['Văn bản', 'Text'],
		music: ['Bản nhạc', 'Printed music'],
		map: ['Bản đồ', 'Map'],
		sound: ['Ghi âm', 'Sound recording'],
		video: ['Ghi hình', 'Video'],
		image: ['Tranh ảnh', 'Picture'],
		software: ['Phần mềm', 'Software'],
		mixed: ['Tài liệu hỗn hợp', 'Mixed materials'],
		object: ['Hiện vật', 'Object'],
	},
	carrier: {
		print: ['bản in', 'print'],
		online: ['trực tuyến', 'online'],
		disc: ['đĩa', 'disc'],
		tape: ['băng từ', 'tape'],
		electronic: ['điện tử', 'electronic'],
		microform: ['vi hình', 'microform'],
		braille: ['chữ nổi', 'braille'],
		'large-print': ['chữ to', 'large print'],
		manuscript: ['viết tay', 'manuscript'],
	},
	classLevel: Object.fromEntries(Array.from({ length: 12 }, (_, i) => [String(i + 1), [`Lớp ${i + 1}`, `Class ${i + 1}`]])),
	libraryKind: {
		province: ['Thư viện tỉnh, thành phố', 'Province library'],
		district: ['Thư viện khu vực', 'District library'],
		school: ['Thư viện trường học', 'School library'],
		other: ['Thư viện khác', 'Other library'],
	},
	identifier: { other: ['Số khác', 'Other number'], system: ['Số hệ thống', 'System number'] },
};

const LANGUAGE_NAMES = {
	vi: new Intl.DisplayNames(['vi'], { type: 'language', fallback: 'none' }),
	en: new Intl.DisplayNames(['en'], { type: 'language', fallback: 'none' }),
};

/** The name of a coded value of a facet, or of `carrier`, `libraryKind` and `identifier`, for people. */
export function nameOf(language: Language, facet: string, value: string): string {
	if (facet === 'language') return languageName(language, value);
	const names = NAMES[facet];
	const found = names !== undefined && Object.hasOwn(names, value) ? names[value] : undefined;
	return found?.[language === 'vi' ? 0 : 1] ?? value;
}

function languageName(language: Language, code: string): string {
	const tag = languageTag(code);
	return (tag === null ? undefined : LANGUAGE_NAMES[language].of(tag)) ?? code;
}

/** The tag (BCP 47) for a MARC language code: `vie` is `vi`; null for what is no language. */
export function languageTag(code: string): string | null {
	if (!/^[a-z]{2,3}$/.test(code) || code === 'und' || code === 'mul' || code === 'zxx') return null;
	return Intl.getCanonicalLocales(code)[0] ?? null;
}
