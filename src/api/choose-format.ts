import { FORMAT_NAMES, type FormatName, RECORD_FORMATS, type RecordFormat } from '../records/record-format.ts';
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

const RANGES_MAX = 50;

/** The media ranges of an Accept header (RFC 9110 §12.5.1), the best first. */
function ranges(accept: string): string[] {
	const read = accept
		.split(',', RANGES_MAX)
		.map((part) => {
			const [type = '', ...parameters] = part.split(';').map((one) => one.trim().toLowerCase());
			const quality = Number(parameters.find((one) => one.startsWith('q='))?.slice(2) ?? 1);
			return { type, quality: Number.isFinite(quality) ? quality : 0 };
		})
		.filter(({ type, quality }) => type !== '' && quality > 0);
	return read.sort((a, b) => b.quality - a.quality).map(({ type }) => type);
}

const covers = (range: string, type: string): boolean => range === type || range === '*/*' || range === `${type.split('/')[0]}/*`;

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
	for (const range of ranges(accept)) {
		const format = TYPES.find(([, types]) => types.some((type) => covers(range, type)))?.[0];
		if (format !== undefined) return format;
	}
	throw refused(accept.slice(0, 200));
}
