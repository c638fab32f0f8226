import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/lib/errors.ts';
import { LIMITS } from '../../src/lib/limits.ts';
import { decodeIso2709, encodeIso2709, Iso2709Reader, type RawDecoded } from '../../src/records/iso2709.ts';
import type { Decoded, MarcField } from '../../src/records/marc.ts';
import { bytes, lines, marcRecord, rawRecord } from '../support/marc-bytes.ts';

const codes = (decoded: Decoded): string[] => decoded.repairs.map((r) => r.code);
const fieldsOf = (decoded: Decoded): string[] => (decoded.ok ? lines(decoded.record) : [`failed: ${decoded.code}`]);

function read(whole: Uint8Array, size: number): RawDecoded[] {
	const reader = new Iso2709Reader();
	const out: RawDecoded[] = [];
	for (let i = 0; i < whole.length; i += size) out.push(...reader.feed(whole.subarray(i, i + size)));
	return [...out, ...reader.end()];
}

const TITLE = Buffer.from('10\u001faTruyện Kiều :\u001fbđoạn trường tân thanh', 'utf8');
const SOUND = rawRecord([
	['001', 'vtls1'],
	['245', TITLE],
	['260', '  $aH.$c1995'],
]);
const SOUND_LINES = ['001 vtls1', '245 10$aTruyện Kiều :$bđoạn trường tân thanh', '260   $aH.$c1995'];

describe('a sound record', () => {
	it('is read without repairs', () => {
		const decoded = decodeIso2709(SOUND);
		expect(fieldsOf(decoded)).toEqual(SOUND_LINES);
		expect(decoded.repairs).toEqual([]);
	});

	it('comes out in NFC', () => {
		const decoded = decodeIso2709(rawRecord([['245', Buffer.from('00\u001faTiếng Việt'.normalize('NFD'))]]));
		expect(fieldsOf(decoded)).toEqual(['245 00$aTiếng Việt'.normalize('NFC')]);
	});

	it('comes back from its own encoding, whatever it holds', () => {
		fc.assert(
			fc.property(marcRecord, (record) => {
				const decoded = decodeIso2709(encodeIso2709(record));
				expect(decoded.ok && decoded.record.fields).toEqual(record.fields);
				expect(decoded.repairs).toEqual([]);
				expect(decoded.ok && encodeIso2709(decoded.record)).toEqual(encodeIso2709(record));
			}),
		);
	});
});

describe('a file in pieces', () => {
	const file = Buffer.concat([SOUND, bytes('\r\n'), rawRecord([['245', TITLE]]), bytes('\u001a')]);

	it('reads the same cut in two at every byte', () => {
		const whole = read(file, file.length);
		expect(whole.map((r) => r.decoded.ok)).toEqual([true, true]);
		for (let cut = 1; cut < file.length; cut++) {
			const reader = new Iso2709Reader();
			expect([...reader.feed(file.subarray(0, cut)), ...reader.feed(file.subarray(cut)), ...reader.end()]).toEqual(whole);
		}
	});

	it('reads the same byte by byte, and the raw bytes are those of the file', () => {
		const single = read(file, 1);
		expect(single).toEqual(read(file, file.length));
		expect(Buffer.concat(single.map((r) => r.raw))).toEqual(file.subarray(0, file.length - 1));
	});

	it('gives one result for each terminator and one for a tail without', () => {
		const parts = [SOUND, Buffer.from('garbage\u001d'), Buffer.from('\u001d'), SOUND, SOUND.subarray(0, SOUND.length - 1)];
		const results = read(Buffer.concat(parts), 7);
		expect(results.map((r) => (r.decoded.ok ? 'record' : r.decoded.code))).toEqual([
			'record',
			'record-too-short',
			'record-empty',
			'record',
			'record',
		]);
		expect(codes((results[4] as RawDecoded).decoded)).toEqual(['record-terminator']);
	});
});

interface Case {
	readonly name: string;
	readonly record: Buffer;
	readonly repairs: readonly string[];
	readonly fields?: readonly string[];
}

const plain = [
	['001', 'x1'],
	['245', '10$aTitle$bRest'],
	['260', '  $c1995'],
] as const;
const PLAIN_LINES = ['001 x1', '245 10$aTitle$bRest', '260   $c1995'];
const big = 'x'.repeat(10_500);

