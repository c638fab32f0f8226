import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { repairText } from '../../src/records/repair-text.ts';
import { isVietnameseSyllable } from '../../src/records/vietnamese-syllable.ts';
import { mendVni, vniToUnicode } from '../../src/records/vni.ts';

const words = (text: string): string[] => text.split(/\s+/);

describe('isVietnameseSyllable', () => {
	it.each(
		words(
			'Việt Nam nghiêng nghĩa giếng gì giữ quốc quý quyển khuỷu thuở khuya huỳnh xoong hoà hòa thúy thuý toán tiếng ương yêu ý ỉu nghề ghế kẻ cả kỹ kĩ uống rượu sách bướm chương trình oanh uyên ĐƯỜNG Đất ơi a ê',
		),
	)('%s is one', (word) => {
		expect(isVietnameseSyllable(word)).toBe(true);
		expect(isVietnameseSyllable(word.normalize('NFD'))).toBe(true);
	});

	it.each(
		words(
			'Phaàn töø chöông ceo kă nghà ghà fa zê cac mat hoc lich jazz Göteborg été où España naïf für strasse thèse méthode bcd Lênin điêzen tuanh tiêếng',
		),
	)('%s is none', (word) => {
		expect(isVietnameseSyllable(word)).toBe(false);
	});
});

describe('VNI read as Latin letters', () => {
	it.each([
		['Phaàn 1: töø chöông', 'Phần 1: từ chương'],
		['Giaùo trình kinh teá vó moâ', 'Giáo trình kinh tế vĩ mô'],
		['ÑAÏI HOÏC QUOÁC GIA THAØNH PHOÁ HOÀ CHÍ MINH', 'ĐẠI HỌC QUỐC GIA THÀNH PHỐ HỒ CHÍ MINH'],
		['Lòch söû Vieät Nam', 'Lịch sử Việt Nam'],
		['Nguyeãn Vaên Thöôøng', 'Nguyễn Văn Thường'],
		['Electricity (saùch goác)', 'Electricity (sách gốc)'],
		['Phaân tích kỹ thuật ứng dụng', 'Phân tích kỹ thuật ứng dụng'],
	])('%s is mended', (text, expected) => {
		expect(mendVni(text)).toEqual({ kind: 'repaired', text: expected });
	});

	it.each(['Meùcanique des fluides', 'Chimie Quantique de l atome aø la theùorie de Huckel', 'Exercices et Probleømes Corrigeùs'])(
		'%s is suspected and kept',
		(text) => {
			expect(mendVni(text)).toEqual({ kind: 'suspected' });
		},
	);

	it.each([
		'Đất rừng phương Nam : truyện dài',
		'Hoà bình, toàn quốc, khoá học, thuở ấy, quá khứ, huệ, khoẻ',
		'Où va la France ?',
		"L'été à Noël, naïveté et maïs en août",
		'Le théâtre de Molière : aérien, Israël',
		'Größe, Übung und schöne Möbel in Göteborg',
		'España: el niño y el año, baúl, océano',
		'Coração, não, pães; Seán Ó Faoláin',
		'Över ån på ön; Kierkegaard: frygt og bæven, søen',
		'Žluťoučký kůň',
		'Война и мир',
		'Plain English title',
	])('%s is left alone', (text) => {
		expect(mendVni(text)).toEqual({ kind: 'clean' });
	});

	it('correct Vietnamese of any syllables is left alone', () => {
		const syllable = fc.constantFrom(
			...words('Việt Nam toàn quốc hoà bình khoá huệ khoẻ quá thuở người đường giáo trình lịch sử từ điển nguyễn ánh oà uý uỷ'),
		);
		fc.assert(
			fc.property(fc.array(syllable, { minLength: 1 }), (title) => {
				expect(mendVni(title.join(' '))).toEqual({ kind: 'clean' });
			}),
		);
	});

	it('any text ends', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'binary' }), (text) => {
				expect(['clean', 'suspected', 'repaired']).toContain(mendVni(text).kind);
			}),
			{ numRuns: 2000 },
		);
		expect(vniToUnicode('')).toBe('');
	});
});

describe('repairText', () => {
	const record = (value: string) => ({
		leader: '00000nam a2200000 a 4500',
		fields: [{ tag: '245', ind1: '1', ind2: '0', value: '', subfields: [{ code: 'a', value }] }],
	});

	it('names what it mends, with the text as it was', () => {
		const { record: mended, repairs } = repairText(record('Phaàn 1: töø chöông'));
		expect(mended.fields[0]?.subfields[0]?.value).toBe('Phần 1: từ chương');
		expect(repairs).toEqual([{ code: 'vni-repaired', at: '245$a', detail: 'Phaàn 1: töø chöông' }]);
	});

	it('puts a tone typed before the circumflex in order', () => {
		const { record: mended, repairs } = repairText(record('Tie\u0301\u0302ng Vie\u0323\u0302t'.normalize('NFC')));
		expect(mended.fields[0]?.subfields[0]?.value).toBe('Tiếng Việt');
		expect(repairs.map((r) => r.code)).toEqual(['mark-order']);
	});

	it('gives the same object when there is nothing to mend', () => {
		const clean = record('Truyện Kiều');
		expect(repairText(clean).record).toBe(clean);
	});
});
