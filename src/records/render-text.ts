import { isControlTag, type MarcRecord } from './marc.ts';

/** A record as lines of plain text, one a field: `245 10 $a Lý Sơn / $c Nguyễn Văn An`. */
export function marcToText(record: MarcRecord): string {
	const lines = record.fields.map((field) => {
		if (isControlTag(field.tag)) return `${field.tag}    ${oneLine(field.value)}`;
		return `${field.tag} ${field.ind1}${field.ind2}${field.subfields.map(({ code, value }) => ` $${code} ${oneLine(value)}`).join('')}`;
	});
	return `${[`LDR    ${record.leader}`, ...lines].join('\n')}\n`;
}

const oneLine = (text: string): string => text.toWellFormed().replaceAll(/\s+/g, ' ').trim();
