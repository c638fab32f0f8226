import fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { describe, expect, it } from 'vitest';
import { RecordSplitter } from '../../src/protocols/oai-pmh/record-splitter.ts';
import { sanitizeXml } from '../../src/protocols/oai-pmh/sanitize.ts';

const parses = (xml: string): boolean => {
	try {
		new SaxesParser().write(xml).close();
		return true;
	} catch {
		return false;
	}
};
const junk = fc.string({
	unit: fc.constantFrom(
		'a',
		'é',
		'ệ',
		'😀',
		' ',
		'\n',
		'&',
		';',
		'#',
		'x',
		'1',
		'amp',
		'nbsp',
		'&amp;',
		'&#x1;',
		'&#65;',
		'&#xD83D;&#xDE00;',
		'\u0000',
		'\u001f',
		'\ufffe',
		'\ud800',
		'\udce9',
		'"',
		"'",
		'=',
	),
	maxLength: 40,
});

describe('mending text that should be XML', () => {
	it('makes any text content well-formed', () => {
		fc.assert(fc.property(junk, (text) => parses(`<a>${sanitizeXml(text).text}</a>`)));
	});

	it('leaves what is well-formed as it is, and names nothing', () => {
		fc.assert(
			fc.property(
				fc.array(
					fc.oneof(
						junk,
						fc.constantFrom(
							'<b c="d">e</b>',
							'<![CDATA[ & < &nbsp; ]]>',
							'<!-- & <x --->'.replace('--->', '-->'),
							'<?p & < ?>',
							'&lt;&#9;&#x1F600;',
						),
					),
				),
				(pieces) => {
					const xml = `<a>${pieces.join('')}</a>`;
					fc.pre(xml.isWellFormed() && parses(xml));
					expect(sanitizeXml(xml)).toEqual({ text: xml, repairs: [] });
				},
			),
		);
	});

	it('is done after once', () => {
		fc.assert(
			fc.property(junk, (text) => {
				const once = sanitizeXml(text).text;
				expect(sanitizeXml(once).text).toBe(once);
			}),
		);
	});

	it('turns each mistake into what was meant', () => {
		expect(sanitizeXml('R&D &eacute;&foo; 1 < 2 &#XE9;').text).toBe('R&amp;D é&amp;foo; 1 &lt; 2 &#xE9;');
		expect(sanitizeXml('&#xD83D;&#xDE00;').text).toBe('😀');
		expect(sanitizeXml('caf\udce9 \udc93x\udc94').text).toBe('café “x”');
		expect(sanitizeXml('Lý \udce1\udcbb Sơn').text).toBe('Lý \ufffd Sơn');
	});
});

describe('cutting a broken list into records', () => {
	const parts = [
		'<OAI-PMH><ListRecords>\n',
		'<record><header/>a < b<record></record></record>\n',
		'<o:record x="1"> <o:header>no end',
		'<record><metadata></record> ',
		'<resumptionToken>x</resumptionToken></ListRecords></OAI-PMH>',
	];

	it('finds the same pieces however the text is fed', () => {
		const text = parts.join('');
		for (let step = 1; step <= text.length; step++) {
			const splitter = new RecordSplitter(false, 1_000);
			const found = [];
			for (let at = 0; at < text.length; at += step) found.push(...splitter.feed(text.slice(at, at + step)));
			found.push(...splitter.end());
			expect(found.map((segment) => segment.text)).toEqual(parts);
			expect(found.map((segment) => segment.kind)).toEqual(['head', 'record', 'record', 'record', 'tail']);
		}
	});

	it('begins in the middle of a list, also right before its end', () => {
		const middle = new RecordSplitter(true, 1_000);
		expect(
			[...middle.feed(parts[1] as string), ...middle.feed(parts[4] as string), ...middle.end()].map(({ kind, text }) => [kind, text]),
		).toEqual([
			['record', parts[1]],
			['tail', parts[4]],
		]);
		const last = new RecordSplitter(true, 1_000);
		expect([...last.feed(parts[4] as string), ...last.end()].map((segment) => segment.kind)).toEqual(['tail']);
	});

	it('lets go of a record that does not end, and finds the next', () => {
		const splitter = new RecordSplitter(false, 1_000);
		const found = [...splitter.feed(`${parts[0]}<record><header/>`)];
		for (let i = 0; i < 100; i++) {
			found.push(...splitter.feed('x'.repeat(500)));
			expect(splitter.retained).toBeLessThan(2_500);
		}
		found.push(...splitter.feed(parts[1] as string), ...splitter.feed(parts[4] as string), ...splitter.end());
		expect(found.map(({ kind, cut }) => [kind, cut])).toEqual([
			['head', false],
			['record', true],
			['record', false],
			['tail', false],
		]);
		expect(found[2]?.text).toBe(parts[1]);
	});
});
