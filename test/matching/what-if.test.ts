import { describe, expect, it } from 'vitest';
import { outcomeOf } from '../../src/matching/feature-words.ts';
import { type MatchFeatures, matchFeatures } from '../../src/matching/features.ts';
import { score } from '../../src/matching/score.ts';
import { MERGE_AT } from '../../src/matching/weights.ts';
import { againstThem, type Turn, turnsOf } from '../../src/matching/what-if.ts';
import { turnSentence } from '../../src/matching/wording.ts';
import { bib, type Said } from './build.ts';
import { featuresOf } from './gold-judge.ts';
import { readAllGold } from './gold-pairs.ts';

const NOVEL: Said = {
	title: 'Mắt biếc',
	by: ['Nguyễn Nhật Ánh'],
	year: 2019,
	pages: 300,
	publisher: 'Trẻ',
	place: 'Thành phố Hồ Chí Minh',
	isbn: '9786041140646',
	language: 'vie',
};
const { isbn: _, ...WITHOUT_ISBN } = NOVEL;

function turned(x: Said, y: Said): { readonly score: number; readonly turns: readonly Turn[] } {
	const [a, b] = [matchFeatures(bib(x)), matchFeatures(bib(y))];
	const together = score(a, b).score >= MERGE_AT;
	return { score: score(a, b).score, turns: turnsOf(a, b, together) };
}

const scored = (x: Said, y: Said): number => score(matchFeatures(bib(x)), matchFeatures(bib(y))).score;

describe('what would have to be otherwise', () => {
	it('of two that are alike: what would take the score below what joins', () => {
		const { score: now, turns } = turned(WITHOUT_ISBN, { ...WITHOUT_ISBN, pages: 301 });
		expect(now).toBeGreaterThanOrEqual(MERGE_AT);
		expect(turns.length).toBeGreaterThan(0);
		for (const turn of turns) expect(turn.score).toBeLessThan(MERGE_AT);
		expect(turns.map((t) => t.fields)).toContainEqual(['title']);
	});

	it('the score that is told is that of the pair, scored again with what it names as the other record has it', () => {
		const other = { ...WITHOUT_ISBN, title: 'Mắt xanh', year: 2021 };
		const { turns } = turned(WITHOUT_ISBN, other);
		expect(turns.length).toBeGreaterThan(0);
		for (const { fields, score: then } of turns) {
			const as = {
				...other,
				...(fields.includes('title') ? { title: NOVEL.title } : {}),
				...(fields.includes('year') ? { year: 2019 } : {}),
			};
			expect(then).toBeCloseTo(scored(WITHOUT_ISBN, as), 12);
		}
	});

	it('of two that are not: what would take it there, alone or, where nothing would alone, together', () => {
		const near = turned(WITHOUT_ISBN, { ...WITHOUT_ISBN, title: 'Mắt xanh' });
		expect(near.score).toBeLessThan(MERGE_AT);
		expect(near.turns.map((t) => t.fields)).toContainEqual(['title']);
		for (const turn of near.turns) expect(turn.score).toBeGreaterThanOrEqual(MERGE_AT);
		const far = turned(NOVEL, {
			title: 'Toán cao cấp',
			by: ['Lê Văn Bình'],
			year: 1988,
			pages: 96,
			publisher: 'Giáo dục',
			place: 'Hà Nội',
			isbn: '9786040000019',
			language: 'eng',
		});
		expect(far.turns).toHaveLength(1);
		expect(far.turns[0]?.fields.length).toBeGreaterThan(1);
		expect(far.turns[0]?.score).toBeGreaterThanOrEqual(MERGE_AT);
	});

	it('over a hard conflict: what keeps them apart has to agree in any case', () => {
		const { turns } = turned({ ...NOVEL, volume: '1', year: 2012 }, { ...NOVEL, volume: '2', isbn: '9786040000019' });
		expect(turns.length).toBeGreaterThan(0);
		for (const { fields } of turns) expect(fields).toContain('volume');
	});

	it('for every pair of the gold file: never that what agrees already would have to, nor what neither says; and nothing named in vain', () => {
		const tally = { apart: 0, together: 0, together2: 0 };
		for (const { a, b, at } of readAllGold().flatMap((f) => f.pairs)) {
			const [x, y] = [featuresOf(a), featuresOf(b)] as [MatchFeatures, MatchFeatures];
			const found = score(x, y);
			const together = found.score >= MERGE_AT && found.conflicts.length === 0;
			const said = (f: MatchFeatures, keys: readonly (keyof MatchFeatures)[]): string => JSON.stringify(keys.map((k) => f[k]));
			for (const { fields, score: then } of turnsOf(x, y, together)) {
				expect(then >= MERGE_AT, at).toBe(!together);
				const keys = { year: ['years'], pages: ['pages'], isbn: ['isbns'], publisher: ['publisher'], place: ['place'] } as const;
				for (const [field, of] of Object.entries(keys)) {
					if (!fields.includes(field as never)) continue;
					if (together) expect(said(x, of) !== '[[]]' && said(x, of) !== '[""]', `${at} ${field}`).toBe(true);
					else expect(said(x, of), `${at} ${field}`).not.toBe(said(y, of));
				}
				if (together) tally.together++;
				else tally.apart++;
				if (fields.length > 1) tally.together2++;
			}
		}
		expect(tally.apart).toBeGreaterThan(200);
		expect(tally.together).toBeGreaterThan(200);
		expect(tally.together2).toBeGreaterThan(20);
	});

	it('what speaks against two is told once: neither what agrees nor a hard conflict is told again', () => {
		let told = 0;
		for (const { a, b, at } of readAllGold().flatMap((f) => f.pairs)) {
			const [x, y] = [featuresOf(a), featuresOf(b)];
			const { conflicts } = score(x, y);
			for (const part of againstThem(x, y)) {
				expect(['alike', 'differs', 'one-sided'], at).toContain(outcomeOf(part));
				expect(conflicts as string[], at).not.toContain(part.feature === 'numbers' ? 'title-numbers' : part.feature);
				told++;
			}
		}
		expect(told).toBeGreaterThan(1_000);
	});

	it('in words', () => {
		const turn: Turn = { fields: ['title', 'creator', 'year'], unsaid: [], score: 0.412 };
		expect(turnSentence(turn, true, 'vi')).toBe('Nếu nhan đề, tác giả và năm xuất bản khác hẳn thì điểm chỉ còn 0,41');
		expect(turnSentence({ ...turn, fields: ['isbn'], score: 0.9 }, false, 'en')).toBe('If the ISBN agreed, the score would be 0.90');
		expect(turnSentence({ ...turn, fields: ['pages'], score: 0.9 }, false, 'vi')).toBe('Nếu số trang giống nhau thì điểm lên 0,90');
		expect(turnSentence({ fields: ['title', 'isbn'], unsaid: ['isbn'], score: 0.9 }, false, 'vi')).toBe(
			'Nếu nhan đề giống nhau và cả hai biểu ghi đều nêu ISBN như nhau thì điểm lên 0,90',
		);
		expect(turnSentence({ fields: ['isbn', 'pages'], unsaid: ['isbn', 'pages'], score: 0.9 }, false, 'en')).toBe(
			'If both records stated the same ISBN and pages, the score would be 0.90',
		);
	});
});
