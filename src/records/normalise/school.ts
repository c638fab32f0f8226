import { foldText } from '../../lib/fold.ts';
import type { Bib, Sourced } from '../bib.ts';
import type { Fields } from './fields.ts';
import { head } from './trim.ts';

/** School books: the class they are for, and whether they are the pupil's, the teacher's or the exercise book. */

const SUBJECTS =
	'toan|dai so|hinh hoc|so hoc|giai tich|ngu van|van hoc|van|tieng viet|tieng anh|tieng phap|tieng nga|tieng trung quoc|tieng nhat|tieng han|english|vat li|vat ly|hoa hoc|sinh hoc|lich su|dia li|dia ly|khoa hoc tu nhien|khoa hoc|tin hoc|cong nghe|giao duc cong dan|gdcd|dao duc|mi thuat|my thuat|am nhac|tu nhien va xa hoi|hoat dong trai nghiem|hoat dong trai nghiem huong nghiep|giao duc the chat|giao duc quoc phong va an ninh|giao duc kinh te va phap luat|giao duc dia phuong|tap viet|tap doc';

const CLASS = /(?:^| )(?:lop|grade|class) (1[0-2]|[1-9])(?: |$)/;
const CLASS_WORD = /(?:^| )lop (mot|hai|ba|bon|nam|sau|bay|tam|chin|muoi hai|muoi mot|muoi)(?: |$)/;
/** What may follow the number: nothing, or words of a school book's title. */
const AFTER_NUMBER =
	'tap|quyen|phan|sach|vo|bai|nang cao|co ban|hoc ki|hoc ky|chan troi|ket noi|canh dieu|chuong trinh|ban|theo|dung|danh|lop|sgk|sgv|sbt|vbt';
const SUBJECT_NUMBER = new RegExp(`(?:^| )(?:${SUBJECTS}) (1[0-2]|[1-9])(?: (?:${AFTER_NUMBER})(?: |$)|$)`);
const HIGHER_EDUCATION = /(?:^| )(?:giao trinh|dai hoc|cao dang|cao cap|sinh vien)(?: |$)/;
const CLASS_WORDS = ['mot', 'hai', 'ba', 'bon', 'nam', 'sau', 'bay', 'tam', 'chin', 'muoi', 'muoi mot', 'muoi hai'];

const BOOK_TYPES: readonly (readonly [pattern: RegExp, type: string])[] = [
	[/(?:^| )(?:sach giao khoa|sgk)(?: |$)/, 'SGK'],
	[/(?:^| )(?:sach giao vien|sgv)(?: |$)/, 'SGV'],
	[/(?:^| )(?:vo bai tap|vbt)(?: |$)/, 'VBT'],
	[/(?:^| )(?:sach bai tap|sbt)(?: |$)/, 'SBT'],
];
const EXERCISES = /^(?:bai tap|sach bai tap)(?: |$)/;

/** Only titles with one of these are worth folding. */
const MAY_BE_SCHOOL = /\d|lớp|lop |grade|sách|sach |SG[KV]|[SV]BT|vở b|bài tập|bai tap/i;

function classIn(text: string): string | undefined {
	const digits = CLASS.exec(text) ?? (HIGHER_EDUCATION.test(text) ? null : SUBJECT_NUMBER.exec(text));
	if (digits !== null) return digits[1];
	const word = CLASS_WORD.exec(text);
	return word === null ? undefined : String(CLASS_WORDS.indexOf(word[1] as string) + 1);
}

export interface SchoolBook {
	readonly classLevel?: Sourced;
	readonly bookType?: Sourced;
}

/** Read from title, rest of title, parts and audience. A number behind a school subject counts as a class: `Toán 6`. */
export function readSchoolBook(fields: Fields, title: Bib['title'], audience: readonly Sourced[]): SchoolBook {
	let classLevel: Sourced | undefined;
	let bookType: Sourced | undefined;
	const read = (source: Sourced | undefined): void => {
		if (source === undefined || (classLevel !== undefined && bookType !== undefined)) return;
		const text = head(source.value);
		if (!MAY_BE_SCHOOL.test(text)) return;
		const folded = foldText(text);
		const level = classLevel === undefined ? classIn(folded) : undefined;
		if (level !== undefined) classLevel = { value: level, path: source.path };
		if (bookType === undefined) {
			const type =
				BOOK_TYPES.find(([pattern]) => pattern.test(folded))?.[1] ??
				(classLevel !== undefined && EXERCISES.test(folded) ? 'SBT' : undefined);
			if (type !== undefined) bookType = { value: type, path: source.path };
		}
	};
	read(title.proper);
	for (const part of title.parts) {
		read(part.number);
		read(part.name);
	}
	read(title.rest);
	for (const source of audience) read(source);
	if (bookType !== undefined || classLevel !== undefined) for (const place of fields.all('500')) read(place.sourced('a', (text) => text));
	return { ...(classLevel === undefined ? {} : { classLevel }), ...(bookType === undefined ? {} : { bookType }) };
}
