import { readUndecoded } from '../../lib/undecoded.ts';

/** Mending text that should have been XML 1.0. What is well-formed comes out as it went in. */

export type XmlRepair =
	| 'control-characters'
	| 'numeric-references'
	| 'named-entities'
	| 'bare-ampersands'
	| 'bare-angle-brackets'
	| 'lone-surrogates'
	| 'invalid-utf8-replaced'
	| 'invalid-utf8-as-windows-1252';

/** Sections whose text is not looked at for markup: CDATA, comments, processing instructions. */
const OPAQUE = /<!\[CDATA\[[\s\S]*?\]\]>|<!--[\s\S]*?-->|<\?[\s\S]*?\?>/g;
const ILLEGAL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]+/g;
const LONE_SURROGATE = /[\ud800-\udfff]/gu;
const REFERENCE = /&(?:#(\d{1,10}|[xX][0-9a-fA-F]{1,8});|([A-Za-z][A-Za-z0-9]{0,31});)?/g;
const SPLIT_PAIR = /&#(?:[xX]([dD][89abAB][0-9a-fA-F]{2})|(5[5-6]\d{3}));&#(?:[xX]([dD][c-fC-F][0-9a-fA-F]{2})|(5[6-7]\d{3}));/g;
const BARE_ANGLE = /<(?=[\s\d=<]|$)/g;

const XML_ENTITIES: ReadonlySet<string> = new Set(['amp', 'lt', 'gt', 'quot', 'apos']);
/** HTML 4 names of U+00A0 to U+00FF, in order. */
const LATIN_1 =
	'nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest ' +
	'Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig ' +
	'agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml';
// biome-ignore format: a table
const NAMED = new Map<string, string>([
	...LATIN_1.split(' ').map((name, i): [string, string] => [name, String.fromCharCode(0xa0 + i)]),
	['ndash', '–'], ['mdash', '—'], ['lsquo', '‘'], ['rsquo', '’'], ['sbquo', '‚'], ['ldquo', '“'], ['rdquo', '”'], ['bdquo', '„'],
	['hellip', '…'], ['bull', '•'], ['dagger', '†'], ['permil', '‰'], ['euro', '€'], ['trade', '™'], ['oelig', 'œ'], ['OElig', 'Œ'],
	['ensp', '\u2002'], ['emsp', '\u2003'], ['thinsp', '\u2009'], ['zwnj', '\u200c'], ['zwj', '\u200d'], ['lsaquo', '‹'], ['rsaquo', '›'],
]);

const isXmlChar = (code: number): boolean =>
	code === 9 ||
	code === 10 ||
	code === 13 ||
	(code >= 0x20 && code < 0xd800) ||
	(code > 0xdfff && code < 0xfffe) ||
	(code > 0xffff && code <= 0x10ffff);

/**
 * Mends one record or one head. Bytes that could not be decoded stand in the text as U+DC80 to U+DCFF (byte plus 0xDC00): where
 * little else in it is beyond ASCII all is read as windows-1252, else they become U+FFFD, one for each run.
 */
export function sanitizeXml(text: string): { readonly text: string; readonly repairs: readonly XmlRepair[] } {
	const repairs = new Set<XmlRepair>();
	const plain = sanitizeCharacters(text, repairs);
	let out = '';
	let at = 0;
	for (const opaque of plain.matchAll(OPAQUE)) {
		out += sanitizeMarkup(plain.slice(at, opaque.index), repairs, false) + opaque[0];
		at = opaque.index + opaque[0].length;
	}
	return { text: out + sanitizeMarkup(plain.slice(at), repairs, true), repairs: [...repairs] };
}

function sanitizeCharacters(text: string, repairs: Set<XmlRepair>): string {
	const read = readUndecoded(text);
	if (read.repair !== null) repairs.add(read.repair);
	const out = replaced(read.text, ILLEGAL, '', 'control-characters', repairs);
	return replaced(out, LONE_SURROGATE, '\ufffd', 'lone-surrogates', repairs);
}

function sanitizeMarkup(text: string, repairs: Set<XmlRepair>, last: boolean): string {
	if (text === '') return '';
	let out = text.replace(SPLIT_PAIR, (_, highHex, highDecimal, lowHex, lowDecimal) => {
		const high = highHex === undefined ? Number(highDecimal) : Number.parseInt(highHex, 16);
		const low = lowHex === undefined ? Number(lowDecimal) : Number.parseInt(lowHex, 16);
		repairs.add('numeric-references');
		return String.fromCharCode(high, low).toWellFormed();
	});
	out = out.replace(REFERENCE, (whole: string, number: string | undefined, name: string | undefined) => {
		if (number !== undefined) return numericReference(whole, number, repairs);
		if (name === undefined) {
			repairs.add('bare-ampersands');
			return '&amp;';
		}
		if (XML_ENTITIES.has(name)) return whole;
		repairs.add('named-entities');
		return NAMED.get(name) ?? `&amp;${name};`;
	});
	// An angle bracket at the end stands before a section that was taken out, unless it is the very end.
	return out.replace(BARE_ANGLE, (_, offset: number) => {
		if (offset === out.length - 1 && !last) return '<';
		repairs.add('bare-angle-brackets');
		return '&lt;';
	});
}

function numericReference(whole: string, number: string, repairs: Set<XmlRepair>): string {
	const hex = number[0] === 'x' || number[0] === 'X';
	const code = hex ? Number.parseInt(number.slice(1), 16) : Number(number);
	if (isXmlChar(code) && number[0] !== 'X') return whole;
	repairs.add('numeric-references');
	return isXmlChar(code) ? `&#x${number.slice(1)};` : '';
}

function replaced(text: string, pattern: RegExp, by: string, repair: XmlRepair, repairs: Set<XmlRepair>): string {
	const out = text.replace(pattern, by);
	if (out !== text) repairs.add(repair);
	return out;
}
