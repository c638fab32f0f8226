import { isLegacy, type LegacyEncoding } from './legacy-bytes.ts';
import { mendAs, mendLegacy } from './legacy-text.ts';
import type { Decoded, MarcRecord, Repair } from './marc.ts';
import { begun, repairText } from './repair-text.ts';

/** An encoding of before Unicode that the texts of a file in Unicode came from: its source states it, or the file tells. */
export interface KnownEncoding {
	readonly encoding: LegacyEncoding;
	readonly stated: boolean;
}

const BEYOND_ASCII = /[^\0-\u007f]/;

const textsOf = ({ fields }: MarcRecord): string[] => fields.flatMap((field) => field.subfields.map(({ value }) => value));

/**
 * A record of such a file with its texts as they were meant, and named. Where only the file tells, records that tell by themselves are left to
 * `repairText`.
 */
export function readKnown(decoded: Decoded, { encoding, stated }: KnownEncoding): Decoded {
	if (!decoded.ok) return decoded;
	const texts = textsOf(decoded.record);
	if (!texts.some((text) => BEYOND_ASCII.test(text))) return decoded;
	const mended = mendAs(texts, encoding, stated);
	const own = stated ? undefined : mendLegacy(texts)?.encoding;
	const whole = texts.every((text, i) => mended[i] !== null || !BEYOND_ASCII.test(text));
	if (own === encoding || (own !== undefined && !whole)) return decoded;
	if (mended.every((text) => text === null)) return decoded;
	let place = 0;
	const fields = decoded.record.fields.map((field) => ({
		...field,
		subfields: field.subfields.map((s) => ({
			code: s.code,
			value: begun(mended[place++] ?? null, `${field.tag}$${s.code}`, encoding) ?? s.value,
		})),
	}));
	const detail = `${encoding}, as the ${stated ? 'source states' : 'rest of the file'}`;
	return {
		...decoded,
		record: { ...decoded.record, fields },
		repairs: [...decoded.repairs, { code: 'encoding', at: 'record', detail }],
	};
}

const RECORDS_MIN = 3;

/** The encoding that records at the beginning of a file tell of, when it is one and the same. */
export function encodingTold(records: readonly Decoded[]): LegacyEncoding | undefined {
	const told = new Map<string, number>();
	for (const decoded of records) {
		const repairs: readonly Repair[] = decoded.ok ? repairText(decoded.record).repairs : [];
		const code = repairs.find((repair) => repair.code.endsWith('-repaired'))?.code.slice(0, -'-repaired'.length);
		if (isLegacy(code)) told.set(code, (told.get(code) ?? 0) + 1);
	}
	const all = [...told.values()].reduce((sum, n) => sum + n, 0);
	const [most] = [...told].sort((a, b) => b[1] - a[1]);
	return most !== undefined && most[1] >= RECORDS_MIN && most[1] >= all * 0.8 ? (most[0] as LegacyEncoding) : undefined;
}
