import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exactText, foldText, hasVietnameseMarks, words } from '../../src/lib/fold.ts';

const VIETNAMESE = 'aăâbcdđeêghiklmnoôơpqrstuưvxyàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ';
const letters = fc.constantFrom(...VIETNAMESE, ...VIETNAMESE.toUpperCase(), ' ', '-', '.', '1', 'ß', 'Ø');
const vietnamese = fc.array(letters, { maxLength: 30 }).map((list) => list.join(''));
const anything = fc.string({ unit: 'grapheme' });

describe('foldText', () => {
	it.each([
		['Đường lên "Phan-xi-păng"!', 'duong len phan xi pang'],
		['ÐẠI HỌC ðà nẵng', 'dai hoc da nang'],
		['Straße, Œuvre, Ægir', 'strasse oeuvre aegir'],
		['  Việt   Nam\t–\n1945 ', 'viet nam 1945'],
		['ʻAlī al-Ḥusayn', 'ali al husayn'],
		['½ x²', '1 2 x2'],
		['ﬁn', 'fin'],
		['Война и мир', 'воина и мир'],
		['日本語、テスト', '日本語 テスト'],
		['हिन्दी', 'हिन्दी'],
		['!?', ''],
		['', ''],
	])('%s', (text, folded) => expect(foldText(text)).toBe(folded));

	it('folds every Vietnamese letter, composed or not, to plain ASCII', () => {
		for (const form of ['NFC', 'NFD'] as const)
			expect(foldText(`${VIETNAMESE}${VIETNAMESE.toUpperCase()}`.normalize(form))).toMatch(/^[a-z]+$/);
	});

	it('is the same for every normalisation form and case, and for its own result', () => {
		fc.assert(
			fc.property(vietnamese, (text) => {
				const folded = foldText(text);
				for (const form of ['NFC', 'NFD', 'NFKC', 'NFKD'] as const) expect(foldText(text.normalize(form))).toBe(folded);
				expect(foldText(text.toUpperCase())).toBe(folded);
				expect(foldText(folded)).toBe(folded);
			}),
		);
	});

	it('gives words parted by single spaces, whatever comes in', () => {
		fc.assert(fc.property(anything, (text) => void expect(foldText(text)).toMatch(/^(\S+( \S+)*)?$/u)));
	});

	it('takes texts longer than its buffer', () => expect(foldText('Ổ '.repeat(100_000))).toBe('o '.repeat(100_000).trim()));
});

describe('exactText', () => {
	it.each([
		['hòa', 'hoà'],
		['thúy', 'thuý'],
		['khỏe', 'khoẻ'],
		['HÓA', 'hoá'],
		['qúa', 'quá'],
		['gìa', 'già'],
		['kí', 'ký'],
		['lí', 'lý'],
		['mĩ', 'mỹ'],
		['sĩ', 'sỹ'],
		['tỉ', 'tỷ'],
		['quí', 'quý'],
		['thủơ', 'thuở'],
		['Ðất ðỏ Ɖông', 'đất đỏ đông'],
		['Toán - Lý.', 'toán lý'],
	])('%s is spelled %s', (text, spelled) => expect(exactText(text)).toBe(spelled));

	it.each(['của', 'múa', 'mía', 'chí', 'nghĩa', 'quên', 'giếng', 'hoàn', 'ngoài', 'thi', 'sinh', 'café', 'élan'])('%s stays', (word) =>
		expect(exactText(word)).toBe(word),
	);

	it('keeps the six tones apart', () => expect(new Set(['ma', 'má', 'mà', 'mả', 'mã', 'mạ'].map(exactText)).size).toBe(6));

	it('composes marks in any order', () => {
		for (const spelling of ['tiếng', 'tie\u0302\u0301ng', 'tie\u0301\u0302ng', 'tié\u0302ng']) expect(exactText(spelling)).toBe('tiếng');
		expect(exactText('bơ\u0323')).toBe('bợ');
		expect(exactText('bo\u0323\u031b')).toBe('bợ');
	});

	it('is the same for every normalisation form, and for its own result', () => {
		fc.assert(
			fc.property(vietnamese, (text) => {
				const exact = exactText(text);
				for (const form of ['NFC', 'NFD'] as const) expect(exactText(text.normalize(form))).toBe(exact);
				expect(exactText(exact)).toBe(exact);
				expect(foldText(exact).length).toBe(foldText(text).length);
			}),
		);
	});

	it('gives NFC in single spaces, whatever comes in', () => {
		fc.assert(
			fc.property(anything, (text) => {
				const exact = exactText(text);
				expect(exact).toMatch(/^(\S+( \S+)*)?$/u);
				expect(exact.normalize('NFC')).toBe(exact);
			}),
		);
	});
});

it('knows which texts carry Vietnamese marks', () => {
	expect(['Đi', 'Ly Sơn', 'Lý', 'Lý'.normalize('NFD'), 'mạ'].every(hasVietnameseMarks)).toBe(true);
	expect(['Ly Son', '', 'Straße', 'naïve', 'Война'].some(hasVietnameseMarks)).toBe(false);
});

it('splits into words', () => {
	expect(words(foldText('Sài-gòn, 1975'))).toEqual(['sai', 'gon', '1975']);
	expect(words('')).toEqual([]);
});
