import { constants, zstdCompressSync } from 'node:zlib';
import { CopyBinary } from '../lib/copy-binary.ts';
import { receivedBytes, receivedUtf8 } from '../lib/undecoded.ts';
import { matchFeatures } from '../matching/features.ts';
import { packFeatures } from '../matching/packed-features.ts';
import { HOLDINGS_KIND, KINDS, type OtherClass } from '../records/bib.ts';
import { identityFromMarc, isDeleted } from '../records/bib-from-marc.ts';
import { packRecord } from '../records/compact.ts';
import type { Decoded, MarcRecord, Repair } from '../records/marc.ts';
import { repairText } from '../records/repair-text.ts';
import { packBody } from '../store/body-codec.ts';

/** A record as its page held it; what ReadRecord of the harvesters has, by structure. */
export interface RawRecord {
	readonly identifier: string;
	readonly datestamp: string | null;
	readonly raw: string;
	readonly utf8?: Buffer;
	readonly digest: Uint8Array;
	readonly decoded: Decoded | null;
	readonly problem?: { readonly code: string; readonly reason: string };
}

/** What the bytes of a page's records need to be read again; what PageContext of the harvesters has, by structure. */
export interface RawContext {
	/** Prefix -> URI in scope where the records stand. */
	readonly namespaces: Readonly<Record<string, string>>;
	/** As TextDecoder calls it; null for UTF-8. */
	readonly encoding: string | null;
}

export interface PrepareRequest {
	readonly runId: number;
	readonly parcelId: number;
	readonly receivedAtMs: number;
	readonly format: number;
	/** Place in the part, number of the source record, number of the version. */
	readonly wanted: readonly { readonly index: number; readonly record: number; readonly no: number }[];
}

export interface Failure {
	readonly index: number;
	readonly code: string;
	readonly reason: string;
	readonly body: Uint8Array;
}

/** What one part of a page becomes. Arrays go with `wanted`, in its order. */
export interface Prepared {
	/** Rows of `version` for COPY (VERSION_COLUMNS). */
	readonly versions: Uint8Array;
	/** The received bytes of the records that were wanted, zstd. */
	readonly parcel: Uint8Array;
	/** What those bytes need to be read again. */
	readonly context: RawContext;
	/** -1 when there is no version (failed or ignored), else the place of its kind in KINDS, or HOLDINGS_KIND. */
	readonly kinds: Int8Array;
	readonly suppressed: Uint8Array;
	readonly failures: readonly Failure[];
	readonly ignored: readonly { readonly index: number; readonly as: OtherClass }[];
}

export const VERSION_COLUMNS =
	'record_id, no, run_id, parcel_id, raw_at, raw_length, received_at, kind, format, suppressed, provider_stamp, digest, body, features, repairs';
const VERSION_COLUMN_COUNT = 15;

/** A record that is kept: `kind` as stored, `features` '' for a holdings record, which is never compared. */
interface Understood {
	readonly kind: number;
	readonly suppressed: boolean;
	readonly features: string;
	readonly record: MarcRecord;
	readonly repairs: readonly Repair[];
}

/** What is stored of a record that is kept. */
interface Kept extends Pick<Understood, 'kind' | 'suppressed' | 'features' | 'repairs'> {
	readonly body: Uint8Array;
}

/** A record made ready before anybody asked for it: while it waits it holds no more than will be stored of it. */
export interface ReadyRecord extends Pick<RawRecord, 'datestamp' | 'digest'> {
	/** In UTF-8, as received. */
	readonly bytes: Buffer;
	readonly outcome: Outcome;
}

type Outcome = Kept | { readonly failed: { readonly code: string; readonly reason: string } } | { readonly ignoredAs: OtherClass };

/** Decodes as far as a bib; never throws for what a stranger sent. */
export function understand(read: RawRecord): Understood | { failed: { code: string; reason: string } } | { ignoredAs: OtherClass } {
	if (read.problem !== undefined) return { failed: read.problem };
	if (read.decoded === null) return { failed: { code: 'no-metadata', reason: 'the record has no metadata' } };
	if (!read.decoded.ok) return { failed: { code: read.decoded.code, reason: read.decoded.reason } };
	try {
		const { record, repairs } = repairText(read.decoded.record);
		const found = identityFromMarc(record);
		const kept = { record, repairs: repairs.length === 0 ? read.decoded.repairs : [...read.decoded.repairs, ...repairs] };
		if ('bib' in found) {
			const { kind, deleted } = found.bib;
			return { ...kept, kind: KINDS.indexOf(kind), suppressed: deleted, features: packFeatures(matchFeatures(found.bib)) };
		}
		if (found.ignoredAs !== 'holdings') return found;
		return { ...kept, kind: HOLDINGS_KIND, suppressed: isDeleted(record), features: '' };
	} catch (error) {
		return { failed: { code: 'normaliser', reason: `the record could not be normalised: ${String(error)}` } };
	}
}

