import type { Bib, Sourced, TitlePart } from '../bib.ts';
import type { Fields, Place } from './fields.ts';
import { head, trimIsbd } from './trim.ts';
import { designationName, isIssueDesignation, isOnlyNumber, volumeAtBeginning, volumeAtEnd, volumeIn, volumeNamed } from './volume.ts';

export interface TitleRead {
	readonly title: Bib['title'];
	/** 245 itself, $n or the end of $a, says that this is one volume of several. */
	readonly isVolume: boolean;
	readonly isIssue: boolean;
	/** 245 $h, `[electronic resource]`; '' without. */
	readonly medium: string;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

const TWO_CAPITALS = /^\p{Lu}\S* \p{Lu}/u;

/**
 * Where a slash begins the statement of responsibility in a title that has everything in $a: one after a space, or one before a name;
 * -1 without. A slash between numbers parts nothing.
 */
function slashAt(text: string): number {
	const spaced = text.indexOf(' /');
	if (spaced > 0)
		return isDigit(text.charCodeAt(spaced - 1)) &&
			isDigit(
				text
					.slice(spaced + 2)
					.trimStart()
					.charCodeAt(0),
			)
			? -1
			: spaced;
	const at = text.indexOf('/ ');
	return at > 0 && TWO_CAPITALS.test(text.slice(at + 2, at + 42)) ? at : -1;
}

const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;

/** Where a colon parts title and rest of title: one with a space behind it. */
function colonAt(text: string): number {
	const at = text.indexOf(': ');
	return at > 0 && at < text.length - 2 ? at : text.indexOf(' :') > 0 ? text.indexOf(' :') : -1;
}

function splitTitle(
	place: Place,
	raw: string,
	hasRest: boolean,
	hasResponsibility: boolean,
): Writable<Pick<Bib['title'], 'proper' | 'rest' | 'responsibility'>> {
	const path = place.path('a');
	const found: Writable<Pick<Bib['title'], 'proper' | 'rest' | 'responsibility'>> = {};
	let proper = raw;
	const slash = hasResponsibility ? -1 : slashAt(proper);
	if (slash > 0) {
		const value = trimIsbd(proper.slice(slash + 2));
		if (value !== '') found.responsibility = { value, path };
		proper = proper.slice(0, slash);
	}
	const colon = hasRest ? -1 : colonAt(trimIsbd(proper));
	if (colon > 0) {
		const value = trimIsbd(proper.slice(colon + 2));
		if (value !== '') found.rest = { value, path };
		proper = proper.slice(0, colon);
	}
	const value = trimIsbd(proper);
	if (value !== '') found.proper = { value, path };
	return found;
}

/** Pairs of 245 $n and $p in their order. Behind $c a $n with more than a number (`Fieldiana, v. 7, no. 4`) is of a series. */
function partsOf(place: Place): TitlePart[] {
	const parts: TitlePart[] = [];
	let number: Sourced | undefined;
	let behind = false;
	for (const s of place.field.subfields) {
		if (s.code === 'c') behind = true;
		if (s.code !== 'n' && s.code !== 'p') continue;
		const value = trimIsbd(s.value.trim());
		if (value === '' || (behind && s.code === 'n' && !isOnlyNumber(value))) continue;
		if (s.code === 'n') {
			if (number !== undefined) parts.push({ number });
			number = { value, path: place.path('n') };
		} else {
			const name = { value, path: place.path('p') };
			parts.push(number === undefined ? { name } : { number, name });
			number = undefined;
		}
	}
	if (number !== undefined) parts.push({ number });
	return parts;
}

/** Whether the parts are counted from the first on, each with its name: those of one book, or of a set in one description. */
function areAllParts(parts: readonly TitlePart[]): boolean {
	const name = designationName(parts[0]?.number?.value ?? '');
	return (
		parts.length > 1 &&
		parts.every(
			({ number, name: title }, i) =>
				number !== undefined && title !== undefined && designationName(number.value) === name && volumeIn(number.value) === String(i + 1),
		)
	);
}

/** The volume that $n and $p state; several levels (`Tập 2. Phần 1`) are joined: `2.1`. */
function volumeOfParts(parts: readonly TitlePart[]): Sourced | undefined {
	if (areAllParts(parts)) return undefined;
	let volume: Sourced | undefined;
	for (const part of parts) {
		const number = part.number === undefined ? undefined : volumeIn(part.number.value);
		const value = number ?? (part.name === undefined ? undefined : volumeNamed(part.name.value));
		if (value === undefined) continue;
		const path = (number === undefined ? part.name : part.number)?.path ?? '';
		volume = volume === undefined ? { value, path } : { value: `${volume.value}.${value}`, path: volume.path };
	}
	return volume;
}

/** The number in 490 $v, 830 $v or, for a part of a host, 773 $g: no mark of a volume by itself. */
function volumeElsewhere(fields: Fields): Sourced | undefined {
	for (const tag of ['490', '830']) {
		for (const place of fields.all(tag)) {
			const value = volumeIn(trimIsbd(place.text('v')));
			if (value !== undefined) return { value, path: place.path('v') };
		}
	}
	const host = fields.first('773');
	const value = host === undefined ? undefined : volumeNamed(host.text('g'));
	return host === undefined || value === undefined ? undefined : { value, path: host.path('g') };
}

/** Varying and uniform titles. */
function variantsOf(fields: Fields, parallel: Sourced | undefined): Sourced[] {
	const variants: Sourced[] = parallel === undefined ? [] : [parallel];
	for (const tag of ['246', '247', '130', '240', '740']) {
		for (const place of fields.all(tag)) {
			const value = trimIsbd(place.text('a'));
			if (value !== '') variants.push({ value, path: place.path('a') });
		}
	}
	return variants;
}

/** Takes a volume designation off the beginning of the rest: `Faust : part I, a new version`. */
function takeVolumeBefore(title: Writable<Bib['title']>): Sourced | undefined {
	const found = title.rest === undefined ? undefined : volumeAtBeginning(title.rest.value);
	if (title.rest === undefined || found === undefined) return undefined;
	const { path } = title.rest;
	title.parts = [{ number: { value: found.designation, path } }, ...title.parts];
	title.rest = { value: found.behind, path };
	return { value: found.number, path };
}

/** Takes volume designations off the end of the title proper or the rest, up to two levels; they become parts. */
function takeVolume(title: Writable<Bib['title']>, from: 'proper' | 'rest'): Sourced | undefined {
	let volume: Sourced | undefined;
	for (let level = 0; level < 2; level++) {
		const source = title[from];
		const found = source === undefined ? undefined : volumeAtEnd(source.value, from === 'rest');
		if (source === undefined || found === undefined) break;
		const { path } = source;
		volume = { value: volume === undefined ? found.number : `${found.number}.${volume.value}`, path };
		title.parts = [{ number: { value: found.designation, path } }, ...title.parts];
		if (found.before === '') delete title[from];
		else title[from] = { value: found.before, path };
	}
	return volume;
}

const BRACKETED_END = /^(.+?) ?\(([^()]{4,80})\)$/;

/** Brackets behind a volume designation (`Toán 6. Tập một (Cánh Diều)`) are rest of title. */
function takeBrackets(title: Writable<Bib['title']>): void {
	const { proper } = title;
	const match = proper === undefined || title.rest !== undefined ? null : BRACKETED_END.exec(head(proper.value));
	if (proper === undefined || match === null || volumeAtEnd(match[1] as string, false) === undefined) return;
	title.proper = { value: trimIsbd(match[1] as string), path: proper.path };
	title.rest = { value: match[2] as string, path: proper.path };
}

/** Title area: 245 with what cataloguers put into $a taken apart, and where the volume stands. */
export function readTitle(fields: Fields): TitleRead {
	const place = fields.first('245');
	if (place === undefined) {
		const volume = volumeElsewhere(fields);
		const title = { parts: [], variants: variantsOf(fields, undefined) };
		return { title: volume === undefined ? title : { ...title, volume }, isVolume: false, isIssue: false, medium: '' };
	}
	const raw = place.text('a');
	const b = place
		.texts('b')
		.map(trimIsbd)
		.filter((text) => text !== '')
		.join(' : ');
	const c = trimIsbd(place.text('c'));
	const title: Writable<Bib['title']> = { ...splitTitle(place, raw, b !== '', c !== ''), parts: partsOf(place), variants: [] };
	let parallel: Sourced | undefined;
	if (b !== '') {
		if (raw.endsWith('=')) parallel = { value: b, path: place.path('b') };
		else title.rest = { value: b, path: place.path('b') };
	}
	if (c !== '') title.responsibility = { value: c, path: place.path('c') };
	takeBrackets(title);
	let volume = volumeOfParts(title.parts);
	volume ??= takeVolume(title, 'rest') ?? takeVolumeBefore(title);
	const inProper = volume === undefined || volume.path === place.path('a') ? takeVolume(title, 'proper') : undefined;
	if (inProper !== undefined)
		volume = volume === undefined ? inProper : { value: `${inProper.value}.${volume.value}`, path: inProper.path };
	const isVolume = volume !== undefined;
	volume ??= volumeElsewhere(fields);
	if (volume !== undefined) title.volume = volume;
	title.variants = variantsOf(fields, parallel);
	const isIssue = title.parts.some((p) => p.number !== undefined && isIssueDesignation(p.number.value));
	return { title, isVolume, isIssue, medium: place.text('h') };
}
