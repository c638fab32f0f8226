import { type Datestamp, parseDatestamp } from './datestamp.ts';

type OaiErrorCode =
	| 'badArgument'
	| 'badResumptionToken'
	| 'badVerb'
	| 'cannotDisseminateFormat'
	| 'idDoesNotExist'
	| 'noMetadataFormats'
	| 'noRecordsMatch'
	| 'noSetHierarchy';

/** An error or exception condition of OAI-PMH 2.0 §3.6. */
export interface OaiError {
	readonly code: OaiErrorCode;
	readonly message: string;
}

export type ListVerb = 'ListIdentifiers' | 'ListRecords';

/** What a list request selects. `fromMs` and `untilMs` are inclusive. */
export interface Selection {
	readonly prefix: string;
	readonly set: string | null;
	readonly fromMs: number | null;
	readonly untilMs: number | null;
}

export type OaiRequest =
	| { readonly verb: 'Identify' }
	| { readonly verb: 'ListMetadataFormats'; readonly identifier: string | null }
	| { readonly verb: 'ListSets' }
	| { readonly verb: 'GetRecord'; readonly identifier: string; readonly prefix: string }
	| { readonly verb: ListVerb; readonly selection: Selection }
	| { readonly verb: ListVerb | 'ListSets'; readonly resumptionToken: string };

/** A request, or what is wrong with it; `attributes` are what the response may echo (none after badVerb or badArgument). */
export type ParsedRequest =
	| { readonly ok: true; readonly request: OaiRequest; readonly attributes: readonly (readonly [string, string])[] }
	| { readonly ok: false; readonly errors: readonly OaiError[] };

const ARGUMENTS: Readonly<
	Record<string, { readonly required: readonly string[]; readonly optional: readonly string[]; readonly exclusive?: string }>
> = {
	Identify: { required: [], optional: [] },
	ListMetadataFormats: { required: [], optional: ['identifier'] },
	ListSets: { required: [], optional: [], exclusive: 'resumptionToken' },
	GetRecord: { required: ['identifier', 'metadataPrefix'], optional: [] },
	ListIdentifiers: { required: ['metadataPrefix'], optional: ['from', 'until', 'set'], exclusive: 'resumptionToken' },
	ListRecords: { required: ['metadataPrefix'], optional: ['from', 'until', 'set'], exclusive: 'resumptionToken' },
};
const SET_SPEC = /^[A-Za-z0-9\-_.!~*'()]+(:[A-Za-z0-9\-_.!~*'()]+)*$/;
const METADATA_PREFIX = /^[A-Za-z0-9\-_.!~*'()]+$/;

/** Whether a text may be a setSpec (OAI-PMH.xsd, setSpecType). */
export const isSetSpec = (text: string): boolean => SET_SPEC.test(text);

const bad = (message: string): OaiError => ({ code: 'badArgument', message });

/** Reads the arguments of one request, in the order given, names possibly repeated (OAI-PMH 2.0 §3.1 and §4). */
export function parseRequest(pairs: readonly (readonly [string, string])[]): ParsedRequest {
	const verbs = pairs.filter(([name]) => name === 'verb').map(([, value]) => value);
	const verb = verbs[0];
	if (verb === undefined) return { ok: false, errors: [{ code: 'badVerb', message: 'The verb argument is missing.' }] };
	if (verbs.length > 1) return { ok: false, errors: [{ code: 'badVerb', message: 'The verb argument is repeated.' }] };
	const rule = Object.hasOwn(ARGUMENTS, verb) ? ARGUMENTS[verb] : undefined;
	if (rule === undefined) return { ok: false, errors: [{ code: 'badVerb', message: 'The verb is none of the six of OAI-PMH.' }] };

	const errors: OaiError[] = [];
	const values = new Map<string, string>();
	for (const [name, value] of pairs) {
		if (name === 'verb') continue;
		if (!rule.required.includes(name) && !rule.optional.includes(name) && rule.exclusive !== name) {
			errors.push(bad(`${verb} takes no argument of that name: ${name.slice(0, 60)}`));
		} else if (values.has(name)) errors.push(bad(`The argument ${name} is repeated.`));
		else if (value === '') errors.push(bad(`The argument ${name} is empty.`));
		else values.set(name, value);
	}
	const token = rule.exclusive === undefined ? undefined : values.get(rule.exclusive);
	if (token !== undefined && values.size > 1) errors.push(bad('resumptionToken is an exclusive argument.'));
	if (token === undefined && errors.length === 0) {
		for (const name of rule.required) if (!values.has(name)) errors.push(bad(`The argument ${name} is required.`));
	}
	if (errors.length > 0) return { ok: false, errors };
	const request = token === undefined ? build(verb, values, errors) : { verb: verb as ListVerb | 'ListSets', resumptionToken: token };
	if (request === undefined) return { ok: false, errors };
	return { ok: true, request, attributes: [['verb', verb], ...values] };
}

function build(verb: string, values: ReadonlyMap<string, string>, errors: OaiError[]): OaiRequest | undefined {
	const prefix = values.get('metadataPrefix') ?? '';
	if (prefix !== '' && !METADATA_PREFIX.test(prefix)) errors.push(bad('metadataPrefix has letters that no prefix has.'));
	const identifier = values.get('identifier') ?? null;
	if (verb === 'Identify') return { verb };
	if (verb === 'ListSets') return { verb };
	if (verb === 'ListMetadataFormats') return { verb, identifier };
	if (verb === 'GetRecord') return errors.length === 0 ? { verb, identifier: identifier ?? '', prefix } : undefined;

	const set = values.get('set') ?? null;
	if (set !== null && !SET_SPEC.test(set)) errors.push(bad('set is not a setSpec.'));
	const from = readDate('from', values, errors);
	const until = readDate('until', values, errors);
	if (from !== null && until !== null) {
		if (from.granularity !== until.granularity) errors.push(bad('from and until differ in granularity.'));
		else if (from.firstMs > until.firstMs) errors.push(bad('from is later than until.'));
	}
	if (errors.length > 0) return undefined;
	return { verb: verb as ListVerb, selection: { prefix, set, fromMs: from?.firstMs ?? null, untilMs: until?.lastMs ?? null } };
}

function readDate(name: string, values: ReadonlyMap<string, string>, errors: OaiError[]): Datestamp | null {
	const text = values.get(name);
	if (text === undefined) return null;
	const date = parseDatestamp(text);
	if (date === undefined) errors.push(bad(`${name} is neither YYYY-MM-DD nor YYYY-MM-DDThh:mm:ssZ, or no day of the calendar.`));
	return date ?? null;
}
