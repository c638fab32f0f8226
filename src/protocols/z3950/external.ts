import { BerError, type BerNode, TAG, UNIVERSAL } from '../ber/node.ts';
import type { Element } from '../ber/struct.ts';
import * as values from '../ber/values.ts';

/** EXTERNAL (X.690 §8.18): what it is, and either octets or one ASN.1 value. */
export interface External {
	readonly oid: string | null;
	readonly octets: Uint8Array | null;
	readonly value: BerNode | null;
}

const SINGLE_ASN1 = 0;
const OCTET_ALIGNED = 1;

export const external: Element<External> = {
	matches: (node) => values.isUniversal(node, TAG.external),
	read(node) {
		const reference = values.universalChild(node, TAG.oid);
		const aligned = values.child(node, OCTET_ALIGNED);
		const single = values.child(node, SINGLE_ASN1)?.children[0] ?? null;
		if (aligned === undefined && single === null) throw new BerError('an EXTERNAL is empty', 0);
		const oid = reference === undefined ? null : values.oid(reference);
		if (aligned !== undefined) return { oid, octets: values.octets(aligned), value: null };
		// some targets wrap records in a string of their own
		const plain = single !== null && values.isUniversal(single, TAG.octetString);
		return plain ? { oid, octets: values.octets(single), value: null } : { oid, octets: null, value: single };
	},
	write({ oid, octets, value }) {
		return values.constructed(
			TAG.external,
			[
				oid === null ? null : values.oidNode(oid),
				octets === null ? null : values.primitive(OCTET_ALIGNED, octets),
				value === null ? null : values.constructed(SINGLE_ASN1, [value]),
			],
			UNIVERSAL,
		);
	},
};
