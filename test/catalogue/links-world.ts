import { documentBatch } from '../../src/catalogue/document-batch.ts';
import { linksOf } from '../../src/catalogue/links.ts';
import { projectChanges, rebuildIndex } from '../../src/catalogue/project.ts';
import type { SearchEngine } from '../../src/index/engine.ts';
import { PostgresSearchEngine } from '../../src/index/postgres/engine.ts';
import { recordNumber } from '../../src/lib/ids.ts';
import type { Database } from '../../src/store/database.ts';
import { goldRecord } from '../matching/gold-pairs.ts';
import { addSource, emptyCatalogue, harvestList, matchAll, quiet, type WorldRecord } from '../support/world.ts';

/** A record of a source: `A s1 LDR as | 245 …`; its 001 is s1, its identifier oai:A:s1. */
export interface LinkedSample {
	readonly source: string;
	readonly name: string;
	readonly record: WorldRecord;
}

export function sampleOf(line: string): LinkedSample {
	const [, source = '', name = '', text = ''] = /^(\S+) (\S+) (.*)$/.exec(line) ?? [];
	return { source, name, record: { identifier: `oai:${source}:${name}`, marc: goldRecord(`001 ${name} | ${text}`) } };
}

/** A catalogue in which links are looked at. */
export class LinkWorld {
	readonly database: Database;
	readonly engine: SearchEngine;
	readonly #sources = new Map<string, number>();

	constructor(database: Database, engine: SearchEngine = new PostgresSearchEngine(database.pool)) {
		this.database = database;
		this.engine = engine;
	}

	async empty(): Promise<void> {
		await emptyCatalogue(this.database);
		this.#sources.clear();
		await rebuildIndex(this.#projecting());
	}

	async source(code: string): Promise<number> {
		const known = this.#sources.get(code) ?? (await addSource(this.database, code));
		this.#sources.set(code, known);
		return known;
	}

	/** Takes records in, matches and projects. */
	async tell(...samples: readonly LinkedSample[]): Promise<void> {
		for (const code of new Set(samples.map(({ source }) => source)))
			await harvestList(
				this.database,
				await this.source(code),
				samples.filter(({ source }) => source === code).map(({ record }) => record),
			);
		await this.settle();
	}

	async settle(): Promise<void> {
		await matchAll(this.database);
		await projectChanges(this.#projecting());
	}

	/** The union records by the name of their oldest member; names of joined records are joined by +. */
	async unions(): Promise<Map<number, string>> {
		const { rows } = await this.database.pool.query<{ union: number; names: string }>(
			`select m.union_id::float8 as union, string_agg(regexp_replace(r.identifier, '^.*:', ''), '+' order by r.id) as names
			from cluster_member m join source_record r on r.id = m.record_id join union_record u on u.id = m.union_id where u.state = 'live' group by 1`,
		);
		return new Map(rows.map(({ union, names }) => [union, names]));
	}

	/** Every link as `name relation name`, or `name relation ? text`. */
	async links(): Promise<string[]> {
		const unions = await this.unions();
		const told: string[] = [];
		for (const [id, name] of unions) {
			const found = await linksOf({ database: this.database.pool, engine: this.engine }, id);
			for (const { relation, to, text } of found?.links ?? []) {
				const other = to === null ? `? ${text}` : unions.get(recordNumber(to.id) ?? 0);
				told.push(`${name} ${relation} ${other}`);
			}
		}
		return told.sort();
	}

	#projecting() {
		return {
			database: this.database,
			engine: this.engine,
			work: async (input: Parameters<typeof documentBatch>[0]) => documentBatch(input),
			logger: quiet,
		};
	}
}
