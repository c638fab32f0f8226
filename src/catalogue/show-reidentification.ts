import type pg from 'pg';
import { EVIDENCE, type Evidence } from '../matching/reidentify.ts';
import { identityFromMarc } from '../records/bib-from-marc.ts';
import { unpackRecord } from '../records/compact.ts';
import { unpackBody } from '../store/body-codec.ts';
import { countStaged, pairIdentifiers } from '../store/reidentify.ts';
import { findPairs } from './reidentify.ts';

const SAMPLES = 10;

/** What a run that waits for a person would do. */
export interface Proposal {
	readonly run: number;
	readonly gone: number;
	readonly come: number;
	readonly pairs: number;
	readonly evidence: Readonly<Record<Evidence, number>>;
	/** Records gone that are like several that came, or several of them like one. */
	readonly ambiguous: number;
	readonly samples: readonly { readonly from: string; readonly to: string; readonly title: string }[];
}

function titleOf(body: Uint8Array): string {
	const found = identityFromMarc(unpackRecord(unpackBody(body)));
	return 'bib' in found ? (found.bib.title.proper?.value ?? '') : '';
}

/** The proposal of a held run, with samples from all over it. */
export async function showProposal(db: Pick<pg.ClientBase, 'query'>, { id }: { readonly id: number }): Promise<Proposal> {
	const counts = await countStaged(db, id);
	const { pairs, ambiguous } = await findPairs(db, id);
	const step = Math.max(1, Math.floor(pairs.length / SAMPLES));
	const shown = pairs.filter((_, i) => i % step === 0).slice(0, SAMPLES);
	const samples = (await pairIdentifiers(db, shown)).map(({ from, to, body }) => ({ from, to, title: titleOf(body) }));
	const evidence = Object.fromEntries(EVIDENCE.map((name) => [name, pairs.filter((pair) => pair.evidence === name).length]));
	return { run: id, ...counts, pairs: pairs.length, evidence: evidence as Record<Evidence, number>, ambiguous: ambiguous.length, samples };
}
