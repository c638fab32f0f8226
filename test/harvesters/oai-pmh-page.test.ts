import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { OaiPmhPageReader } from '../../src/harvesters/oai-pmh-page.ts';
import type { PageEnd, ReadRecord } from '../../src/harvesters/page.ts';
import { LIMITS } from '../../src/lib/limits.ts';
import { marc } from '../support/scripted-provider.ts';

const HEAD =
	'<?xml version="1.0" encoding="UTF-8"?><OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>2026-06-01T00:00:00Z</responseDate><request>http://x</request><ListRecords>';
const END = '<resumptionToken completeListSize="9" cursor="0"> next&amp;1\n</resumptionToken></ListRecords></OAI-PMH>';
const record = (id: string, metadata = marc(id, `Tựa đề ${id} 😀`)): string =>
	`<record><header><identifier>${id}</identifier><datestamp>2026-01-01T00:00:00Z</datestamp></header><metadata>${metadata}</metadata></record>\r\n`;

function read(bytes: Uint8Array, step = bytes.length): { records: ReadRecord[]; end: PageEnd } {
	const reader = new OaiPmhPageReader({ format: 'marcxml' });
	const records: ReadRecord[] = [];
	for (let at = 0; at < bytes.length; at += Math.max(step, 1)) records.push(...reader.feed(bytes.subarray(at, at + step)));
	const last = reader.end();
	return { records: [...records, ...last.records], end: last.end };
}
const page = (...records: string[]): Buffer => Buffer.from(HEAD + records.join('') + END);

