import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { sampleNetwork } from '../../src/demo/cataloguing.ts';
import { isbn10 } from '../../src/demo/numbers.ts';
import { spell, withoutMarks } from '../../src/demo/spelling.ts';
import { samplePublications } from '../../src/demo/works.ts';
import { KINDS } from '../../src/records/bib.ts';

const network = sampleNetwork(1);
const other = sampleNetwork(2026);
const all = network.libraries.flatMap((library) => library.records.map((record) => ({ library, record })));
const live = all.filter(({ record }) => !record.deleted);
const described = live.filter(({ record }) => record.what !== 'authority' && record.what !== 'unreadable');
const publications = new Map(samplePublications(1).map((one) => [one.id, one]));

/** Digest of every byte that the libraries send. */
function digest({ libraries }: ReturnType<typeof sampleNetwork>): string {
	const hash = createHash('sha256');
	for (const { code, records } of libraries) {
		for (const { metadata, ...rest } of records) hash.update(JSON.stringify([code, rest, ...metadata]));
	}
	return hash.digest('hex');
}

describe('sample network', () => {
	it('is the same for the same seed and another for another', () => {
		expect(digest(sampleNetwork(1))).toBe(digest(network));
		expect(digest(other)).not.toBe(digest(network));
	});

	it.each([network, other])('has 3,400 live records or more, and every kind in every library (%#)', ({ libraries }) => {
		expect(libraries.map(({ code }) => code)).toHaveLength(5);
		expect(libraries.flatMap(({ records }) => records.filter(({ deleted }) => !deleted)).length).toBeGreaterThan(3400);
		for (const { code, records } of libraries) {
			const kinds = new Set<string>(records.map(({ what }) => what));
			for (const kind of KINDS) expect(kinds, `${code} ${kind}`).toContain(kind);
			expect(kinds).toContain('unreadable');
		}
	});

	it('says of every readable record what it describes, and of nothing else', () => {
		const keys = described.map(({ library, record }) => `${library.code}:${record.identifier}`);
		expect([...network.truth.keys()].toSorted()).toEqual(keys.toSorted());
		for (const id of network.truth.values()) expect(publications.has(id)).toBe(true);
	});

	it('gives records the kind of their publication', () => {
		for (const { library, record } of described) {
			expect(publications.get(network.truth.get(`${library.code}:${record.identifier}`) ?? '')?.kind).toBe(record.what);
		}
	});

	it('has publications that several libraries hold, and deleted and ignored records', () => {
		const holders = new Map<string, Set<string>>();
		for (const [key, id] of network.truth) holders.set(id, (holders.get(id) ?? new Set()).add(key.slice(0, key.indexOf(':'))));
		expect([...holders.values()].filter((codes) => codes.size > 1).length).toBeGreaterThan(800);
		expect([...holders.values()].filter((codes) => codes.size > 3).length).toBeGreaterThan(50);
		expect(all.filter(({ record }) => record.deleted).length).toBeGreaterThan(50);
		expect(live.filter(({ record }) => record.what === 'authority').length).toBeGreaterThan(3);
		expect(
			network.libraries.filter((one) => one.deletedRecord === 'no').flatMap((one) => one.records.filter((record) => record.deleted)),
		).toEqual([]);
	});

	it('gives identifiers once, in the order of the datestamps, days where the server knows days only', () => {
		for (const { records, granularity } of network.libraries) {
			expect(new Set(records.map((one) => one.identifier)).size).toBe(records.length);
			expect(records.map((one) => one.datestamp)).toEqual(records.map((one) => one.datestamp).toSorted());
			for (const { datestamp } of records)
				expect(datestamp).toMatch(granularity === 'day' ? /^\d{4}-\d\d-\d\dT00:00:00Z$/ : /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
		}
	});

	it('is decomposed in the local library and composed elsewhere', () => {
		for (const { library, record } of live) {
			const form = library.code === 'CH-TV' ? 'NFD' : 'NFC';
			const sent = [...record.metadata.values()].join('');
			if (sent !== sent.normalize(form)) expect.fail(`${record.identifier} is not ${form}`);
		}
	});

	it('differs between the libraries as real catalogues do', () => {
		const of = (code: string): string =>
			(network.libraries.find((one) => one.code === code)?.records ?? [])
				.map((one) => one.metadata.values().next().value ?? '')
				.join('\n')
				.normalize('NFC');
		expect(of('HP-TV')).toMatch(/tag="264"/);
		expect(of('HP-TV')).toMatch(/tag="852"/);
		expect(of('HP-TV')).not.toMatch(/tag="260"/);
		expect(of('CH-TV')).toMatch(/tag="260"/);
		expect(of('CH-TV')).toMatch(/tag="952"/);
		expect(of('CH-TV')).toMatch(/code="a">Nguyễn, Nhật Ánh</);
		expect(of('CH-TV')).toMatch(/code="a">Ánh, Nguyễn Nhật</);
		expect(of('CH-TV')).toMatch(/code="a">604-\d+-\d+-[\dX] \(bìa cứng\)</);
		expect(of('CH-TV')).toMatch(/T\.1 \/ /);
		expect(of('LC-TH')).toMatch(/code="a">Nguyễn Nhật Ánh \(tác giả\)</);
		expect(of('CH-THPT')).toMatch(/code="n">Tập một</);
		expect(of('HP-TV')).toMatch(/hoá/);
		expect(of('CH-TV')).toMatch(/hóa/);
		expect(of('CH-TV')).not.toMatch(/hoá(?!\p{L})/u);
		expect(of('CH-THPT')).not.toMatch(/ký(?!\p{L})/iu);
		expect(of('LC-TH')).toMatch(/Truyen|truyen/);
	});

	it('writes leaders and 008 of the right length', () => {
		for (const { record } of described) {
			for (const marc of [...record.metadata.values()].filter((one) => one.startsWith('<record'))) {
				expect(/<leader>(.*?)<\/leader>/.exec(marc)?.[1]).toHaveLength(24);
				expect(/tag="008">(.*?)</.exec(marc)?.[1]).toHaveLength(40);
			}
		}
	});

	it('names people only as authors, and in made-up titles nobody but bodies', () => {
		const invented = [...publications.values()].slice(-400).flatMap((one) => one.creators);
		expect(invented.filter((who) => !who.corporate && who.name !== 'Nhiều tác giả')).toEqual([]);
	});
});

describe('titles', () => {
	const SYLLABLE = /^(?:ngh|[cgknpt]h|ng|gi|qu|tr|[bcdđghklmnpqrstvx])?[aăâeêioôơuưy]{1,3}(?:ch|ng|nh|[cmnpt])?$/;
	const TONES = /[\u0300\u0301\u0303\u0309\u0323]/g;
	const FOREIGN = new Set(
		(
			'atlat anna karenina bêtô biang kihôtê mantra robinson crusoe tom sawyer pinocchio totto andersen grimm kách harry potter azkaban ' +
			"k'rahlan baltalon đămri lang doraemon conan lênin mác sapiens cauchy ptolémée dirichlet fibonacci " +
			'domea heritage paris ky dewey marc marketing'
		).split(' '),
	);

	it('are made of Vietnamese syllables, names of foreign persons and places apart', () => {
		const odd = new Set<string>();
		for (const { title, subtitle, language } of publications.values()) {
			if (language !== 'vie') continue;
			for (const word of `${title} ${subtitle}`.toLowerCase().split(/[^\p{L}']+/u)) {
				const decomposed = word.normalize('NFD');
				const tones = decomposed.match(TONES) ?? [];
				const stopped = /(?:ch|[cpt])$/.test(word) && !/[\u0301\u0323]/.test(decomposed);
				const wellFormed = SYLLABLE.test(decomposed.replace(TONES, '').normalize('NFC')) && tones.length < 2 && !stopped;
				if (word !== '' && !wellFormed && !FOREIGN.has(word)) odd.add(word);
			}
		}
		expect([...odd].filter((word) => !/^[ivx]+$/.test(word))).toEqual([]);
	});

	it('are composed and clean', () => {
		for (const { title, subtitle } of publications.values()) {
			const both = `${title}${subtitle}`;
			expect(both).toBe(both.normalize('NFC'));
			expect(both).not.toMatch(/[{}|]| {2}|\?\?|undefined/);
		}
	});

	it('count at least 250 Vietnamese and 120 English works', () => {
		const works = [...publications.values()].filter((one) => one.classLevel === undefined && one.kind === 'monograph').slice(0, 700);
		expect(new Set(works.filter((one) => one.language === 'vie').map((one) => one.title)).size).toBeGreaterThan(250);
		expect(new Set(works.filter((one) => one.language === 'eng').map((one) => one.title)).size).toBeGreaterThan(120);
	});
});

describe('spelling', () => {
	it('moves the tone and writes i for y, in whole syllables only', () => {
		const old = { tone: 'old', y: 'i', form: 'NFC' } as const;
		expect(spell('Văn hoá, Thuỷ Tinh, khoẻ, quý, hoàng, kỹ thuật, Lý, thuyết, ký sự, Mỹ', old, false)).toBe(
			'Văn hóa, Thủy Tinh, khỏe, quý, hoàng, kĩ thuật, Lí, thuyết, kí sự, Mĩ',
		);
		expect(spell('Văn hóa, Ủy ban', { tone: 'new', y: 'y', form: 'NFC' }, false)).toBe('Văn hoá, Uỷ ban');
	});

	it('drops marks, đ included', () => {
		expect(withoutMarks('Đất rừng phương Nam')).toBe('Dat rung phuong Nam');
	});

	it('turns an ISBN-13 into its ISBN-10', () => {
		expect(isbn10('978-0-306-40615-7')).toBe('0-306-40615-2');
	});
});
