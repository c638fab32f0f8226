import type pg from 'pg';
import { AppError } from '../lib/errors.ts';
import type { Logger } from '../lib/logger.ts';
import { packTexts } from '../lib/packed-texts.ts';
import { matchFeatures } from '../matching/features.ts';
import { KEY_HOLDERS_MAX, matchKeys, rungOf } from '../matching/keys.ts';
import { packFeatures, unpackFeatures } from '../matching/packed-features.ts';
import { RULES_VERSION } from '../matching/weights.ts';
import { identityFromMarc } from '../records/bib-from-marc.ts';
import { unpackRecord } from '../records/compact.ts';
import { unpackBody } from '../store/body-codec.ts';
import {
	insertNextKeys,
	keepRulesState,
	makeNextKeys,
	membersAfter,
	type RulesState,
	rulesState,
	setFeatures,
	takeNextEdges,
	takeNextKeys,
	type VersionBody,
	versionsAfter,
} from '../store/going-live.ts';
import { type BatchKey, keyGroups, ladderGroups } from '../store/match-candidates.ts';
import { type Edge, insertEdges, loadFeatures } from '../store/match-state.ts';
import { candidatePairs, scoreRequest } from './match-graph.ts';
import type { ScoreRequest } from './score-batch.ts';

export interface LiveOptions {
	readonly score: (request: ScoreRequest) => Promise<Uint16Array>;
	readonly logger: Logger;
	readonly signal?: AbortSignal;
	/** Versions or records of a step. */
	readonly step: number;
	/** Told after each step, which is committed. */
	readonly onStep?: (state: RulesState) => void;
}

/** Where bringing a catalogue over to the rules of the code begins. */
export const liveBegin = (version: number): RulesState => ({ version, target: RULES_VERSION, stage: 'features', record: 0, no: 0 });

/**
 * Brings features, keys and edges over to the rules of the code, if they were made under older ones: in steps, each a transaction that
 * keeps its place, then every record is dirty and is parted into clusters by new edges alone. True when they are of the code's rules.
 * The caller holds the matcher's lock. AppError `schema-newer` when they are of newer rules.
 */
export async function goLive(client: pg.PoolClient, options: LiveOptions): Promise<boolean> {
	const kept = await rulesState(client);
	if (kept === null) await keepRulesState(client, { version: RULES_VERSION });
	if (kept === null || kept.version === RULES_VERSION) return true;
	if (kept.version > RULES_VERSION) {
		throw new AppError('schema-newer', `the catalogue is matched under rules ${kept.version}, this program has rules ${RULES_VERSION}`, {
			hint: 'match with the newer program, or take the catalogue back to these rules with match --all',
		});
	}
	let state = kept.target === RULES_VERSION ? kept : liveBegin(kept.version);
	options.logger.info({ ...state }, 'bringing the catalogue over to new rules of matching');
	while (options.signal?.aborted !== true) {
		await client.query('begin');
		try {
			state = await liveStep(client, state, options);
			await keepRulesState(client, state);
			await client.query('commit');
		} catch (error) {
			await client.query('rollback');
			throw error;
		}
		options.onStep?.(state);
		if (state.stage === undefined) return true;
	}
	return false;
}

/** One step, within the caller's transaction; gives where to go on. */
export async function liveStep(client: pg.PoolClient, state: RulesState, options: LiveOptions): Promise<RulesState> {
	switch (state.stage) {
		case 'features':
			return await featuresStep(client, state, options);
		case 'keys':
			return await keysStep(client, state, options);
		case 'edges':
			return await edgesStep(client, state, options);
		default:
			await takeNextEdges(client);
			return { version: RULES_VERSION };
	}
}

async function featuresStep(client: pg.PoolClient, state: RulesState, { step, logger }: LiveOptions): Promise<RulesState> {
	const rows = await versionsAfter(client, state.record ?? 0, state.no ?? 0, step);
	const now = rows.map((row) => ({ record: row.record, no: row.no, features: featuresNow(row, logger) }));
	await setFeatures(
		client,
		now.filter((row, at) => row.features !== rows[at]?.features),
	);
	const last = rows.at(-1);
	if (last !== undefined && rows.length === step) return { ...state, record: last.record, no: last.no };
	await makeNextKeys(client);
	return { ...state, stage: 'keys', record: 0, no: 0 };
}

function featuresNow({ record, no, body, features }: VersionBody, logger: Logger): string {
	const found = identityFromMarc(unpackRecord(unpackBody(body)));
	if (!('ignoredAs' in found)) return packFeatures(matchFeatures(found.bib));
	if (found.ignoredAs === 'holdings') return '';
	logger.warn({ record, no, as: found.ignoredAs }, 'a kept record is no bibliographic record any more; it is matched as before');
	return features;
}

const keysOf = (members: readonly { id: number; features: string }[]): BatchKey[] =>
	members.flatMap(({ id, features }) => {
		const keys = matchKeys(unpackFeatures(features));
		const rung = rungOf(keys);
		return keys.keys.map((key): BatchKey => ({ record: id, key, rung, delta: 0 }));
	});

async function keysStep(client: pg.PoolClient, state: RulesState, { step }: LiveOptions): Promise<RulesState> {
	const members = await membersAfter(client, state.record ?? 0, step);
	await insertNextKeys(client, keysOf(members));
	const last = members.at(-1);
	if (last !== undefined && members.length === step) return { ...state, record: last.id };
	await takeNextKeys(client);
	return { ...state, stage: 'edges', record: 0 };
}

/** The edges of some records to all older ones, so that each pair is compared once. */
async function edgesStep(client: pg.PoolClient, state: RulesState, { step, score }: LiveOptions): Promise<RulesState> {
	const members = await membersAfter(client, state.record ?? 0, step);
	const features = new Map(members.map((m) => [m.id, m.features]));
	const keys = keysOf(members);
	const { groups, hot } = await keyGroups(client, keys, KEY_HOLDERS_MAX);
	const ladder = await ladderGroups(client, keys, hot, KEY_HOLDERS_MAX);
	const pairs = candidatePairs([...groups, ...ladder], (id) => features.has(id)).filter(([, b]) => features.has(b));
	const others = new Set(pairs.flatMap(([a]) => (features.has(a) ? [] : [a])));
	for (const [id, text] of await loadFeatures(client, [...others])) features.set(id, text);
	const scores = await score(scoreRequest(pairs, packTexts(features)));
	const edges = pairs.flatMap(([a, b], i): Edge[] => (scores[i] === 0 ? [] : [{ a, b, score: scores[i] as number }]));
	await insertEdges(client, edges, RULES_VERSION, 'edge_next');
	const last = members.at(-1);
	if (last !== undefined && members.length === step) return { ...state, record: last.id };
	return { ...state, stage: 'swap' };
}
