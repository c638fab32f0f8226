import type { FastifyInstance } from 'fastify';
import type { ServerDeps } from '../../src/api/deps.ts';
import { createServer } from '../../src/api/server.ts';
import { addressCheck } from '../../src/cli/wiring.ts';
import { Egress } from '../../src/harvesters/egress.ts';
import { searchDocument } from '../../src/index/document.ts';
import { PostgresSearchEngine } from '../../src/index/postgres/engine.ts';
import type { Logger } from '../../src/lib/logger.ts';
import { matchFeatures } from '../../src/matching/features.ts';
import { packFeatures } from '../../src/matching/packed-features.ts';
import { type Bib, KINDS, type Kind } from '../../src/records/bib.ts';
import { bibFromMarc } from '../../src/records/bib-from-marc.ts';
import { packRecord, packUnion } from '../../src/records/compact.ts';
import type { MarcField, MarcRecord } from '../../src/records/marc.ts';
import type { Share, UnionMember, UnionRecord } from '../../src/records/union.ts';
import { packBody } from '../../src/store/body-codec.ts';
import { type Database, withTransaction } from '../../src/store/database.ts';
import { knownUnions, setNumbers, writeUnions } from '../../src/store/union-write.ts';
import { testDatabase } from '../support/postgres.ts';

export const PUBLIC_URL = 'https://lienthong.example.vn';
export const REPOSITORY = 'lienthong.example.vn';
export const CC0 = 'https://creativecommons.org/publicdomain/zero/1.0/';

const data = (tag: string, indicators: string, ...subfields: string[]): MarcField => ({
	tag,
	ind1: indicators.charAt(0),
	ind2: indicators.charAt(1),
	value: '',
	subfields: subfields.map((text) => ({ code: text.charAt(0), value: text.slice(1) })),
});
const control = (tag: string, value: string): MarcField => ({ tag, ind1: ' ', ind2: ' ', value, subfields: [] });

export const marcFields = (title: string, isbn?: string): MarcField[] => [
	control('008', '200101s2020    vm            000 0 vie d'),
	...(isbn === undefined ? [] : [data('020', '  ', `a${isbn}`)]),
	data('100', '1 ', 'aNguyễn Văn An', 'etác giả'),
	data('245', '10', `a${title} /`, 'cNguyễn Văn An'),
	data('260', '  ', 'aHà Nội :', 'bGiáo dục,', 'c2020'),
];
const bibOf = (record: MarcRecord): Bib => {
	const found = bibFromMarc(record);
	if (!('bib' in found)) throw new Error('not a bib');
	return found.bib;
};
const LEADER = '00000nam a2200000 a 4500';

export interface PutUnion {
	readonly id: number;
	readonly title?: string;
	readonly isbn?: string;
	readonly state?: 'live' | 'redirect' | 'deleted';
	readonly redirectTo?: number;
	readonly sets?: readonly string[];
	readonly kind?: Kind;
	/** The record itself; title and ISBN say nothing then. */
	readonly marc?: MarcRecord;
	/** Source codes of the members, numbered from the union's own id. */
	readonly members?: readonly { readonly source: string; readonly library: string; readonly share?: Share; readonly licence?: string }[];
}

/** A server over a database; what it logs as an error goes into `errors`. */
export function serverOver(database: Database, more: Partial<ServerDeps> = {}, errors: unknown[] = []): FastifyInstance {
	const logger: Logger = {
		debug: () => undefined,
		info: () => undefined,
		warn: () => undefined,
		error: (fields) => errors.push(fields),
		child: () => logger,
	};
	return createServer({
		database: database.pool,
		engine: new PostgresSearchEngine(database.pool),
		publicUrl: PUBLIC_URL,
		repositoryIdentifier: REPOSITORY,
		adminEmail: 'quantri@lienthong.example.vn',
		clock: { now: () => Date.now(), sleep: () => Promise.resolve() },
		logger,
		// as while another process has the matcher's lock
		matcher: { match: () => Promise.resolve(null), project: () => Promise.resolve() },
		checkAddress: addressCheck(new Egress({ allowPrivate: [], resolve: async () => ['192.0.43.8'] })),
		...more,
	});
}

/** A database with libraries, sources and areas, in which tests put records as the matcher would. */
export class TestCatalogue {
	readonly database: Database;
	readonly url: string;
	readonly engine: PostgresSearchEngine;
	readonly drop: () => Promise<void>;
	readonly errors: unknown[] = [];

	private constructor(url: string, database: Database, drop: () => Promise<void>) {
		this.url = url;
		this.database = database;
		this.drop = drop;
		this.engine = new PostgresSearchEngine(database.pool);
	}

