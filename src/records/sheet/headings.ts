import iconv from 'iconv-lite';
import { foldText } from '../../lib/fold.ts';
import { fromLegacy, LEGACY_ENCODINGS } from '../legacy-bytes.ts';
import { mendTwiceEncoded } from '../legacy-text.ts';
import { fieldOfHeading, type SheetField } from './fields.ts';

const HEADING_LETTERS_MAX = 200;
const ASCII = /^[\0-\u007f]*$/;
const NOT_A_BYTE = /[^\0-\u00ff]/g;

/** What a heading may say: as it stands, or, where it was written in an encoding of before Unicode and taken for Latin-1, as it was meant. */
function readings(heading: string): string[] {
	if (ASCII.test(heading)) return [heading];
	const bytes = heading.replace(NOT_A_BYTE, (letter) => iconv.encode(letter, 'win1252').toString('latin1'));
	return [heading, mendTwiceEncoded(heading) ?? '', ...LEGACY_ENCODINGS.map((encoding) => fromLegacy(bytes, encoding))];
}

/** The field that a heading names; corrections by folded heading come first. */
export function fieldNamed(heading: string, corrections: ReadonlyMap<string, SheetField> = new Map()): SheetField | undefined {
	if (heading === '' || heading.length > HEADING_LETTERS_MAX) return undefined;
	const corrected = corrections.get(foldText(heading));
	if (corrected !== undefined) return corrected;
	for (const reading of readings(heading)) {
		const field = fieldOfHeading(foldText(reading.replace(/[([].*$/, '')) || foldText(reading));
		if (field !== undefined) return field;
	}
	return undefined;
}

/** How many cells of a row name a field; a row that names a title counts for more. */
export function headingScore(cells: readonly string[], corrections: ReadonlyMap<string, SheetField>): number {
	let score = 0;
	for (const cell of cells) {
		const field = fieldNamed(cell, corrections);
		if (field !== undefined) score += field === 'title' ? 3 : 1;
	}
	return score;
}

/**
 * A row of headings and the row below it as one, where that says more exactly what some of them hold (`Xuất bản` above `Nơi XB`, `NXB`, `Năm XB`);
 * undefined where it is no such row.
 */
export function withSubheadings(
	above: readonly string[],
	below: readonly string[] | undefined,
	corrections: ReadonlyMap<string, SheetField>,
): string[] | undefined {
	const stated = below?.filter((cell) => cell !== '') ?? [];
	if (below === undefined || stated.length < 2 || stated.some((cell) => fieldNamed(cell, corrections) === undefined)) return undefined;
	const both = Array.from({ length: Math.max(above.length, below.length) }, (_, i) => below[i] || (above[i] ?? ''));
	const score = headingScore(both, corrections);
	return score > headingScore(above, corrections) && score > headingScore(below, corrections) ? both : undefined;
}

const COUNT = /^\(?(?:(\d{1,2})|([A-H]))\)?$/;
const COUNTS_MIN = 3;

/** Whether a row only numbers the columns, as registers have it below their headings: `(1) (2) (3)`, `A B 1 2`. */
export function numbersColumns(cells: readonly string[]): boolean {
	const stated = cells.map((cell) => cell.trim()).filter((cell) => cell !== '');
	if (stated.length < COUNTS_MIN) return false;
	let number = 0;
	let letter = 0;
	return stated.every((cell) => {
		const [, digits, capital] = COUNT.exec(cell) ?? [];
		if (digits !== undefined) return Number(digits) === ++number;
		return capital !== undefined && capital.charCodeAt(0) - 0x41 === letter++;
	});
}