const CASES: readonly Case[] = [
	{ name: 'record length too small', record: rawRecord(plain, { lengthOff: -3 }), repairs: ['record-length'] },
	{ name: 'record length too large', record: rawRecord(plain, { lengthOff: 900 }), repairs: ['record-length'] },
	{ name: 'base address wrong', record: rawRecord(plain, { baseOff: 12 }), repairs: ['base-address'] },
	{
		name: 'lengths and starts of zeros',
		record: rawRecord(plain, { directory: '001000000000245000000000260000000000' }),
		repairs: ['directory-entries'],
	},
	{
		name: 'starts counted in characters',
		record: rawRecord(plain, { directory: '001000300000245001500004260000900018' }),
		repairs: ['directory-entries'],
	},
	{
		name: 'entries in another order than the fields',
		record: rawRecord(plain, { directory: '245001600003001000300000260000900019' }),
		repairs: ['directory-unordered'],
		fields: ['245 10$aTitle$bRest', '001 x1', '260   $c1995'],
	},
	{
		name: 'directory not a multiple of twelve',
		record: rawRecord(plain, { directory: '00100030000024500160000326000090001' }),
		repairs: ['directory-length', 'directory-entries'],
	},
	{
		name: 'directory terminator missing',
		record: Buffer.from(rawRecord(plain).toString('latin1').replace('\u001e', ''), 'latin1'),
		repairs: ['directory-terminator', 'base-address', 'record-length'],
	},
	{
		name: 'last field terminator missing',
		record: Buffer.from(rawRecord(plain).toString('latin1').replace('\u001e\u001d', '\u001d'), 'latin1'),
		repairs: ['field-terminator', 'record-length'],
	},
	{
		name: 'terminator inside a field',
		record: rawRecord([
			['001', 'x1'],
			['245', '10$aTitle^$bRest'],
			['260', '  $c1995'],
		]),
		repairs: ['directory-mismatch', 'control-characters'],
	},
	{
		name: 'field terminator missing between fields',
		record: (() => {
			const text = rawRecord(plain).toString('latin1');
			return Buffer.from(text.replace('Rest\u001e', 'Rest '), 'latin1');
		})(),
		repairs: ['directory-mismatch'],
		fields: ['001 x1', '245 10$aTitle$bRest ', '260   $c1995'],
	},
	{
		name: 'leader one byte too long',
		record: Buffer.concat([bytes('0'), rawRecord(plain)]),
		repairs: ['leader-length', 'base-address', 'record-length', 'leader-structure'],
	},
	{
		name: 'leader one byte too short',
		record: rawRecord(plain).subarray(1),
		repairs: ['leader-length', 'base-address', 'record-length', 'leader-structure'],
	},
	{
		name: 'replacement character in the leader',
		record: Buffer.from(rawRecord(plain).toString('latin1').replace('nam a', 'nam\u00ef\u00bf\u00bda'), 'latin1'),
		repairs: ['leader-length', 'leader-characters', 'base-address', 'record-length'],
	},
	{ name: 'leader/10-11 not 22', record: rawRecord(plain, { leader: '00000nam a0000000 a 4500' }), repairs: ['leader-structure'] },
	{ name: 'leader/20-23 not 4500', record: rawRecord(plain, { leader: '00000nam a2200000 a     ' }), repairs: ['leader-structure'] },
	{ name: 'empty field', record: rawRecord([...plain, ['300', '']]), repairs: ['field-empty'] },
	{ name: 'field with indicators only', record: rawRecord([...plain, ['300', '  ']]), repairs: ['subfield-missing', 'field-empty'] },
	{
		name: 'empty subfields',
		record: rawRecord([
			['001', 'x1'],
			['245', '10$aTitle$$bRest$c'],
			['260', '  $c1995'],
		]),
		repairs: ['subfield-empty', 'subfield-empty'],
	},
	{
		name: 'blank before the subfield code',
		record: rawRecord([
			['001', 'x1'],
			['245', '10$aTitle$ bRest'],
			['260', '  $c1995'],
		]),
		repairs: ['subfield-code'],
	},
	{
		name: 'blank for a subfield code',
		record: rawRecord([
			['001', 'x1'],
			['245', '10$aFile $ Disk Management'],
		]),
		repairs: ['subfield-code'],
		fields: ['001 x1', '245 10$aFile $aDisk Management'],
	},
	{
		name: 'letter over 0x7F as subfield code',
		record: rawRecord([
			['001', 'x1'],
			['245', Buffer.from('10\u001faTitle\u001fđRest', 'utf8')],
			['260', '  $c1995'],
		]),
		repairs: ['subfield-code'],
		fields: ['001 x1', '245 10$aTitle$ađRest', '260   $c1995'],
	},
	{
		name: 'indicators missing',
		record: rawRecord([
			['001', 'x1'],
			['245', '10$aTitle$bRest'],
			['260', '$c1995'],
		]),
		repairs: ['indicator'],
	},
	{
		name: 'three indicators',
		record: rawRecord([
			['001', 'x1'],
			['245', '10 $aTitle$bRest'],
			['260', '  $c1995'],
		]),
		repairs: ['indicator'],
	},
	{
		name: 'multibyte indicator',
		record: rawRecord([
			['001', 'x1'],
			['245', Buffer.from('1à\u001faTitle\u001fbRest', 'utf8')],
			['260', '  $c1995'],
		]),
		repairs: ['indicator'],
		fields: ['001 x1', '245 1 $aTitle$bRest', '260   $c1995'],
	},
	{
		name: 'text without subfields',
		record: rawRecord([
			['001', 'x1'],
			['245', '10Title'],
			['260', '  $c1995'],
		]),
		repairs: ['subfield-missing'],
		fields: ['001 x1', '245 10$aTitle', '260   $c1995'],
	},
	{
		name: 'subfields in a control field',
		record: rawRecord([
			['001', '  $ax1'],
			['245', '10$aTitle$bRest'],
			['260', '  $c1995'],
		]),
		repairs: ['control-field-subfields'],
	},
	{ name: 'tag with a blank', record: rawRecord([...plain, ['3 0', '  $aX']]), repairs: ['tag'], fields: [...PLAIN_LINES, '390   $aX'] },
	{
		name: 'control characters in text',
		record: rawRecord([
			['001', 'x1'],
			['245', '10$aTi\u0007tle$bRe\u0000st'],
			['260', '  $c1995'],
		]),
		repairs: ['control-characters'],
	},
	{ name: 'carriage return and line feed before the record', record: Buffer.concat([bytes('\r\n\r\n'), rawRecord(plain)]), repairs: [] },
	{
		name: 'field over 9,999 bytes',
		record: rawRecord(
			[
				['001', 'x1'],
				['520', `  $a${big}`],
				['650', ' 4$aX'],
			],
			{ directory: '0010003000005209999000036500006010508' },
		),
		repairs: ['directory-length', 'directory-entries'],
		fields: ['001 x1', `520   $a${big}`, '650  4$aX'],
	},
	{
		name: 'record over 99,999 bytes, length and starts modulo',
		record: rawRecord([...plain, ...Array.from({ length: 12 }, () => ['500', `  $a${'y'.repeat(9_900)}`] as const)]),
		repairs: ['record-length', 'directory-entries'],
		fields: [...PLAIN_LINES, ...Array.from({ length: 12 }, () => `500   $a${'y'.repeat(9_900)}`)],
	},
];

