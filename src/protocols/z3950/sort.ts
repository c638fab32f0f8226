import { TAG } from '../ber/node.ts';
import { type Element, explicit, implicit, integerType, listOf, sequenceOf, struct, textType, universal } from '../ber/struct.ts';
import * as values from '../ber/values.ts';
import { type Diagnostic, diagnosticRecord } from './diagnostics.ts';
import { type Attribute, attributeList, attributeSetId } from './rpn.ts';
import { referenceId } from './search.ts';

/** What is sorted by: a field that the target names, or attributes. */
export type SortKey = { readonly field: string } | { readonly attributeSet: string; readonly attributes: readonly Attribute[] };

export interface SortKeySpec {
	readonly key: SortKey;
	/** 0 ascending, 1 descending. */
	readonly relation: number;
	/** 0 case counts, 1 it does not. */
	readonly caseSensitivity: number;
}

/** Sort (Z39.50 §3.2.7). */
export interface SortRequest {
	readonly kind: 'sortRequest';
	readonly referenceId?: Uint8Array;
	readonly inputs: readonly string[];
	readonly output: string;
	readonly keys: readonly SortKeySpec[];
}

export interface SortResponse {
	readonly kind: 'sortResponse';
	readonly referenceId?: Uint8Array;
	/** 0 success, 1 partial, 2 failure. */
	readonly status: number;
	readonly resultSetStatus?: number;
	readonly diagnostics?: readonly Diagnostic[];
	readonly resultCount?: number;
}

const field = implicit(0, textType);
const byAttributes = implicit(
	2,
	struct<{ attributeSet: string; attributes: readonly Attribute[] }>({ attributeSet: attributeSetId, attributes: attributeList }, [
		'attributeSet',
		'attributes',
	]),
);

const sortKey: Element<SortKey> = {
	matches: (node) => field.matches(node) || byAttributes.matches(node),
	read: (node) => (field.matches(node) ? { field: field.read(node) } : byAttributes.read(node)),
	write: (value) => ('field' in value ? field.write(value.field) : byAttributes.write(value)),
};

/** SortElement has the tag of its `generic` alternative. */
const keySpec = struct<SortKeySpec>(
	{
		key: { ...explicit(1, sortKey), matches: (node) => node.cls === 2 && node.tag === 1 && node.constructed },
		relation: { ...implicit(1, integerType), matches: (node) => node.cls === 2 && node.tag === 1 && !node.constructed },
		caseSensitivity: implicit(2, integerType),
	},
	['key', 'relation'],
);

export const sortRequest = struct<Omit<SortRequest, 'kind'>>(
	{
		referenceId,
		inputs: implicit(
			3,
			listOf(universal(TAG.generalString, { read: values.text, write: (value, tag, cls) => values.textNode(tag, value, cls) })),
		),
		output: implicit(4, textType),
		keys: implicit(5, listOf(sequenceOf(keySpec))),
	},
	['inputs', 'output', 'keys'],
);

export const sortResponse = struct<Omit<SortResponse, 'kind'>>(
	{
		referenceId,
		status: implicit(3, integerType),
		resultSetStatus: implicit(4, integerType),
		diagnostics: implicit(5, listOf(diagnosticRecord)),
		resultCount: implicit(6, integerType),
	},
	['status'],
);
