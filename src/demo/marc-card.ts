import type { MarcField, MarcRecord } from '../records/marc.ts';
import type { Publication } from './publication.ts';
import type { Random } from './random.ts';
import { withoutMarks } from './spelling.ts';
import type { Style } from './style.ts';
import type { Wording } from './wording.ts';

/** What a record has beside the description: its number, when it was last touched, and the copies on the shelf. */
export interface CardFrame {
	readonly number: string;
	/** ISO instant. */
	readonly stamp: string;
	readonly library: string;
	readonly barcodes: readonly string[];
}

type Part = readonly [code: string, value: string];

/** A data field of the parts that have a value, or none. */
function field(tag: string, indicators: string, ...parts: Part[]): MarcField[] {
	const subfields = parts.filter(([, value]) => value !== '').map(([code, value]) => ({ code, value }));
	if (subfields.length === 0) return [];
	return [{ tag, ind1: indicators.charAt(0), ind2: indicators.charAt(1), value: '', subfields }];
}

const control = (tag: string, value: string): MarcField => ({ tag, ind1: ' ', ind2: ' ', value, subfields: [] });

const TYPES = { text: 'a', map: 'e', sound: 'j', video: 'g' } as const;

function leaderOf(publication: Publication): string {
	const { kind, material } = publication;
	const level = kind === 'serial' || kind === 'issue' ? 's' : kind === 'component' ? (publication.host?.issn ? 'b' : 'a') : 'm';
	const part = kind === 'set' ? 'a' : kind === 'volume' ? 'b' : ' ';
	return `00000n${TYPES[material]}${level} a2200000 a${part}4500`;
}

const COUNTRIES: Readonly<Record<string, string>> = { London: 'enk', Oxford: 'enk', Cambridge: 'enk', Harlow: 'enk', 'New York': 'nyu' };

/** 008, 40 characters; `slip` makes the year wrong by one, as happens. */
function fixedData(publication: Publication, stamp: string, slip: boolean): string {
	const { kind, year, yearEnd, language, online, frequency } = publication;
	const entered = stamp.slice(2, 10).replaceAll('-', '');
	const dates =
		kind === 'serial' ? `c${year}9999` : yearEnd !== undefined && yearEnd > year ? `m${year}${yearEnd}` : `s${slip ? year - 1 : year}    `;
	const country = COUNTRIES[publication.place] ?? (language === 'eng' ? 'xxu' : 'vm ');
	const serial = kind === 'serial' || kind === 'issue';
	const middle = serial
		? `${frequency || ' '}r p${online ? 'o' : ' '}`.padEnd(17)
		: `    ${audience(publication)}${online ? 'o' : ' '}`.padEnd(17);
	return `${entered}${dates}${country}${middle}${language} d`;
}

const audience = (publication: Publication): string =>
	publication.readers === 'children' ? 'j' : publication.readers === 'youth' ? 'd' : ' ';

/** 245 in the cataloguer's way: everything in its subfield, the title alone, or all in $a. */
function titleField(publication: Publication, words: Wording, style: Style, way: Style['title'][number]): MarcField[] {
	const added = words.names.length > 0 ? '1' : '0';
	const { title, subtitle, volume, responsibility } = words;
	const name = publication.kind === 'issue' && words.volumeName !== '' ? '' : words.volumeName;
	const number = publication.kind === 'issue' && words.volumeName !== '' ? `${volume} (${words.volumeName})` : volume;
	const medium = publication.online ? words.spell('[tài nguyên điện tử]') : '';
	if (way === 'all in one') {
		const numbered = number === '' ? title : `${title}. ${number}`;
		const named = name === '' ? numbered : `${numbered}: ${name}`;
		const full = [named, medium].filter((part) => part !== '').join(' ') + (subtitle === '' ? '' : ` : ${subtitle}`);
		return field('245', `${added}0`, ['a', responsibility === '' ? full : `${full} / ${responsibility}`]);
	}
	const rest = way === 'proper only' ? '' : subtitle;
	const told = way === 'proper only' ? '' : responsibility;
	if (!style.isbd) return field('245', `${added}0`, ['a', title], ['n', number], ['p', name], ['h', medium], ['b', rest], ['c', told]);
	const parts: [string, string][] = [
		['a', title],
		['n', number],
		['p', name],
		['h', medium],
		['b', rest],
		['c', told],
	];
	return field('245', `${added}0`, ...punctuate(parts.filter(([, value]) => value !== '')));
}

