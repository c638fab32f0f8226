import { type BerNode, TAG, UNIVERSAL } from '../ber/node.ts';
import type { Element, Type } from '../ber/struct.ts';
import * as values from '../ber/values.ts';
import { BIB1_DIAGNOSTICS } from './oids.ts';

/** A diagnostic (Z39.50 §3.2.2.1.8, appendix 4): `condition` is a number of `set`, which is Bib-1 as a rule. */
export interface Diagnostic {
	readonly set: string;
	readonly condition: number;
	readonly addinfo: string;
}

/** DefaultDiagFormat. */
export const diagnosticType: Type<Diagnostic> = {
	read(node) {
		const set = values.universalChild(node, TAG.oid);
		const condition = values.universalChild(node, TAG.integer);
		const addinfo = values.universalChild(node, TAG.visibleString) ?? values.universalChild(node, TAG.generalString);
		return {
			set: set === undefined ? BIB1_DIAGNOSTICS : values.oid(set),
			condition: condition === undefined ? 0 : values.integer(condition),
			addinfo: addinfo === undefined ? '' : values.text(addinfo),
		};
	},
	write: ({ set, condition, addinfo }, tag, cls) =>
		values.constructed(
			tag,
			[values.oidNode(set), values.integerNode(TAG.integer, condition, UNIVERSAL), values.textNode(TAG.visibleString, addinfo, UNIVERSAL)],
			cls,
		),
};

/** DiagRec. One that is defined elsewhere is searched for a diagnostic of the usual form. */
export const diagnosticRecord: Element<Diagnostic> = {
	matches: (node) => values.isUniversal(node, TAG.sequence) || values.isUniversal(node, TAG.external),
	read: (node) => (values.isUniversal(node, TAG.sequence) ? null : findDiagnostic(node)) ?? diagnosticType.read(node),
	write: (value) => diagnosticType.write(value, TAG.sequence, UNIVERSAL),
};

/** The first diagnostic of the usual form anywhere inside: an Init answer may hold one in several places (ZIG agreement on Init diagnostics). */
export function findDiagnostic(node: BerNode): Diagnostic | null {
	const [set, condition] = node.children;
	if (set !== undefined && condition !== undefined && values.isUniversal(set, TAG.oid) && values.isUniversal(condition, TAG.integer))
		return diagnosticType.read(node);
	for (const child of node.children) {
		const found = findDiagnostic(child);
		if (found !== null) return found;
	}
	return null;
}

/** Bib-1 conditions (appendix 4) that targets of libraries send, in words. */
const BIB1: Readonly<Record<number, string>> = {
	1: 'permanent system error',
	2: 'temporary system error',
	3: 'unsupported search',
	4: 'terms only in stop words',
	5: 'too many argument words',
	6: 'too many boolean operators',
	7: 'too many truncated words',
	9: 'truncated words too short',
	11: 'too many characters in search statement',
	12: 'too many records retrieved',
	13: 'present request out of range',
	14: 'system error in presenting records',
	15: 'record not authorized to be sent intersystem',
	16: 'record exceeds preferred message size',
	17: 'record exceeds exceptional record size',
	18: 'result set not supported as a search term',
	20: 'only ANDed terms are supported',
	22: 'result set naming not supported',
	23: 'specified combination of databases not supported',
	24: 'element set names not supported',
	25: 'specified element set name not valid',
	27: 'result set no longer exists',
	28: 'result set is in use',
	29: 'one of the databases is locked',
	30: 'specified result set does not exist',
	31: 'resources exhausted, no results available',
	32: 'resources exhausted, unpredictable partial results',
	33: 'resources exhausted, a valid subset of the results',
	100: 'unspecified error',
	101: 'access control failure',
	106: 'no abstract syntaxes supported for this record',
	107: 'query type not supported',
	108: 'malformed query',
	109: 'database unavailable',
	110: 'operator unsupported',
	111: 'too many databases',
	113: 'unsupported attribute type',
	114: 'unsupported use attribute',
	115: 'unsupported value of a use attribute',
	117: 'unsupported relation attribute',
	118: 'unsupported structure attribute',
	119: 'unsupported position attribute',
	120: 'unsupported truncation attribute',
	121: 'unsupported attribute set',
	122: 'unsupported completeness attribute',
	123: 'unsupported attribute combination',
	125: 'malformed search term',
	126: 'illegal term value for attribute',
	128: 'illegal result set name',
	129: 'proximity search of sets not supported',
	131: 'unsupported proximity relation',
	132: 'unsupported proximity unit code',
	201: 'proximity not supported with this attribute combination',
	202: 'unsupported distance for proximity',
	205: 'unsupported scan step size',
	207: 'cannot sort according to sequence',
	211: 'illegal sort relation',
	226: 'restrictions prevent the operation',
	228: 'scan: unsupported value of position in response',
	229: 'scan: unsupported term type',
	233: 'illegal term type',
	235: 'database does not exist',
	236: 'access to specified database denied',
	238: 'record not available in requested syntax',
	239: 'record syntax not supported',
	240: 'resources exhausted looking for satisfying terms',
	1010: 'invalid user or password',
	1011: 'no access right',
	1014: 'not authorized to log on',
};

/** A diagnostic as a person reads it: its number, its words and what the target adds. */
export function describeDiagnostic({ set, condition, addinfo }: Diagnostic): string {
	const words = set === BIB1_DIAGNOSTICS || set === '' ? BIB1[condition] : undefined;
	const name = words === undefined ? `diagnostic ${condition}` : `diagnostic ${condition} (${words})`;
	return addinfo === '' ? name : `${name}: ${addinfo.slice(0, 300)}`;
}
