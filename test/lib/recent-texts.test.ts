import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packTexts, TextPacker, textReader } from '../../src/lib/packed-texts.ts';
import { RecentTexts } from '../../src/lib/recent-texts.ts';

const text = fc.string({ unit: 'grapheme', maxLength: 30 });

describe('texts kept lately', () => {
	it('are those that were set last, half of the memory of them at least, and never another or an older one', () => {
		const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 40 }), fc.option(text)), { maxLength: 300 });
		fc.assert(
			fc.property(steps, fc.integer({ min: 100, max: 2_000 }), (all, bytes) => {
				const recent = new RecentTexts(bytes);
				const set = new Map<number, string>();
				for (const [number, value] of all) {
					set.delete(number);
					if (value === null) recent.forget(number);
					else {
						set.set(number, value);
						recent.set(number, value);
					}
				}
				for (let number = 0; number <= 40; number++) {
					const held = recent.get(number);
					if (held !== undefined) expect(held.toString('utf8')).toBe(set.get(number));
				}
				// before a text is written, room is reckoned as three bytes for each unit of it
				let room = Math.floor(bytes / 2);
				const later = new Set<number>();
				for (const [number, value] of [...all].reverse()) {
					room -= 3 * (value ?? '').length;
					if (room < 0) break;
					if (value !== null && !later.has(number)) expect(recent.get(number)?.toString('utf8')).toBe(value);
					later.add(number);
				}
			}),
		);
	});

	it('are as many as there is room for, and no more', () => {
		const recent = new RecentTexts(3_000_000);
		const of = (number: number): string => `bản ghi số ${number} `.repeat(10);
		for (let number = 0; number < 30_000; number++) recent.set(number, of(number));
		const held = Array.from({ length: 30_000 }, (_, number) => recent.get(number)).filter((one) => one !== undefined);
		const bytes = held.reduce((sum, one) => sum + one.length, 0);
		expect(bytes).toBeGreaterThan(1_400_000);
		expect(bytes).toBeLessThanOrEqual(3_000_000);
		expect(recent.get(29_999)?.toString('utf8')).toBe(of(29_999));
	});

	it('are forgotten where there is no room for them even alone', () => {
		const recent = new RecentTexts(200);
		recent.set(1, 'a');
		recent.set(1, 'a'.repeat(200));
		expect(recent.get(1)).toBeUndefined();
		recent.set(2, 'b');
		expect(recent.get(2)?.toString('utf8')).toBe('b');
	});
});

describe('packed texts', () => {
	it('are read at their places, whether they came as text or as bytes', () => {
		fc.assert(
			fc.property(fc.uniqueArray(fc.tuple(fc.nat(), text, fc.boolean()), { selector: ([number]) => number }), (all) => {
				const packer = new TextPacker(all.length, 1);
				for (const [number, value, asBytes] of all) {
					if (asBytes) packer.addBytes(number, Buffer.from(value));
					else packer.add(number, value);
				}
				for (const { places, texts } of [packer.finish(), packTexts(all.map(([number, value]) => [number, value]))]) {
					const read = textReader(texts);
					expect(all.map(([number]) => read(places.get(number) as number))).toEqual(all.map(([, value]) => value));
				}
			}),
		);
	});
});
