import { foldText } from '../lib/fold.ts';

/** Series of the 2018 school curriculum, by their folded names. */
const CURRICULA: readonly (readonly [name: string, code: string])[] = [
	['ket noi tri thuc', 'ketnoi'],
	['chan troi sang tao', 'chantroi'],
	['canh dieu', 'canhdieu'],
];

/** The series that a folded text names, or ''. */
export function curriculumIn(folded: string): string {
	for (const [name, code] of CURRICULA) if (folded.includes(name)) return code;
	return '';
}

const NAMED =
	/(?:^| )(?:(?:thuộc )?bộ sách |(?:thuoc )?bo sach )?(?:kết nối tri thức(?: với cuộc sống)?|ket noi tri thuc(?: voi cuoc song)?|chân trời sáng tạo|chan troi sang tao|cánh diều|canh dieu)(?= |$)/;

/** The title of a school book in the form of `exactText` without the name of its series, and the series. */
export function withoutCurriculum(exact: string): { title: string; curriculum: string } {
	const match = NAMED.exec(exact);
	if (match === null) return { title: exact, curriculum: '' };
	const title = (exact.slice(0, match.index) + exact.slice(match.index + match[0].length)).trim();
	return title === '' ? { title: exact, curriculum: '' } : { title, curriculum: curriculumIn(foldText(match[0])) };
}
