import { AppError } from '../lib/errors.ts';
import { OPTION } from '../protocols/z3950/init.ts';
import { RECORDS_SHOWN } from './identify-source.ts';
import { type OpenTargetOptions, openZ3950, type TargetSource } from './open-target.ts';
import type { ReadRecord } from './page.ts';
import { readRawRecord } from './raw-record.ts';
import { noteOn } from './recognise-software.ts';
import { isUnsupported, type RecordTarget } from './record-target.ts';
import { ALL, both, type SliceQuery } from './slice-query.ts';
import { SruTarget } from './sru-target.ts';
import { targetSettings } from './target-settings.ts';

/** What a target that is searched says of itself, and its first records. */
export interface TargetProbe {
	readonly target: {
		/** Z39.50, or SRU with the version that was answered. */
		readonly protocol: string;
		readonly software: string;
		/** What software it seems to be; null when nothing tells. */
		readonly kind: string | null;
		/** What is worth knowing of such software. */
		readonly note: string | null;
		/** Records that it hands out of one result, where that is fewer than it has; 0 when not even a hundred. */
		readonly cap: number | null;
		readonly services: readonly string[];
		readonly indexes: readonly string[];
		readonly schemas: readonly string[];
		/** Records in all; null when it has no query for that. */
		readonly count: number | null;
		/** The format that was taken. */
		readonly format: string;
		/** How it would be harvested. */
		readonly strategy: string;
		/** Settings that would help, as `source add` takes them. */
		readonly proposed: readonly string[];
	};
	/** As read; the raw text is in `raw`. */
	readonly records: readonly ReadRecord[];
	readonly unreadable: number;
}

interface Described {
	readonly protocol: string;
	readonly software: string;
	readonly services: readonly string[];
	readonly indexes: readonly string[];
	readonly schemas: readonly string[];
}

/** Looks at a source of kind z3950 or sru without keeping anything. Throws the AppErrors of a harvest. */
export async function probeTarget(source: TargetSource, options: OpenTargetOptions): Promise<TargetProbe> {
	if (source.kind === 'sru') {
		const target = new SruTarget(source, options);
		const explained = await target.explain();
		return await look(source, target, () => ({
			protocol: `SRU ${target.client.version ?? '2.0'}`,
			software: explained?.title ?? '',
			services: explained === null ? ['searchRetrieve'] : ['explain', 'searchRetrieve'],
			indexes: explained?.indexes ?? [],
			schemas: explained?.schemas.map(({ name, identifier }) => name || identifier) ?? [],
			format: target.schema ?? 'as the server likes',
		}));
	}
	const { client, target } = openZ3950(source, options);
	try {
		const init = await client.init();
		const software = [init.implementationName, init.implementationVersion].filter((text) => text !== undefined && text !== '').join(' ');
		const services = Object.entries(OPTION).flatMap(([name, bit]) => (init.options.has(bit) ? [name] : []));
		return await look(source, target, () => ({ protocol: 'Z39.50', software, services, indexes: [], schemas: [], format: target.syntax }));
	} finally {
		client.close();
	}
}

async function look(
	source: TargetSource,
	target: RecordTarget,
	describe: () => Described & { readonly format: string },
): Promise<TargetProbe> {
	const settings = targetSettings(source.settings);
	const count = await countOf(target, ALL);
	let records: ReadRecord[] = [];
	if (count !== null && count > 0) {
		const { records: raw } = await target.fetch(ALL, 1, RECORDS_SHOWN);
		records = raw.map((one) => readRawRecord(one, settings.recordEncoding ?? null));
	}
	const usable = await usableIndexes(target);
	const cap = count === null ? null : await capOf(target, count);
	const described = describe();
	const kind = softwareOf(described.software);
	const shown = described.indexes.length === 0 ? usable : described.indexes;
	return {
		target: { ...described, indexes: shown, count, kind, note: noteOn(kind), cap, ...proposal(count, usable, cap) },
		records,
		unreadable: records.filter((record) => record.problem !== undefined || record.decoded?.ok === false).length,
	};
}

