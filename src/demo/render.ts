import type { MarcRecord } from '../records/marc.ts';
import type { Publication } from './publication.ts';
import type { Wording } from './wording.ts';

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text for an element or a double-quoted attribute. */
export const escapeXml = (text: string): string => text.replace(/[&<>"]/g, (letter) => ESCAPES[letter] ?? letter);

/** A record as MARCXML, with its namespace on the record element. */
export function marcXml(record: MarcRecord): string {
	let out = `<record xmlns="http://www.loc.gov/MARC21/slim"><leader>${record.leader}</leader>`;
	for (const field of record.fields) {
		if (field.subfields.length === 0) {
			out += `<controlfield tag="${field.tag}">${escapeXml(field.value)}</controlfield>`;
			continue;
		}
		out += `<datafield tag="${field.tag}" ind1="${field.ind1}" ind2="${field.ind2}">`;
		for (const { code, value } of field.subfields) out += `<subfield code="${code}">${escapeXml(value)}</subfield>`;
		out += '</datafield>';
	}
	return `${out}</record>`;
}

const DC_OPEN =
	'<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/" ' +
	'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ' +
	'xsi:schemaLocation="http://www.openarchives.org/OAI/2.0/oai_dc/ http://www.openarchives.org/OAI/2.0/oai_dc.xsd">';

/** Dublin Core elements, in their order, as `oai_dc`; empty values are left out. */
export function dcXml(elements: readonly (readonly [name: string, value: string])[]): string {
	const body = elements.map(([name, value]) => (value === '' ? '' : `<dc:${name}>${escapeXml(value)}</dc:${name}>`)).join('');
	return `${DC_OPEN}${body}</oai_dc:dc>`;
}

const KIND_WORDS: Readonly<Record<Publication['kind'], string>> = {
	monograph: 'Sách',
	volume: 'Sách',
	set: 'Bộ sách',
	serial: 'Ấn phẩm định kỳ',
	issue: 'Số tạp chí',
	component: 'Bài trích',
	electronic: 'Sách điện tử',
};
const MATERIAL_WORDS = { text: '', map: 'Bản đồ', sound: 'Tài liệu nghe', video: 'Tài liệu nhìn' } as const;
const MATERIAL_TYPES = { text: 'Text', map: 'StillImage', sound: 'Sound', video: 'MovingImage' } as const;

function titleText(publication: Publication, words: Wording): string {
	const number = publication.kind === 'issue' && words.volumeName !== '' ? `${words.volume} (${words.volumeName})` : words.volume;
	const name = publication.kind === 'issue' ? '' : words.volumeName;
	const numbered = number === '' ? words.title : `${words.title}. ${number}`;
	const named = name === '' ? numbered : `${numbered}: ${name}`;
	return words.subtitle === '' ? named : `${named} : ${words.subtitle}`;
}

/** The description as Dublin Core: what a small library system sends when it has nothing better. */
export function dublinCore(publication: Publication, words: Wording): string {
	const own = words.names.filter((who) => who.role !== 'dịch');
	const others = words.names.filter((who) => who.role === 'dịch');
	const { host, classLevel } = publication;
	const hostText =
		host === undefined ? '' : words.spell(`Trong: ${host.title}. - ${[host.part, host.pages].filter((part) => part !== '').join('. - ')}`);
	return dcXml([
		['title', titleText(publication, words)],
		...own.map((who) => ['creator', who.text] as const),
		...words.subjects.map((subject) => ['subject', subject] as const),
		['description', words.edition],
		['publisher', words.publisher],
		...others.map((who) => ['contributor', who.text] as const),
		['date', words.year.replace(/\D*$/, '')],
		['type', words.spell(MATERIAL_WORDS[publication.material] || KIND_WORDS[publication.kind])],
		['type', MATERIAL_TYPES[publication.material]],
		['format', words.extent],
		['identifier', words.isbn === '' ? '' : `ISBN: ${words.isbn}`],
		['identifier', publication.kind === 'serial' || publication.kind === 'issue' ? `ISSN: ${publication.issn}` : ''],
		['identifier', publication.url],
		['language', publication.language],
		['relation', words.series],
		['relation', hostText],
		['relation', host?.issn ? `ISSN: ${host.issn}` : ''],
		['coverage', classLevel === undefined ? '' : words.spell(`Lớp ${classLevel}`)],
	]);
}
