import { Type } from 'typebox';
import { type AreaRow, type LibraryRow, listAreas, listLibraries, showLibrary } from '../catalogue/list-libraries.ts';
import { listSources, type SourceRow, showSource } from '../catalogue/list-operations.ts';
import type { Cursors } from './cursor.ts';
import type { ServerDeps } from './deps.ts';
import { isOperator } from './operator.ts';
import { Problem } from './problems.ts';
import { type Api, Count, iso, isoOrNull, listQuery, Next, Nullable, problems, refer, Text, Time } from './rest-kit.ts';

export const Library = Type.Object(
	{
		code: Text('Code, never used again for another library', 'VN-L001'),
		name: Text('Name'),
		kind: Text('province, district, school or other'),
		area: Nullable(Text('Code of the area it stands in today')),
		mergedInto: Nullable(Text('Code of the library it became part of')),
		records: Count('Live source records'),
		oaiPmh: Text('OAI-PMH address of its own records'),
	},
	{ $id: 'Library', description: 'A library that takes part.' },
);
const Area = Type.Object({
	code: Text('Code'),
	kind: Text('province, special zone, commune, ward, …'),
	name: Type.Object({ vi: Text('Name in Vietnamese'), en: Text('Name in English; empty when it has none') }),
	parent: Nullable(Text('Code of the area above')),
	validFrom: Nullable(Text('First day, YYYY-MM-DD')),
	validUntil: Nullable(Text('Last day, YYYY-MM-DD')),
	successor: Nullable(Text('Code of the area it became')),
});
export const Source = Type.Object(
	{
		id: Type.Integer(),
		code: Text('Code'),
		library: Text('Code of its library'),
		kind: Text('oai-pmh, z3950, sru or file'),
		url: Text('Address, without credentials'),
		format: Nullable(Text('Format asked for')),
		set: Nullable(Text('Set asked for')),
		share: Text('What it lets others have: none, metadata or full'),
		licence: Nullable(Text('URI of the licence of its metadata')),
		harvestedUntil: Nullable(Time('Where the next incremental harvest begins')),
		created: Time('When it was registered'),
		removed: Nullable(Time('When it was removed')),
		operation: Type.Optional(
			Type.Object(
				{
					schedule: Nullable(Text('Cron text')),
					timeZone: Text('Time zone of the schedule'),
					dueAt: Nullable(Time('When the next run is due')),
					settings: Type.Record(Type.String(), Type.Unknown(), { description: 'Settings; secrets are left out.' }),
				},
				{ description: 'For operators only.' },
			),
		),
	},
	{ $id: 'Source', description: 'Where records of a library come from.' },
);
const SECRET = /pass|secret|token|key|credential|auth|cookie/i;

const library = (row: LibraryRow, publicUrl: string) => ({
	code: row.code,
	name: row.name,
	kind: row.kind,
	area: row.area,
	mergedInto: row.mergedInto,
	records: row.records,
	oaiPmh: `${publicUrl}/oai/${encodeURIComponent(row.code)}`,
});

const area = (row: AreaRow) => ({
	code: row.code,
	kind: row.kind,
	name: { vi: row.nameVi, en: row.nameEn },
	parent: row.parent,
	validFrom: row.validFrom,
	validUntil: row.validUntil,
	successor: row.successor,
});

/** An address without user, password and query, where keys may stand. */
function publicAddress(address: string): string {
	if (!URL.canParse(address)) return address.replace(/\/\/[^/@]*@/, '//').replace(/\?.*$/s, '');
	const url = new URL(address);
	url.username = '';
	url.password = '';
	url.search = '';
	url.hash = '';
	return url.href;
}

const source = (row: SourceRow, operator: boolean) => ({
	id: row.id,
	code: row.code,
	library: row.library,
	kind: row.kind,
	url: publicAddress(row.url),
	format: row.format,
	set: row.setSpec,
	share: row.share,
	licence: row.licence,
	harvestedUntil: isoOrNull(row.harvestedUntilMs),
	created: iso(row.createdAtMs),
	removed: isoOrNull(row.removedAtMs),
	...(operator
		? {
				operation: {
					schedule: row.schedule,
					timeZone: row.timeZone,
					dueAt: isoOrNull(row.dueAtMs),
					settings: Object.fromEntries(Object.entries(row.settings).filter(([name]) => !SECRET.test(name))),
				},
			}
		: {}),
});

