import { describe, expect, it } from 'vitest';
import { matchFeatures } from '../../src/matching/features.ts';
import { score } from '../../src/matching/score.ts';
import { MERGE_AT } from '../../src/matching/weights.ts';
import { type Turn, turnsOf } from '../../src/matching/what-if.ts';
import { turnSentence } from '../../src/matching/wording.ts';
import { bib, type Said } from './build.ts';

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

function turned(x: Said, y: Said): { readonly score: number; readonly turns: Turn[] } {
	const a = matchFeatures(bib(x));
	const b = matchFeatures(bib(y));
	const found = score(a, b);
	return { score: found.score, turns: turnsOf(found) };
}

describe('what would have to be otherwise', () => {
	it('of two that are alike: what would take the score below what joins', () => {
		const { isbn: _, ...without } = NOVEL;
		const { score: now, turns } = turned(without, { ...without, pages: 301 });
		expect(now).toBeGreaterThanOrEqual(MERGE_AT);
		expect(turns.length).toBeGreaterThan(0);
		for (const turn of turns) expect(turn.score).toBeLessThan(MERGE_AT);
		expect(turns[0]?.features).toEqual(['title']);
	});

	it('of two that are not: what would take it there, alone or, where nothing would alone, together', () => {
		const { isbn: _, ...without } = NOVEL;
		const near = turned(without, { ...without, title: 'Mắt xanh' });
		expect(near.score).toBeLessThan(MERGE_AT);
		expect(near.turns.map((t) => t.features)).toContainEqual(['title']);
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
		expect(far.turns[0]?.features.length).toBeGreaterThan(1);
		expect(far.turns[0]?.score).toBeGreaterThanOrEqual(MERGE_AT);
	});

	it('in words', () => {
		const turn: Turn = { features: ['title', 'creator', 'year'], score: 0.412 };
		expect(turnSentence(turn, true, 'vi')).toBe('Nếu nhan đề, tác giả và năm xuất bản khác hẳn thì điểm chỉ còn 0,41');
		expect(turnSentence({ ...turn, features: ['isbn'], score: 0.9 }, false, 'en')).toBe('If ISBN agreed, it would be 0.90');
	});
});
