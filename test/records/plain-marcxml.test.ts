import fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { describe, expect, it } from 'vitest';
import { isPlainXml } from '../../src/lib/plain-xml.ts';
import type { Decoded } from '../../src/records/marc.ts';
import { MarcXmlBuilder } from '../../src/records/marcxml.ts';
import { MarcXmlReader } from '../../src/records/marcxml-reader.ts';
import { plainMarc } from '../../src/records/plain-marcxml.ts';

const RECORD =
	'<record xmlns="http://www.loc.gov/MARC21/slim" xmlns:xsi="x" xsi:schemaLocation="a b">\n<leader>00000nam a2200000 a 4500</leader>' +
	'<controlfield tag="001">vn-1</controlfield>\n\t<datafield tag="245" ind1="1" ind2="0"><subfield code="a">Đất rừng &amp; biển &lt;1&gt;</subfield> ' +
	'<subfield code="c">Đoàn Giỏi</subfield></datafield></record>';

/** What the builder makes of the events of a strict parser; undefined when the text is not well-formed. */
function built(text: string): Decoded[] | undefined {
	const builder = new MarcXmlBuilder();
	const parser = new SaxesParser({ position: false });
	const local = (name: string): string => name.slice(name.indexOf(':') + 1);
	parser.on('opentag', ({ name, attributes }) => builder.open(local(name), (wanted) => attributes[wanted] as string | undefined));
	parser.on('text', (part) => builder.text(part));
	parser.on('closetag', ({ name }) => builder.close(local(name)));
	parser.on('error', (error) => {
		throw error;
	});
	try {
		parser.write(text).close();
	} catch {
		return undefined;
	}
	return builder.finish();
}

describe('a plain MARCXML record', () => {
	it('is what the builder makes of it, with and without a prefix, with the place where it ends', () => {
		const prefixed = RECORD.replaceAll(/<(\/?)(?=[a-z])/g, '<$1marc:').replace('xmlns=', 'xmlns:marc=');
		for (const text of [RECORD, prefixed]) {
			const found = plainMarc(`\n ${text} rest`, 0);
			expect(found?.decoded).toEqual(built(text)?.[0]);
			expect(found?.end).toBe(text.length + 2);
			expect(found?.root.prefixed.map(([name]) => name)).toContain('xsi:schemaLocation');
		}
	});

	it.each([
		['a wrong tag', RECORD.replace('"245"', '"24"')],
		['a wrong indicator', RECORD.replace('ind1="1"', 'ind1="12"')],
		['an indicator missing', RECORD.replace(' ind1="1"', '')],
		['a code missing', RECORD.replace(' code="a"', '')],
		['an empty code', RECORD.replace('code="a"', 'code=""')],
		['an empty subfield', RECORD.replace('Đoàn Giỏi', '')],
		['an element that has no end', RECORD.replace('</record>', '')],
		['a control field with subfields', RECORD.replace('"245"', '"003"')],
		['a data field without', RECORD.replace('"001"', '"245"')],
		['text between subfields', RECORD.replace('</subfield> ', '</subfield> x ')],
		['an unknown element', RECORD.replace('<leader>', '<x/><leader>')],
		['two leaders', RECORD.replace('<leader>', '<leader>x</leader><leader>')],
		['another end tag', RECORD.replace('</datafield>', '</datafeld>')],
		['a comment', RECORD.replace('Giỏi', 'Gi<!-- -->ỏi')],
		['a record in it', RECORD.replace('<leader>', '<record><leader>')],
		['no field', '<record><leader>00000nam a2200000 a 4500</leader></record>'],
		['another element', RECORD.replaceAll('record', 'collection')],
	])('is left to the builder with %s', (_, text) => {
		expect(plainMarc(text, 0)).toBeNull();
	});

	const pieces = fc.array(
		fc.constantFrom(
			'<datafield tag="245" ind1="1" ind2="0">',
			'<datafield ind2=" " tag="65A" ind1="4">',
			'<datafield tag="24&amp;" ind1="1" ind2="0">',
			'<datafield tag="001" ind1=" " ind2=" ">',
			'</datafield>',
			'<controlfield tag="001">',
			'<controlfield tag="00a">',
			'</controlfield>',
			'<subfield code="a">',
			'<subfield code="&amp;">',
			'<subfield code=" ">',
			'</subfield>',
			'<leader>',
			'</leader>',
			'00000nam a2200000 a 4500',
			' ',
			'\n',
			'Sóng',
			'o\u0302\u0301',
			'&lt;x&gt;',
			'&',
		),
		{ maxLength: 14 },
	);
	const field = fc
		.tuple(fc.constantFrom('a', 'b', '9'), fc.constantFrom('Sóng', ' ', 'u\u031b\u0301ng', 'A &amp; B', '&quot;', 'x'))
		.map(([code, value]) => `<datafield tag="500" ind1=" " ind2=" "><subfield code="${code}">${value}</subfield></datafield>`);

	it('is never read otherwise than by parser and builder, whatever stands there', () => {
		let read = 0;
		fc.assert(
			fc.property(
				fc.array(
					fc.oneof(
						{ weight: 4, arbitrary: field },
						pieces.map((all) => all.join('')),
					),
					{ maxLength: 5 },
				),
				(inside) => {
					const text = `<record>${inside.join('')}</record>`;
					const found = plainMarc(text, 0);
					if (found === null || !isPlainXml(text.slice(0, found.end))) return;
					read++;
					expect([found.decoded]).toEqual(built(text.slice(0, found.end)));
				},
			),
			{ numRuns: 4_000 },
		);
		expect(read).toBeGreaterThan(300);
	});
});

describe('a file of MARCXML', () => {
	const one = fc.constantFrom(
		RECORD,
		RECORD.replace('Đoàn Giỏi', ''),
		RECORD.replace('Giỏi', 'Giỏi & Sơn'),
		RECORD.replace('<leader>', '<!-- </record> --><leader>'),
		RECORD.replace('vn-1', 'vn\u0001-1'),
		RECORD.replace('\t', '\r\n'),
		RECORD.replace('vn-1', '&#65;'),
		'<!-- <record> -->',
		'<collection>',
		'\ufffd',
	);
	const read = (text: string, sizes: readonly number[]): unknown[] => {
		const reader = new MarcXmlReader();
		const bytes = Buffer.from(text);
		const out: unknown[] = [];
		let at = 0;
		for (let i = 0; at < bytes.length; i++) {
			const size = sizes[i % sizes.length] as number;
			out.push(...reader.feed(bytes.subarray(at, at + size)));
			at += size;
		}
		out.push(...reader.end());
		return out;
	};

	it('gives the same records, plain ones read at once or none, however it comes in pieces', () => {
		fc.assert(
			fc.property(
				fc.array(one, { maxLength: 6 }),
				fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 4 }),
				fc.constantFrom('collection', 'marc'),
				(records, sizes, root) => {
					const text = `<?xml version="1.0"?>\n<${root}>\n${records.join('\n')}\n</${root}>`;
					// an instruction in a record leaves it to the parser
					const slow = text.replaceAll('<record xmlns', '<record a="1"\r xmlns');
					const told = read(text, sizes) as { decoded: Decoded; raw: string }[];
					const parsed = read(slow, [10_000]) as { decoded: Decoded; raw: string }[];
					expect(told.map((r) => r.decoded)).toEqual(parsed.map((r) => r.decoded));
					expect(told.map((r) => r.raw)).toEqual(parsed.map((r) => r.raw.replaceAll(' a="1"\r', '')));
				},
			),
			{ numRuns: 300 },
		);
	});
});
