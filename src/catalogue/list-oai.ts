import type pg from 'pg';
import { publicId } from '../lib/ids.ts';
import type { UnionMember } from '../records/union.ts';
import * as store from '../store/oai-list.ts';
import { isNamed, type OaiPrefix, openUnionBody, renderSourceBody, renderUnion } from './render-oai.ts';

const MARC_NAMESPACE = 'http://www.loc.gov/MARC21/slim';
const DC_NAMESPACE = 'http://www.openarchives.org/OAI/2.0/oai_dc/';
const CACHED_SET_LISTS_MAX = 20_000;
const NO_SETS: readonly string[] = [];

/** Where a record handed on came from, for provenance. */
interface RecordOrigin {
	readonly baseUrl: string;
	readonly identifier: string;
	/** The provider's own datestamp; when it came, where that is unknown. */
	readonly stampMs: number;
	readonly harvestedMs: number;
	readonly namespace: string;
}

/**
 * An item of an OAI-PMH list. `metadata` gives its XML, as text or UTF-8, made when it is asked for so that a page never stands in memory twice;
 * null for what is deleted, and in lists of headers.
 */
export interface OaiItem {
	readonly id: number;
	readonly stampMs: number;
	readonly seq: number;
	readonly deleted: boolean;
	readonly setSpecs: readonly string[];
	readonly metadata: (() => string | Buffer | null) | null;
	readonly origins: readonly RecordOrigin[];
	readonly licences: readonly string[];
}

export interface OaiListRequest {
	/** Code of the library whose own records are listed; null for the union. */
	readonly library: string | null;
	readonly prefix: OaiPrefix;
	/** Whether metadata is wanted, or headers only. */
	readonly withMetadata: boolean;
	readonly set: string | null;
	/** Where to go on; null at the start. */
	readonly after: { readonly stampMs: number; readonly seq: number } | null;
	readonly fromMs: number | null;
	/** The last datestamp wanted; null for no end. */
	readonly untilMs: number | null;
	/** The end fixed when the list began; null at the start. */
	readonly endMs: number | null;
	readonly limit: number;
}

export interface OaiListPage {
	readonly responseDateMs: number;
	readonly items: readonly OaiItem[];
	readonly more: boolean;
	/** The datestamp the list ends with, for its next pages. */
	readonly endMs: number;
	/** Size of the whole list; null unless this is its first page. */
	readonly size: number | null;
}

type Row = store.UnionListRow | store.SourceListRow;

/** The lists of one database; keeps nothing but names of sets, which never change. */
export class OaiLists {
	readonly #database: pg.Pool;
	readonly #agency: string;
	readonly #specs = new Map<string, string>();
	readonly #specLists = new Map<string, readonly string[]>();

	/** `agency` is what 003 of the records names: whose ids they have. */
	constructor(database: pg.Pool, agency: string) {
		this.#database = database;
		this.#agency = agency;
	}