	static async create(): Promise<TestCatalogue> {
		const { url, database, drop } = await testDatabase();
		await database.pool.query(`insert into area (code, kind, name_vi, name_en, parent) values
			('79', 'province', 'Thành phố Hồ Chí Minh', 'Ho Chi Minh City', null), ('79001', 'ward', 'Phường Sài Gòn', '', '79')`);
		await database.pool.query(`insert into library (code, name, kind) values
			('TVT', 'Thư viện tỉnh', 'province'), ('THCS', 'Trường <Lê & Lợi>', 'school'), ('KIN', 'Thư viện kín', 'other')`);
		await database.pool.query(`insert into library_area (library, area, since) values ('TVT', '79001', '2020-01-01')`);
		await database.pool.query(`insert into source (code, library, kind, url, format, share, licence, schedule, settings) values
			('tvt-oai', 'TVT', 'oai-pmh', 'https://reader:hidden@tvt.example.vn/oai', 'marc21', 'full', '${CC0}', '0 2 * * *', '{"password": "hidden", "pageSize": 5}'),
			('thcs-file', 'THCS', 'file', 'file:thcs', null, 'metadata', null, null, '{}'),
			('kin-oai', 'KIN', 'oai-pmh', 'https://kin.example.vn/oai', 'oai_dc', 'none', null, null, '{}'),
			('tvt-two', 'TVT', 'oai-pmh', 'https://two.example.vn/oai', 'oai_dc', 'full', null, null, '{}')`);
		return new TestCatalogue(url, database, drop);
	}

	server(more: Partial<ServerDeps> = {}): FastifyInstance {
		return serverOver(this.database, { engine: this.engine, ...more }, this.errors);
	}

	/** Writes union records in one transaction of a writer, with change numbers, as the matcher does. */
	async put(...unions: readonly PutUnion[]): Promise<void> {
		await withTransaction(this.database, async (client) => {
			const known = await knownUnions(
				client,
				unions.map((u) => u.id),
			);
			const numbers = await setNumbers(
				client,
				unions.flatMap((u) => [...(u.sets ?? [])]),
			);
			const rows = unions.map((u) => {
				const record = unionOf(u);
				const live = (u.state ?? 'live') === 'live';
				return {
					id: u.id,
					state: u.state ?? 'live',
					redirectTo: u.redirectTo ?? null,
					kind: KINDS.indexOf(record.kind),
					shared: record.members.some((m) => m.share !== 'none'),
					sets: live ? (u.sets ?? []).map((spec) => numbers.get(spec) ?? 0) : [],
					body: live ? packBody(packUnion(record)) : null,
				};
			});
			await writeUnions(client, rows, known);
		});
		for (const u of unions.filter((one) => (one.state ?? 'live') === 'live')) {
			await this.database.pool.query(
				`insert into version (record_id, no, run_id, received_at, kind, format, provider_stamp, digest, body, features)
				values ($1, 1, 1, '2026-01-02T03:04:05Z', 0, 0, '2026-01-01T00:00:00Z', '', '', '') on conflict do nothing`,
				[u.id],
			);
		}
		// an id leads where its record's heir does; the source of these is none that is listed
		for (const { id, redirectTo } of unions.filter((one) => one.state === 'redirect')) {
			await this.database.pool.query(
				`insert into source_record (id, source_id, current_no, seq, stamp, kind, deleted, suppressed, identifier, heir)
				values ($1, 0, 1, $1, '2026-01-01', 0, true, false, $2, $3) on conflict (id) do update set heir = excluded.heir`,
				[id, `oai:moved:${id}`, redirectTo],
			);
		}
	}

	/** Puts records into the search index as the projector would. */
	async index(...unions: readonly PutUnion[]): Promise<void> {
		const documents = unions.map((u) => {
			const record = unionOf(u);
			const bib = bibOf({ leader: record.leader, fields: record.fields.map((f) => f.field) });
			return searchDocument(record, bib, { id: u.id, seq: u.id, collections: [], areas: () => ['79'], kindOf: () => 'province' });
		});
		await this.engine.apply(documents, []);
	}

	/** Puts a source record with one version. */
	async putSource(record: {
		readonly id: number;
		readonly source: string;
		readonly identifier: string;
		readonly title?: string;
		readonly deleted?: boolean;
		readonly suppressed?: boolean;
		readonly stamp: string;
		readonly staged?: boolean;
	}): Promise<void> {
		await this.database.pool.query(
			`insert into source_record (id, source_id, current_no, seq, stamp, kind, deleted, suppressed, identifier)
			select $1, id, $2, $3, $4, 0, $5, $6, $7 from source where code = $8`,
			[
				record.id,
				record.staged ? 0 : 1,
				record.staged ? 0 : record.id,
				record.staged ? new Date(0) : record.stamp,
				record.deleted ?? false,
				record.suppressed ?? false,
				record.identifier,
				record.source,
			],
		);
		const body = {
			leader: LEADER,
			fields: [...marcFields(record.title ?? 'Nhan đề'), data('541', '0 ', 'akín'), data('952', '  ', 'oKho 1', 'pVV01')],
		};
		await this.database.pool.query(
			`insert into version (record_id, no, run_id, received_at, kind, format, provider_stamp, digest, body, features)
			values ($1, 1, 1, '2026-01-02T03:04:05Z', 0, 0, '2026-01-01', '', $2, $3)
			on conflict (record_id, no) do update set body = excluded.body, features = excluded.features`,
			[record.id, packBody(packRecord(body)), packFeatures(matchFeatures(bibOf(body)))],
		);
	}
}

