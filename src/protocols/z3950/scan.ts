import { type Element, explicit, implicit, integerType, listOf, struct, textType } from '../ber/struct.ts';
import { type Diagnostic, diagnosticRecord } from './diagnostics.ts';
import { type Attribute, attributeList, attributeSetId, databaseNames, type Term, type TermOperand, term, termOperand } from './rpn.ts';
import { referenceId } from './search.ts';

/** Scan (Z39.50 §3.2.8). */
export interface ScanRequest {
	readonly kind: 'scanRequest';
	readonly referenceId?: Uint8Array;
	readonly databaseNames: readonly string[];
	readonly attributeSet?: string;
	readonly start: TermOperand;
	readonly stepSize?: number;
	readonly count: number;
	/** Where the start term stands in the answer: 1 for the first. */
	readonly position?: number;
}

export interface TermInfo {
	readonly term: Term;
	readonly display?: string;
	readonly attributes?: readonly Attribute[];
	/** Records with the term. */
	readonly occurrences?: number;
}

export type ScanEntry =
	| { readonly kind: 'term'; readonly info: TermInfo }
	| { readonly kind: 'diagnostic'; readonly diagnostic: Diagnostic };

export interface ScanResponse {
	readonly kind: 'scanResponse';
	readonly referenceId?: Uint8Array;
	readonly stepSize?: number;
	/** 0 success, 1 to 5 partial, 6 failure. */
	readonly status: number;
	readonly returned: number;
	readonly position?: number;
	readonly entries?: { readonly entries?: readonly ScanEntry[]; readonly diagnostics?: readonly Diagnostic[] };
}

export const scanRequest = struct<Omit<ScanRequest, 'kind'>>(
	{
		referenceId,
		databaseNames: implicit(3, databaseNames),
		attributeSet: attributeSetId,
		start: termOperand,
		stepSize: implicit(5, integerType),
		count: implicit(6, integerType),
		position: implicit(7, integerType),
	},
	['databaseNames', 'start', 'count'],
);

const termInfo = struct<TermInfo>(
	{ term, display: implicit(0, textType), attributes: attributeList, occurrences: implicit(2, integerType) },
	['term'],
);
const info = implicit(1, termInfo);
const surrogate = explicit(2, diagnosticRecord);

const entry: Element<ScanEntry> = {
	matches: (node) => info.matches(node) || surrogate.matches(node),
	read: (node) => (info.matches(node) ? { kind: 'term', info: info.read(node) } : { kind: 'diagnostic', diagnostic: surrogate.read(node) }),
	write: (value) => (value.kind === 'term' ? info.write(value.info) : surrogate.write(value.diagnostic)),
};

export const scanResponse = struct<Omit<ScanResponse, 'kind'>>(
	{
		referenceId,
		stepSize: implicit(3, integerType),
		status: implicit(4, integerType),
		returned: implicit(5, integerType),
		position: implicit(6, integerType),
		entries: implicit(
			7,
			struct<NonNullable<ScanResponse['entries']>>({
				entries: implicit(1, listOf(entry)),
				diagnostics: implicit(2, listOf(diagnosticRecord)),
			}),
		),
	},
	['status'],
);
