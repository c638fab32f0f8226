/** Object identifiers of Z39.50 (the OID registry of its maintenance agency, ANSI/NISO Z39.50 appendix 1). */
export const BIB1_ATTRIBUTES = '1.2.840.10003.3.1';
export const BIB1_DIAGNOSTICS = '1.2.840.10003.4.1';
export const CHARSET_NEGOTIATION = '1.2.840.10003.15.3';
/** ISO 10646 in UTF-8, as charset negotiation calls it. */
export const UTF8_LEVEL = '1.0.10646.1.0.8';

export const SYNTAX = {
	unimarc: '1.2.840.10003.5.1',
	usmarc: '1.2.840.10003.5.10',
	sutrs: '1.2.840.10003.5.101',
	opac: '1.2.840.10003.5.102',
	grs1: '1.2.840.10003.5.105',
	xml: '1.2.840.10003.5.109.10',
} as const;

export type SyntaxName = keyof typeof SYNTAX;

/** The name of a record syntax, or its object identifier where it has none here. */
export const syntaxName = (oid: string): string => Object.entries(SYNTAX).find(([, known]) => known === oid)?.[0] ?? oid;