describe('a faulty record is read and every repair is named', () => {
	it.each(CASES)('$name', ({ record, repairs, fields }) => {
		const decoded = decodeIso2709(record);
		expect(fieldsOf(decoded)).toEqual(fields ?? PLAIN_LINES);
		expect([...new Set(codes(decoded))].sort()).toEqual([...new Set(repairs)].sort());
	});

	it('a leader that lost its type and length keeps 24 characters', () => {
		for (const { record } of CASES) {
			const decoded = decodeIso2709(record);
			expect(decoded.ok && decoded.record.leader).toMatch(/^.{10}22.{8}4500$/);
		}
	});
});

describe('what cannot be read is a named failure', () => {
	it.each([
		['nothing', Buffer.alloc(0), 'record-empty'],
		['a terminator alone', bytes('~'), 'record-empty'],
		['text', bytes('Hello, this is not a record at all, but it is long enough~'), 'no-fields'],
		['a leader alone', bytes('00026nam a2200025 a 4500^~'), 'directory-missing'],
		[
			'a directory that fits nothing',
			rawRecord(
				[
					['001', 'x'],
					['245', '10$aX'],
					['300', '  $aY'],
				],
				{ directory: '245777799999' },
			),
			'directory-unreadable',
		],
	])('%s', (_, record, code) => {
		const decoded = decodeIso2709(record);
		expect(decoded.ok ? 'read' : decoded.code).toBe(code);
	});

	it('a record over the limit is one failure, and the next one is read', () => {
		const long = Buffer.alloc(LIMITS.recordBytesMax + 10, 'x');
		const results = read(Buffer.concat([SOUND, long, bytes('~'), SOUND]), 65_536);
		expect(results.map((r) => (r.decoded.ok ? 'record' : r.decoded.code))).toEqual(['record', 'record-too-long', 'record']);
		expect((results[1] as RawDecoded).raw.length).toBeLessThanOrEqual(LIMITS.recordBytesMax);
		expect(fieldsOf((results[2] as RawDecoded).decoded)).toEqual(SOUND_LINES);
	});

	it('too many fields or subfields', () => {
		const many = decodeIso2709(rawRecord(Array.from({ length: LIMITS.recordFieldsMax + 1 }, () => ['500', '  $a'] as const)));
		expect(many.ok ? 'read' : many.code).toBe('too-many-fields');
		const wide = decodeIso2709(rawRecord([['500', `  ${'$ax'.repeat(LIMITS.subfieldsPerFieldMax + 1)}`]]));
		expect(wide.ok ? 'read' : wide.code).toBe('too-many-subfields');
	});
});

