import { expect, it } from 'vitest';
import { repairSentences } from '../../src/catalogue/repair-words.ts';

it('says what text was and what it was read as, in both languages', () => {
	const repairs = [
		{ code: 'tcvn3-repaired', at: '245$a', detail: '§Þa chÝ' },
		{ code: 'encoding', at: 'record', detail: 'tcvn3, confidence 0.97: 34 of 35 words with marks are Vietnamese' },
		{ code: 'letters-lost', at: '100$a', detail: 'Nguy?n' },
		{ code: 'field-empty', at: '650' },
	];
	expect(repairSentences(repairs, 'vi')).toEqual([
		'Khi nhận, 245$a đã đổi từ TCVN3 (ABC) sang Unicode; nguyên văn: §Þa chÝ',
		'Bảng mã của biểu ghi, nhận ra khi nhận: tcvn3, độ tin cậy 0,97: 34 trên 35 chữ có dấu là tiếng Việt',
		'Phần mềm gửi đã làm mất chữ ở 100$a: Nguy?n',
		'Đã sửa khi nhận, ở 650 (field-empty)',
	]);
	expect(repairSentences(repairs, 'en')[0]).toBe('245$a was TCVN3 (ABC) and is read so; as received: §Þa chÝ');
});

it('tells ten and counts the others', () => {
	const told = repairSentences(
		Array.from({ length: 13 }, (_, i) => ({ code: 'field-empty', at: String(600 + i) })),
		'en',
	);
	expect(told).toHaveLength(11);
	expect(told[10]).toBe('and 3 more mended on the way in');
});