	/** A page by (datestamp, change number), from a snapshot taken after the response date was read. */
	async list(request: OaiListRequest): Promise<OaiListPage> {
		return this.#connected(async (client) => {
			const responseDateMs = await store.readResponseDate(client);
			const setIds = request.set === null ? null : await store.readSetIds(client, request.set);
			if (request.endMs !== null) return this.#page(client, request, setIds, responseDateMs, request.endMs, null);
			await client.query('begin transaction isolation level repeatable read read only');
			try {
				const window = windowOf(request, setIds, request.untilMs ?? Number.MAX_SAFE_INTEGER);
				const { count, newestMs } =
					request.library === null
						? await store.countUnion(client, window)
						: await store.countSourceRecords(client, request.library, window);
				// a clock set back must not hide what was stamped before
				const endMs = Math.min(request.untilMs ?? Number.MAX_SAFE_INTEGER, Math.max(responseDateMs, newestMs));
				return await this.#page(client, request, setIds, responseDateMs, endMs, count);
			} finally {
				await client.query('commit');
			}
		});
	}

	async #page(
		client: pg.ClientBase,
		request: OaiListRequest,
		setIds: readonly number[] | null,
		responseDateMs: number,
		endMs: number,
		size: number | null,
	): Promise<OaiListPage> {
		let rows = await readRows(client, request, windowOf(request, setIds, endMs));
		let more = rows.length > request.limit;
		if (more) rows.pop();
		if (rows.length === 0 && size === null && request.untilMs === null) {
			// all that was left has changed since the list began, so it stands beyond its end: a last part may not be empty
			rows = (await readRows(client, request, windowOf(request, setIds, LAST_MS))).slice(0, request.limit);
			more = false;
		}
		const items = await this.#items(client, request, setIds, rows);
		return { responseDateMs, items, more, endMs, size };
	}

	/** One item, deleted ones too; undefined when there never was one. */
	async get(library: string | null, prefix: OaiPrefix, id: number): Promise<{ responseDateMs: number; item: OaiItem | undefined }> {
		return this.#connected(async (client) => {
			const responseDateMs = await store.readResponseDate(client);
			const row = library === null ? await store.readUnionItem(client, id) : await store.readSourceItem(client, library, id);
			const items = row === undefined ? [] : await this.#items(client, { library, prefix, withMetadata: true }, null, [row]);
			return { responseDateMs, item: items[0] };
		});
	}

	async earliest(library: string | null): Promise<{ responseDateMs: number; earliestMs: number }> {
		return this.#connected(async (client) => ({
			responseDateMs: await store.readResponseDate(client),
			earliestMs: await store.readEarliest(client, library),
		}));
	}

	async sets(): Promise<{ responseDateMs: number; sets: readonly { readonly spec: string; readonly name: string | null }[] }> {
		return this.#connected(async (client) => ({
			responseDateMs: await store.readResponseDate(client),
			sets: await store.readOaiSets(client),
		}));
	}

	/** The library that a code stands for now, merged ones too; undefined when no library ever had it. */
	async libraryServed(code: string): Promise<{ readonly code: string; readonly name: string } | undefined> {
		return this.#connected((client) => store.libraryServed(client, code));
	}

	async #items(
		client: pg.ClientBase,
		request: Pick<OaiListRequest, 'library' | 'prefix' | 'withMetadata'>,
		setIds: readonly number[] | null,
		rows: readonly Row[],
	): Promise<OaiItem[]> {
		if (request.library === null) return this.#unionItems(client, request, setIds, rows as readonly store.UnionListRow[]);
		return this.#sourceItems(client, request, rows as readonly store.SourceListRow[]);
	}

	async #unionItems(
		client: pg.ClientBase,
		request: Pick<OaiListRequest, 'prefix' | 'withMetadata'>,
		setIds: readonly number[] | null,
		rows: readonly store.UnionListRow[],
	): Promise<OaiItem[]> {
		await this.#learnSets(client, rows);
		const unions = rows.map((row) => (request.withMetadata && row.body !== null ? openUnionBody(row.body) : null));
		const named = unions.map((union) => union?.members.filter(isNamed) ?? []);
		const origins = await readOrigins(client, named.flat());
		return rows.map((row, i) => {
			const union = unions[i] ?? null;
			const members = named[i] ?? [];
			const deleted = !(row.live && row.inSets);
			const name = { id: publicId(row.id), agency: this.#agency };
			const setSpecs = deleted ? this.#specsOf(`${row.sets}${row.pastSets}`, setIds) : this.#specsOf(row.sets, null);
			return {
				id: row.id,
				stampMs: row.stampMs,
				seq: row.seq,
				deleted,
				setSpecs,
				metadata: deleted || union === null ? null : () => renderUnion(union, request.prefix, name),
				origins: members.flatMap((member) => origins(member) ?? []),
				licences: distinctLicences(members),
			};
		});
	}

	async #sourceItems(
		client: pg.ClientBase,
		request: Pick<OaiListRequest, 'prefix' | 'withMetadata'>,
		rows: readonly store.SourceListRow[],
	): Promise<OaiItem[]> {
		const found = await store.readSourceOrigins(client, [], [...new Set(rows.map((row) => row.sourceId))]);
		const sources = new Map(found.map((source) => [source.id, source]));
		return rows.map((row) => {
			const source = sources.get(row.sourceId);
			const { body } = row;
			const deleted = !row.live || source === undefined;
			const origin = deleted || source === undefined ? undefined : originOf(source, row.identifier, row.providerMs, row.receivedMs);
			return {
				id: row.id,
				stampMs: row.stampMs,
				seq: row.seq,
				deleted,
				setSpecs: NO_SETS,
				metadata: deleted || body === null || source === undefined ? null : () => renderSourceBody(body, source.share, request.prefix),
				origins: origin === undefined ? [] : [origin],
				licences: source?.licence ? [source.licence] : [],
			};
		});
	}

	/** Set specs named in Postgres array texts, only those in `within` when given. */
	#specsOf(arrays: string, within: readonly number[] | null): readonly string[] {
		const known = within === null ? this.#specLists.get(arrays) : undefined;
		if (known !== undefined) return known;
		const ids = new Set(arrays.match(/\d+/g) ?? []);
		const specs = [...ids].filter((id) => within === null || within.includes(Number(id))).flatMap((id) => this.#specs.get(id) ?? []);
		specs.sort();
		if (within === null) {
			if (this.#specLists.size >= CACHED_SET_LISTS_MAX) this.#specLists.clear();
			this.#specLists.set(arrays, specs);
		}
		return specs;
	}

	async #learnSets(client: pg.ClientBase, rows: readonly store.UnionListRow[]): Promise<void> {
		for (const { sets, pastSets } of rows) {
			if (this.#specLists.has(sets) && (pastSets === '{}' || this.#specLists.has(`${sets}${pastSets}`))) continue;
			for (const id of `${sets}${pastSets}`.match(/\d+/g) ?? []) {
				if (this.#specs.has(id)) continue;
				for (const set of await store.readOaiSets(client)) this.#specs.set(String(set.id), set.spec);
				return;
			}
		}
	}

	async #connected<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
		const client = await this.#database.connect();
		try {
			const result = await work(client);
			client.release();
			return result;
		} catch (error) {
			client.release(true);
			throw error;
		}
	}
}

