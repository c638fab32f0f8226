import type { Kind } from '../records/bib.ts';
import { authorityCard, type CardFrame, marcCard } from './marc-card.ts';
import { MEMBER_LIBRARIES, type MemberLibrary } from './network.ts';
import type { Publication } from './publication.ts';
import { type Random, randomFor } from './random.ts';
import { dcXml, dublinCore, marcXml } from './render.ts';
import { type Style, styleOf } from './style.ts';
import { wordIt } from './wording.ts';
import { samplePublications } from './works.ts';

/** One item of a sample library's OAI-PMH server. */
export interface SampleRecord {
	/** OAI-PMH identifier. */
	readonly identifier: string;
	/** ISO instant in whole seconds, in UTC. */
	readonly datestamp: string;
	readonly deleted: boolean;
	/** Metadata by metadataPrefix; '' stands for a record that is sent without any. Empty for a deleted record. */
	readonly metadata: ReadonlyMap<string, string>;
	readonly setSpec: string;
	/** What it is, for counting. */
	readonly what: Kind | 'authority' | 'unreadable' | 'deleted';
}

export interface SampleLibrary extends MemberLibrary {
	/** In the order of datestamp and identifier. */
	readonly records: readonly SampleRecord[];
}

export interface SampleNetwork {
	readonly libraries: readonly SampleLibrary[];
	/** `LIBRARY:identifier` of every live readable bibliographic record -> id of the publication that it describes. */
	readonly truth: ReadonlyMap<string, string>;
}

/** How likely each library holds a publication. */
function shareHeld(library: string, publication: Publication): number {
	const { readers, classLevel, genre } = publication;
	const local = genre.startsWith('local') || genre.startsWith('island') || genre === 'sea' || genre === 'maphp';
	if (library === 'HP-TV') return classLevel === undefined ? 0.8 : 0.45;
	if (library === 'CH-TV') return local ? 0.9 : classLevel === undefined ? 0.42 : 0.12;
	const [from, to] = library === 'LC-TH' ? [1, 5] : library === 'CH-THCS' ? [6, 9] : [10, 12];
	if (classLevel !== undefined) return classLevel >= from && classLevel <= to ? 0.85 : 0.01;
	if (readers === 'adults') return library === 'LC-TH' ? 0.02 : library === 'CH-THCS' ? 0.05 : 0.16;
	if (readers === 'children') return library === 'LC-TH' ? 0.75 : library === 'CH-THCS' ? 0.4 : 0.08;
	return library === 'LC-TH' ? 0.12 : local ? 0.5 : 0.34;
}

const FIRST_STAMP = Date.UTC(2022, 0, 3, 1, 0, 0);
const LAST_STAMP = Date.UTC(2026, 5, 30, 10, 0, 0);

/** A moment in working life of the sample, in whole seconds; at midnight for libraries that give days only. */
function stamp(random: Random, member: MemberLibrary): string {
	const at = new Date(Math.floor(random.between(FIRST_STAMP / 1000, LAST_STAMP / 1000)) * 1000).toISOString();
	return member.granularity === 'day' ? `${at.slice(0, 10)}T00:00:00Z` : `${at.slice(0, 19)}Z`;
}

const setOf = (publication: Publication): string => {
	if (publication.genre.startsWith('local') || publication.genre.startsWith('island')) return 'dia-chi';
	if (publication.classLevel !== undefined) return 'giao-khoa';
	return publication.kind === 'serial' || publication.kind === 'issue' || publication.kind === 'component' ? 'dinh-ky' : 'sach';
};

/** Makes the records of one library; numbers, barcodes and stamps follow from the seed. */
class Cataloguer {
	readonly records: SampleRecord[] = [];
	readonly #random: Random;
	readonly #member: MemberLibrary;
	readonly #style: Style;
	#count = 0;

	constructor(seed: number, member: MemberLibrary) {
		this.#random = randomFor(seed, `library ${member.code}`);
		this.#member = member;
		this.#style = styleOf(member.code);
	}

	get random(): Random {
		return this.#random;
	}

