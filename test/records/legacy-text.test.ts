import fc from 'fast-check';
import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { mendLegacy, mendTwiceEncoded, mendViqr } from '../../src/records/legacy-text.ts';
import { repairText } from '../../src/records/repair-text.ts';
import { as1252, asLatin, to1258, toTcvn3, toViscii, toVni } from '../support/vietnamese-encoders.ts';

const TITLES = [
	'Địa chí tỉnh Đồng Tháp',
	'Việt Nam phong tục',
	'Tướng về hưu : tập truyện ngắn',
	'Những người khốn khổ, tập 2',
	'Đại cương lịch sử văn hoá Việt Nam',
	'Kỹ thuật nuôi trồng thuỷ sản nước ngọt',
];
const title = fc.constantFrom(...TITLES);
const UNTOUCHED = [
	'Đất rừng phương Nam : truyện dài',
	'Tô Hoài, Lê Tô, Vân Côn, bé Lý',
	'« Où va la France ? », été à Noël, naïveté, œuvre',
	'Größe, Übung und schöne Möbel in Göteborg, McÉtienne',
	'España: el niño, 25 °C, m², § 5, © 2009, Nº 3, ±1, 10 × 20, a·b',
	'Coração, não, pães; Seán Ó Faoláin; Łódź; Žižek',
	'Cò Ỉa, Aò e bì: città perché più',
	'x^2 + y^2 (Toán 6)',
];

const read = (texts: readonly string[]): (readonly [string, string])[] => {
	const record = {
		leader: '00000nam a2200000 a 4500',
		fields: texts.map((value) => ({ tag: '245', ind1: '1', ind2: '0', value: '', subfields: [{ code: 'a', value }] })),
	};
	const { record: mended, repairs } = repairText(record);
	return mended.fields.map((f, i) => [f.subfields[0]?.value ?? '', repairs[i]?.code ?? ''] as const);
};

/** windows-1258 writes the tone as a mark behind the letter. */
const split1258 = (text: string): string =>
	text
		.normalize('NFD')
		.replaceAll(/([aeoAEO])(\u0323?)(\u0302|\u0306)|([ouOU])\u031b/g, (all: string, letter = '', dot = '', shape = '') =>
			letter === '' ? all.normalize('NFC') : (letter + shape).normalize('NFC') + dot,
		);

describe('Vietnamese encodings of bytes read as Latin-1', () => {
	it.each([
		['§Þa chÝ tØnh §ång Th¸p', 'Địa chí tỉnh Đồng Tháp'],
		['§ÞA CHÝ TØNH §åNG TH¸P', 'ĐỊA CHÍ TỈNH ĐỒNG THÁP'],
		['NguyÔn C«ng B×nh', 'Nguyễn Công Bình'],
		['TiÕng ViÖt 1', 'Tiếng Việt 1'],
	])('TCVN3 %s', (text, expected) => expect(mendLegacy([text])).toEqual({ encoding: 'tcvn3', texts: [expected] }));

	it.each([
		['tcvn3', (text: string) => iconv.encode(text, 'tcvn').toString('latin1')],
		['viscii', (text: string) => iconv.encode(text, 'viscii').toString('latin1')],
		['windows-1258', (text: string) => iconv.encode(split1258(text), 'win1258').toString('latin1')],
	])('%s: titles are read as they were meant', (encoding, write) => {
		for (const text of TITLES) expect(mendLegacy([write(text)]), text).toEqual({ encoding, texts: [text] });
	});

	it('other texts of the record follow, also those that would be Vietnamese either way', () => {
		const tcvn3 = (text: string): string => iconv.encode(text, 'tcvn').toString('latin1');
		expect(mendLegacy([tcvn3('Bộ Giáo dục'), tcvn3('Bộ'), 'Plain'])?.texts).toEqual(['Bộ Giáo dục', 'Bộ', null]);
		// the author was converted, so "Lê" may be what it seems
		expect(mendLegacy([tcvn3('Bộ Giáo dục'), 'Lê', 'Nguyễn Văn'])?.texts).toEqual(['Bộ Giáo dục', null, null]);
	});

	it.each(UNTOUCHED)('%s is left alone', (text) => {
		expect(read([text])).toEqual([[text, '']]);
		expect(mendLegacy([text])).toBeNull();
	});

	it('what is mended needs no mending again', () => {
		fc.assert(
			fc.property(fc.array(title, { minLength: 1, maxLength: 4 }), (texts) => {
				const written = texts.map((t) => iconv.encode(t, 'tcvn').toString('latin1'));
				const once = read(written);
				expect(once).toEqual(texts.map((t) => [t, 'tcvn3-repaired']));
				expect(read(texts)).toEqual(texts.map((t) => [t, '']));
			}),
		);
	});

	it('any texts end, and are whole', () => {
		fc.assert(
			fc.property(fc.array(fc.string({ unit: 'binary' }), { maxLength: 4 }), (texts) => {
				expect(read(texts)).toHaveLength(texts.length);
			}),
			{ numRuns: 1000 },
		);
	});
});

