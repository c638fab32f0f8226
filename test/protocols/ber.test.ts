import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../src/lib/limits.ts';
import { BerFramer } from '../../src/protocols/ber/framer.ts';
import { BerError, type BerNode } from '../../src/protocols/ber/node.ts';
import { readBer } from '../../src/protocols/ber/read.ts';
import * as values from '../../src/protocols/ber/values.ts';
import { writeBer } from '../../src/protocols/ber/write.ts';
import { framed, indefinite } from '../support/ber-bytes.ts';
import { amid, mutated, mutations } from '../support/mutated.ts';

const DEEP = process.env['DEEP'] === '1';
const runs = DEEP ? 2_000 : 200;

const nodes = fc.letrec<{ node: BerNode; leaf: BerNode; branch: BerNode }>((tie) => ({
	node: fc.oneof({ depthSize: 'small', withCrossShrink: true }, tie('leaf'), tie('branch')),
	leaf: fc
		.tuple(fc.nat(3), fc.oneof(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 31, max: 2 ** 28 })), fc.uint8Array({ maxLength: 300 }))
		.map(([cls, tag, bytes]) => values.primitive(tag, bytes, cls)),
	branch: fc
		.tuple(fc.nat(3), fc.integer({ min: 1, max: 300 }), fc.array(tie('node'), { maxLength: 4 }))
		.map(([cls, tag, children]) => values.constructed(tag, children, cls)),
})).node;

describe('BER', () => {
	it('reads what it wrote, with definite and with indefinite lengths', () => {
		fc.assert(
			fc.property(nodes, (node) => {
				expect(readBer(writeBer(node))).toEqual(node);
				expect(readBer(indefinite(node))).toEqual(node);
			}),
			{ numRuns: runs },
		);
	});

	it('cuts a stream into the same elements however it arrives', () => {
		const messages = fc.array(fc.tuple(nodes, fc.boolean()), { minLength: 1, maxLength: 5 });
		fc.assert(
			fc.property(messages, fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), (made, sizes) => {
				const whole = made.map(([node, open]) => (open ? indefinite(node) : writeBer(node)));
				expect(framed(Uint8Array.from(Buffer.concat(whole)), sizes)).toEqual(whole);
			}),
			{ numRuns: runs },
		);
	});

	it('integers, bits, object identifiers and strings are what they were', () => {
		fc.assert(
			fc.property(fc.maxSafeInteger(), (value) => {
				expect(values.integer(values.integerNode(2, value))).toBe(value);
			}),
			{ numRuns: runs },
		);
		for (const value of [0, 127, 128, -128, -129, 255, 256, 32_767, 32_768, 2 ** 31, -(2 ** 31)])
			expect(values.integer(values.integerNode(2, value))).toBe(value);
		const arcs = fc.tuple(fc.nat(2), fc.nat(39), fc.array(fc.nat(2 ** 31 - 1), { maxLength: 8 }));
		fc.assert(
			fc.property(arcs, ([root, second, rest]) => {
				const oid = [root, second, ...rest].join('.');
				expect(values.oid(values.oidNode(oid))).toBe(oid);
			}),
			{ numRuns: runs },
		);
		fc.assert(
			fc.property(fc.uniqueArray(fc.nat(40), { minLength: 1 }), (set) => {
				expect([...values.bits(values.bitsNode(3, new Set(set)))].sort()).toEqual([...set].sort());
			}),
		);
		expect([...values.bits(values.bitsNode(3, new Set()))]).toEqual([]);
		const split = values.constructed(4, [values.textNode(4, 'Lý '), values.constructed(4, [values.textNode(4, 'Sơn')])]);
		expect(values.text(split)).toBe('Lý Sơn');
	});

	it('refuses what has no end, is too deep, too long or has too many elements', () => {
		const deep = (levels: number) => Uint8Array.from(Array.from({ length: levels * 2 }, (_, i) => (i % 2 === 0 ? 0x30 : 0x80)));
		expect(() => readBer(deep(100_000))).toThrow(BerError);
		expect(() => new BerFramer().feed(deep(100_000))).toThrow(/nested deeper/);
		expect(() => readBer(Uint8Array.of(0x04, 0x80, 0, 0))).toThrow(/indefinite/);
		expect(() => readBer(Uint8Array.of(0x30, 0x02, 0x04, 0x05))).toThrow(/longer than/);
		expect(() => readBer(Uint8Array.of(0x30, 0x80, 0x05, 0x00))).toThrow(BerError);
		expect(() => readBer(Uint8Array.of(0x05, 0x00, 0x00))).toThrow(/behind/);
		expect(() => new BerFramer().feed(Uint8Array.of(0x30, 0x85, 0xff, 0xff, 0xff, 0xff, 0xff))).toThrow(/longer than/);
		expect(() => new BerFramer().feed(Uint8Array.of(0x30, 0x87, 1, 1, 1, 1, 1, 1, 1))).toThrow(BerError);
		expect(() => new BerFramer().feed(Uint8Array.of(0x3f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff))).toThrow(BerError);
		const many = writeBer(values.sequence(Array.from({ length: LIMITS.berElementsMax }, () => values.primitive(1, new Uint8Array(0)))));
		expect(() => readBer(many)).toThrow(/more than/);
	});

	it('survives mutated input: it reads or refuses, and never gives more than was there', { timeout: 400_000 }, () => {
		fc.assert(
			fc.property(mutated(nodes.chain((node) => fc.boolean().map((open) => (open ? indefinite(node) : writeBer(node))))), (bytes) => {
				const input = amid(bytes, new Uint8Array(32).fill(0x30));
				let node: BerNode | null = null;
				try {
					node = readBer(input);
				} catch (error) {
					if (!(error instanceof BerError)) throw error;
				}
				if (node !== null) expect(sizeOf(node)).toBeLessThanOrEqual(bytes.length);
				const framer = new BerFramer();
				try {
					const sum = framer.feed(input).reduce((all, one) => all + one.length, 0);
					expect(sum + framer.waiting).toBe(bytes.length);
				} catch (error) {
					if (!(error instanceof BerError)) throw error;
				}
			}),
			mutations(),
		);
	});
});

function sizeOf(node: BerNode): number {
	return 2 + node.bytes.length + node.children.reduce((sum, one) => sum + sizeOf(one), 0);
}
