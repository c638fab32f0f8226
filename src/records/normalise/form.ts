import type { Sourced } from '../bib.ts';
import type { Fields } from './fields.ts';
import { head } from './trim.ts';

export interface Form {
	readonly material: Sourced;
	readonly carrier: Sourced;
	/** Of an electronic edition: online, or files on a computer disc. */
	readonly electronic: boolean;
}

const MATERIALS: Readonly<Record<string, string>> = {
	a: 'text',
	t: 'text',
	c: 'music',
	d: 'music',
	e: 'map',
	f: 'map',
	g: 'video',
	i: 'sound',
	j: 'sound',
	k: 'image',
	m: 'software',
	o: 'mixed',
	p: 'mixed',
	r: 'object',
};

/** Where 008 has the form of item, by leader/06. */
const FORM_AT_29 = 'efgkor';

const FORM_OF_ITEM: Readonly<Record<string, string>> = {
	a: 'microform',
	b: 'microform',
	c: 'microform',
	d: 'large-print',
	f: 'braille',
	o: 'online',
	q: 'disc',
	s: 'electronic',
	r: 'print',
};

/** 007/00-01. */
function carrierOf007(text: string): string {
	switch (text.charAt(0)) {
		case 'c':
			return text.charAt(1) === 'r' ? 'online' : text.charAt(1) === 'o' || text.charAt(1) === 'd' ? 'disc' : 'electronic';
		case 'h':
			return 'microform';
		case 'f':
			return text.charAt(1) === 'b' ? 'braille' : '';
		case 's':
			return text.charAt(1) === 'd' ? 'disc' : text.charAt(1) === 's' ? 'tape' : '';
		case 'v':
			return text.charAt(1) === 'd' ? 'disc' : text.charAt(1) === 'f' ? 'tape' : '';
		case 't':
			return text.charAt(1) === 'c' ? 'braille' : text.charAt(1) === 'b' ? 'large-print' : '';
		default:
			return '';
	}
}

/** 338 $b. */
function carrierOf338(code: string): string {
	if (code === 'cr') return 'online';
	if (code === 'cd' || code === 'sd' || code === 'vd') return 'disc';
	if (code.startsWith('c')) return 'electronic';
	return code.startsWith('h') ? 'microform' : '';
}

const MEDIUM_WORDS: readonly (readonly [pattern: RegExp, carrier: string, material: string])[] = [
	[/online|trực tuyến|e-?book|internet/i, 'online', ''],
	[/electronic|computer|điện tử|máy tính|tài nguyên số/i, 'electronic', ''],
	[/micro|vi phim|vi phiếu/i, 'microform', ''],
	[/braille|chữ nổi/i, 'braille', ''],
	[/sound|audio|ghi âm|âm thanh/i, '', 'sound'],
	[/video|ghi hình|motion picture|(?<!vi )phim/i, '', 'video'],
	[/manuscript|viết tay|chép tay/i, 'manuscript', ''],
	[/map|bản đồ|cartograph/i, '', 'map'],
];

const EXTENT_WORDS = /online resource|tài nguyên trực tuyến|nguồn trực tuyến|website/i;
const EXTENT_DISC = /\bcd-?rom|\bdvd|\bcd\b|đĩa|compact disc|videodisc|sound disc/i;
const EXTENT_MANUSCRIPT = /manuscript|viết tay|chép tay/i;
const ONLINE_FORMAT = /pdf|html|epub|online|trực tuyến|djvu|^text\/|^application\//i;

/** Where 300 says what 008 says: a code alone is often that of a description taken over from another form. */
function saidInExtent(fields: Fields, form: string): string | undefined {
	const words = MEDIUM_WORDS.find(([, carrier]) => carrier === form)?.[0];
	return words === undefined
		? undefined
		: fields
				.all('300')
				.find((place) => words.test(head(place.text('a'))))
				?.path('a');
}

function readCarrier(fields: Fields, type: string, medium: string): Sourced {
	for (const place of fields.all('007')) {
		const value = carrierOf007(place.field.value);
		if (value !== '') return { value, path: '007/00-01' };
	}
	for (const place of fields.all('338')) {
		const value = carrierOf338(place.text('b')) || (/online resource/i.test(head(place.text('a'))) ? 'online' : '');
		if (value !== '') return { value, path: place.path(place.text('b') === '' ? 'a' : 'b') };
	}
	const at = FORM_AT_29.includes(type) ? 29 : 23;
	const form = FORM_OF_ITEM[fields.control('008').charAt(at)];
	if (form !== undefined && form !== 'print') return { value: form, path: saidInExtent(fields, form) ?? `008/${at}` };
	if (medium !== '') {
		const known = MEDIUM_WORDS.find(([pattern, carrier]) => carrier !== '' && pattern.test(medium));
		if (known !== undefined) return { value: known[1], path: fields.first('245')?.path('h') ?? '245$h' };
	}
	for (const place of fields.all('300')) {
		const extent = head(place.text('a'));
		if (EXTENT_WORDS.test(extent)) return { value: 'online', path: place.path('a') };
		if (EXTENT_DISC.test(extent)) return { value: 'disc', path: place.path('a') };
		if (EXTENT_MANUSCRIPT.test(extent)) return { value: 'manuscript', path: place.path('a') };
	}
	const computer = fields.all('337').find((p) => p.text('b') === 'c' || /^computer/i.test(p.text('a')));
	if (computer !== undefined) return { value: 'electronic', path: computer.path('b') };
	if (type === 'm') return { value: 'electronic', path: 'leader/06' };
	return { value: 'print', path: form === 'print' ? `008/${at}` : 'leader/06' };
}

/** Dublin Core says online in its format: the origin of the field it became tells. */
function onlineByFormat(fields: Fields): Sourced | undefined {
	for (const [, places] of fields.entries()) {
		for (const place of places) {
			if (place.field.origin?.startsWith('dc:format') !== true) continue;
			for (const s of place.field.subfields) if (ONLINE_FORMAT.test(head(s.value))) return { value: 'online', path: place.field.origin };
		}
	}
	return undefined;
}

/** Material by leader/06 (and 245 $h where that says only text), carrier by 007, 338, 008, 245 $h, 300, 337, in this order. */
export function readForm(fields: Fields, medium: string): Form {
	const type = fields.leader.charAt(6);
	const path = 'leader/06';
	let material: Sourced = { value: MATERIALS[type] ?? 'text', path };
	if (type === 'a' && medium !== '') {
		const known = MEDIUM_WORDS.find(([pattern, , stated]) => stated !== '' && pattern.test(medium));
		if (known !== undefined) material = { value: known[2], path: fields.first('245')?.path('h') ?? '245$h' };
	}
	if (type === 'm' && fields.control('008').charAt(26) === 'd') material = { value: 'text', path: '008/26' };
	let carrier = readCarrier(fields, type, medium);
	if (fields.translated && carrier.value === 'print') carrier = onlineByFormat(fields) ?? carrier;
	const isComputerDisc =
		carrier.value === 'disc' && (type === 'm' || fields.control('008').charAt(23) === 'q' || fields.control('007').startsWith('c'));
	return { material, carrier, electronic: carrier.value === 'online' || carrier.value === 'electronic' || isComputerDisc };
}
