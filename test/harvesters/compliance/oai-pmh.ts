import { addProvider } from '../../support/harvester.ts';
import { header, type ProviderRecord, type Reply, ScriptedProvider } from '../../support/scripted-provider.ts';
import { type Book, type Kind, marcXmlOfBook, received, type Trouble } from './library.ts';

const PAGE = 25;
const WEB_PAGE = '<html><body>Bảo trì hệ thống</body></html>';
const UNKNOWN_HOST = 'http://khong-co.invalid/oai';

function replyOf(good: Reply, trouble: Trouble, asked: URLSearchParams): Reply {
	if (trouble.gone === true) return { body: 'x', cutAfter: 0 };
	if (trouble.webPage === true) return { body: WEB_PAGE, headers: { 'content-type': 'text/html' } };
	if (trouble.locked === true) return { status: 401, headers: { 'www-authenticate': 'Basic realm="thuvien"' }, body: '' };
	const body = received(String(good.body));
	const from = Number(asked.get('resumptionToken')?.split('|')[0] ?? 0);
	const isCut = asked.get('verb') === 'ListRecords' && trouble.closesAfter !== undefined && from + PAGE > trouble.closesAfter;
	return { ...good, body, ...(isCut ? { cutAfter: body.length >> 1 } : {}) };
}

/** A provider that keeps no deletions, so each run reads the whole list. */
export const oaiPmh: Kind = {
	name: 'OAI-PMH',
	many: 203,
	open: async (made, code) => {
		let listed: readonly Book[] = [];
		let trouble: Trouble = {};
		const byNumber = new Map<string, Book>();
		const render = (record: ProviderRecord): string =>
			`<record>${header(record)}<metadata>${marcXmlOfBook(byNumber.get(record.identifier) as Book)}</metadata></record>`;
		const provider = await new ScriptedProvider({
			pageSize: PAGE,
			deletedRecord: 'no',
			render,
			order: () =>
				listed.map(({ number, title }) => ({ identifier: number, title, datestamp: '2026-01-01T00:00:00Z', deleted: false, sets: [] })),
			faults: [{ reply: (good, { params }) => replyOf(good, trouble, params) }],
		}).start();
		const id = await addProvider(made.database, code, provider.url);
		const moveTo = (url: string) => made.database.pool.query('update source set url = $2 where id = $1', [id, url]);
		return {
			code,
			serve: async (books, how = {}) => {
				listed = books;
				trouble = how;
				for (const book of books) byNumber.set(book.number, book);
				await moveTo(how.gone === true ? 'http://127.0.0.1:1024/oai' : provider.url);
			},
			harvest: async (harvester, options = {}) => await harvester.harvest(code, { full: true, ...options }),
			task: () => ({ sources: [code] }),
			loseHost: async () => {
				await moveTo(UNKNOWN_HOST);
			},
			stop: () => provider.stop(),
		};
	},
};