function unionOf(u: PutUnion): UnionRecord {
	const members: UnionMember[] = (u.members ?? [{ source: 'tvt-oai', library: 'TVT', licence: CC0 }]).map((m, i) => ({
		record: u.id + i * 100_000,
		version: 1,
		run: 1,
		source: m.source,
		library: m.library,
		identifier: `${m.source}:${u.id}`,
		share: m.share ?? 'full',
		licence: m.licence ?? null,
	}));
	return {
		kind: u.kind ?? 'monograph',
		leader: u.marc?.leader ?? LEADER,
		members,
		fields: (u.marc?.fields ?? marcFields(u.title ?? `Nhan đề ${u.id}`, u.isbn)).map((field) => ({
			field,
			sources: members.map((_, i) => i),
			rule: 'lead',
		})),
		holdings: members.map((_, member) => ({ member, path: '952', callNumber: '895.9', barcodes: [`VV${u.id}`], copies: 1 })),
	};
}

/** The parts of an OAI-PMH response that tests look at. */
export function readResponse(xml: string) {
	const records = [
		...xml.matchAll(
			/<header( status="deleted")?><identifier>([^<]*)<\/identifier><datestamp>([^<]*)<\/datestamp>((?:<setSpec>[^<]*<\/setSpec>)*)<\/header>/g,
		),
	].map((m) => ({
		deleted: m[1] !== undefined,
		identifier: m[2] ?? '',
		datestamp: m[3] ?? '',
		sets: [...(m[4] ?? '').matchAll(/<setSpec>([^<]*)/g)].map((s) => s[1] ?? ''),
	}));
	const token = /<resumptionToken([^>]*)>([^<]*)<\/resumptionToken>/.exec(xml);
	const attribute = (name: string): string | undefined => new RegExp(`${name}="([^"]*)"`).exec(token?.[1] ?? '')?.[1];
	return {
		records,
		errors: [...xml.matchAll(/<error code="([^"]*)">/g)].map((m) => m[1]),
		responseDate: /<responseDate>([^<]*)/.exec(xml)?.[1] ?? '',
		request: /<request[^>]*>[^<]*<\/request>/.exec(xml)?.[0] ?? '',
		token: token === null ? undefined : (token[2] ?? ''),
		size: attribute('completeListSize'),
		cursor: attribute('cursor'),
		expires: attribute('expirationDate'),
		titles: [...xml.matchAll(/<datafield tag="245"[^>]*><subfield code="a">([^<]*)/g)].map((m) => m[1] ?? ''),
	};
}

export type Arguments = Readonly<Record<string, string>> | readonly (readonly [string, string])[];

const isPairs = (args: Arguments): args is readonly (readonly [string, string])[] => Array.isArray(args);

/** What is answered once the server is not too busy: matching in the process of a test stops it for a while. */
export async function answered(app: FastifyInstance, url: string) {
	for (let tries = 0; ; tries++) {
		const response = await app.inject({ url });
		if (response.statusCode !== 503 || tries === BUSY_TRIES) return response;
		await new Promise((resolve) => setTimeout(resolve, BUSY_WAIT_MS));
	}
}

const BUSY_TRIES = 100;
const BUSY_WAIT_MS = 50;

/** Asks the server and returns the text of its answer. Throws unless its status is 200. */
export async function ask(app: FastifyInstance, args: Arguments, path = '/oai'): Promise<string> {
	const query = new URLSearchParams(
		(isPairs(args) ? [...args] : Object.entries(args)).map(([name, value]): [string, string] => [name, value]),
	);
	const response = await answered(app, `${path}?${query}`);
	if (response.statusCode !== 200) throw new Error(`HTTP ${response.statusCode}: ${response.body}`);
	return response.body;
}

/** All headers of a list, following its tokens. */
export async function askAll(app: FastifyInstance, args: Readonly<Record<string, string>>, path = '/oai') {
	const pages: ReturnType<typeof readResponse>[] = [];
	let next: Record<string, string> = { ...args };
	for (;;) {
		const page = readResponse(await ask(app, next, path));
		pages.push(page);
		if (!page.token) return { pages, records: pages.flatMap((p) => p.records) };
		next = { verb: args['verb'] ?? '', resumptionToken: page.token };
	}
}
