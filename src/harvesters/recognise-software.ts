/** What may tell the software of an OAI-PMH provider. */
export interface ProviderSigns {
	/** The address that was asked, and the one that it states. */
	readonly addresses: readonly string[];
	readonly repositoryName: string;
	/** The texts of its descriptions. */
	readonly descriptions: readonly string[];
	/** Its metadataPrefixes. */
	readonly formats: readonly string[];
	readonly sets: readonly string[];
	/** Those of its first records. */
	readonly identifiers: readonly string[];
	readonly token: string | null;
}

export interface Recognised {
	readonly kind: string;
	/** The sign that told it, for whoever doubts it. */
	readonly by: string;
}

type Sign = readonly [where: keyof ProviderSigns, pattern: RegExp];

/** Software with its signs; the order is that in which they are looked at, the surest first. */
const SIGNS: readonly (readonly [kind: string, ...signs: Sign[]])[] = [
	[
		'Koha',
		['addresses', /\/cgi-bin\/koha\/oai\.pl/i],
		['identifiers', /^KOHA-OAI/i],
		['token', /^(?:marcxml|marc21|marc|oai_dc)\/\d+\/[^/]*\/[^/]*\//],
	],
	[
		'DSpace',
		['formats', /^(?:xoai|dim)$/],
		['sets', /^(?:com|col)_\d+(?:\.\d+)*_\d+$/],
		['sets', /^hdl_\d+(?:\.\d+)*_\d+$/],
		['descriptions', /\bDSpace\b/i],
	],
	[
		'SLiMS',
		['addresses', /\/oai\.php(?:$|\?)/i],
		['addresses', /[?&]p=oai\b/i],
		['descriptions', /\b(?:SLiMS|Senayan)\b/i],
		['identifiers', /\b(?:slims|senayan)\b/i],
		['repositoryName', /\b(?:SLiMS|Senayan)\b/i],
	],
	['FOLIO', ['formats', /^marc21_withholdings$/]],
	['Dataverse', ['formats', /^dataverse_json$/]],
	['OJS', ['descriptions', /\bOpen (?:Journal|Monograph|Preprint) (?:Systems|Press)\b/i], ['addresses', /\/index\.php\/[^/]+\/oai$/i]],
	['Omeka', ['descriptions', /\bOmeka\b/], ['addresses', /\/oai-pmh-repository\b/i]],
	['EPrints', ['addresses', /\/cgi\/oai2$/i], ['descriptions', /\bEPrints\b/i]],
	['Evergreen', ['addresses', /\/opac\/extras\/oai\b/i]],
	['VuFind', ['addresses', /\/OAI\/Server$/]],
	['Invenio', ['addresses', /\/oai2d$/i]],
	['Ex Libris Alma', ['addresses', /\/view\/oai\/[^/]+\/request/i]],
	['Greenstone', ['addresses', /\/oaiserver(?:\.cgi)?$/i], ['descriptions', /\bGreenstone\b/i]],
];

const NAMES: Readonly<Record<keyof ProviderSigns, string>> = {
	addresses: 'address',
	repositoryName: 'name',
	descriptions: 'description',
	formats: 'format',
	sets: 'set',
	identifiers: 'identifier',
	token: 'resumption token',
};

/** The software of a provider, as far as its answers tell; null when nothing does. */
export function recogniseProvider(signs: ProviderSigns): Recognised | null {
	for (const [kind, ...known] of SIGNS) {
		for (const [where, pattern] of known) {
			const found = [signs[where] ?? []].flat().find((text) => pattern.test(text));
			if (found !== undefined) return { kind, by: `${NAMES[where]} ${found.slice(0, 100)}` };
		}
	}
	return null;
}

/** What is worth knowing of a kind of software, whichever protocol it is asked by. */
const NOTES: Readonly<Record<string, string>> = {
	Koha: 'copies come in 952 only when its own settings let them out: include_items in the file that OAI-PMH:ConfFile names, or the item fields of its Z39.50 server',
	DSpace: 'theses and papers in Dublin Core, communities and collections as sets: --set takes one of them',
	SLiMS: 'Dublin Core without copies; its MARC export, sent as a file, says more',
	FOLIO: 'marc21_withholdings has the copies',
	OJS: 'articles; --set takes one journal',
};

export const noteOn = (kind: string | null): string | null => (kind === null ? null : (NOTES[kind] ?? null));

/** What a proposal for an OAI-PMH source is made of. */
export interface ProposalFacts {
	readonly kind: string | null;
	readonly formats: readonly string[];
	readonly chosen: { readonly prefix: string; readonly format: string };
	readonly deletedRecord: string;
	readonly movedTo: string | null;
	/** Whether the source names a format. */
	readonly stated: boolean;
}

/**
 * Options of `source add` that would suit: the address it moved to, a format with copies, and how often. Where deletions are kept a night costs
 * little; where they are not each run reads the whole list.
 */
export function proposedOptions({ kind, formats, chosen, deletedRecord, movedTo, stated }: ProposalFacts): string[] {
	const options: string[] = [];
	if (movedTo !== null) options.push(`--url ${movedTo}`);
	if (!stated) {
		const better = kind === 'FOLIO' && formats.includes('marc21_withholdings') ? 'marc21_withholdings' : chosen.prefix;
		options.push(`--format ${better}`);
	}
	options.push(deletedRecord === 'persistent' ? "--schedule '0 2 * * *'" : "--schedule '0 2 * * 0'");
	return options;
}
