import type { ConflictName } from './conflicts.ts';
import { type Outcome, outcomeOf } from './feature-words.ts';
import type { MatchFeatures } from './features.ts';
import { type ScorePart, score } from './score.ts';
import type { FeatureName } from './strategy.ts';
import { MERGE_AT } from './weights.ts';

/** What of a record can only be otherwise together, as people speak of it. */
const FIELDS = {
	title: ['title', 'exact', 'rest', 'parts', 'numbers', 'companions'],
	creator: ['creators', 'responsibility'],
	translator: ['translators'],
	isbn: ['isbns'],
	year: ['years', 'codedYear'],
	pages: ['pages'],
	publisher: ['publisher', 'otherPublishers', 'country'],
	place: ['place'],
	edition: ['edition'],
	volume: ['volumes', 'kind'],
	kind: ['kind', 'volumes'],
	carrier: ['carrier'],
	material: ['material'],
	format: ['formats'],
	'class-level': ['classLevel', 'bookType'],
	'book-type': ['bookType', 'classLevel'],
	curriculum: ['curriculum'],
	language: ['languages'],
	issn: ['issns'],
	host: ['host', 'hostIds'],
	'host-pages': ['hostNumbers'],
} as const satisfies Readonly<Record<string, readonly (keyof MatchFeatures)[]>>;

export type FieldName = keyof typeof FIELDS;
const NAMES = Object.keys(FIELDS) as readonly FieldName[];

/** What of a pair would have to be otherwise for it to come to the other side of what joins. */
export interface Turn {
	/** All of these at once. */
	readonly fields: readonly FieldName[];
	/** Those of them that one of the two does not state as it is. */
	readonly unsaid: readonly FieldName[];
	/** 0 to 1: the score then. */
	readonly score: number;
}

const TURNS_MAX = 3;

type Pair = readonly [MatchFeatures, MatchFeatures];

const valuesOf = (f: MatchFeatures, field: FieldName): string => JSON.stringify(FIELDS[field].map((key) => f[key]));

const isSaid = (value: unknown): boolean => (Array.isArray(value) ? value.length > 0 : value !== '' && value !== 0);

/** Whether a record states a field: by the value that it is called after. */
function states(f: MatchFeatures, field: FieldName): boolean {
	const [first, second] = FIELDS[field];
	return isSaid(f[first]) || (field === 'creator' && second !== undefined && isSaid(f[second]));
}

const areCountedVolumes = (pair: Pair): boolean => pair.every(({ kind }) => kind === 'monograph' || kind === 'volume');

/** Whether a field of the two could agree and does not. A book and a volume of a set differ by their volumes, not by their kinds. */
function canAgree(pair: Pair, field: FieldName): boolean {
	const [a, b] = pair;
	if (field === 'volume' && !areCountedVolumes(pair) && a.kind !== b.kind) return false;
	if (field === 'kind' && (areCountedVolumes(pair) || a.kind === b.kind)) return false;
	return valuesOf(a, field) !== valuesOf(b, field) && (states(a, field) || states(b, field));
}

const taking = (from: MatchFeatures, to: MatchFeatures, field: FieldName): MatchFeatures => ({
	...to,
	...Object.fromEntries(FIELDS[field].map((key) => [key, from[key]])),
});

/** The pair with a field of both as that one has it that says more of it. */
function agreed([a, b]: Pair, field: FieldName): Pair {
	const [x, y] = [valuesOf(a, field), valuesOf(b, field)];
	const second = x.length === y.length ? y < x : y.length > x.length;
	const first = states(a, field) === states(b, field) ? !second : states(a, field);
	return first ? [a, taking(a, b, field)] : [taking(b, a, field), b];
}

/** No word, name or place of any language. */
const NOBODY = 'qzxqzxqzx';
const YEARS_AWAY = 20;
const elsewhere = (text: string): string => (text === '' ? '' : NOBODY);

