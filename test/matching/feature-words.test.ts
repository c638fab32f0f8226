import { describe, expect, it } from 'vitest';
import { asWritten } from '../../src/matching/as-written.ts';
import { featureSentence, outcomeOf } from '../../src/matching/feature-words.ts';
import { type MatchFeatures, matchFeatures } from '../../src/matching/features.ts';
import { score } from '../../src/matching/score.ts';
import type { FeatureName } from '../../src/matching/strategy.ts';
import { conflictSentence } from '../../src/matching/wording.ts';
import { identityFromMarc } from '../../src/records/bib-from-marc.ts';
import type { MarcRecord } from '../../src/records/marc.ts';
import { repairText } from '../../src/records/repair-text.ts';
import { bib, type Said } from './build.ts';
import { featuresOf } from './gold-judge.ts';
import { readAllGold } from './gold-pairs.ts';

const BOOK: Said = { title: 'Mắt biếc', by: ['Nguyễn Nhật Ánh'], year: 2017, pages: 300, publisher: 'Trẻ', language: 'vie' };

/** What one feature says of a pair of books, as people read it. */
function said(name: FeatureName, a: Partial<Said>, b: Partial<Said>): { outcome: string; vi: string; en: string } {
	const [one, other] = [bib({ ...BOOK, ...a }), bib({ ...BOOK, ...b })];
	const [f, g] = [matchFeatures(one), matchFeatures(other)];
	const part = score(f, g).parts.find((p) => p.feature === name);
	const [x, y] = [asWritten(f, one), asWritten(g, other)];
	if (part === undefined) throw new Error(`${name} is not compared`);
	return { outcome: outcomeOf(part), vi: featureSentence(part, x, y, 'vi'), en: featureSentence(part, x, y, 'en') };
}

function written(features: MatchFeatures, record: MarcRecord): MatchFeatures {
	const read = identityFromMarc(repairText(record).record);
	return 'bib' in read ? asWritten(features, read.bib) : features;
}

describe('what a feature says of two records', () => {
	it('years, pages and editions by their numbers and how far apart these are, never in per cent', () => {
		expect(said('year', {}, { year: 2020 })).toEqual({
			outcome: 'differs',
			vi: 'Năm xuất bản khác nhau: 2017 và 2020, cách nhau 3 năm',
			en: 'Years differ: 2017 and 2020, 3 years apart',
		});
		expect(said('year', {}, { year: 2018 })).toEqual({
			outcome: 'alike',
			vi: 'Năm xuất bản liền nhau: 2017 và 2018, cách nhau 1 năm',
			en: 'Years are next to each other: 2017 and 2018, 1 year apart',
		});
		expect(said('pages', {}, { pages: 302 })).toEqual({
			outcome: 'alike',
			vi: 'Số trang gần bằng nhau: 300 và 302, chênh 2 trang',
			en: 'Pages are nearly the same: 300 and 302, a difference of 2 pages',
		});
		expect(said('pages', {}, { pages: 96 })).toMatchObject({ outcome: 'differs', vi: 'Số trang khác nhau: 300 và 96, chênh 204 trang' });
		expect(said('edition', { edition: 2 }, { edition: 3 })).toEqual({
			outcome: 'differs',
			vi: 'Lần xuất bản khác nhau: 2 và 3',
			en: 'Editions differ: 2 and 3',
		});
	});

	it('what only one of them says as that, without an empty value', () => {
		expect(said('edition', {}, { edition: 2 })).toEqual({
			outcome: 'one-sided',
			vi: 'Lần xuất bản: chỉ một biểu ghi nêu (2)',
			en: 'Editions: stated by only one record (2)',
		});
		expect(said('pages', {}, { pages: undefined as never })).toMatchObject({
			outcome: 'one-sided',
			en: 'Pages: stated by only one record (300)',
		});
		expect(said('marks', {}, { title: 'Mắt biêc' })).toMatchObject({ vi: expect.stringContaining('Mắt biếc / Mắt biêc') });
	});

	it('titles and names that are the same but for their marks', () => {
		expect(said('title', {}, { title: 'Mặt biếc' }).vi).toBe('Nhan đề giống nhau nếu không kể dấu: Mắt biếc / Mặt biếc');
		expect(said('title', {}, { title: 'MẮT BIẾC.' }).vi).toBe('Nhan đề giống nhau: Mắt biếc / MẮT BIẾC.');
		expect(said('title', { title: 'Giáo trình điều dưỡng' }, { title: 'GT điều dưỡng' }).vi).toBe(
			'Nhan đề giống nhau: Giáo trình điều dưỡng / GT điều dưỡng',
		);
		expect(said('creator', { by: ['Phùng Quán'] }, { by: ['Quân, Phùng'] }).en).toBe(
			'Creators agree but for their marks: Phùng Quán / Quân, Phùng',
		);
		expect(said('creator', {}, { by: ['Ánh, Nguyễn Nhật'] }).en).toBe('Creators agree: Nguyễn Nhật Ánh / Ánh, Nguyễn Nhật');
	});

	it('words in the place of others, counted', () => {
		expect(said('whole-title', { title: 'Đất rừng phương Nam' }, { title: 'Đất rừng phương Bắc' })).toMatchObject({
			vi: 'Toàn bộ nhan đề có một chữ khác nhau: Đất rừng phương Nam / Đất rừng phương Bắc',
			en: 'Whole titles have one word in the place of another: Đất rừng phương Nam / Đất rừng phương Bắc',
		});
	});

	it('nothing empty, no per cent and nothing that is no word, whatever pair a librarian may see', () => {
		let sentences = 0;
		for (const { a, b, at } of readAllGold().flatMap((f) => f.pairs)) {
			const [f, g] = [featuresOf(a), featuresOf(b)];
			const found = score(f, g);
			for (const [x, y] of [
				[f, g],
				[written(f, a), written(g, b)],
			] as const) {
				for (const lang of ['vi', 'en'] as const) {
					const texts = [
						...found.parts.map((p) => featureSentence(p, x, y, lang)),
						...found.conflicts.map((name) => conflictSentence(name, x, y, lang)),
					];
					for (const text of texts) expect(text, at).not.toMatch(/: *$|: *\/|\/ *$|%|\(\)|undefined|(?<![\d-])-1\b| {2}/);
					sentences += texts.length;
				}
			}
		}
		expect(sentences).toBeGreaterThan(60_000);
	});
});
