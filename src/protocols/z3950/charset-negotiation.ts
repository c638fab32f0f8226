import { type BerNode, TAG } from '../ber/node.ts';
import * as values from '../ber/values.ts';
import { external } from './external.ts';
import { CHARSET_NEGOTIATION, UTF8_LEVEL } from './oids.ts';

/** What is proposed or answered about the character set of a session: UTF-8 or nothing that is known here. */
export interface CharsetNegotiation {
	readonly role: 'proposal' | 'response';
	readonly utf8: boolean;
	/** Whether records are in that set too. */
	readonly records: boolean;
}

const PROPOSAL = 1;
const RESPONSE = 2;
const ISO_10646 = 2;

function find(node: BerNode): CharsetNegotiation | null {
	const reference = values.universalChild(node, TAG.oid);
	if (reference !== undefined && values.oid(reference) === CHARSET_NEGOTIATION) {
		const choice = values.child(node, 0)?.children[0];
		return choice === undefined ? null : read(choice);
	}
	for (const child of node.children) {
		const found = find(child);
		if (found !== null) return found;
	}
	return null;
}

function read(choice: BerNode): CharsetNegotiation | null {
	if (choice.tag !== PROPOSAL && choice.tag !== RESPONSE) return null;
	const records = values.child(choice, 3);
	return {
		role: choice.tag === PROPOSAL ? 'proposal' : 'response',
		utf8: hasUtf8(choice),
		records: records !== undefined && !records.constructed && records.bytes[0] !== 0,
	};
}

function hasUtf8(node: BerNode): boolean {
	if (node.constructed) return node.children.some(hasUtf8);
	// the encoding level of Iso10646 is [2] IMPLICIT OBJECT IDENTIFIER
	return node.tag === 2 && node.bytes.length > 4 && values.oid(node) === UTF8_LEVEL;
}

/** CharSetandLanguageNegotiation-3 (Z39.50 appendix USR.1) as an EXTERNAL, for UTF-8 only. */
export const charsetNegotiation = {
	find,
	write({ role, utf8, records }: CharsetNegotiation): BerNode {
		const iso10646 = values.constructed(ISO_10646, utf8 ? [values.oidNode(UTF8_LEVEL, 2, 2)] : []);
		const choice = values.constructed(role === 'proposal' ? PROPOSAL : RESPONSE, [
			values.constructed(1, [iso10646]),
			values.booleanNode(3, records),
		]);
		return external.write({ oid: CHARSET_NEGOTIATION, octets: null, value: choice });
	},
};
