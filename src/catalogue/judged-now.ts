import type pg from 'pg';
import { matchFeatures } from '../matching/features.ts';
import { packFeatures } from '../matching/packed-features.ts';
import { RULES_VERSION } from '../matching/weights.ts';
import { identityFromMarc } from '../records/bib-from-marc.ts';
import { unpackRecord } from '../records/compact.ts';
import { unpackBody } from '../store/body-codec.ts';
import type { JudgedRecord } from '../store/decision.ts';
import { rulesState } from '../store/going-live.ts';
import { loadMemberBodies } from '../store/match-state.ts';

type Db = Pick<pg.Pool, 'query'>;

/** Packed features of a stored record by the rules of the code; null for what describes no publication. */
export function featuresOfBody(body: Uint8Array): string | null {
	const found = identityFromMarc(unpackRecord(unpackBody(body)));
	return 'bib' in found ? packFeatures(matchFeatures(found.bib)) : null;
}

/** Whether features, keys and scores that are kept were made by other rules than those of the code, wholly or in part. */
export async function ofOtherRules(db: Db): Promise<boolean> {
	const state = await rulesState(db);
	return state !== null && state.version !== RULES_VERSION;
}

/**
 * Records as they are judged, with features by the rules of the code: librarians go on deciding and asking while a catalogue is brought
 * over to new rules, and what is kept by then has another form.
 */
export async function judgedNow(db: Db, read: () => Promise<JudgedRecord[]>): Promise<JudgedRecord[]> {
	// asked first: once the catalogue is live it does not go back
	const other = await ofOtherRules(db);
	const records = await read();
	if (!other) return records;
	const living = records.filter((r) => r.living).map((r) => ({ id: r.id, no: r.versionNo }));
	const features = new Map((await loadMemberBodies(db, living)).map(({ id, body }) => [id, featuresOfBody(body)]));
	return records.map((r) => ({ ...r, features: features.get(r.id) ?? r.features }));
}