describe('reading a page', () => {
	it('gives records with what was received, and the rest of the page', () => {
		const { records, end } = read(page(record('a'), record('b')));
		expect(records.map((r) => r.identifier)).toEqual(['a', 'b']);
		expect(records[0]?.raw).toBe(record('a').trim());
		expect(records[0]?.digest.length).toBe(16);
		expect(end).toMatchObject({
			responseDate: '2026-06-01T00:00:00Z',
			resumptionToken: 'next&1',
			completeListSize: 9,
			error: null,
			repairs: [],
			listed: 2,
		});
	});

	it('reads the same wherever the bytes are cut, well-formed or not, in any encoding', () => {
		const good = page(record('a'), record('b').replace('<header>', '<header status="deleted">'), record('c'));
		const broken = Buffer.from(`Notice: x\n${good.toString().replace('đề b', 'đề \u0002 & &nbsp;').replace('đề c', 'đề </oops>')}junk`);
		const latin = Buffer.from(good.toString().replace(/[^\u0000-\u007f]+/gu, 'é'), 'latin1');
		const declared = Buffer.from(
			good
				.toString()
				.replace('UTF-8', 'ISO-8859-1')
				.replace(/[^\u0000-\u007f]+/gu, 'é'),
			'latin1',
		);
		const lying = Buffer.from(good.toString().replace('UTF-8', 'windows-1258'));
		const mixed = Buffer.concat([good.subarray(0, 600), Buffer.from([0xe1, 0xbb]), good.subarray(600)]);
		const wide = Buffer.from(`\ufeff${good.toString().replace('UTF-8', 'UTF-16')}`, 'utf16le');
		for (const bytes of [good, broken, latin, declared, lying, mixed, wide]) {
			const whole = read(bytes);
			expect(whole.records.length).toBe(3);
			for (let step = 1; step < 20; step++) expect(read(bytes, step)).toEqual(whole);
			for (let cut = 1; cut < bytes.length; cut += 17) {
				const reader = new OaiPmhPageReader({ format: 'marcxml' });
				const records = [...reader.feed(bytes.subarray(0, cut)), ...reader.feed(bytes.subarray(cut))];
				const last = reader.end();
				expect({ records: [...records, ...last.records], end: last.end }).toEqual(whole);
			}
		}
	});

	it('gives the same of a record that is read at once and of one that the parser reads, in UTF-8 too', () => {
		const plain = marc('a', 'Tựa đề &amp; rừng');
		const kinds = [
			plain,
			plain.replaceAll(/<(\/?)(?=[a-z])/g, '<$1marc:').replace('xmlns=', 'xmlns:marc='),
			plain.replace('xmlns=', 'xmlns:xsi="x" xsi:schemaLocation="y z" xmlns='),
			plain.replace('Tựa đề &amp; rừng', ''),
			plain.replace('Tựa', 'To\u0302\u0301'),
			`<collection>${plain}</collection>`,
			`${plain}${plain}`,
			'<x/>',
		];
		for (const metadata of kinds) {
			const once = record('a', metadata).trim();
			// a comment in its header leaves a record to the parser
			const parsed = once.replace('<header>', '<header><!-- đề -->');
			const told = read(page(`\n${once}\n`, once)).records;
			const found = read(page(parsed, parsed)).records;
			for (const [i, { raw, utf8, ...rest }] of told.entries()) {
				const { raw: _raw, utf8: _utf8, ...same } = found[i] as ReadRecord;
				expect(rest).toEqual(same);
				expect(rest.digest).toEqual(hash('sha256', metadata, 'buffer').subarray(0, 16));
				expect(raw).toBe(once);
				expect(utf8?.toString()).toBe(once);
			}
			expect(told.length).toBe(2);
		}
	});

	it('mends a page so that good records stay byte for byte what they were', () => {
		const good = read(page(record('a'), record('b'), record('c')));
		const { records, end } = read(page(record('a'), record('b').replace('Tựa', '\u0000 Tựa & '), record('c')));
		expect([records[0], records[2]]).toEqual([good.records[0], good.records[2]]);
		expect(end.repairs).toEqual(['control-characters', 'bare-ampersands']);
		expect(records[1]?.decoded).toMatchObject({
			ok: true,
			repairs: [
				{ code: 'control-characters', at: 'record' },
				{ code: 'bare-ampersands', at: 'record' },
			],
		});
	});

	it('keeps a record that cannot be mended as a problem, with its identifier, and reads those around it', () => {
		const { records, end } = read(page(record('a'), record('b').replace('</subfield>', ''), record('c')));
		expect(records.map((r) => [r.identifier, r.problem?.code])).toEqual([
			['a', undefined],
			['b', 'not-well-formed'],
			['c', undefined],
		]);
		expect(records[1]).toMatchObject({
			deleted: false,
			decoded: null,
			datestamp: '2026-01-01T00:00:00Z',
			raw: expect.stringContaining('Tựa đề b'),
		});
		expect(end).toMatchObject({ listed: 3, repairs: ['broken-records'], resumptionToken: 'next&1' });
	});

	it.each([
		['a bare ampersand', ' R&D ', undefined],
		['a comment that does not end', ' <!-- ', 'not-well-formed'],
		['a section that does not end', ' <![CDATA[ ', 'not-well-formed'],
	])('%s that swallows the rest of the page costs no other record', (_name, text, problem) => {
		const end = END.replace('&amp;', '-');
		const bytes = Buffer.from(HEAD + record('a') + record('b').replace('Tựa', text) + record('c') + end);
		const whole = read(bytes);
		expect(whole.records.map((r) => [r.identifier, r.problem?.code])).toEqual([
			['a', undefined],
			['b', problem],
			['c', undefined],
		]);
		expect(whole.end.resumptionToken).toBe('next-1');
		for (const step of [1, 7, 100]) expect(read(bytes, step)).toEqual(whole);
	});

	it('never takes a page that breaks off for one that ends', () => {
		const bytes = page(record('a'), record('b'));
		const closing = bytes.lastIndexOf('</OAI-PMH>') + '</OAI-PMH'.length;
		for (let cut = 1; cut <= closing; cut += 5)
			expect(() => read(bytes.subarray(0, cut))).toThrow(expect.objectContaining({ code: 'not-oai-pmh' }));
		const broken = Buffer.from(bytes.toString().replace('Tựa', '\u0001'));
		for (let cut = 1; cut <= broken.lastIndexOf('>') - 1; cut += 5)
			expect(() => read(broken.subarray(0, cut))).toThrow(expect.objectContaining({ code: 'not-oai-pmh' }));
	});

	it('counts authorities, classifications and communities as ignored, by name, and reads holdings', () => {
		const read7 = [...'zwquvxy'].map((type) => read(page(record(type, marc(type, 'x').replace('nam', `n${type}m`)))).records[0]);
		expect(read7.slice(0, 3).map((r) => r?.ignoredAs)).toEqual(['authority', 'classification', 'community']);
		expect(read7.slice(0, 3).every((r) => r?.decoded === null)).toBe(true);
		expect(read7.slice(3).map((r) => [r?.ignoredAs, r?.decoded?.ok])).toEqual(Array(4).fill([undefined, true]));
	});

	it('tells equal pages by identifiers and datestamps alone', () => {
		const print = (...records: string[]) => read(page(...records)).end.fingerprint;
		expect(print(record('a'), record('b'))).toBe(print(record('a', marc('a', 'other')), record('b')));
		expect(print(record('a'), record('b'))).not.toBe(print(record('b'), record('a')));
		expect(print(record('a').replace('2026-01-01', '2026-01-02'))).not.toBe(print(record('a')));
	});
});

