import { publicId, recordNumber } from '../lib/ids.ts';
import { areDoubles } from '../matching/hard-conflicts.ts';
import { KEY_HOLDERS_MAX } from '../matching/keys.ts';
import { unpackFeatures } from '../matching/packed-features.ts';
import { score } from '../matching/score.ts';
import { RULES_VERSION } from '../matching/weights.ts';
import { crowdedSentence, type Language } from '../matching/wording.ts';
import type { Database } from '../store/database.ts';
import { type DecisionRow, decisionsInForce, type JudgedRecord, judgedMembers } from '../store/decision.ts';
import { countCrowdedKeys } from '../store/match-candidates.ts';
import { repairsOf } from '../store/repairs.ts';
import { resolveUnion } from '../store/union-read.ts';
import { mustLive, recordWithId } from './decide.ts';
import { noId, noneLiving } from './decision-words.ts';
import { throughOthers } from './explain-others.ts';
import { between, type ExplainedPair, keysOfRecord, pair, type Told } from './explain-pair.ts';
import { judgedNow } from './judged-now.ts';
import { cutPage } from './list-libraries.ts';
import { repairSentences } from './repair-words.ts';
import { tell } from './tell.ts';

export interface ExplainedMember {
	readonly id: string;
	readonly source: string;
	readonly identifier: string;
	/** The member it is most surely the same as; null for the only one. */
	readonly link: ExplainedPair | null;
	/** What else is to be known of it, in words. */
	readonly notes: readonly string[];
}

export interface ExplainedUnion {
	readonly id: string;
	readonly rules: number;
	/** By source and identifier. */
	readonly members: readonly ExplainedMember[];
	/** The member to go on after, as `[source, identifier]`; null at the end. */
	readonly next: MemberPlace | null;
}

type MemberPlace = readonly [source: string, identifier: string];

interface MemberPage {
	readonly after: MemberPlace | null;
	readonly limit: number;
}

/** Members compared with each other to explain a cluster; beyond, each is compared with the first ones. */
const COMPARED_MAX = 60;

/** How surely two members belong together: decided, then by score where nothing conflicts. */
function strength(x: JudgedRecord, y: JudgedRecord, decisions: readonly DecisionRow[]): number {
	if (between(x, y, decisions).some((d) => d.verdict === 'same')) return 2;
	const found = score(unpackFeatures(x.features), unpackFeatures(y.features));
	return found.conflicts.length > 0 || areDoubles(x.single, y.single) ? found.score - 1 : found.score;
}

/** The member that another is most surely the same as; undefined when there is no other. */
function surest(m: JudgedRecord, others: Iterable<JudgedRecord>, decisions: readonly DecisionRow[]): JudgedRecord | undefined {
	let best: { readonly other: JudgedRecord; readonly by: number } | undefined;
	for (const other of others) {
		if (other.id === m.id) continue;
		const by = strength(m, other, decisions);
		if (best === undefined || by > best.by) best = { other, by };
	}
	return best?.other;
}

const byPlace = (x: JudgedRecord, y: JudgedRecord): number => (isAfter(x, [y.source, y.identifier]) ? 1 : -1);

function isAfter(m: JudgedRecord, [source, identifier]: MemberPlace): boolean {
	return m.source === source ? m.identifier > identifier : m.source > source;
}

/** Why two records stand together or apart. AppError as `recordWithId`; `not-found` when one has been deleted. */
export async function explainPair(database: Pick<Database, 'pool'>, one: string, two: string, lang: Language): Promise<ExplainedPair> {
	const { pool } = database;
	const found = [await recordWithId(database, one), await recordWithId(database, two)] as const;
	for (const r of found) await mustLive(pool, r);
	const [x, y] = (await tell(pool, found)) as [Told, Told];
	const explained = pair(x, y, await decisionsInForce(pool, [x.id, y.id]), lang);
	return explained.otherwise.length > 0 ? explained : { ...explained, otherwise: await throughOthers(pool, x, y, lang) };
}

/** Why members are in the union record that an id leads to, a page of them. AppError `usage` or `not-found` when it leads to none. */
export async function explainUnion(
	{ pool }: Pick<Database, 'pool'>,
	id: string,
	lang: Language,
	{ after, limit }: MemberPage,
): Promise<ExplainedUnion> {
	const number = recordNumber(id);
	if (number === undefined) throw noId(id);
	const union = await resolveUnion(pool, number);
	if (union?.state !== 'live') throw noneLiving(id);
	const members = (await judgedNow(pool, () => judgedMembers(pool, union.id))).filter((m) => m.living).sort(byPlace);
	const ids = members.map((m) => m.id);
	const decisions = await decisionsInForce(pool, ids);
	const compared = members.slice(0, COMPARED_MAX);
	const { rows, next } = cutPage(
		members.filter((m) => after === null || isAfter(m, after)),
		limit,
		(m): MemberPlace => [m.source, m.identifier],
	);
	const partners = new Map<JudgedRecord, JudgedRecord | undefined>();
	for (const m of rows) {
		const judged = new Set(decisions.flatMap((d) => (d.a === m.id ? [d.b] : d.b === m.id ? [d.a] : [])));
		partners.set(m, surest(m, new Set([...compared, ...members.filter((o) => judged.has(o.id))]), decisions));
	}
	const toldOf = new Map(
		(
			await tell(
				pool,
				[...new Set([...rows, ...partners.values()])].filter((r) => r !== undefined),
			)
		).map((t) => [t.id, t]),
	);
	const repairs = await repairsOf(pool, rows);
	const explained: ExplainedMember[] = [];
	for (const [m, other] of partners) {
		const [x, y] = [toldOf.get(m.id) as Told, other === undefined ? undefined : (toldOf.get(other.id) as Told)];
		const crowded = await countCrowdedKeys(pool, keysOfRecord(x), KEY_HOLDERS_MAX);
		explained.push({
			id: publicId(m.id),
			source: m.source,
			identifier: m.identifier,
			link: y === undefined ? null : pair(x, y, decisions, lang),
			notes: [...(crowded === 0 ? [] : [crowdedSentence(crowded, lang)]), ...repairSentences(repairs.get(m.id) ?? [], lang)],
		});
	}
	return { id: publicId(union.id), rules: RULES_VERSION, members: explained, next };
}