	#frame(): CardFrame {
		this.#count++;
		const number = String(this.#count + 1000).padStart(7, '0');
		const copies = this.#random.pick([1, 1, 1, 1, 2, 2, 3]);
		const barcodes: string[] = [];
		for (let i = 0; i < copies; i++)
			barcodes.push(`${this.#member.code.replace('-', '')}.${String(this.#count * 10 + i).padStart(6, '0')}`);
		return { number, stamp: stamp(this.#random, this.#member), library: this.#member.code, barcodes };
	}

	#add(frame: CardFrame, record: Pick<SampleRecord, 'metadata' | 'what' | 'setSpec'>): string {
		const identifier = `oai:${this.#member.namespace}:${frame.number}`;
		this.records.push({ identifier, datestamp: frame.stamp, deleted: record.what === 'deleted', ...record });
		return identifier;
	}

	/** Metadata in the formats that this library's server has. */
	#formats(marc: string, dc: string): Map<string, string> {
		const { marcPrefix } = this.#member;
		return new Map(
			marcPrefix === ''
				? [['oai_dc', dc]]
				: [
						[marcPrefix, marc],
						['oai_dc', dc],
					],
		);
	}

	catalogue(publication: Publication): string {
		const frame = this.#frame();
		const words = wordIt(this.#random, publication, this.#style);
		const marc = marcXml(marcCard(this.#random, publication, words, this.#style, frame));
		const metadata = this.#formats(marc, dublinCore(publication, words));
		return this.#add(frame, { metadata, what: publication.kind, setSpec: setOf(publication) });
	}

	deleted(): void {
		this.#add(this.#frame(), { metadata: new Map(), what: 'deleted', setSpec: 'sach' });
	}

	authority(name: string, also: string): void {
		const frame = this.#frame();
		const form = this.#style.spelling.form;
		const marc = marcXml(authorityCard(name.normalize(form), also.normalize(form), frame));
		this.#add(frame, { metadata: new Map([[this.#member.marcPrefix, marc]]), what: 'authority', setSpec: 'sach' });
	}

	/** A record without metadata, or with metadata that holds nothing: valid OAI-PMH, but nothing to read. */
	unreadable(empty: boolean): void {
		const frame = this.#frame();
		const metadata = empty ? this.#formats('<record xmlns="http://www.loc.gov/MARC21/slim"/>', dcXml([])) : this.#formats('', '');
		this.#add(frame, { metadata, what: 'unreadable', setSpec: 'sach' });
	}
}

const AUTHORITIES = [
	['Nguyễn Du', 'Tố Như'],
	['Hồ Chí Minh', 'Nguyễn Ái Quốc'],
	['Nguyễn Bỉnh Khiêm', 'Trạng Trình'],
	['Nam Cao', 'Trần Hữu Tri'],
	['Tô Hoài', 'Nguyễn Sen'],
	['Nguyên Hồng', 'Nguyễn Nguyên Hồng'],
] as const;

/** Deleted records by library; a library that keeps none has none to show. */
const DELETED: Readonly<Record<string, number>> = { 'HP-TV': 40, 'CH-TV': 18, 'CH-THCS': 8, 'LC-TH': 12 };
const UNREADABLE: Readonly<Record<string, number>> = { 'HP-TV': 2, 'CH-TV': 2, 'CH-THCS': 1, 'CH-THPT': 1, 'LC-TH': 1 };
const AUTHORITY_RECORDS: Readonly<Record<string, number>> = { 'HP-TV': 6, 'CH-TV': 2, 'CH-THPT': 1 };

function catalogueLibrary(
	seed: number,
	member: MemberLibrary,
	publications: readonly Publication[],
	truth: Map<string, string>,
): SampleLibrary {
	const cataloguer = new Cataloguer(seed, member);
	const { random } = cataloguer;
	for (const publication of random.shuffle(publications)) {
		if (!random.chance(shareHeld(member.code, publication))) continue;
		truth.set(`${member.code}:${cataloguer.catalogue(publication)}`, publication.id);
		// the same book catalogued twice, as happens when a new delivery comes
		if (random.chance(0.012)) truth.set(`${member.code}:${cataloguer.catalogue(publication)}`, publication.id);
	}
	for (let i = 0; i < (DELETED[member.code] ?? 0); i++) cataloguer.deleted();
	for (const [name, also] of AUTHORITIES.slice(0, AUTHORITY_RECORDS[member.code] ?? 0)) cataloguer.authority(name, also);
	for (let i = 0; i < (UNREADABLE[member.code] ?? 0); i++) cataloguer.unreadable(i % 2 === 0);
	const order = (record: SampleRecord): string => `${record.datestamp} ${record.identifier}`;
	const records = cataloguer.records.toSorted((a, b) => (order(a) < order(b) ? -1 : 1));
	return { ...member, records };
}

/** The five catalogues of the sample network and what each record truly describes; the same for the same seed. */
export function sampleNetwork(seed: number): SampleNetwork {
	const publications = samplePublications(seed);
	const truth = new Map<string, string>();
	const libraries = MEMBER_LIBRARIES.map((member) => catalogueLibrary(seed, member, publications, truth));
	return { libraries, truth };
}