/** What the second record has in a field when nothing of it is the first's; only fields without hard conflicts of their own. */
const DIFFERING: Readonly<Partial<Record<FieldName, (a: MatchFeatures, b: MatchFeatures) => Partial<MatchFeatures>>>> = {
	title: (_, b) => ({ title: NOBODY, exact: '', rest: elsewhere(b.rest), parts: elsewhere(b.parts) }),
	creator: (_, b) => ({ creators: b.creators.length === 0 ? [] : [NOBODY], responsibility: elsewhere(b.responsibility) }),
	isbn: ({ isbns }) => ({ isbns: [isbns.includes('000000000') ? '111111111' : '000000000'] }),
	year: ({ years }) => ({ years: [(years[0] ?? 0) - YEARS_AWAY], codedYear: 0 }),
	pages: ({ pages }) => ({ pages: 2 * pages + 100 }),
	publisher: () => ({ publisher: NOBODY, otherPublishers: [] }),
	place: () => ({ place: NOBODY }),
	language: () => ({ languages: ['zxx'] }),
	host: () => ({ host: NOBODY, hostIds: [] }),
};

const differing = ([a, b]: Pair, field: FieldName): Pair => [a, { ...b, ...DIFFERING[field]?.(a, b) }];

/** The field that has to agree for a hard conflict to be gone. */
const FIELD_OF: Readonly<Record<ConflictName, FieldName>> = {
	kind: 'kind',
	carrier: 'carrier',
	material: 'material',
	format: 'format',
	issn: 'issn',
	volume: 'volume',
	edition: 'edition',
	'class-level': 'class-level',
	'book-type': 'book-type',
	curriculum: 'curriculum',
	'title-numbers': 'title',
	host: 'host',
	'host-pages': 'host-pages',
};

/** A way to set a pair otherwise, and the fields it is for. */
interface Change {
	readonly fields: readonly FieldName[];
	readonly apply: (pair: Pair, field: FieldName) => Pair;
	/** Whether a pair has come to the other side. */
	readonly isDone: (found: ReturnType<typeof score>) => boolean;
	/** 1: the score is to rise; -1: to fall. */
	readonly way: 1 | -1;
}

const AGREE = { apply: agreed, isDone: (found) => found.score >= MERGE_AT && found.conflicts.length === 0, way: 1 } as const satisfies Omit<
	Change,
	'fields'
>;
const DIFFER = { apply: differing, isDone: (found) => found.score < MERGE_AT, way: -1 } as const satisfies Omit<Change, 'fields'>;

const scoreOf = ([a, b]: Pair): ReturnType<typeof score> => score(a, b);

const changed = (pair: Pair, fields: readonly FieldName[], { apply }: Change): Pair => fields.reduce(apply, pair);

/** The fewest further fields that do together: what moves the score farthest is added until it does, then what is not needed is left out. */
function together(pair: Pair, first: readonly FieldName[], change: Change): FieldName[] | undefined {
	const trial = (fields: readonly FieldName[]): ReturnType<typeof score> => scoreOf(changed(pair, fields, change));
	let chosen = [...first];
	while (!change.isDone(trial(chosen))) {
		const now = trial(chosen).score * change.way;
		const next = change.fields
			.filter((field) => !chosen.includes(field))
			.map((field) => ({ field, score: trial([...chosen, field]).score * change.way }))
			.filter((one) => one.score > now)
			.sort((x, y) => y.score - x.score)[0];
		if (next === undefined) return undefined;
		chosen.push(next.field);
	}
	for (const field of chosen.toReversed()) {
		const without = chosen.filter((other) => other !== field);
		if (!first.includes(field) && change.isDone(trial(without))) chosen = without;
	}
	return chosen;
}

/** Fields whose hard conflicts stand between the two, those that a librarian has to see to in any case. */
function inTheWay(pair: Pair): FieldName[] {
	const found = scoreOf(pair).conflicts.map((name): FieldName => {
		const field = FIELD_OF[name];
		return field === 'kind' && areCountedVolumes(pair) ? 'volume' : field;
	});
	return [...new Set(found)];
}