function outcomeOf(record: RawRecord | ReadyRecord): Outcome {
	if ('outcome' in record) return record.outcome;
	const understood = understand(record);
	if (!('record' in understood)) return understood;
	const { kind, suppressed, features, repairs } = understood;
	return { kind, suppressed, features, repairs, body: packBody(packRecord(understood.record)) };
}

const utf8Of = (record: RawRecord | ReadyRecord): Buffer => ('bytes' in record ? record.bytes : (record.utf8 ?? receivedUtf8(record.raw)));

/** For a record of a text in UTF-8 that will most likely be wanted: its objects end here, not when its part is prepared. */
export function makeReady(record: RawRecord): ReadyRecord {
	return { datestamp: record.datestamp, digest: record.digest, bytes: utf8Of(record), outcome: outcomeOf(record) };
}

/** The bytes of the wanted records as received; where they cannot be told from the text, all in UTF-8, and the encoding says so. */
function received(wanted: readonly (RawRecord | ReadyRecord)[], { encoding }: RawContext): { slices: Buffer[]; encoding: string | null } {
	if (encoding === null) return { slices: wanted.map(utf8Of), encoding };
	// records that were ready before the encoding showed hold ASCII alone
	const slices = wanted.map((r) => ('bytes' in r ? r.bytes : receivedBytes(r.raw, encoding))).filter((bytes) => bytes !== null);
	return slices.length === wanted.length ? { slices, encoding } : { slices: wanted.map(utf8Of), encoding: `utf-8 from ${encoding}` };
}

/** Turns the wanted records of a part into rows: pure computing, made for a worker thread. */
export function prepare(records: readonly (RawRecord | ReadyRecord)[], request: PrepareRequest, context: RawContext): Prepared {
	const wanted = request.wanted.map(({ index }) => {
		const read = records[index];
		if (read === undefined) throw new RangeError(`part has no record ${index}`);
		return read;
	});
	const raw = received(wanted, context);
	const versions = new CopyBinary(request.wanted.length * 900 + 1024);
	const kinds = new Int8Array(request.wanted.length).fill(-1);
	const suppressed = new Uint8Array(request.wanted.length);
	const failures: Failure[] = [];
	const ignored: { index: number; as: OtherClass }[] = [];
	const slices: Buffer[] = [];
	let rawAt = 0;
	for (const [place, { index, record: recordId, no }] of request.wanted.entries()) {
		const read = wanted[place] as RawRecord | ReadyRecord;
		const bytes = raw.slices[place] as Buffer;
		const outcome = outcomeOf(read);
		if ('failed' in outcome) {
			failures.push({ index, ...outcome.failed, body: bytes });
			continue;
		}
		if ('ignoredAs' in outcome) {
			ignored.push({ index, as: outcome.ignoredAs });
			continue;
		}
		const { kind } = outcome;
		kinds[place] = kind;
		suppressed[place] = outcome.suppressed ? 1 : 0;
		versions.row(VERSION_COLUMN_COUNT).int8(recordId).int4(no).int8(request.runId).int8(request.parcelId).int4(rawAt).int4(bytes.length);
		versions.timestamp(request.receivedAtMs).int2(kind).int2(request.format).bool(outcome.suppressed);
		const stampMs = read.datestamp === null ? Number.NaN : Date.parse(read.datestamp);
		if (Number.isNaN(stampMs)) versions.null();
		else versions.timestamp(stampMs);
		versions.bytes(read.digest).bytes(outcome.body).text(outcome.features);
		if (outcome.repairs.length === 0) versions.null();
		else versions.jsonb(JSON.stringify(outcome.repairs));
		slices.push(bytes);
		rawAt += bytes.length;
	}
	return {
		versions: versions.finish(),
		// in memory of its own, so that it can be handed to another thread
		parcel: new Uint8Array(zstdCompressSync(Buffer.concat(slices), { params: { [constants.ZSTD_c_compressionLevel]: 3 } })),
		context: { namespaces: context.namespaces, encoding: raw.encoding },
		kinds,
		suppressed,
		failures,
		ignored,
	};
}
