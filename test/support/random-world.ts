import fc from 'fast-check';
import type { WorldRecord } from './world.ts';

/** Three small libraries, and one that prints one ISBN on all of its books. */
export const SOURCES = ['hp-01', 'hp-02', 'hp-03', 'hp-04'] as const;
const CROWD = SOURCES.length - 1;
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
		callNumber: fc.constantFrom('V23', '895.9'),
	},
	{ requiredKeys: ['title'] },
);

/** What one source lists in one run. */
export interface Listed {
	readonly source: number;
	readonly records: readonly WorldRecord[];
	readonly pageSize: number;
	/** The list is its whole catalogue: what it no longer has vanishes. */
	readonly whole?: boolean;
}

export const listed: fc.Arbitrary<Listed> = fc.record({
	source: fc.integer({ min: 0, max: CROWD - 1 }),
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

/** The last word of each record, source by source, without those that were deleted or vanished. */
export function finalState(steps: readonly Listed[]): Listed[] {
	return SOURCES.map((_, source) => {
		const last = new Map<string, WorldRecord>();
		for (const s of steps) {
			if (s.source !== source) continue;
			if (s.whole === true) last.clear();
			for (const r of s.records) last.set(r.identifier, r);
		}
		return { source, records: [...last.values()].filter((r) => r.deleted !== true), pageSize: 100 };
	});
}

/** So many records with one ISBN as the whole of a catalogue: half of them with one year and title too, so that every step of the ladder crosses its cap. */
export const crowd = (size: number): Listed => ({
	source: CROWD,
	whole: true,
	pageSize: 50,
	records: Array.from({ length: size }, (_, i) => ({
		identifier: `k${i}`,
		title: ['Đất rừng phương Nam', 'Toán 6', 'Đất rừng phương Nam', 'Dế Mèn phiêu lưu ký'][i % 4] as string,
		year: i % 4 === 3 ? 2000 : 1999,
		isbn: '9786042012348',
		...(i % 5 === 0 ? { volume: 1 + (i % 2) } : {}),
	})),
});

/** One thing that happens in a world where libraries correct, librarians decide, rules change and processes die. Numbers pick among what there is. */
export type Event =
	| { readonly kind: 'list'; readonly listed: Listed }
	/** Sources list, and the matcher is at work, all at once. */
	| { readonly kind: 'at-once'; readonly listed: readonly Listed[] }
	/** The library of one ISBN grows or shrinks. */
	| { readonly kind: 'crowd'; readonly size: number }
	/** The oldest member of a union record of several is deleted. */
	| { readonly kind: 'oldest-dies'; readonly which: number }
	/** A member of a union record of several turns out to be another publication. */
	| { readonly kind: 'split'; readonly which: number; readonly member: number }
	/** A record that was deleted is listed again, as what it was or as another publication. */
	| { readonly kind: 'returns'; readonly which: number; readonly other: boolean }
	/** A library changes its system: all of its identifiers are others. */
	| { readonly kind: 'rename'; readonly source: number }
	/** The program comes with new rules. */
	| { readonly kind: 'rules' }
	/** `a` and `b` pick two living records, `insist` confirms what stands between them. */
	| { readonly kind: 'decide'; readonly verdict: 'same' | 'not-same'; readonly a: number; readonly b: number; readonly insist: boolean }
	/** `which` picks a decision in force. */
	| { readonly kind: 'undo'; readonly which: number }
	| { readonly kind: 'no-doubles'; readonly source: number; readonly set: boolean }
	| { readonly kind: 'match'; readonly batchMax: number }
	| { readonly kind: 'kill'; readonly query: number; readonly sent: boolean; readonly batchMax: number };

const pick = fc.nat(1_000);
const source = fc.nat(CROWD);
const batchMax = fc.oneof(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 1_000 }));
/** Around the cap of a key (40), and far on either side. */
const size = fc.constantFrom(0, 3, 30, 39, 40, 41, 42, 80, 82, 90);

const happening = <Kind extends Event['kind'], Rest extends object>(
	weight: number,
	kind: Kind,
	rest: { readonly [Name in keyof Rest]: fc.Arbitrary<Rest[Name]> },
): fc.WeightedArbitrary<Rest & { readonly kind: Kind }> => ({
	weight,
	arbitrary: fc.record(rest).map((made) => ({ ...(made as Rest), kind })),
});

export const event: fc.Arbitrary<Event> = fc.oneof(
	happening(6, 'list', { listed: fc.tuple(listed, fc.nat(3)).map(([one, whole]) => ({ ...one, whole: whole === 0 })) }),
	happening(2, 'at-once', { listed: fc.uniqueArray(listed, { selector: (one) => one.source, minLength: 2, maxLength: 3 }) }),
	happening(1, 'crowd', { size }),
	happening(2, 'oldest-dies', { which: pick }),
	happening(2, 'split', { which: pick, member: pick }),
	happening(3, 'returns', { which: pick, other: fc.boolean() }),
	happening(1, 'rename', { source }),
	happening(1, 'rules', {}),
	happening(6, 'decide', { verdict: fc.constantFrom('same' as const, 'not-same' as const), a: pick, b: pick, insist: fc.boolean() }),
	happening(2, 'undo', { which: pick }),
	happening(1, 'no-doubles', { source, set: fc.boolean() }),
	happening(3, 'match', { batchMax }),
	happening(3, 'kill', {
		query: fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 300 })),
		sent: fc.boolean(),
		batchMax,
	}),
);

const book = (identifier: string): WorldRecord => ({ identifier, title: 'Dế Mèn phiêu lưu ký', author: 'Tô Hoài', year: 2000, pages: 96 });

/** A world in which each kind of event happens, whatever chance makes of the others. */
export const EVERY_EVENT: readonly Event[] = [
	{ kind: 'list', listed: { source: 0, records: ['r1', 'r2', 'r3', 'r4'].map(book), pageSize: 3 } },
	{
		kind: 'at-once',
		listed: [1, 2].map((at) => ({ source: at, records: [book('r1'), { ...book('r2'), volume: 2 }], pageSize: 1 })),
	},
	{ kind: 'match', batchMax: 1 },
	{ kind: 'decide', verdict: 'not-same', a: 0, b: 4, insist: false },
	{ kind: 'decide', verdict: 'same', a: 1, b: 5, insist: true },
	{ kind: 'decide', verdict: 'not-same', a: 2, b: 6, insist: false },
	{ kind: 'kill', query: 12, sent: true, batchMax: 2 },
	{ kind: 'oldest-dies', which: 0 },
	{ kind: 'match', batchMax: 2 },
	{ kind: 'returns', which: 0, other: true },
	{ kind: 'match', batchMax: 2 },
	{ kind: 'split', which: 0, member: 1 },
	{ kind: 'crowd', size: 90 },
	{ kind: 'match', batchMax: 37 },
	{ kind: 'rename', source: 1 },
	{ kind: 'rules' },
	{ kind: 'kill', query: 30, sent: false, batchMax: 5 },
	{ kind: 'crowd', size: 30 },
	{ kind: 'no-doubles', source: 2, set: true },
	{ kind: 'undo', which: 0 },
	{ kind: 'list', listed: { source: 0, records: [book('r1'), book('r3')], pageSize: 2, whole: true } },
];
