import { asWritten } from '../matching/as-written.ts';
import { unpackFeatures } from '../matching/packed-features.ts';
import { identityFromMarc } from '../records/bib-from-marc.ts';
import { unpackRecord } from '../records/compact.ts';
import { unpackBody } from '../store/body-codec.ts';
import type { Database } from '../store/database.ts';
import type { JudgedRecord } from '../store/decision.ts';
import { loadMemberBodies } from '../store/match-state.ts';
import type { Told } from './explain-pair.ts';

/** Records with what they say, read from their current versions. */
export async function tell(db: Pick<Database['pool'], 'query'>, records: readonly JudgedRecord[]): Promise<Told[]> {
	const bodies = await loadMemberBodies(
		db,
		records.map((r) => ({ id: r.id, no: r.versionNo })),
	);
	const bodyOf = new Map(bodies.map((b) => [b.id, b.body]));
	return records.map((r): Told => {
		const compared = unpackFeatures(r.features);
		const body = bodyOf.get(r.id);
		const read = body === undefined ? undefined : identityFromMarc(unpackRecord(unpackBody(body)));
		return { ...r, compared, written: read !== undefined && 'bib' in read ? asWritten(compared, read.bib) : compared };
	});
}
