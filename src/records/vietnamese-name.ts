import { hasVietnameseMarks } from '../lib/fold.ts';
import { isVietnameseSyllable } from './vietnamese-syllable.ts';

/** Surnames that nearly all Vietnamese have. The first four are so common that a name that begins with one begins with the surname. */
const COMMONEST: ReadonlySet<string> = new Set(['nguyễn', 'trần', 'lê', 'phạm']);
const SURNAMES: ReadonlySet<string> = new Set([
	...COMMONEST,
	...(
		'hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý lí đoàn đào đinh trịnh trương lâm mai tạ tô hà cao châu lưu lương thái phùng vương quách ' +
		'nông chu kiều lại tống từ nghiêm khuất thạch doãn đàm hứa triệu mạc tăng ninh lục la ma giáp tôn âu đồng phó'
	).split(' '),
]);
const isSurname = (word: string | undefined): boolean => word !== undefined && SURNAMES.has(word);
const WORDS_MAX = 4;

/**
 * A Vietnamese name as it is spoken, when the record has it in two parts round a comma: by the surname (`Nguyễn, Văn An`) or by the name that is
 * called (`Thêm, Trần Ngọc`). undefined for names of other languages, and where nothing tells which of the two it is.
 */
export function spokenName(before: string, behind: string): string | undefined {
	const [first, last] = [wordsOf(before), wordsOf(behind)];
	if (first === undefined || last === undefined || !hasVietnameseMarks(before + behind)) return undefined;
	const byCalledName = isSurname(last[0]) && last.length + first.length >= 3 && (!isSurname(first[0]) || COMMONEST.has(last[0] as string));
	if (byCalledName && !(first.length === 1 && COMMONEST.has(first[0] as string))) return `${behind} ${before}`;
	return first.length === 1 && isSurname(first[0]) ? `${before} ${behind}` : undefined;
}

/** Its words in lower case, when all of them are Vietnamese syllables. */
function wordsOf(text: string): string[] | undefined {
	const words = text.toLowerCase().normalize('NFC').split(' ');
	return words.length <= WORDS_MAX && words.every(isVietnameseSyllable) ? words : undefined;
}
