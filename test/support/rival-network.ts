import { escaped, header, MARCXML, type ProviderRecord, ScriptedProvider } from './scripted-provider.ts';

const TITLES = [
	'Đất rừng phương Nam',
	'Dế Mèn phiêu lưu ký',
	'Toán 6',
	'Ngữ văn 7',
	'Lý Sơn đảo',
	'Truyện Kiều',
	'Lịch sử Việt Nam',
	'Số đỏ',
];
const AUTHORS = ['Đoàn Giỏi', 'Tô Hoài', 'Nguyễn Du', 'Vũ Trọng Phụng'];

const field = (tag: string, ...subfields: [string, string][]): string =>
	`<datafield tag="${tag}" ind1=" " ind2=" ">${subfields.map(([code, value]) => `<subfield code="${code}">${escaped(value)}</subfield>`).join('')}</datafield>`;

/** A description that depends on the number alone, so that the same number at two libraries is the same publication. */
function describe(n: number, title: string): string {
	const isbn = `97860412${String(n % 997).padStart(4, '0')}`;
	return (
		`<record xmlns="${MARCXML}"><leader>00000nam a2200000 a 4500</leader><controlfield tag="001">${n}</controlfield>` +
		(n % 3 === 0 ? field('020', ['a', isbn]) : '') +
		field('100', ['a', AUTHORS[n % AUTHORS.length] as string]) +
		field('245', ['a', title]) +
		field('260', ['a', 'Hà Nội'], ['b', 'Kim Đồng'], ['c', String(1990 + (n % 30))]) +
		field('300', ['a', `${100 + (n % 50)} tr.`]) +
		field('852', ['b', 'Kho'], ['h', `${n}.1`]) +
		'</record>'
	);
}

function render(record: ProviderRecord): string {
	const n = Number(record.identifier.replace(/\D/g, ''));
	const metadata = record.deleted ? '' : `<metadata>${describe(n, record.title)}</metadata>`;
	const text = `<record>${header(record)}${metadata}</record>`;
	return record.title.startsWith('BROKEN') ? text.replace('</leader>', '</lead>') : text;
}

const stamp = (day: number, n: number): string => new Date(Date.UTC(2026, 0, day, 0, 0, n)).toISOString().replace('.000', '');
const titleOf = (n: number): string => `${TITLES[n % TITLES.length]} ${Math.floor(n / TITLES.length)}`;

/**
 * Two libraries with the same publications, more or less: `alpha` keeps deletions and is harvested by dates, `beta` does not and is
 * read whole. `live` brings the second generation: changes, deletions, returns, records that break and records that can be read again.
 */
export class RivalNetwork {
	readonly alpha: ScriptedProvider;
	readonly beta: ScriptedProvider;
	readonly #size: number;
	#now = '2026-02-01T00:00:00Z';

	constructor(size: number, pageSize: number) {
		this.#size = size;
		const now = (): string => this.#now;
		this.alpha = new ScriptedProvider({ render, pageSize, now });
		this.beta = new ScriptedProvider({ render, pageSize, now, deletedRecord: 'no' });
	}

	async start(): Promise<this> {
		await this.alpha.start();
		await this.beta.start();
		for (let n = 1; n <= this.#size; n++) {
			this.alpha.put(`a:${n}`, stamp(1, n), { title: titleOf(n), deleted: n % 11 === 0 });
			this.beta.put(`b:${n + 10}`, stamp(1, n), { title: n % 13 === 0 ? 'BROKEN' : titleOf(n + 10) });
		}
		return this;
	}

	live(): void {
		this.#now = '2026-02-03T00:00:00Z';
		for (let n = 1; n <= this.#size; n++) {
			if (n % 11 === 0) this.alpha.put(`a:${n}`, stamp(33, n), { title: titleOf(n) });
			else if (n % 5 === 0) this.alpha.remove(`a:${n}`, stamp(33, n));
			else if (n % 7 === 0) this.alpha.put(`a:${n}`, stamp(33, n), { title: titleOf(n + 1) });
			else if (n % 17 === 0) this.alpha.put(`a:${n}`, stamp(33, n), { title: 'BROKEN' });
			if (n % 4 === 0) this.beta.remove(`b:${n + 10}`, stamp(33, n));
			else if (n % 6 === 0) this.beta.put(`b:${n + 10}`, stamp(33, n), { title: `${titleOf(n + 10)} tái bản` });
			else if (n % 13 === 0) this.beta.put(`b:${n + 10}`, stamp(33, n), { title: titleOf(n + 10) });
		}
		for (let n = this.#size + 1; n <= this.#size + 5; n++) this.alpha.put(`a:${n}`, stamp(33, n), { title: titleOf(n) });
	}

	async stop(): Promise<void> {
		await this.alpha.stop();
		await this.beta.stop();
	}
}
