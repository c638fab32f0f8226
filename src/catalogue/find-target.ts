import { isVolumeOf, mayBeUnderControl, namedByNumber, namedByTitle, numbersOf, titlesOfSet } from '../matching/links.ts';
import { controlNumberOf } from '../records/bib-from-marc.ts';
import { unpackRecord } from '../records/compact.ts';
import { controlOf, headOf, oclcOf, type Reference, titleStem } from '../records/references.ts';
import { unpackBody } from '../store/body-codec.ts';
import { recordsUnderControl } from '../store/linked-records.ts';
import { type LinkedRecord, type LinkFinder, ofKind, withNumbers, withTitles } from './link-finder.ts';

/** The record that a reference of another is to, by control number, ISBN and ISSN, or title, in this order; undefined unless it is certain. */
export async function targetOf(finder: LinkFinder, reference: Reference, from: LinkedRecord): Promise<LinkedRecord | undefined> {
	const others = (found: readonly LinkedRecord[] | null): readonly LinkedRecord[] => found?.filter(({ id }) => id !== from.id) ?? [];
	const controlled = await underControl(finder, reference, from);
	if (controlled !== undefined) return controlled;
	const numbers = [...reference.isbns, ...reference.issns];
	const kinds = reference.relation === 'host' ? HOSTS : reference.relation === 'other-format' ? ANY : WHOLES;
	const named = namedByNumber(reference, from, others(await finder.all(ofKind(withNumbers(numbers), ...kinds))));
	if (named !== undefined || reference.title === '') return named;
	return namedByTitle(reference, from, others(await finder.all(ofKind(withTitles(spellings(reference.title)), ...kinds))));
}

const ANY: readonly string[] = [];
const HOSTS = ['monograph', 'volume', 'set', 'serial', 'issue', 'electronic'];
const WHOLES = ['serial', 'set'];

/** A title as the record that has it may spell it. */
function spellings(title: string): string[] {
	const stem = titleStem(title);
	return [...new Set([title, stem, `Tạp chí ${stem}`, `Tập san ${stem}`, `Báo ${stem}`])];
}

/** By control number: an OCLC number of any record, any other number within the source that states it, where the record's own 001 says so. */
async function underControl(finder: LinkFinder, reference: Reference, from: LinkedRecord): Promise<LinkedRecord | undefined> {
	const found = new Map<number, LinkedRecord>();
	for (const text of reference.controls) {
		const control = controlOf(text);
		const oclc = oclcOf(control);
		const records = oclc === undefined ? await inSource(finder, reference, text, control.number) : await withOclc(finder, oclc);
		for (const one of records) if (one.id !== from.id && mayBeUnderControl(reference, one)) found.set(one.id, one);
	}
	return found.size === 1 ? [...found.values()][0] : undefined;
}

const withOclc = async (finder: LinkFinder, oclc: string): Promise<readonly LinkedRecord[]> =>
	((await finder.all(withNumbers([oclc]))) ?? []).filter(({ bib }) =>
		bib.identifiers.some(({ type, role, normal }) => type === 'oclc' && role === 'own' && normal === oclc),
	);

async function inSource(
	finder: LinkFinder,
	{ source, identifier }: Reference,
	text: string,
	control: string,
): Promise<readonly LinkedRecord[]> {
	if (control === '') return [];
	const identifiers = [...new Set([control, text, headOf(identifier) + control])];
	const rows = await recordsUnderControl(finder.reading.database, source, identifiers, control);
	const stated = rows.filter(({ body }) => controlNumberOf(unpackRecord(unpackBody(body)), false) === control);
	const records = await finder.read(stated.map(({ union }) => union));
	// a member that is not shown is none
	return records.filter(({ members }) => members.some(({ record }) => stated.some((one) => one.record === record)));
}

/** The set that a volume is of; undefined unless it is the only one. */
export async function setOf(finder: LinkFinder, volume: LinkedRecord): Promise<LinkedRecord | undefined> {
	if (volume.bib.kind !== 'volume') return undefined;
	const numbers = withNumbers(numbersOf(volume.bib, 'own', 'set'));
	const titled = withTitles(titlesOfSet(volume));
	const found = [...((await finder.all(ofKind(numbers, 'set'))) ?? []), ...((await finder.all(ofKind(titled, 'set'))) ?? [])];
	const sets = new Map(found.filter((set) => isVolumeOf(volume, set)).map((set) => [set.id, set]));
	return sets.size === 1 ? [...sets.values()][0] : undefined;
}
