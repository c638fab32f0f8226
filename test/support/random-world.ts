import fc from 'fast-check';
import type { WorldRecord } from './world.ts';

export const SOURCES = ['hp-01', 'hp-02', 'hp-03'] as const;
/** Identifiers of a source: r1 to r9. */
const IDENTIFIERS = 9;

/** Few titles, authors and numbers, so that records meet, conflict and chain. */
const description = fc.record(
	{
		title: fc.constantFrom(
			'Đất rừng phương Nam',
			'Dat rung phuong Nam',
			'Đất rừng phương nam truyện',
			'Toán 6',
			'Toán 7',
			'Dế Mèn phiêu lưu ký',
		),
		author: fc.constantFrom('Đoàn Giỏi', 'Tô Hoài', 'Doan Gioi'),
		year: fc.constantFrom(1999, 2000, 2020),
		volume: fc.constantFrom(1, 2),
		isbn: fc.constantFrom('9786042012348', '9786041234567', '9786040000000'),
		pages: fc.constantFrom(96, 320),
	},
	{ requiredKeys: ['title'] },
);

/** What one source lists in one run. */
export interface Listed {
	readonly source: number;
	readonly records: WorldRecord[];
	readonly pageSize: number;
}

export const listed: fc.Arbitrary<Listed> = fc.record({
	source: fc.integer({ min: 0, max: SOURCES.length - 1 }),
	records: fc.array(
		fc.tuple(fc.integer({ min: 1, max: IDENTIFIERS }), fc.boolean(), description).map(([n, keep, d]) => ({
			identifier: `r${n}`,
			...d,
			...(keep || n % 3 !== 0 ? {} : { deleted: true }),
		})),
		{ minLength: 1, maxLength: 8 },
	),
	pageSize: fc.integer({ min: 1, max: 8 }),
});

/** The last word of each record, source by source, without those that were deleted. */
export function finalState(steps: readonly Listed[]): Listed[] {
	return SOURCES.map((_, source) => {
		const last = new Map<string, WorldRecord>();
		for (const s of steps) if (s.source === source) for (const r of s.records) last.set(r.identifier, r);
		return { source, records: [...last.values()].filter((r) => r.deleted !== true), pageSize: 100 };
	});
}

/** One thing that happens in a world where librarians decide and processes die. */
export type Event =
	| { readonly kind: 'list'; readonly listed: Listed }
	/** Sources list, and the matcher is at work, all at once. */
	| { readonly kind: 'crowd'; readonly listed: readonly Listed[] }
	/** `a` and `b` pick two living records, `insist` confirms what stands between them. */
	| { readonly kind: 'decide'; readonly verdict: 'same' | 'not-same'; readonly a: number; readonly b: number; readonly insist: boolean }
	/** `which` picks a decision in force. */
	| { readonly kind: 'undo'; readonly which: number }
	| { readonly kind: 'no-doubles'; readonly source: number; readonly set: boolean }
	| { readonly kind: 'match'; readonly batchMax: number }
	| { readonly kind: 'kill'; readonly query: number; readonly sent: boolean; readonly batchMax: number };

const pick = fc.nat(1_000);
const batchMax = fc.constantFrom(1, 2, 3, 5, 1_000);

export const event: fc.Arbitrary<Event> = fc.oneof(
	{ weight: 4, arbitrary: fc.record({ kind: fc.constant('list' as const), listed }) },
	{
		weight: 1,
		arbitrary: fc.record({
			kind: fc.constant('crowd' as const),
			listed: fc.uniqueArray(listed, { selector: (one) => one.source, minLength: 2, maxLength: 3 }),
		}),
	},
	{
		weight: 5,
		arbitrary: fc.record({
			kind: fc.constant('decide' as const),
			verdict: fc.constantFrom('same' as const, 'not-same' as const),
			a: pick,
			b: pick,
			insist: fc.boolean(),
		}),
	},
	{ weight: 2, arbitrary: fc.record({ kind: fc.constant('undo' as const), which: pick }) },
	{
		weight: 1,
		arbitrary: fc.record({ kind: fc.constant('no-doubles' as const), source: fc.nat(SOURCES.length - 1), set: fc.boolean() }),
	},
	{ weight: 2, arbitrary: fc.record({ kind: fc.constant('match' as const), batchMax }) },
	{
		weight: 2,
		arbitrary: fc.record({ kind: fc.constant('kill' as const), query: fc.integer({ min: 1, max: 60 }), sent: fc.boolean(), batchMax }),
	},
);
