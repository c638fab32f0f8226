import { AppError } from '../lib/errors.ts';
import type { MarcRecord } from '../records/marc.ts';
import type { ReadRecord } from './page.ts';

/** What a source states of its records beside what they say themselves. Plain texts: nothing of it is a pattern. */
export interface RecordRules {
	/** Each identifier that holds `search` has `replace` in its first place: a provider that changed its prefix keeps its records. */
	readonly identifier?: { readonly search: string; readonly replace: string };
	/** A record with this field (and, when one is given, this value in it) is a deletion. `code` is '' for a control field. */
	readonly deleted?: { readonly tag: string; readonly code: string; readonly value: string | null };
}

export const RECORD_RULE_SETTINGS: readonly string[] = ['identifierSearch', 'identifierReplace', 'deletedWhen'];

const TEXT_MAX = 1_000;
const NO_DIGEST = new Uint8Array(0);
/** `999$t`, `999$t=1`, `001=x`. */
const PLACE = /^(\d{3})(?:\$([a-z0-9]))?(?:=(.*))?$/s;

/** The rules among the settings of a source; undefined when there are none. AppError usage. */
export function recordRules(settings: Readonly<Record<string, unknown>>): RecordRules | undefined {
	const [search, replace, place] = RECORD_RULE_SETTINGS.map((name) => text(settings, name));
	if ((search === undefined) !== (replace === undefined) || search === '')
		throw new AppError('usage', 'identifierSearch and identifierReplace go together, and the first is not empty', {
			hint: '--setting identifierSearch=oai:old.example.vn: --setting identifierReplace=oai:new.example.vn:',
		});
	if (search === undefined && place === undefined) return undefined;
	return {
		...(search === undefined || replace === undefined ? {} : { identifier: { search, replace } }),
		...(place === undefined ? {} : { deleted: deletedWhen(place) }),
	};
}

function text(settings: Readonly<Record<string, unknown>>, name: string): string | undefined {
	const value = settings[name];
	if (value === undefined || value === null) return undefined;
	if (typeof value !== 'string' || value.length > TEXT_MAX)
		throw new AppError('usage', `the setting ${name} is a text of at most ${TEXT_MAX} characters`, {
			hint: `for example --setting ${name}=${name === 'deletedWhen' ? '999$t=1' : 'oai:example.vn:'}`,
		});
	return value;
}

function deletedWhen(place: string): NonNullable<RecordRules['deleted']> {
	const [, tag, code, value] = PLACE.exec(place) ?? [];
	const isControl = tag?.startsWith('00') === true;
	if (tag === undefined || isControl !== (code === undefined))
		throw new AppError('usage', `"${place}" names no field whose records are deleted`, {
			hint: 'a tag and a subfield, and what stands in it: --setting deletedWhen=999$t=1',
		});
	return { tag, code: code ?? '', value: value ?? null };
}

/** A record as the rules of its source have it. */
export function underRules(record: ReadRecord, rules: RecordRules): ReadRecord {
	const renamed = rules.identifier === undefined ? record : rename(record, rules.identifier);
	if (rules.deleted === undefined || renamed.deleted || renamed.decoded?.ok !== true) return renamed;
	return says(renamed.decoded.record, rules.deleted) ? { ...renamed, deleted: true, digest: NO_DIGEST, decoded: null } : renamed;
}

function rename(record: ReadRecord, { search, replace }: NonNullable<RecordRules['identifier']>): ReadRecord {
	const at = record.identifier.indexOf(search);
	if (at < 0) return record;
	return { ...record, identifier: record.identifier.slice(0, at) + replace + record.identifier.slice(at + search.length) };
}

function says(record: MarcRecord, { tag, code, value }: NonNullable<RecordRules['deleted']>): boolean {
	const stands = (found: string): boolean => value === null || found.trim() === value;
	return record.fields.some(
		(field) => field.tag === tag && (code === '' ? stands(field.value) : field.subfields.some((s) => s.code === code && stands(s.value))),
	);
}
