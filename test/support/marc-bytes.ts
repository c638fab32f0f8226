import fc from 'fast-check';
import type { MarcField, MarcRecord } from '../../src/records/marc.ts';

/** Bytes from text whose characters are bytes: `é` is 0xE9. Delimiters may be written as `^` (0x1E), `$` (0x1F) and `~` (0x1D). */
export const bytes = (text: string): Buffer =>
	Buffer.from(text.replaceAll('^', '\u001e').replaceAll('$', '\u001f').replaceAll('~', '\u001d'), 'latin1');

export interface RawRecordOptions {
	readonly leader?: string;
	/** Replaces the directory made from the fields. */
	readonly directory?: string;
	/** Added to what the leader says. */
	readonly lengthOff?: number;
	readonly baseOff?: number;
}

/** An ISO 2709 record by hand: `fields` are a tag and the field's bytes, as `bytes` writes them, without terminator. */
export function rawRecord(fields: readonly (readonly [string, Buffer | string])[], options: RawRecordOptions = {}): Buffer {
	let directory = '';
	let start = 0;
	const data: Buffer[] = [];
	for (const [tag, content] of fields) {
		const field = Buffer.concat([typeof content === 'string' ? bytes(content) : content, Buffer.from([0x1e])]);
		directory += tag + String(field.length).padStart(4, '0') + String(start).padStart(5, '0').slice(-5);
		start += field.length;
		data.push(field);
	}
	const shown = options.directory ?? directory;
	const base = 24 + shown.length + 1;
	const length = base + start + 1;
	const pattern = options.leader ?? '00000nam a2200000 a 4500';
	const number = (n: number): string => String(n).padStart(5, '0').slice(-5);
	const leader =
		number(length + (options.lengthOff ?? 0)) + pattern.slice(5, 12) + number(base + (options.baseOff ?? 0)) + pattern.slice(17);
	return Buffer.concat([Buffer.from(leader, 'latin1'), bytes(shown), Buffer.from([0x1e]), ...data, Buffer.from([0x1d])]);
}

const FORBIDDEN = /[\0-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;
const text = fc
	.string({ unit: 'grapheme', minLength: 1, maxLength: 30 })
	.map((s) => s.replace(FORBIDDEN, '').replaceAll('\r', '').normalize('NFC') || 'x');
const vietnamese = fc.constantFrom(
	'Truyện Kiều',
	'Đất rừng phương Nam',
	'Ô cửa',
	'Lý Sơn',
	'Nguyễn Nhật Ánh',
	'越南',
	'Żółć',
	'a & b < c > "d"',
);
const value = fc.oneof(text, vietnamese);
const indicator = fc.constantFrom(' ', '0', '1', '9');

const control: fc.Arbitrary<MarcField> = fc
	.record({ tag: fc.constantFrom('001', '003', '005', '008'), value })
	.map((f) => ({ tag: f.tag, ind1: ' ', ind2: ' ', value: f.value, subfields: [] }));
const data: fc.Arbitrary<MarcField> = fc
	.record({
		tag: fc.constantFrom('010', '020', '100', '245', '650', '952'),
		ind1: indicator,
		ind2: indicator,
		subfields: fc.array(fc.record({ code: fc.constantFrom('a', 'b', 'z', '0', '9'), value }), { minLength: 1, maxLength: 5 }),
	})
	.map((f) => ({ ...f, value: '' }));

/** Sound records: control fields before data fields, text in NFC without what XML forbids. */
export const marcRecord: fc.Arbitrary<MarcRecord> = fc
	.record({ controls: fc.array(control, { maxLength: 3 }), datas: fc.array(data, { minLength: 1, maxLength: 8 }) })
	.map(({ controls, datas }) => ({ leader: '00000nam a2200000 a 4500', fields: [...controls, ...datas] }));

/** Fields as lines: `245 10$aTitle$bRest`. */
export const lines = (record: MarcRecord): string[] =>
	record.fields.map((f) =>
		f.subfields.length === 0
			? `${f.tag} ${f.value}`
			: `${f.tag} ${f.ind1}${f.ind2}${f.subfields.map((s) => `$${s.code}${s.value}`).join('')}`,
	);
