import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { addSource } from '../../../src/store/source.ts';
import type { TestDatabase } from '../../support/postgres.ts';
import { type SruServer, sruPage, startSru } from '../../support/scripted-sru.ts';
import { startSimpleServer } from '../../support/simple-server.ts';
import { addLibrary } from '../../support/world.ts';
import { type Book, iso2709OfBook, type Kind, type Library, marcXmlOfBook, received, type Trouble } from './library.ts';

const WEB_PAGE = '<html><body>Bảo trì hệ thống</body></html>';

interface Served {
	readonly url: string;
	stop(): Promise<void>;
}

async function webServer(): Promise<{ readonly port: number; stop(): Promise<void> }> {
	const server = createServer((_, response) => response.end(WEB_PAGE));
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		port: (server.address() as AddressInfo).port,
		stop: async () => {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

/** A source of a target that is started anew, at another port, for what it serves now. */
async function searched(
	made: TestDatabase,
	code: string,
	kind: 'z3950' | 'sru',
	start: (books: readonly Book[], trouble: Trouble) => Promise<Served>,
): Promise<Library> {
	await addLibrary(made.database, code);
	const nowhere = kind === 'sru' ? 'http://127.0.0.1:1024/sru' : 'tcp:127.0.0.1:1024/Default';
	// several parts in a run; the target takes every query for all records
	const source = await addSource(made.database, { library: code, kind, url: nowhere, settings: { presentMax: 25 } });
	let served: Served | null = null;
	const stop = async (): Promise<void> => {
		await served?.stop();
		served = null;
	};
	const moveTo = (url: string) => made.database.pool.query('update source set url = $2 where code = $1', [source.code, url]);
	return {
		code: source.code,
		serve: async (books, trouble = {}) => {
			await stop();
			if (trouble.gone !== true) served = await start(books, trouble);
			await moveTo(served?.url ?? nowhere);
		},
		harvest: async (harvester, options = {}) => await harvester.harvest(source.code, { full: true, ...options }),
		task: () => ({ sources: [source.code] }),
		loseHost: async () => {
			await moveTo(nowhere.replace('127.0.0.1', 'khong-co.invalid'));
		},
		stop,
	};
}

async function startZ3950(books: readonly Book[], trouble: Trouble): Promise<Served> {
	if (trouble.webPage === true) {
		const web = await webServer();
		return { url: `tcp:127.0.0.1:${web.port}/Default`, stop: web.stop };
	}
	const target = await startSimpleServer(books.map(iso2709OfBook), {
		...(trouble.closesAfter === undefined ? {} : { closeAt: trouble.closesAfter + 1, closesAlways: true }),
		...(trouble.lie === undefined ? {} : { lie: trouble.lie }),
		...(trouble.locked === true ? { login: ['thuvien', 'mat khau'] as const } : {}),
	});
	return { url: target.address, stop: target.stop };
}

async function startSruServer(books: readonly Book[], trouble: Trouble): Promise<Served> {
	const records = books.map(marcXmlOfBook);
	const server: SruServer = await startSru((asked) => {
		if (trouble.webPage === true) return { body: WEB_PAGE, headers: { 'content-type': 'text/html' } };
		if (trouble.locked === true) return { status: 401, headers: { 'www-authenticate': 'Basic realm="thuvien"' }, body: '' };
		const body = received(sruPage(asked, records, { total: records.length + (trouble.lie ?? 0) }));
		const isCut = trouble.closesAfter !== undefined && asked.start + asked.maximum - 1 > trouble.closesAfter;
		return isCut ? { body, cutAfter: body.length >> 1 } : { body };
	});
	return { url: server.url, stop: server.stop };
}

export const z3950: Kind = { name: 'Z39.50', many: 203, open: (made, code) => searched(made, code, 'z3950', startZ3950) };
export const sru: Kind = { name: 'SRU', many: 203, open: (made, code) => searched(made, code, 'sru', startSruServer) };