/** Libraries, areas and sources. */
export function memberRoutes(api: Api, deps: ServerDeps, cursors: Cursors): void {
	api.get(
		'/libraries',
		{
			schema: {
				operationId: 'listLibraries',
				summary: 'Libraries by code',
				tags: ['members'],
				querystring: listQuery({}),
				response: { 200: Type.Object({ libraries: Type.Array(refer(Library)), next: Next }), ...problems('bad-request') },
				'x-example': { query: { limit: 10 } },
			},
		},
		async ({ query }) => {
			const at = await cursors.read('libraries', query, query.cursor);
			const page = await listLibraries(deps, { after: at === undefined ? null : String(at[0]), limit: query.limit });
			const next = await cursors.write('libraries', query, page.next === null ? null : [page.next]);
			return { libraries: page.libraries.map((row) => library(row, deps.publicUrl)), next };
		},
	);
	api.get(
		'/libraries/:code',
		{
			schema: {
				operationId: 'getLibrary',
				summary: 'One library',
				tags: ['members'],
				params: Type.Object({ code: Type.String() }),
				response: { 200: refer(Library), ...problems('not-found') },
				'x-example': { path: { code: 'TVT' } },
			},
		},
		async ({ params }) => {
			const row = await showLibrary(deps, params.code);
			if (row === undefined) throw new Problem('not-found', `There is no library with the code ${params.code}.`);
			return library(row, deps.publicUrl);
		},
	);
	api.get(
		'/areas',
		{
			schema: {
				operationId: 'listAreas',
				summary: 'Areas by code',
				tags: ['members'],
				querystring: listQuery({ parent: Type.Optional(Text('Only areas directly below this one')) }),
				response: { 200: Type.Object({ areas: Type.Array(Area), next: Next }), ...problems('bad-request') },
				'x-example': { query: { limit: 10 } },
			},
		},
		async ({ query }) => {
			const at = await cursors.read('areas', query, query.cursor);
			const page = await listAreas(deps, {
				parent: query.parent ?? null,
				after: at === undefined ? null : String(at[0]),
				limit: query.limit,
			});
			const next = await cursors.write('areas', query, page.next === null ? null : [page.next]);
			return { areas: page.areas.map(area), next };
		},
	);
	sourceRoutes(api, deps, cursors);
}

function sourceRoutes(api: Api, deps: ServerDeps, cursors: Cursors): void {
	api.get(
		'/sources',
		{
			schema: {
				operationId: 'listSources',
				summary: 'Sources by number',
				description: 'With an operator’s key also their schedules and settings.',
				tags: ['members'],
				querystring: listQuery({ library: Type.Optional(Text('Only sources of this library')) }),
				response: { 200: Type.Object({ sources: Type.Array(refer(Source)), next: Next }), ...problems('bad-request', 'key-needed') },
				'x-example': { query: { limit: 10 } },
			},
		},
		async (request) => {
			const { query } = request;
			const operator = await isOperator(deps, request);
			const at = await cursors.read('sources', query, query.cursor);
			const page = await listSources(deps, {
				library: query.library ?? null,
				after: at === undefined ? null : Number(at[0]),
				limit: query.limit,
			});
			const next = await cursors.write('sources', query, page.next === null ? null : [page.next]);
			return { sources: page.sources.map((row) => source(row, operator)), next };
		},
	);
	api.get(
		'/sources/:id',
		{
			schema: {
				operationId: 'getSource',
				summary: 'One source',
				tags: ['members'],
				params: Type.Object({ id: Type.Integer({ minimum: 1, maximum: 2_147_483_647 }) }),
				response: { 200: refer(Source), ...problems('bad-request', 'key-needed', 'not-found') },
				'x-example': { path: { id: 1 } },
			},
		},
		async (request) => {
			const operator = await isOperator(deps, request);
			const row = await showSource(deps, request.params.id);
			if (row === undefined) throw new Problem('not-found', `There is no source with the number ${request.params.id}.`);
			return source(row, operator);
		},
	);
}
