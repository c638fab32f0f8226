import { html } from '../lib/html.ts';

export interface HomePage {
	readonly publicUrl: string;
	readonly records: number;
	readonly libraries: readonly { readonly code: string; readonly name: string }[];
	readonly latestHarvestMs: number | null;
}

const number = new Intl.NumberFormat('vi-VN');
const time = new Intl.DateTimeFormat('vi-VN', { dateStyle: 'long', timeStyle: 'short', timeZone: 'Asia/Ho_Chi_Minh' });

/** The one page of this server for people: what is held, and the addresses for programs. Vietnamese, then English. */
export function homePage({ publicUrl, records, libraries, latestHarvestMs }: HomePage): string {
	const latest = latestHarvestMs === null ? 'chưa có' : time.format(latestHarvestMs);
	const address = (path: string, text: string): string => html`<li><a href="${publicUrl}${path}">${publicUrl}${path}</a> – ${text}</li>`;
	const list = libraries.map(
		({ code, name }) => html`<li>${name} – <a href="${publicUrl}/oai/${encodeURIComponent(code)}?verb=Identify">/oai/${code}</a></li>`,
	);
	return [
		'<!doctype html><html lang="vi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">',
		'<title>Liên Thông</title></head><body><main><h1>Liên Thông</h1>',
		html`<p>Mục lục liên hợp: ${number.format(records)} nhan đề của ${number.format(libraries.length)} thư viện. Lần thu thập gần nhất: ${latest}.</p>`,
		'<h2>Địa chỉ</h2><ul>',
		address('/oai?verb=Identify', 'OAI-PMH: toàn bộ mục lục liên hợp'),
		address('/sru?operation=explain', 'SRU: tìm kiếm bằng CQL, biểu ghi MARCXML hoặc Dublin Core'),
		address('/api/v1/records', 'REST: tìm kiếm biểu ghi'),
		address('/docs', 'mọi lệnh gọi REST, có giải thích và ví dụ'),
		address('/openapi.json', 'mô tả REST (OpenAPI)'),
		'</ul><h2>Thư viện</h2><ul>',
		...list,
		'</ul>',
		html`<section lang="en"><h2>English</h2><p>A union catalogue: ${records} titles of ${libraries.length} libraries. Harvest all of it over OAI-PMH at ${publicUrl}/oai, one library's own records at ${publicUrl}/oai/CODE; search it over SRU at ${publicUrl}/sru or over REST at ${publicUrl}/api/v1/records (described at ${publicUrl}/docs).</p></section>`,
		'</main></body></html>\n',
	].join('');
}
