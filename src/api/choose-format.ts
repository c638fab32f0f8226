import { FORMAT_NAMES, type FormatName, RECORD_FORMATS, type RecordFormat } from '../records/record-format.ts';
import { type Accepted, accepted } from './accepted.ts';
import { Problem } from './problems.ts';

/** `json` is our own description with its sources; the others are of src/records/record-format.ts. */
export type AnyFormat = FormatName | 'json';

export const ANY_FORMATS: readonly AnyFormat[] = ['json', ...FORMAT_NAMES];

/** Other names of formats: how names of files end, where that tells one format from all others, and what unAPI and OAI-PMH call it. */
const ALIASES: Readonly<Record<string, AnyFormat>> = {
	mrc: 'marc',
	bib: 'bibtex',
	xml: 'marcxml',
	oai_dc: 'dc',
	'json-ld': 'jsonld',
};

const bare = (mediaType: string): string => (mediaType.split(';')[0] as string).trim().toLowerCase();

/** A browser shows JSON as well as anything. */
const TYPES: readonly (readonly [AnyFormat, readonly string[]])[] = [
	['json', ['application/json', 'text/html']],
	...FORMAT_NAMES.map((name): [AnyFormat, string[]] => {
		const { mediaType, also }: RecordFormat = RECORD_FORMATS[name];
		return [name, [bare(mediaType), ...also]];
	}),
];

/** A format by its name or another name of it; undefined for what is none. */
export function formatNamed(text: string): AnyFormat | undefined {
	const name = text.toLowerCase();
	if (Object.hasOwn(ALIASES, name)) return ALIASES[name];
	return ANY_FORMATS.find((one) => one === name);
}

const refused = (asked: string): Problem =>
	new Problem(
		'no-such-format',
		`Records are not given as ${asked}. Formats: ${ANY_FORMATS.join(', ')}; media types: ${TYPES.map(([, [type]]) => type).join(', ')}.`,
	);

/** From a range that names one type to the one that names all; -1 for what does not cover it. */
function closeness(range: string, type: string): number {
	if (range === type) return 2;
	if (range === `${type.split('/')[0]}/*`) return 1;
	return range === '*/*' || range === '*' ? 0 : -1;
}

/** How much a type is wanted, and how closely it is named: the closest of the ranges says it (RFC 9110 §12.5.1). */
function wanted(ranges: readonly Accepted[], type: string): { quality: number; close: number; at: number } {
	let best = { quality: 0, close: -1, at: 0 };
	for (const [at, { value, quality }] of ranges.entries()) {
		const close = closeness(value, type);
		if (close > best.close) best = { quality, close, at };
	}
	return best;
}

/**
 * The format of an answer: by the ending of the address or the parameter `format` when there is one, else by Accept, else JSON.
 * @throws Problem `no-such-format`, naming those there are
 */
export function chooseFormat(named: string | undefined, accept: string | undefined): AnyFormat {
	if (named !== undefined) {
		const format = formatNamed(named);
		if (format === undefined) throw refused(`"${named.slice(0, 100)}"`);
		return format;
	}
	if (accept === undefined || accept.trim() === '') return 'json';
	const ranges = accepted(accept);
	const [best] = TYPES.flatMap(([format, types]) => types.map((type) => ({ format, ...wanted(ranges, type) })))
		.filter(({ quality }) => quality > 0)
		.sort((a, b) => b.quality - a.quality || b.close - a.close || a.at - b.at);
	if (best === undefined) throw refused(accept.slice(0, 200));
	return best.format;
}
