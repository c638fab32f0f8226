import { entryOf } from '../lib/entry-of.ts';
export type Tongue = 'vi' | 'en';
type Names = Readonly<Record<string, readonly [vi: string, en: string]>>;

/** Names of coded values, by what they are of: Vietnamese, English. */
export const CODE_NAMES = {
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
		filmed: ['vi hình chụp từ bản in', 'microform of the printed book'],
		braille: ['chữ nổi', 'braille'],
		'large-print': ['chữ to', 'large print'],
		manuscript: ['viết tay', 'manuscript'],
	},
	libraryKind: {
		province: ['Thư viện tỉnh, thành phố', 'Province library'],
		district: ['Thư viện khu vực', 'District library'],
		school: ['Thư viện trường học', 'School library'],
		other: ['Thư viện khác', 'Other library'],
	},
	bookType: {
		SGK: ['sách giáo khoa', 'textbook'],
		SGV: ['sách giáo viên', 'teacher’s book'],
		SBT: ['sách bài tập', 'workbook'],
		VBT: ['vở bài tập', 'exercise book'],
	},
	curriculum: {
		ketnoi: ['Kết nối tri thức', 'Kết nối tri thức'],
		chantroi: ['Chân trời sáng tạo', 'Chân trời sáng tạo'],
		canhdieu: ['Cánh Diều', 'Cánh Diều'],
	},
} as const satisfies Readonly<Record<string, Names>>;

/** The name of a code among `names`; a code without a name is shown as it is. */
export function codeName(names: Names, language: Tongue, code: string): string {
	const found = entryOf(names, code);
	return found?.[language === 'vi' ? 0 : 1] ?? code;
}

const LANGUAGE_NAMES = {
	vi: new Intl.DisplayNames(['vi'], { type: 'language', fallback: 'none' }),
	en: new Intl.DisplayNames(['en'], { type: 'language', fallback: 'none' }),
};

/** The name of a language by its MARC code; the code itself when it has none. */
export function languageName(language: Tongue, code: string): string {
	const tag = languageTag(code);
	return (tag === null ? undefined : LANGUAGE_NAMES[language].of(tag)) ?? code;
}

/** The tag (BCP 47) for a MARC language code: `vie` is `vi`; null for what is no language. */
export function languageTag(code: string): string | null {
	if (!/^[a-z]{2,3}$/.test(code) || code === 'und' || code === 'mul' || code === 'zxx') return null;
	return Intl.getCanonicalLocales(code)[0] ?? null;
}
