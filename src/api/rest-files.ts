import type { IncomingMessage } from 'node:http';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { showLibrary } from '../catalogue/list-libraries.ts';
import { LIMITS } from '../lib/limits.ts';
import { WordedError } from '../lib/worded-error.ts';
import { SHEET_FIELDS } from '../records/sheet/fields.ts';
import type { ServerDeps } from './deps.ts';
import { forOperators } from './operator.ts';
import { Problem } from './problems.ts';
import { type Api, Count, Nullable, problems, RunBegun, Text } from './rest-kit.ts';
import type { FilePreview, FileUploads, SentFile } from './uploads.ts';

const COLUMNS_MAX = 100;

const Params = Type.Object({ code: Type.String({ maxLength: 100, description: 'Code of the library that sends it' }) });
const Query = Type.Object(
	{
		name: Type.Optional(
			Type.String({ maxLength: 1_000, description: 'What the file is called; shown in messages and notes, nothing else' }),
		),
		snapshot: Type.Boolean({
			default: false,
			description: 'The file is the library’s whole catalogue: what is missing from it is removed. Without this it adds and changes',
		}),
		source: Type.Optional(
			Type.String({ maxLength: 100, description: 'Id or code of its source, where the library has several sources of files' }),
		),
		column: Type.Array(Type.String({ maxLength: 1_000 }), {
			default: [],
			maxItems: COLUMNS_MAX,
			description: `Of a table: HEADING=FIELD, the column with that heading (or number, from 1) holds FIELD; stands for --column in messages. FIELD is one of ${SHEET_FIELDS.join(', ')}`,
		}),
	},
	{ additionalProperties: false },
);
const Body = {
	content: {
		'application/octet-stream': {
			schema: Type.Unsafe<unknown>({
				description:
					'The file as it is. ISO 2709, MARCXML, MARC-in-JSON, CSV or TSV, plain, gzipped or alone in a zip, or XLSX; told by its content.',
			}),
		},
	},
};
const Preview = Type.Object({
	file: Text('What it is called; of a zip the file in it'),
	format: Text('iso2709, marcxml, marc-json or rows (a table)'),
	source: Nullable(Text('Code of its source; null when the first file makes one')),
	ledger: Type.Object({
		listed: Count('Records in it'),
		created: Count('New'),
		updated: Count('Changed'),
		unchanged: Count('As before'),
		deleted: Count('Marked as deleted'),
		quarantined: Count('Not readable'),
		repeated: Count('Listed before in the same file'),
		ignored: Count('No publications'),
		vanished: Count('Of a snapshot: missing from it'),
	}),
	renumbered: Count('Of a snapshot: missing records that come again under other identifiers, and keep their ids'),
	waits: Type.Boolean({
		description:
			'They are more than a twentieth of the source: the run would be held until a person says whether they are the same (/reidentifications)',
	}),
	refused: Type.Array(Type.Object({ identifier: Type.String(), code: Type.String(), reason: Type.String() }), {
		description: 'The first that could not be read, and why',
	}),
	table: Type.Optional(
		Type.Object(
			{
				encoding: Text('Encoding it is read in'),
				delimiter: Text('What parts its cells'),
				headingLine: Count('Line of its headings, from 1'),
				columns: Type.Array(Type.Object({ heading: Type.String(), field: Type.String() }), { description: 'What each column is read as' }),
				copies: Text('together: rows that are copies of one title make one record; apart: each row makes one'),
				rows: Count('Rows that records are made of'),
				becomes: Type.Object(
					{ vi: Type.String(), en: Type.String() },
					{ description: 'How many records the rows make, as a sentence for people' },
				),
				first: Type.Array(Type.Unknown(), { description: 'Its first records as read: leader and fields' }),
			},
			{ description: 'Of a table only.' },
		),
	),
});
const REFUSALS = [
	'bad-request',
	'key-needed',
	'not-found',
	'conflict',
	'too-large',
	'file-kind',
	'file-locked',
	'file-broken',
	'no-title-column',
	'busy',
] as const;
const COMMON = { tags: ['files'], security: [{ key: [] }] };
const EXAMPLE = {
	path: { code: 'THCS' },
	query: { name: 'sach.csv' },
	body: 'Số ĐKCB,Nhan đề,Tác giả,Năm XB\nTK.1,Tắt đèn,Ngô Tất Tố,1939\n',
};

function preview({ file, format, source, renumbered, waits, refused, table, ...ledger }: FilePreview) {
	const { listed, created, updated, unchanged, deleted, quarantined, repeated, ignored, vanished } = ledger;
	return {
		file,
		format,
		source,
		ledger: { listed, created, updated, unchanged, deleted, quarantined, repeated, ignored, vanished },
		renumbered,
		waits,
		refused: [...refused],
		...(table === undefined ? {} : { table: { ...table, columns: [...table.columns], first: [...table.first] } }),
	};
}

function columnsOf(texts: readonly string[]): Record<string, string> {
	return Object.fromEntries(
		texts.map((text) => {
			const at = text.lastIndexOf('=');
			if (at > 0) return [text.slice(0, at).trim(), text.slice(at + 1).trim()];
			throw new Problem('bad-request', `column "${text}" names no field: write it as HEADING=FIELD.`);
		}),
	);
}

/** The body as it comes; given up when nothing comes for a while. */
async function* unlessIdle(raw: IncomingMessage): AsyncGenerator<Uint8Array> {
	let timer: NodeJS.Timeout | undefined;
	const wait = (): void => {
		timer = setTimeout(() => raw.destroy(new Problem('bad-request', 'Nothing more of the file came.')), LIMITS.uploadIdleMsMax);
	};
	try {
		wait();
		for await (const piece of raw as AsyncIterable<Buffer>) {
			clearTimeout(timer);
			yield piece;
			wait();
		}
	} finally {
		clearTimeout(timer);
	}
}

