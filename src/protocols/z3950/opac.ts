import { type BerNode, CONTEXT, TAG } from '../ber/node.ts';
import { booleanType, type Element, implicit, listOf, sequenceOf, struct, textType } from '../ber/struct.ts';
import * as values from '../ber/values.ts';
import { type External, external } from './external.ts';

/** One item of a holding (CircRecord). */
export interface Circulation {
	readonly availableNow?: boolean;
	readonly availabilityDate?: string;
	readonly availableThru?: string;
	readonly restrictions?: string;
	readonly itemId?: string;
	readonly renewable?: boolean;
	readonly onHold?: boolean;
	readonly enumAndChron?: string;
	readonly midspine?: string;
	readonly temporaryLocation?: string;
}

export interface Volume {
	readonly enumeration?: string;
	readonly chronology?: string;
	readonly enumAndChron?: string;
}

/** HoldingsAndCircData. */
export interface OpacHolding {
	readonly typeOfRecord?: string;
	readonly encodingLevel?: string;
	readonly format?: string;
	readonly receiptAcqStatus?: string;
	readonly generalRetention?: string;
	readonly completeness?: string;
	readonly dateOfReport?: string;
	readonly nucCode?: string;
	readonly localLocation?: string;
	readonly shelvingLocation?: string;
	readonly callNumber?: string;
	readonly shelvingData?: string;
	readonly copyNumber?: string;
	readonly publicNote?: string;
	readonly reproductionNote?: string;
	readonly termsUseRepro?: string;
	readonly enumAndChron?: string;
	readonly volumes?: readonly Volume[];
	readonly circulation?: readonly Circulation[];
}

/** OPACRecord (Z39.50 appendix REC.5): a record and who holds it; holdings as MARC records of their own are kept apart. */
export interface OpacRecord {
	readonly bibliographic?: External;
	readonly holdings?: readonly (OpacHolding | { readonly marc: External })[];
}

const circulation = struct<Circulation>({
	availableNow: implicit(1, booleanType),
	availabilityDate: implicit(2, textType),
	availableThru: implicit(3, textType),
	restrictions: implicit(4, textType),
	itemId: implicit(5, textType),
	renewable: implicit(6, booleanType),
	onHold: implicit(7, booleanType),
	enumAndChron: implicit(8, textType),
	midspine: implicit(9, textType),
	temporaryLocation: implicit(10, textType),
});

const volume = struct<Volume>({
	enumeration: implicit(1, textType),
	chronology: implicit(2, textType),
	enumAndChron: implicit(3, textType),
});

const TEXTS = [
	'typeOfRecord',
	'encodingLevel',
	'format',
	'receiptAcqStatus',
	'generalRetention',
	'completeness',
	'dateOfReport',
	'nucCode',
	'localLocation',
	'shelvingLocation',
	'callNumber',
	'shelvingData',
	'copyNumber',
	'publicNote',
	'reproductionNote',
	'termsUseRepro',
	'enumAndChron',
] as const;

const texts = Object.fromEntries(TEXTS.map((name, i) => [name, implicit(i + 1, textType)])) as Record<
	(typeof TEXTS)[number],
	Element<string>
>;

const holdingsAndCirculation = struct<OpacHolding>({
	...texts,
	volumes: implicit(18, listOf(sequenceOf(volume))),
	circulation: implicit(19, listOf(sequenceOf(circulation))),
});

/** `[1] EXTERNAL` with the tag in place of its own, as YAZ writes it; some write both. */
const tagged: Element<External> = {
	matches: (node) => node.cls === CONTEXT && node.tag === 1,
	read(node) {
		const inner = node.children[0];
		return external.read(inner !== undefined && external.matches(inner) ? inner : node);
	},
	write: (value) => ({ ...external.write(value), cls: CONTEXT, tag: 1 }),
};

const marcHolding = tagged;
const plainHolding = implicit(2, holdingsAndCirculation);

const holding: Element<OpacHolding | { readonly marc: External }> = {
	matches: (node) => marcHolding.matches(node) || plainHolding.matches(node),
	read: (node) => (marcHolding.matches(node) ? { marc: marcHolding.read(node) } : plainHolding.read(node)),
	write: (value) => ('marc' in value ? marcHolding.write(value.marc) : plainHolding.write(value)),
};

const opac = struct<OpacRecord>({ bibliographic: tagged, holdings: implicit(2, listOf(holding)) });

/** The OPAC record in an EXTERNAL. Throws BerError. */
export const readOpac = (node: BerNode): OpacRecord => opac.read(node);

export const writeOpac = (record: OpacRecord): BerNode => opac.write(record, TAG.sequence, values.sequence([]).cls);
