import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stance, stancesConflict } from '../../src/matching/conflicts.ts';
import { type MatchFeatures, matchFeatures } from '../../src/matching/features.ts';
import { matchKeys } from '../../src/matching/keys.ts';
import { nameSyllables, publisherName, titleNumbers, volumeSet, withoutVolume } from '../../src/matching/normal-forms.ts';
import { packFeatures, unpackFeatures } from '../../src/matching/packed-features.ts';
import { scorePair } from '../../src/matching/score.ts';
import { KINDS } from '../../src/records/bib.ts';
import { bib, type Said } from './build.ts';

const text = fc.oneof(
	fc.string({ unit: 'binary', maxLength: 40 }),
	fc.constantFrom('Toán 6. Tập hai', 'Lịch sử 1930-1945', 'a|b;c', 'T. 1', 'Đường lên đỉnh', 'Nguyễn, Văn A', 'nguyen van a'),
);
const anySaid: fc.Arbitrary<Said> = fc.record(
	{
		kind: fc.constantFrom(...KINDS),
		title: text,
		rest: text,
		volume: fc.constantFrom('1', '2', '1-2'),
		by: fc.array(text, { maxLength: 3 }),
		responsibility: text,
		year: fc.integer({ min: 1000, max: 2100 }),
		pages: fc.integer({ min: 1, max: 3000 }),
		publisher: text,
		place: text,
		edition: fc.integer({ min: 1, max: 20 }),
		classLevel: fc.constantFrom('6', '7', '1|2'),
		bookType: fc.constantFrom('SGK', 'SBT'),
		series: fc.array(fc.constantFrom('Cánh Diều', 'Tủ sách'), { maxLength: 1 }),
		isbn: fc.constantFrom('9786041140646', '9786040253620'),
		issn: fc.constantFrom('1859-2228', '0866-7098'),
		host: text,
		related: text,
	},
	{ requiredKeys: ['title'] },
);
const features = anySaid.map((s) => matchFeatures(bib(s)));

describe('packed features', () => {
	it('give back what was packed', () => {
		fc.assert(
			fc.property(features, (f) => {
				const back = unpackFeatures(packFeatures(f));
				const plain: MatchFeatures = { ...f, classLevel: f.classLevel.replace('|', ' ') };
				expect(back).toEqual(plain);
				expect(packFeatures(back)).toBe(packFeatures(f));
			}),
			{ numRuns: 500 },
		);
	});

	it('refuse a text that is no packed features', () => {
		expect(() => unpackFeatures('monograph|print')).toThrow(RangeError);
	});

	it('lead to the same keys, stance and score as the features themselves', () => {
		fc.assert(
			fc.property(features, features, (a, b) => {
				const [x, y] = [unpackFeatures(packFeatures(a)), unpackFeatures(packFeatures(b))];
				expect(matchKeys(x)).toEqual(matchKeys(a));
				expect(stance(x)).toBe(stance(unpackFeatures(packFeatures(x))));
				expect(scorePair(x, y)).toBe(scorePair(y, x));
				const score = scorePair(x, y);
				expect(score >= 0 && score <= 1).toBe(true);
			}),
			{ numRuns: 500 },
		);
	});
});

describe('stances', () => {
	it('conflict both ways alike, never with themselves, and whenever the features do', () => {
		fc.assert(
			fc.property(features, features, (a, b) => {
				const [s, t] = [stance(a), stance(b)];
				expect(stancesConflict(s, s)).toBeNull();
				expect(stancesConflict(s, t)).toBe(stancesConflict(t, s));
				if (stancesConflict(s, t) !== null) expect(scorePair(a, b)).toBe(0);
			}),
			{ numRuns: 500 },
		);
	});
});

describe('match keys', () => {
	it('are distinct safe integers, with year and word of 32 bits', () => {
		fc.assert(
			fc.property(features, (f) => {
				const { keys, year, word } = matchKeys(f);
				expect(new Set(keys).size).toBe(keys.length);
				for (const key of keys) expect(Number.isSafeInteger(key) && key >= 0).toBe(true);
				expect(year >= 0 && year < 10_000).toBe(true);
				expect(word).toBe(word | 0);
			}),
		);
	});
});

describe('normal forms', () => {
	it('takes the volume off a title', () => {
		expect(withoutVolume('toán 6 tập một')).toEqual({ title: 'toán 6', volume: '1' });
		expect(withoutVolume('chiến tranh và hoà bình t2')).toEqual({ title: 'chiến tranh và hoà bình', volume: '2' });
		expect(withoutVolume('văn học quyển iii')).toEqual({ title: 'văn học', volume: '3' });
		expect(withoutVolume('tuyen tap tho phan 02')).toEqual({ title: 'tuyen tap tho', volume: '2' });
		for (const title of ['bài tập 6', 'tập 1', 'toán 6', 'mùa xuân', '', 'tạp chí 3'])
			expect(withoutVolume(title)).toEqual({ title, volume: '' });
	});

	it('reads volume designations', () => {
		expect(volumeSet('1')).toEqual(['1']);
		expect(volumeSet('01')).toEqual(['1']);
		expect(volumeSet('1-3')).toEqual(['1', '2', '3']);
		expect(volumeSet('2.1')).toEqual(['2.1']);
		expect(volumeSet('Tap mot')).toEqual(['1']);
		expect(volumeSet('Quyển thượng')).toEqual(['thuong']);
	});

	it('reads the numbers of a title', () => {
		expect(titleNumbers('lich su 1930 45')).toEqual(['1930', '1945']);
		expect(titleNumbers('toan 06')).toEqual(['6']);
		expect(titleNumbers('the chien thu ii')).toEqual(['2']);
		expect(titleNumbers('kinh te vi mo')).toEqual([]);
		expect(titleNumbers('dai cuong phan i')).toEqual(['1']);
	});

	it('reads names as sets of syllables', () => {
		expect(nameSyllables('pgs ts le van binh chu bien')).toBe('binh le van');
		expect(nameSyllables('nhieu tac gia')).toBe('');
		expect(nameSyllables('livingstone r w 1880 1960')).toBe('livingstone r w');
	});

	it('takes "Nhà xuất bản" off a publisher and writes short forms out', () => {
		expect(publisherName('nxb tre')).toBe('tre');
		expect(publisherName('nha xuat ban giao duc')).toBe('giao duc');
		expect(publisherName('nxb khxh')).toBe('khoa hoc xa hoi');
	});
});