describe('any damage', () => {
	const damage = fc.array(fc.record({ at: fc.nat(SOUND.length - 1), kind: fc.constantFrom('set', 'drop', 'insert'), byte: fc.nat(255) }), {
		minLength: 1,
		maxLength: 6,
	});

	it('neither throws nor changes the number of results', () => {
		fc.assert(
			fc.property(damage, fc.integer({ min: 1, max: 40 }), (edits, size) => {
				let record = Buffer.from(SOUND);
				for (const { at, kind, byte } of edits) {
					const rest = record.subarray(kind === 'insert' ? at : at + 1);
					record = Buffer.concat([record.subarray(0, at), kind === 'drop' ? Buffer.alloc(0) : Buffer.from([byte]), rest]);
				}
				const file = Buffer.concat([record, SOUND]);
				const results = read(file, size);
				const terminators = file.filter((b) => b === 0x1d).length;
				expect(results.length).toBe(terminators);
				expect(results).toEqual(read(file, file.length));
				for (const { decoded } of results) {
					expect(decoded.ok || decoded.code !== '').toBe(true);
					if (decoded.ok) expect(decoded.record.leader.length).toBe(24);
				}
			}),
			{ numRuns: 2000 },
		);
	});

	it('truncated anywhere is a record or a named failure', () => {
		for (let cut = 0; cut < SOUND.length; cut++) {
			const decoded = decodeIso2709(SOUND.subarray(0, cut));
			if (decoded.ok) expect(codes(decoded)).toContain('record-terminator');
			else expect(decoded.code).not.toBe('');
		}
	});
});

describe('encodeIso2709', () => {
	const field = (length: number): MarcField => ({
		tag: '520',
		ind1: ' ',
		ind2: ' ',
		value: '',
		subfields: [{ code: 'a', value: 'x'.repeat(length) }],
	});
	const refusal = (fields: MarcField[]): unknown => {
		try {
			encodeIso2709({ leader: '00000nam a2200000 a 4500', fields });
			return null;
		} catch (error) {
			return error;
		}
	};

	it('writes a field of 9,999 bytes and refuses one of 10,000 by its tag', () => {
		expect(refusal([field(9_994)])).toBeNull();
		const error = refusal([field(9_995)]);
		expect(error).toBeInstanceOf(AppError);
		expect(error instanceof AppError && error.code).toBe('too-large');
		expect(error instanceof AppError && error.message).toContain('520');
	});

	it('refuses a record over 99,999 bytes and never cuts', () => {
		const error = refusal(Array.from({ length: 11 }, () => field(9_300)));
		expect(error instanceof AppError && error.code).toBe('too-large');
	});

	it('states true lengths in bytes, not characters', () => {
		const out = Buffer.from(
			encodeIso2709({ leader: '00000nam a2200000 a 4500', fields: [{ ...field(1), subfields: [{ code: 'a', value: 'Đất' }] }] }),
		);
		expect(Number(out.toString('latin1', 0, 5))).toBe(out.length);
		expect(out.toString('latin1', 24, 36)).toBe('520001100000');
	});
});