describe('UTF-8 encoded twice', () => {
	it('is read as it was meant, through Latin-1 or windows-1252', () => {
		for (const text of TITLES) {
			expect(mendTwiceEncoded(Buffer.from(text).toString('latin1'))).toBe(text);
			expect(mendTwiceEncoded(Buffer.from('Đắc nhân tâm').toString('latin1'))).toBe('Đắc nhân tâm');
			expect(mendTwiceEncoded(new TextDecoder('windows-1252').decode(Buffer.from(text)))).toBe(text);
			expect(read([Buffer.from(text).toString('latin1')])).toEqual([[text, 'utf8-twice-repaired']]);
		}
	});
	it.each(UNTOUCHED)('%s is none', (text) => expect(mendTwiceEncoded(text)).toBeNull());
});

describe('VIQR', () => {
	it.each([
		["Nguye^~n Nha^.t A'nh", 'Nguyễn Nhật Ánh'],
		["DDa^'t ru+`ng phu+o+ng Nam.", 'Đất rừng phương Nam.'],
		['Tuye^?n ta^.p va(n ho.c: ta^.p 2', 'Tuyển tập văn học: tập 2'],
	])('%s', (text, expected) => expect(read([text])).toEqual([[expected, 'viqr-repaired']]));

	it.each(["Où est l'e^tre?", 'a^2 + o^2', "Qu'est-ce que c'est ?", 'Te^te-a`-te^te'])('%s is none', (text) =>
		expect(mendViqr(text)).toBeNull(),
	);
});

describe('Vietnamese taken for windows-1252', () => {
	/** Everything that is in one record, in one encoding. */
	const RECORD = ['Hồ Xuân Hương', 'Thơ Hồ Xuân Hương', 'thơ', 'Văn học', 'Thuỷ hử', 'Tiểu thuyết Bêtô và Kách mệnh'];
	it.each([
		['tcvn3', toTcvn3],
		['vni', toVni],
		['viscii', toViscii],
		['windows-1258', to1258],
	])('%s: the texts of a record are judged together, and no other encoding has a part in it', (encoding, write) => {
		const texts = RECORD.map((text) => as1252(write(text)));
		const legacy = mendLegacy(texts);
		expect(legacy?.encoding).toBe(encoding);
		expect(texts.map((text, i) => legacy?.texts[i] ?? text)).toEqual(RECORD);
		expect(read(texts).map(([text]) => text)).toEqual(RECORD);
	});

	it('VISCII in capitals, whose bytes are signs of windows-1252', () => {
		expect(read(['PHAN NGỌC', 'VĂN HOÁ VIỆT NAM VÀ CÁCH TIẾP CẬN'].map((text) => as1252(toViscii(text)))).map(([text]) => text)).toEqual([
			'PHAN NGỌC',
			'VĂN HOÁ VIỆT NAM VÀ CÁCH TIẾP CẬN',
		]);
	});

	it('UTF-8 three times, and none that would mix scripts in a word', () => {
		const twice = (text: string): string => as1252(asLatin(text));
		for (const text of [...TITLES, 'Võ Nguyên Giáp', 'Đà Nẵng']) expect(mendTwiceEncoded(twice(twice(text)))).toBe(text);
		for (const text of ['Kim Đồng', 'Dương Hướng']) expect(mendTwiceEncoded(toViscii(text))).toBeNull();
	});
});

describe('letters that are lost', () => {
	it.each(['Nguy?n Du', 'Truy?n Ki?u', '?i?n Biên', 'NGUY?N DU', 'Nguy\ufffdn Du'])('%s is named and not guessed', (text) => {
		expect(read([text])).toEqual([[text, 'letters-lost']]);
	});
	it.each(['Vì sao? Vì sao?', 'Ai là ai ?', 'What?', 'https://example.vn/?q=a?b', 'Hỏi: ? - đáp'])('%s has none', (text) => {
		expect(read([text])).toEqual([[text, '']]);
	});
});
