import { booleanType, explicit, implicit, integerType, octetsType, oidType, struct, textType } from '../ber/struct.ts';
import { type Records, records } from './records.ts';
import { databaseNames, type RpnQuery, rpnQuery } from './rpn.ts';

/** Search (Z39.50 §3.2.2) with a query of type 1. */
export interface SearchRequest {
	readonly kind: 'searchRequest';
	readonly referenceId?: Uint8Array;
	readonly smallSetUpperBound: number;
	readonly largeSetLowerBound: number;
	readonly mediumSetPresentNumber: number;
	readonly replaceIndicator: boolean;
	readonly resultSetName: string;
	readonly databaseNames: readonly string[];
	readonly smallSetElements?: string;
	readonly mediumSetElements?: string;
	readonly recordSyntax?: string;
	readonly query: RpnQuery;
}

export interface SearchResponse {
	readonly kind: 'searchResponse';
	readonly referenceId?: Uint8Array;
	readonly resultCount: number;
	readonly returned: number;
	readonly nextPosition: number;
	readonly success: boolean;
	/** 1 subset, 2 interim, 3 none, 4 estimate. */
	readonly resultSetStatus?: number;
	readonly presentStatus?: number;
	readonly records?: Records;
}

/** Present (§3.2.3); the first position is 1. */
export interface PresentRequest {
	readonly kind: 'presentRequest';
	readonly referenceId?: Uint8Array;
	readonly resultSetName: string;
	readonly start: number;
	readonly count: number;
	readonly elements?: string;
	readonly recordSyntax?: string;
}

export interface PresentResponse {
	readonly kind: 'presentResponse';
	readonly referenceId?: Uint8Array;
	readonly returned: number;
	readonly nextPosition: number;
	/** 0 success, 1 to 4 partial, 5 failure. */
	readonly presentStatus: number;
	readonly records?: Records;
}

export const referenceId = implicit(2, octetsType);
export const resultSetId = implicit(31, textType);
const elementSet = implicit(0, textType);

export const searchRequest = struct<Omit<SearchRequest, 'kind'>>(
	{
		referenceId,
		smallSetUpperBound: implicit(13, integerType),
		largeSetLowerBound: implicit(14, integerType),
		mediumSetPresentNumber: implicit(15, integerType),
		replaceIndicator: implicit(16, booleanType),
		resultSetName: implicit(17, textType),
		databaseNames: implicit(18, databaseNames),
		smallSetElements: explicit(100, elementSet),
		mediumSetElements: explicit(101, elementSet),
		recordSyntax: implicit(104, oidType),
		query: explicit(21, implicit(1, rpnQuery)),
	},
	['resultSetName', 'databaseNames', 'query'],
);

export const searchResponse = struct<Omit<SearchResponse, 'kind'>>(
	{
		referenceId,
		resultCount: implicit(23, integerType),
		returned: implicit(24, integerType),
		nextPosition: implicit(25, integerType),
		success: implicit(22, booleanType),
		resultSetStatus: implicit(26, integerType),
		presentStatus: implicit(27, integerType),
		records,
	},
	['resultCount', 'success'],
);

export const presentRequest = struct<Omit<PresentRequest, 'kind'>>(
	{
		referenceId,
		resultSetName: resultSetId,
		start: implicit(30, integerType),
		count: implicit(29, integerType),
		elements: explicit(19, elementSet),
		recordSyntax: implicit(104, oidType),
	},
	['resultSetName', 'start', 'count'],
);

export const presentResponse = struct<Omit<PresentResponse, 'kind'>>(
	{
		referenceId,
		returned: implicit(24, integerType),
		nextPosition: implicit(25, integerType),
		presentStatus: implicit(27, integerType),
		records,
	},
	['presentStatus'],
);