function windowOf(request: OaiListRequest, sets: readonly number[] | null, endMs: number): store.ListWindow {
	// numbers begin at 1, datestamps after the epoch
	const after = request.after ?? { stampMs: Math.max(0, request.fromMs ?? 0), seq: 0 };
	return { after, endMs: Math.min(endMs, LAST_MS), sets, limit: request.limit + 1 };
}

const LAST_MS = Date.UTC(9999, 11, 31, 23, 59, 59);

const readRows = (client: pg.ClientBase, request: OaiListRequest, window: store.ListWindow): Promise<Row[]> =>
	request.library === null
		? store.readUnionPage(client, window, request.withMetadata)
		: store.readSourcePage(client, request.library, window, request.withMetadata);

async function readOrigins(
	client: pg.ClientBase,
	members: readonly UnionMember[],
): Promise<(member: UnionMember) => RecordOrigin | undefined> {
	if (members.length === 0) return () => undefined;
	const sources = new Map(
		(await store.readSourceOrigins(client, [...new Set(members.map((m) => m.source))], [])).map((source) => [source.code, source]),
	);
	const untold = members.filter((member) => member.received === undefined && sources.get(member.source)?.kind === 'oai-pmh');
	const stamps = untold.length === 0 ? new Map() : await store.readVersionStamps(client, untold);
	return (member) => {
		const source = sources.get(member.source);
		const stamp =
			member.received === undefined
				? stamps.get(`${member.record}.${member.version}`)
				: { receivedMs: member.received * 1000, providerMs: typeof member.stamped === 'number' ? member.stamped * 1000 : null };
		return source === undefined || stamp === undefined
			? undefined
			: originOf(source, member.identifier, stamp.providerMs, stamp.receivedMs);
	};
}

function originOf(source: store.SourceOrigin, identifier: string, providerMs: number | null, receivedMs: number): RecordOrigin | undefined {
	if (source.kind !== 'oai-pmh') return undefined;
	return {
		baseUrl: withoutCredentials(source.url),
		identifier,
		stampMs: providerMs ?? receivedMs,
		harvestedMs: receivedMs,
		namespace: source.format?.includes('dc') ? DC_NAMESPACE : MARC_NAMESPACE,
	};
}

function withoutCredentials(address: string): string {
	if (!address.includes('@')) return address;
	if (!URL.canParse(address)) return '';
	const url = new URL(address);
	url.username = '';
	url.password = '';
	return url.href;
}

const distinctLicences = (members: readonly UnionMember[]): readonly string[] => [
	...new Set(members.flatMap((member) => member.licence ?? [])),
];
