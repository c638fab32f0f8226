import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDatestamp, readGranularity, writeDatestamp, writeInstant } from '../../src/protocols/oai-pmh/datestamp.ts';

const instants = fc.integer({ min: Date.UTC(1000, 0, 1), max: Date.UTC(9999, 11, 31) });

describe('datestamps', () => {
	it('reads back what it writes, in both granularities, rounded down', () => {
		fc.assert(
			fc.property(instants, (ms) => {
				const second = writeDatestamp(ms, 'second');
				expect(second).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
				expect(readDatestamp(second)).toBe(second);
				expect(Date.parse(second)).toBe(Math.floor(ms / 1_000) * 1_000);
				const day = writeDatestamp(ms, 'day');
				expect(day).toMatch(/^\d{4}-\d\d-\d\d$/);
				expect(readDatestamp(day)).toBe(`${second.slice(0, 10)}T00:00:00Z`);
			}),
		);
	});

	it('takes the same instant from every spelling of it', () => {
		fc.assert(
			fc.property(
				instants,
				fc.integer({ min: -14 * 60, max: 14 * 60 }),
				fc.constantFrom('T', 't', ' '),
				fc.boolean(),
				fc.boolean(),
				(ms, offset, separator, colon, pad) => {
					const local = new Date(ms + offset * 60_000).toISOString();
					const hours = String(Math.floor(Math.abs(offset) / 60)).padStart(2, '0');
					const minutes = String(Math.abs(offset) % 60).padStart(2, '0');
					const zone = `${offset < 0 ? '-' : '+'}${hours}${colon ? ':' : ''}${minutes}`;
					const text = `${local.slice(0, 10)}${separator}${local.slice(11, 23)}${zone}`;
					expect(readDatestamp(pad ? `\n ${text} ` : text)).toBe(writeInstant(ms));
				},
			),
		);
	});

	it('never throws and never invents a date', () => {
		fc.assert(fc.property(fc.string(), (text) => readDatestamp(text) === null || /\d{4}/.test(text)));
		for (const text of [
			'',
			'now',
			'2026-02-30',
			'2026-13-01',
			'2026-01-01T24:00:00Z',
			'2026-01-01T00:60:00Z',
			'20260101',
			'2026-01-01T00:00:00+25:00',
			'0026-01-01',
			'2026-1-1',
		])
			expect(readDatestamp(text)).toBeNull();
		expect(readDatestamp('2024-02-29')).toBe('2024-02-29T00:00:00Z');
		expect(readDatestamp('2023-02-29T00:00:00Z')).toBeNull();
		expect(readDatestamp('2016-12-31T23:59:60Z')).toBe('2016-12-31T23:59:59Z');
		expect(readDatestamp('2026')).toBe('2026-01-01T00:00:00Z');
	});

	it('reads granularity in any case, and takes days when it is unknown', () => {
		expect(
			['YYYY-MM-DDThh:mm:ssZ', ' yyyy-mm-ddthh:mm:ssz ', 'YYYY-MM-DDThh:mm:ss.sssZ', 'YYYY-MM-DD', '', 'second'].map(readGranularity),
		).toEqual(['second', 'second', 'second', 'day', 'day', 'day']);
	});
});