/**
 * What would have to be otherwise, found by scoring the pair again with what it says otherwise: for two that stand together, fields that both
 * state and that would differ; for two that stand apart, fields that would agree, those of hard conflicts in any case. Each field that would do
 * by itself, the surest first, at most three; when none would, the fewest that do together. Empty when nothing would.
 */
export function turnsOf(a: MatchFeatures, b: MatchFeatures, standTogether: boolean): Turn[] {
	const pair: Pair = [a, b];
	const found = scoreOf(pair);
	if (standTogether && DIFFER.isDone(found)) return [];
	const first = standTogether ? [] : inTheWay(pair);
	const candidates = standTogether
		? NAMES.filter((field) => DIFFERING[field] !== undefined && states(a, field) && states(b, field))
		: NAMES.filter((field) => canAgree(pair, field) && !first.includes(field));
	const change: Change = { ...(standTogether ? DIFFER : AGREE), fields: candidates };
	const turn = (fields: readonly FieldName[]): Turn => ({
		fields,
		unsaid: standTogether ? [] : fields.filter((field) => !(states(a, field) && states(b, field))),
		score: scoreOf(changed(pair, fields, change)).score,
	});
	const does = (fields: readonly FieldName[]): boolean => change.isDone(scoreOf(changed(pair, fields, change)));
	if (first.length > 0 && does(first)) return [turn(first)];
	const alone = candidates.filter((field) => does([...first, field])).map((field) => turn([...first, field]));
	if (alone.length > 0) return alone.sort((x, y) => (y.score - x.score) * change.way).slice(0, TURNS_MAX);
	const fields = together(pair, first, change);
	return fields === undefined ? [] : [turn(fields)];
}

/** What tells of a field, beside those that weigh the same once more. */
const FEATURES_OF: Readonly<Partial<Record<FieldName, readonly FeatureName[]>>> = {
	title: ['title', 'whole-title', 'rest', 'parts', 'marks', 'numbers', 'companion'],
	creator: ['creator', 'responsibility'],
	translator: ['translator'],
	isbn: ['isbn'],
	year: ['year'],
	pages: ['pages'],
	publisher: ['publisher'],
	place: ['place'],
	edition: ['edition'],
	volume: ['volume', 'kind'],
	kind: ['kind'],
	carrier: ['carrier'],
	language: ['language'],
	issn: ['issn'],
	host: ['host', 'host-number'],
};

const DISAGREEING: ReadonlySet<Outcome> = new Set(['alike', 'differs', 'one-sided']);
/** Log odds below which agreement would hardly matter. */
const MATTERS = 0.5;

const oddsOf = ({ strategy, parts }: ReturnType<typeof score>): number => parts.reduce((sum, p) => sum + p.evidence, strategy.bias);

const isConflict = ({ feature }: ScorePart, conflicts: readonly string[]): boolean =>
	conflicts.includes(feature === 'numbers' ? 'title-numbers' : feature);

/**
 * What speaks against two records: for each field that does not agree and would raise the score if it did, what tells of it most strongly; the
 * field that would raise it most first. What agrees is never among them, whatever it weighs, nor what is told as a hard conflict.
 */
export function againstThem(a: MatchFeatures, b: MatchFeatures): ScorePart[] {
	const pair: Pair = [a, b];
	const found = scoreOf(pair);
	const now = oddsOf(found);
	return NAMES.filter((field) => canAgree(pair, field))
		.map((field) => ({ field, rise: oddsOf(scoreOf(agreed(pair, field))) - now }))
		.filter(({ rise }) => rise >= MATTERS)
		.sort((x, y) => y.rise - x.rise)
		.flatMap(({ field }) => {
			const telling = found.parts.filter(
				(p) =>
					FEATURES_OF[field]?.includes(p.feature as FeatureName) === true &&
					DISAGREEING.has(outcomeOf(p)) &&
					!isConflict(p, found.conflicts),
			);
			return telling.toSorted((x, y) => x.evidence - y.evidence).slice(0, 1);
		});
}