/** Null when the target does not take such a query, or does not count so far. */
async function countOf(target: RecordTarget, query: SliceQuery): Promise<number | null> {
	try {
		return (await target.count(query)).hits;
	} catch (error) {
		if (!isUnsupported(error) && !(error instanceof AppError && error.code === 'sru-error')) throw error;
		return null;
	}
}

/** Round numbers that servers are set to. */
const CAPS = [50_000, 20_000, 10_000, 5_000, 2_000, 1_000, 500, 100];

/** Records that a target hands out of one result, in round numbers and at least; null when that is all of them. */
async function capOf(target: RecordTarget, count: number): Promise<number | null> {
	if (count === 0) return null;
	for (const position of [count, ...CAPS.filter((cap) => cap < count)]) {
		try {
			const { records } = await target.fetch(ALL, position, 1);
			if (records.length > 0) return position === count ? null : position;
		} catch (error) {
			if (!(error instanceof AppError) || !REFUSALS.has(error.code)) throw error;
		}
	}
	return 0;
}

const REFUSALS: ReadonlySet<string> = new Set(['z3950-error', 'sru-error']);

async function usableIndexes(target: RecordTarget): Promise<string[]> {
	const usable: string[] = [];
	for (const { name, values } of target.indexes) {
		const low = values === 'terms' ? '0' : values === 'years' ? '1400' : '19700101';
		if ((await countOf(target, both(ALL, { kind: 'range', index: name, low, high: null }))) !== null) usable.push(name);
	}
	return usable;
}

const proposal = (
	count: number | null,
	usable: readonly string[],
	cap: number | null,
): Pick<TargetProbe['target'], 'strategy' | 'proposed'> => {
	if (count === 0)
		return { strategy: 'none: it finds nothing; if it has records, set a query that finds them all', proposed: ['allQuery=…'] };
	const limit = cap === null || cap === 0 ? [] : [`resultSetMax=${cap}`];
	if (count !== null && usable.length > 0)
		return {
			strategy: `all records at once; cut by ${usable.join(', ')} where it hands out no more`,
			proposed: [
				...limit,
				`indexes=${JSON.stringify(usable)}`,
				...usable.filter((name) => CHANGES.has(name)).map((name) => `changesBy=${name}`),
			],
		};
	if (count !== null && cap === null) return { strategy: 'all records at once', proposed: [] };
	if (count !== null)
		return { strategy: 'all records at once; it takes no ranges, so what it does not hand out stays away', proposed: limit };
	return { strategy: 'by control numbers, if it lists them', proposed: ['allQuery=…', 'identifiers=[…]'] };
};

/** Indexes of the day of the last change. */
const CHANGES: ReadonlySet<string> = new Set(['1012', 'rec.lastModificationDate']);

const SOFTWARE: readonly (readonly [pattern: RegExp, kind: string])[] = [
	[/koha/i, 'Koha'],
	[/zebra/i, 'Zebra (the engine inside Koha)'],
	[/\bmetaproxy\b/i, 'Metaproxy'],
	[/slims|senayan/i, 'SLiMS'],
	[/dspace/i, 'DSpace'],
	[/evergreen|opensrf/i, 'Evergreen'],
	[/folio/i, 'FOLIO'],
	[/simple ?server|gfs|yaz/i, 'a server made with YAZ'],
	[/innopac|innovative|sierra/i, 'Innovative'],
	[/voyager|endeavor/i, 'Voyager'],
	[/aleph|ex libris|alma/i, 'Ex Libris'],
	[/unicorn|sirsi/i, 'SirsiDynix'],
];

const softwareOf = (software: string): string | null => SOFTWARE.find(([pattern]) => pattern.test(software))?.[1] ?? null;