/** ISBD: the mark that announces a subfield stands at the end of the one before. */
function punctuate(parts: readonly [string, string][]): [string, string][] {
	const marks: Readonly<Record<string, string>> = { b: ' :', c: ' /', n: '.', p: ',' };
	return parts.map(([code, value], i) => {
		const next = parts[i + 1]?.[0] ?? '';
		return [code, value + (marks[next] ?? '')];
	});
}

function nameFields(publication: Publication, words: Wording): MarcField[] {
	const out: MarcField[] = [];
	for (const [i, who] of words.names.entries()) {
		const main = i === 0 && (publication.creators[0]?.role ?? '') !== 'dịch';
		const tag = `${main ? '1' : '7'}${who.corporate ? '10' : '00'}`;
		const first = who.corporate ? '2' : who.inverted ? '1' : '0';
		out.push(...field(tag, `${first} `, ['a', who.text], ['e', who.text.includes('(') ? '' : who.role]));
	}
	return out;
}

function publicationField(words: Wording, style: Style): MarcField[] {
	const indicators = style.publicationTag === '264' ? ' 1' : '  ';
	const { place, publisher, year } = words;
	return style.isbd
		? field(style.publicationTag, indicators, ['a', `${place} :`], ['b', `${publisher},`], ['c', year])
		: field(style.publicationTag, indicators, ['a', place], ['b', publisher], ['c', year]);
}

function descriptionField(publication: Publication, words: Wording, style: Style): MarcField[] {
	const size = publication.pages > 0 || publication.kind === 'set' ? `${publication.height} cm` : '';
	if (publication.online) return field('300', '  ', ['a', words.spell('1 tài liệu trực tuyến')]);
	return style.isbd && words.extent !== '' && size !== ''
		? field('300', '  ', ['a', `${words.extent} ;`], ['c', size])
		: field('300', '  ', ['a', words.extent], ['c', size]);
}

/** 773: where an article or issue belongs. */
function hostField(publication: Publication, words: Wording): MarcField[] {
	const { host } = publication;
	if (host !== undefined) {
		const where = [words.spell(host.part), host.pages].filter((part) => part !== '').join('. - ');
		return field('773', '0 ', ['t', words.spell(host.title)], ['g', where], ['x', host.issn], ['z', host.isbn.replaceAll('-', '')]);
	}
	if (publication.kind !== 'issue') return [];
	return field('773', '0 ', ['t', words.title], ['g', words.volume], ['x', publication.issn]);
}

function holdingFields(publication: Publication, frame: CardFrame, style: Style, words: Wording): MarcField[] {
	const shelf = `${publication.ddc} ${withoutMarks(words.title).charAt(0).toUpperCase()}${frame.number.slice(-3)}`;
	const statement = publication.kind === 'serial' ? field('866', ' 0', ['a', `${Math.max(publication.year, 2005)}-2023`]) : [];
	if (style.holdings === '852') {
		const store = words.spell(publication.readers === 'children' ? 'Kho thiếu nhi' : 'Kho mượn');
		const copies = frame.barcodes.map((code): Part => ['p', code]);
		return [...field('852', '  ', ['a', frame.library], ['b', store], ['h', shelf], ...copies), ...statement];
	}
	const branch = frame.library;
	const items = frame.barcodes.flatMap((code, i) =>
		field('952', '  ', ['a', branch], ['b', branch], ['o', shelf], ['p', code], ['t', i > 0 ? String(i + 1) : ''], ['y', 'BK']),
	);
	return [...items, ...statement];
}

function numberFields(publication: Publication, words: Wording): MarcField[] {
	const isbn = words.isbn !== '' && words.isbnQualifier !== '' ? `${words.isbn} (${words.isbnQualifier})` : words.isbn;
	const standard = publication.kind === 'issue' || publication.kind === 'serial' ? field('022', '  ', ['a', publication.issn]) : [];
	return [...standard, ...field('020', '  ', ['a', isbn], ['c', words.price])];
}