describe('memory', () => {
	it('stays flat on one huge page, well-formed or broken', () => {
		const one = Buffer.from(record('r'));
		for (const spoiled of [false, true]) {
			const reader = new OaiPmhPageReader({ format: 'marcxml' });
			reader.feed(Buffer.from(HEAD + (spoiled ? record('x').replace('Tựa', '\u0001') : '')));
			let listed = 0;
			for (let i = 0; i < 5_000; i++) {
				listed += reader.feed(one).length;
				if (i % 100 === 0) expect(reader.retained).toBeLessThan(3 * one.length);
			}
			listed += reader.feed(Buffer.from(END)).length;
			expect(listed + reader.end().records.length).toBe(spoiled ? 5_001 : 5_000);
		}
	});

	it('does not keep a record past its limit, nor lose the next one', () => {
		const long = `<datafield tag="500" ind1=" " ind2=" "><subfield code="a">${'x'.repeat(1_000)}</subfield></datafield>`;
		for (const spoiled of ['', '&']) {
			const reader = new OaiPmhPageReader({ format: 'marcxml' });
			const records = reader.feed(Buffer.from(`${HEAD}<record><header><identifier>long</identifier></header><metadata><record>${spoiled}`));
			for (let i = 0; i < 5_000; i++) {
				records.push(...reader.feed(Buffer.from(long)));
				expect(reader.retained).toBeLessThan(LIMITS.recordBytesMax + 10_000);
			}
			records.push(...reader.feed(Buffer.from(`</record></metadata></record>${record('next')}${END}`)), ...reader.end().records);
			expect(records.map((r) => [r.identifier, r.problem?.code])).toEqual([
				['long', 'record-too-long'],
				['next', undefined],
			]);
		}
	});
});

it('refuses a record that is past its limit by a letter, however the page was cut', () => {
	const around = record('long').replace('<metadata>', '<metadata><!---->').trimEnd().length;
	const page = (over: number): Buffer =>
		Buffer.from(
			`${HEAD}${record('long').replace('<metadata>', `<metadata><!--${'x'.repeat(LIMITS.recordBytesMax - around + over)}-->`)}${record('next')}${END}`,
		);
	for (const [over, code] of [
		[0, undefined],
		[1, 'record-too-long'],
	] as const) {
		for (const size of [Number.POSITIVE_INFINITY, 65_536, 1_000]) {
			const reader = new OaiPmhPageReader({ format: 'marcxml' });
			const bytes = page(over);
			const records = [];
			for (let at = 0; at < bytes.length; at += size) records.push(...reader.feed(bytes.subarray(at, at + size)));
			records.push(...reader.end().records);
			expect(records.map(({ identifier, problem }) => [identifier, problem?.code])).toEqual([
				['long', code],
				['next', undefined],
			]);
		}
	}
});

describe('bombs', () => {
	const fed =
		(text: string, times: number, before = HEAD) =>
		() => {
			const reader = new OaiPmhPageReader({ format: 'marcxml' });
			const records = reader.feed(Buffer.from(before));
			const piece = Buffer.from(text);
			for (let i = 0; i < times; i++) records.push(...reader.feed(piece));
			return [...records, ...reader.end().records];
		};
	const OPEN = `${HEAD}<record><header><identifier>b</identifier></header><metadata>`;

	it.each([
		['a billion laughs', fed('', 0, '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><OAI-PMH>&b;</OAI-PMH>')],
		['an external entity', fed('', 0, '<?xml version="1.0"?><!DOCTYPE OAI-PMH SYSTEM "file:///etc/passwd"><OAI-PMH/>')],
		['a document type behind junk', fed('', 0, 'Warning: x <!DOCTYPE OAI-PMH [<!ENTITY a "b">]><OAI-PMH/>')],
		['an endless comment', fed('x'.repeat(65_536), 50, `${HEAD}<!--`)],
		['an endless attribute', fed('x'.repeat(65_536), 50, `${HEAD}<record a="`)],
		['an endless tag name', fed('x'.repeat(65_536), 50, `${HEAD}<`)],
		['an endless web page', fed('<p>x</p>'.repeat(1_000), 200, '<html>')],
		['endless white space', fed(' '.repeat(65_536), 50, HEAD)],
	])('%s is refused', (_name, run) =>
		expect(run).toThrow(expect.objectContaining({ name: 'AppError', code: expect.stringMatching(/not-oai-pmh|too-large/) })),
	);

	it.each([
		['depth', `${OPEN}${'<a>'.repeat(10_000)}${'</a>'.repeat(10_000)}</metadata></record>${record('next')}${END}`],
		[
			'attributes',
			`${OPEN}<a ${Array.from({ length: 1_000 }, (_, i) => `a${i}="x"`).join(' ')}/></metadata></record>${record('next')}${END}`,
		],
		[
			'an entity that nobody declared',
			`${OPEN}${marc('b', '&lol;').replace('&amp;', '&').replace('</record>', '')}</metadata></record>${record('next')}${END}`,
		],
	])('too much %s costs that record only', (_name, text) => {
		const records = fed('', 0, text)();
		expect(records.map((r) => [r.identifier, r.problem?.code])).toEqual([
			['b', 'not-well-formed'],
			['next', undefined],
		]);
	});
});
