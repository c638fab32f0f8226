import type { PresentedHit } from '../../catalogue/result-set.ts';
import { entryOf } from '../../lib/entry-of.ts';
import { AppError } from '../../lib/errors.ts';
import { TAG, UNIVERSAL } from '../../protocols/ber/node.ts';
import { textNode } from '../../protocols/ber/values.ts';
import type { External } from '../../protocols/z3950/external.ts';
import { BIB1_DIAGNOSTICS, SYNTAX } from '../../protocols/z3950/oids.ts';
import { type OpacHolding, writeOpac } from '../../protocols/z3950/opac.ts';
import type { ResponseRecord } from '../../protocols/z3950/records.ts';
import { encodeIso2709, encodeIso2709Marc8 } from '../../records/iso2709.ts';
import type { PublicUnion } from '../../records/public-view.ts';
import { marcToOaiDc, marcToSrwDc } from '../../records/render-dc.ts';
import { renderMarcXml, unionToMarc } from '../../records/render-marcxml.ts';
import { marcToMods } from '../../records/render-mods.ts';
import { marcToText } from '../../records/render-text.ts';

/** How a client wants records: their syntax, and for XML the schema. */
export type RecordForm = 'usmarc' | 'usmarc-marc8' | 'sutrs' | 'opac' | 'marcxml' | 'dc' | 'oai_dc' | 'mods';

const XML_ELEMENTS: Readonly<Record<string, RecordForm>> = {
	f: 'marcxml',
	b: 'marcxml',
	marcxml: 'marcxml',
	dc: 'dc',
	oai_dc: 'oai_dc',
	mods: 'mods',
};

const SYNTAXES: Readonly<Record<string, RecordForm>> = { [SYNTAX.usmarc]: 'usmarc', [SYNTAX.sutrs]: 'sutrs', [SYNTAX.opac]: 'opac' };

/** The form that a syntax and element set name ask for, or the condition of a diagnostic: 239 for the syntax, 25 for the element set. */
export function recordForm(syntax: string | undefined, elements: string | undefined, marc8: boolean): RecordForm | 239 | 25 {
	const set = elements?.toLowerCase() ?? 'f';
	if (syntax === SYNTAX.xml) return entryOf(XML_ELEMENTS, set) ?? 25;
	const form = syntax === undefined ? 'usmarc' : (SYNTAXES[syntax] ?? 239);
	if (form === 'usmarc' && marc8 && (set === 'f' || set === 'b')) return 'usmarc-marc8';
	return form !== 239 && set !== 'f' && set !== 'b' ? 25 : form;
}

const given = (oid: string, octets: Uint8Array): External => ({ oid, octets, value: null });

function external(union: PublicUnion, form: RecordForm, id: string, agency: string): External {
	const record = unionToMarc(union, { id, agency });
	switch (form) {
		case 'usmarc':
			return given(SYNTAX.usmarc, encodeIso2709(record));
		case 'usmarc-marc8':
			return given(SYNTAX.usmarc, encodeIso2709Marc8(record));
		case 'sutrs':
			// a string of ASN.1, not octets (Z39.50 appendix REC.2)
			return { oid: SYNTAX.sutrs, octets: null, value: textNode(TAG.generalString, marcToText(record), UNIVERSAL) };
		case 'marcxml':
			return given(SYNTAX.xml, Buffer.from(renderMarcXml(record)));
		case 'dc':
			return given(SYNTAX.xml, Buffer.from(marcToSrwDc(record)));
		case 'mods':
			return given(SYNTAX.xml, Buffer.from(marcToMods(record)));
		case 'oai_dc':
			return given(SYNTAX.xml, Buffer.from(marcToOaiDc(record)));
		case 'opac': {
			const described = unionToMarc({ ...union, holdings: [] }, { id, agency });
			const bibliographic = given(SYNTAX.usmarc, encodeIso2709(described));
			return { oid: SYNTAX.opac, octets: null, value: writeOpac({ bibliographic, holdings: holdingsOf(union) }) };
		}
	}
}

/** Who holds it: one entry for each holding. Nothing is known of loans, so no item says whether it is in; barcodes stand with the copies. */
function holdingsOf(union: PublicUnion): OpacHolding[] {
	return union.holdings.map(({ member, location, callNumber, statement, note, barcodes, copies }) => {
		const copyNumber = barcodes.length > 0 ? barcodes.join(', ') : copies > 1 ? String(copies) : '';
		const texts = { shelvingLocation: location, callNumber, copyNumber, enumAndChron: statement, publicNote: note };
		const known = Object.entries(texts).filter(([, text]) => text !== undefined && text !== '');
		return { localLocation: union.members[member]?.library ?? '', ...Object.fromEntries(known) };
	});
}

const surrogate = (condition: number, addinfo: string): ResponseRecord => ({
	kind: 'diagnostic',
	diagnostic: { set: BIB1_DIAGNOSTICS, condition, addinfo },
});

/** A hit as a record of an answer, or the diagnostic in its place. */
export function responseRecord(hit: PresentedHit, form: RecordForm, database: string, agency: string): ResponseRecord {
	if (hit.union === null)
		return surrogate(
			hit.state === 'withheld' ? 15 : 14,
			hit.state === 'withheld' ? `${hit.id} is not shared by its libraries` : `${hit.id} went away`,
		);
	try {
		return { kind: 'record', database, record: external(hit.union, form, hit.id, agency) };
	} catch (error) {
		// ISO 2709 has no room for it
		if (error instanceof AppError && error.code === 'too-large') return surrogate(238, `${hit.id}: ${error.message}; ask for XML`);
		throw error;
	}
}