const BOOK_TYPES = { SGK: 'Sách giáo khoa', SGV: 'Sách giáo viên', SBT: 'Sách bài tập', VBT: 'Vở bài tập' } as const;

function schoolFields(publication: Publication, words: Wording): MarcField[] {
	if (publication.classLevel === undefined || publication.bookType === undefined) return [];
	return [
		...field('521', '  ', ['a', words.spell(`Lớp ${publication.classLevel}`)]),
		...field('655', ' 4', ['a', words.spell(BOOK_TYPES[publication.bookType])]),
	];
}

/** The MARC record of a publication in the words and style of its library. */
export function marcCard(random: Random, publication: Publication, words: Wording, style: Style, frame: CardFrame): MarcRecord {
	const when = frame.stamp.replaceAll(/[-:TZ]/g, '');
	const slip = random.chance(style.wrongYear);
	const digital = publication.online ? [control('007', 'cr |||||||||||')] : [];
	const detailed = words.subjects.length > 0;
	const carrier = style.isbd && !publication.online && publication.material === 'text' && publication.kind !== 'component';
	const fields = [
		control('001', frame.number),
		control('005', `${when}.0`),
		...digital,
		control('008', fixedData(publication, frame.stamp, slip)),
		...numberFields(publication, words),
		...field('040', '  ', ['a', frame.library]),
		...field('041', '0 ', ['a', detailed ? publication.language : '']),
		...field('082', '04', ['a', detailed ? publication.ddc : ''], ['2', detailed ? '23' : '']),
		...titleField(publication, words, style, random.pick(style.title)),
		...field('250', '  ', ['a', words.edition]),
		...(publication.kind === 'component' ? [] : publicationField(words, style)),
		...descriptionField(publication, words, style),
		...field('310', '  ', ['a', publication.kind === 'serial' ? words.spell(FREQUENCIES[publication.frequency] ?? '') : '']),
		...field('337', '  ', ['a', carrier ? words.spell('không trung gian') : ''], ['b', carrier ? 'n' : '']),
		...field('338', '  ', ['a', publication.online ? words.spell('tài nguyên trực tuyến') : ''], ['b', publication.online ? 'cr' : '']),
		...field('490', '0 ', ['a', words.series]),
		...schoolFields(publication, words),
		...words.subjects.flatMap((subject) => field('650', publication.language === 'eng' ? ' 0' : ' 7', ['a', subject])),
		...hostField(publication, words),
		...field('856', '40', ['u', publication.url], ['y', publication.url === '' ? '' : words.spell('Toàn văn')]),
		...(publication.online || publication.kind === 'component' ? [] : holdingFields(publication, frame, style, words)),
	];
	const names = nameFields(publication, words);
	return { leader: leaderOf(publication), fields: inTagOrder([...fields, ...names]) };
}

const FREQUENCIES: Readonly<Record<string, string>> = {
	d: 'Hằng ngày',
	w: 'Hằng tuần',
	s: 'Nửa tháng một kỳ',
	m: 'Hằng tháng',
	b: 'Hai tháng một kỳ',
	q: 'Ba tháng một kỳ',
};

const inTagOrder = (fields: readonly MarcField[]): MarcField[] => fields.toSorted((a, b) => (a.tag < b.tag ? -1 : a.tag > b.tag ? 1 : 0));

/** An authority record, which a catalogue's server sends along by mistake. */
export function authorityCard(name: string, also: string, frame: CardFrame): MarcRecord {
	const when = frame.stamp.replaceAll(/[-:TZ]/g, '');
	const fields = [
		control('001', frame.number),
		control('005', `${when}.0`),
		control('008', `${frame.stamp.slice(2, 10).replaceAll('-', '')}n| azannaabn          |a ana     c`),
		...field('040', '  ', ['a', frame.library]),
		...field('100', '0 ', ['a', name]),
		...field('400', '0 ', ['a', also]),
	];
	return { leader: '00000nz  a2200000n  4500', fields };
}
