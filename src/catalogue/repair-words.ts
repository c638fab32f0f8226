import type { Language } from '../matching/wording.ts';
import type { Repair } from '../records/marc.ts';

const NAMES: Readonly<Record<string, Readonly<Record<Language, string>>>> = {
	tcvn3: { vi: 'TCVN3 (ABC)', en: 'TCVN3 (ABC)' },
	vni: { vi: 'VNI', en: 'VNI' },
	viscii: { vi: 'VISCII', en: 'VISCII' },
	viqr: { vi: 'VIQR', en: 'VIQR' },
	'utf8-twice': { vi: 'UTF-8 bị mã hoá hai lần', en: 'UTF-8 encoded twice' },
};
const OF_TEXT = '-repaired';
/** Of one record; the others are counted. */
const TOLD_MAX = 10;

/** `detectedText` of the records, in Vietnamese. */
const inVietnamese = (detail: string): string =>
	detail.replace(
		/, confidence (\d)\.(\d\d): (\d+) of (\d+) words with marks are Vietnamese$/,
		', độ tin cậy $1,$2: $3 trên $4 chữ có dấu là tiếng Việt',
	);

function sentence({ code, at, detail }: Repair, lang: Language): string {
	const vi = lang === 'vi';
	const given = detail === undefined ? '' : `: ${detail}`;
	if (code.endsWith(OF_TEXT)) {
		const of = code.slice(0, -OF_TEXT.length);
		const name = NAMES[of]?.[lang] ?? of;
		return vi
			? `Khi nhận, ${at} đã đổi từ ${name} sang Unicode; nguyên văn${given}`
			: `${at} was ${name} and is read so; as received${given}`;
	}
	if (code === 'encoding')
		return vi ? `Bảng mã của biểu ghi, nhận ra khi nhận${inVietnamese(given)}` : `Encoding of the record, found on the way in${given}`;
	if (code === 'vni-suspected') return vi ? `Có thể còn chữ VNI ở ${at}${given}` : `Perhaps left in VNI at ${at}${given}`;
	if (code === 'letters-lost')
		return vi ? `Phần mềm gửi đã làm mất chữ ở ${at}${given}` : `Letters were lost before it was received, at ${at}${given}`;
	return vi ? `Đã sửa khi nhận, ở ${at} (${code})${given}` : `Mended on the way in, at ${at} (${code})${given}`;
}

/** What was mended in a record as it was received, in words. */
export function repairSentences(repairs: readonly Repair[], lang: Language): string[] {
	const told = repairs.slice(0, TOLD_MAX).map((repair) => sentence(repair, lang));
	const more = repairs.length - told.length;
	if (more > 0) told.push(lang === 'vi' ? `và ${more} chỗ khác đã sửa khi nhận` : `and ${more} more mended on the way in`);
	return told;
}