/** The body as it comes; refused before it is read when it says that it is too long. */
function bodyOf(request: FastifyRequest): AsyncIterable<Uint8Array> {
	const { body, raw } = request;
	if (body !== raw) throw noFile();
	const length = Number(request.headers['content-length'] ?? 0);
	if (length > LIMITS.fileBytesMax)
		throw new Problem('too-large', `The file has ${length} bytes; the limit is ${LIMITS.fileBytesMax}. Send it in parts.`);
	return unlessIdle(raw);
}

const noFile = (): WordedError =>
	new WordedError('usage', {
		vi: { message: 'Không có tệp nào được gửi, hoặc tệp rỗng', hint: 'hãy xuất lại tệp, rồi gửi nội dung tệp làm thân của yêu cầu' },
		en: { message: 'No file was sent, or it is empty', hint: 'export it again, and send it as the body of the request' },
	});

interface Asked {
	readonly params: { readonly code: string };
	readonly query: Omit<SentFile, 'library' | 'source' | 'columns' | 'name'> & {
		readonly name?: string;
		readonly source?: string;
		readonly column: readonly string[];
	};
}

async function sentFile(deps: ServerDeps, { params, query }: Asked): Promise<{ readonly uploads: FileUploads; readonly sent: SentFile }> {
	const { uploads } = deps;
	if (uploads === undefined) throw new Problem('busy', 'This server takes no files.');
	if ((await showLibrary(deps, params.code)) === undefined)
		throw new Problem('not-found', `There is no library with the code ${params.code}.`);
	const { name = '', snapshot, source = null, column } = query;
	return { uploads, sent: { library: params.code, source, name, snapshot, columns: columnsOf(column) } };
}

/** Files of libraries, for operators: sent as the body of a request, imported in the background as runs. */
export async function fileRoutes(api: Api, deps: ServerDeps): Promise<void> {
	// the file is not kept in memory, whatever type it says it has
	api.removeAllContentTypeParsers();
	api.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
	// what is refused before all of it has come need not come
	api.addHook('onRequest', async (request, reply) => {
		if (request.method === 'POST') reply.header('connection', 'close');
	});
	const route = { ...forOperators(deps), config: { operator: true, slowBody: true } };
	api.post(
		'/libraries/:code/files',
		{
			...route,
			schema: {
				...COMMON,
				operationId: 'importFile',
				summary: 'Import a file of a library',
				description: `Answered as soon as the file is there and is one that can be read; the run goes on in the background and takes the file whole or not at all (of an addition that breaks off, what came), also over a restart of the service. A source takes one file at a time, in the order in which they came: until its turn the run is queued; ${LIMITS.filesQueuedMax} may wait. ${LIMITS.fileBytesMax} bytes at most.`,
				consumes: ['application/octet-stream'],
				params: Params,
				querystring: Query,
				body: Body,
				response: {
					202: RunBegun,
					...problems(...REFUSALS),
				},
				'x-example': EXAMPLE,
			},
		},
		async (request, reply) => {
			const body = bodyOf(request);
			const { uploads, sent } = await sentFile(deps, request);
			const run = await uploads.receive(body, sent);
			const address = `${deps.publicUrl}/api/v1/runs/${run}`;
			return reply.code(202).header('location', address).send({ run, address });
		},
	);
	api.post(
		'/libraries/:code/files/preview',
		{
			...route,
			schema: {
				...COMMON,
				operationId: 'previewFile',
				summary: 'What a file would do; nothing is written',
				description: 'Of a table also what its columns are read as, with its first records.',
				consumes: ['application/octet-stream'],
				params: Params,
				querystring: Query,
				body: Body,
				response: { 200: Preview, ...problems(...REFUSALS) },
				'x-example': EXAMPLE,
			},
		},
		async (request) => {
			const body = bodyOf(request);
			const { uploads, sent } = await sentFile(deps, request);
			return preview(await uploads.preview(body, sent));
		},
	);
	rejectsRoute(api, deps);
}

const WORKBOOK = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

function rejectsRoute(api: Api, deps: ServerDeps): void {
	api.get(
		'/runs/:id/rejects',
		{
			...forOperators(deps),
			schema: {
				...COMMON,
				operationId: 'getRejects',
				summary: 'The rows that a run refused, to be corrected and sent again',
				description:
					'A table of the kind that was sent, each row with the reason in a first column. Of other files, and of harvests, what could not be read is at /quarantine.',
				params: Type.Object({ id: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }) }),
				response: {
					200: {
						description: 'CSV or TSV in UTF-8, or a workbook',
						content: { 'text/csv': { schema: Type.Unsafe<unknown>({}) }, [WORKBOOK]: { schema: Type.Unsafe<unknown>({}) } },
					},
					...problems('bad-request', 'key-needed', 'not-found'),
				},
				'x-example': { path: { id: 1 } },
			},
		},
		async ({ params }, reply) => {
			const found = await deps.uploads?.rejects(params.id);
			if (found === undefined)
				throw new Problem(
					'not-found',
					`Run ${params.id} has no rows to be corrected: it is not there, has not ended, read no table, or refused nothing.`,
				);
			const { name, workbook, bytes } = found;
			const called = `reject-${params.id}-${name.replace(/\.\w{1,5}$/, '')}.${workbook ? 'xlsx' : 'csv'}`;
			return reply
				.type(workbook ? WORKBOOK : 'text/csv; charset=utf-8')
				.header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(called).replace(/['()*]/g, '_')}`)
				.send(bytes);
		},
	);
}
