import fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { describe, expect, it } from 'vitest';
import { plainRecord } from '../../src/protocols/oai-pmh/plain-record.ts';
import { ResponseTokens } from '../../src/protocols/oai-pmh/response-tokens.ts';

type Event = readonly ['open', string, Record<string, string>] | readonly ['text', string] | readonly ['close', string];

/** What a strict XML parser says of one element; undefined when it is not well-formed or does not end where the text ends. */
function parsed(text: string): Event[] | undefined {
	const events: Event[] = [];
	const parser = new SaxesParser({ xmlns: false, position: false });
	parser.on('opentag', (tag) => events.push(['open', tag.name, { ...tag.attributes }]));
	parser.on('text', (part) => events.push(['text', part]));
	parser.on('closetag', (tag) => events.push(['close', tag.name]));
	try {
		parser.write(text).close();
	} catch {
		return undefined;
	}
	return events;
}

function plainEvents(text: string): Event[] | 'incomplete' | null {
	const record = plainRecord(text, 0, () => null);
	if (record === null || record === 'incomplete') return record;
	const open: string[] = [];
	return record.tokens.map((token): Event => {
		if (typeof token === 'string') return ['text', token];
		if (token === null) return ['close', open.pop() as string];
		if ('keep' in token) throw new Error('nothing was read at once');
		open.push(token.name);
		return ['open', token.name, { ...token.attributes }];
	});
}

const RECORD =
	'<record><header status="x"><identifier>oai:a:1</identifier></header>\n<metadata><m:record xmlns:m="http://www.loc.gov/MARC21/slim"' +
	' xsi:schemaLocation="a b"><m:leader>00000nam a2200000 a 4500</m:leader><datafield tag="245" ind1="1" ind2="0">' +
	'<subfield code="a">Đất rừng &amp; biển &lt;1&gt;</subfield><subfield code="c"/></datafield></m:record></metadata></record>';

describe('a plain record', () => {
	it('is read as an XML parser reads it', () => {
		expect(plainEvents(RECORD)).toEqual(parsed(RECORD));
	});

	it.each([
		['a comment', RECORD.replace('</header>', '<!-- x --></header>')],
		['a CDATA section', RECORD.replace('oai:a:1', '<![CDATA[oai:a:1]]>')],
		['an instruction', RECORD.replace('oai:a:1', '<?x y?>')],
		['a numbered reference', RECORD.replace('oai:a:1', '&#65;')],
		['an unknown reference', RECORD.replace('oai:a:1', '&nbsp;')],
		['a bare ampersand', RECORD.replace('oai:a:1', 'a & b')],
		['a carriage return', RECORD.replace('oai:a:1', 'a\r\nb')],
		['a forbidden character', RECORD.replace('oai:a:1', 'a\u0001')],
		['a letter of two units', RECORD.replace('oai:a:1', '𝄞')],
		['the end of a CDATA section', RECORD.replace('oai:a:1', ']]>')],
		['a single-quoted attribute', RECORD.replace('"245"', "'245'")],
		['an attribute twice', RECORD.replace('ind1', 'tag')],
		['an attribute without a blank before', RECORD.replace(' ind1', 'ind1')],
		['a wrong end tag', RECORD.replace('</datafield>', '</datafeld>')],
		['a name of other letters', RECORD.replaceAll('leader', 'đầu')],
	])('is left to the parser with %s', (_, text) => {
		expect(plainEvents(text)).toBeNull();
	});

	it('is incomplete wherever it is cut', () => {
		for (let end = 0; end < RECORD.length; end++) expect([end, plainEvents(RECORD.slice(0, end))]).toEqual([end, 'incomplete']);
	});

	const piece = fc.oneof(
		{
			weight: 6,
			arbitrary: fc.constantFrom('<a>', '</a>', '<b x="1">', '</b>', '<c/>', '<subfield code="a">', '</subfield>', '</record>'),
		},
		{
			weight: 3,
			arbitrary: fc.constantFrom('<record>', '<a:b c:d="e" xmlns:c="f">', '</a:b>', ' ', '\n', 'text', '&amp;', '&lt;', '"', '>'),
		},
		{
			weight: 1,
			arbitrary: fc.constantFrom('&', '<', '/', '=', ']]>', '<!--', '-->', '<subfield code="', '">', '<b x="1"x="2">', '&#x41;', '\r'),
		},
		{ weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 3 }) },
	);
	const nested: fc.Arbitrary<string> = fc.letrec<{ element: string; content: string }>((tie) => ({
		element: fc
			.tuple(fc.constantFrom('a', 'b:c', 'record', 'subfield code="z"', 'd e="f&quot;"', "g h='i'"), tie('content'))
			.map(([tag, inside]) => `<${tag}>${inside}</${tag.split(' ')[0]}>`),
		content: fc.oneof(
			{ maxDepth: 3 },
			piece,
			fc.array(tie('element'), { maxLength: 3 }).map((all) => all.join('')),
		),
	})).element;

	it('is never read otherwise than a parser would, whatever stands there', () => {
		let read = 0;
		fc.assert(
			fc.property(fc.array(fc.oneof(nested, piece), { maxLength: 8 }), (inside) => {
				const text = `<record>${inside.join('')}</record>`;
				const events = plainEvents(text);
				if (events === null || events === 'incomplete') return;
				read++;
				const end = plainRecord(text, 0, () => null);
				expect(events).toEqual(parsed(text.slice(0, end !== null && end !== 'incomplete' ? end.end : 0)));
			}),
			{ numRuns: 5_000 },
		);
		expect(read).toBeGreaterThan(300);
	});
});

describe('the tokens of a response', () => {
	const page = (records: string): string =>
		`<OAI-PMH xmlns="x"><ListRecords>\n${records}\n<resumptionToken>t</resumptionToken></ListRecords></OAI-PMH>`;

	/** All tokens with the places they end at, adjacent texts joined. */
	function tokens(pieces: readonly string[], plain: boolean): unknown[] {
		const out: [string, string, number][] = [];
		let depth = 0;
		const reader: ResponseTokens = new ResponseTokens({
			attribute: () => undefined,
			open: (name) => {
				depth++;
				out.push(['open', name, reader.position]);
			},
			text: (text) => out.push(['text', text, 0]),
			close: (name) => {
				depth--;
				out.push(['close', name, reader.position]);
			},
			readPlain: () => null,
			element: () => undefined,
			doctype: () => undefined,
			betweenRecords: () => plain && depth === 2,
		});
		for (const part of pieces) reader.write(part);
		reader.flush();
		reader.close();
		return out.filter(([kind, text]) => kind !== 'text' || text.trim() !== '');
	}

	it('are the same, places too, with plain records read apart, however they come in pieces', () => {
		const one = fc.constantFrom(
			RECORD,
			RECORD.replace('oai:a:1', '&#65;'),
			RECORD.replace('</header>', '<!-- </record> --></header>'),
			'<!-- <record> -->',
		);
		fc.assert(
			fc.property(
				fc.array(one, { maxLength: 5 }),
				fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 6 }),
				(records, sizes) => {
					const whole = page(records.join(' \n'));
					const pieces: string[] = [];
					for (let at = 0, i = 0; at < whole.length; i++) {
						const size = sizes[i % sizes.length] as number;
						pieces.push(whole.slice(at, at + size));
						at += size;
					}
					expect(tokens(pieces, true)).toEqual(tokens([whole], false));
				},
			),
			{ numRuns: 500 },
		);
	});
});
