import { type BerNode, TAG, UNIVERSAL } from '../ber/node.ts';
import { type Element, explicit, implicit, listOf, sequenceOf, struct, type Type, textType } from '../ber/struct.ts';
import * as values from '../ber/values.ts';
import { type Diagnostic, diagnosticRecord, diagnosticType } from './diagnostics.ts';
import { type External, external } from './external.ts';

/** One record of an answer, or the diagnostic that stands in its place (surrogate). */
export type ResponseRecord =
	| { readonly kind: 'record'; readonly database?: string; readonly record: External }
	| { readonly kind: 'diagnostic'; readonly database?: string; readonly diagnostic: Diagnostic };

/** Records (Z39.50 §3.2.3.1.3): records each by itself, or diagnostics in place of all of them. */
export type Records =
	| { readonly kind: 'records'; readonly records: readonly ResponseRecord[] }
	| { readonly kind: 'diagnostics'; readonly diagnostics: readonly Diagnostic[] };

type Named = { readonly database?: string; readonly record: { readonly retrieval?: External; readonly surrogate?: Diagnostic } };

const choice: Type<Named['record']> = struct<Named['record']>({
	retrieval: explicit(1, external),
	surrogate: explicit(2, diagnosticRecord),
});
const named = struct<Named>({ database: implicit(0, textType), record: implicit(1, choice) }, ['record']);

/** NamePlusRecord. Fragments, which only come with segmentation, are refused as diagnostics. */
const namePlusRecord: Type<ResponseRecord> = {
	read(node) {
		const { database, record } = named.read(node);
		const name = database === undefined ? {} : { database };
		if (record.retrieval !== undefined) return { kind: 'record', ...name, record: record.retrieval };
		const diagnostic = record.surrogate ?? { set: '', condition: 0, addinfo: 'a fragment of a record, which was not asked for' };
		return { kind: 'diagnostic', ...name, diagnostic };
	},
	write(value, tag, cls) {
		const name = value.database === undefined ? {} : { database: value.database };
		const record = value.kind === 'record' ? { retrieval: value.record } : { surrogate: value.diagnostic };
		return named.write({ ...name, record }, tag, cls);
	},
};

const responseRecords = listOf(sequenceOf(namePlusRecord));
const manyDiagnostics = listOf(diagnosticRecord);
const RESPONSE_RECORDS = 28;
const ONE_DIAGNOSTIC = 130;
const MANY_DIAGNOSTICS = 205;

export const records: Element<Records> = {
	matches: (node) => node.cls === 2 && [RESPONSE_RECORDS, ONE_DIAGNOSTIC, MANY_DIAGNOSTICS].includes(node.tag),
	read(node) {
		if (node.tag === RESPONSE_RECORDS) return { kind: 'records', records: responseRecords.read(node) };
		if (node.tag === MANY_DIAGNOSTICS) return { kind: 'diagnostics', diagnostics: manyDiagnostics.read(node) };
		return { kind: 'diagnostics', diagnostics: [diagnosticType.read(unwrapped(node))] };
	},
	write(value) {
		if (value.kind === 'records') return responseRecords.write(value.records, RESPONSE_RECORDS);
		const only = value.diagnostics.length === 1 ? value.diagnostics[0] : undefined;
		return only === undefined ? manyDiagnostics.write(value.diagnostics, MANY_DIAGNOSTICS) : diagnosticType.write(only, ONE_DIAGNOSTIC);
	},
};

/** Some targets put the diagnostic into a SEQUENCE of its own. */
function unwrapped(node: BerNode): BerNode {
	const only = node.children.length === 1 ? node.children[0] : undefined;
	return only?.cls === UNIVERSAL && values.isUniversal(only, TAG.sequence) ? only : node;
}
