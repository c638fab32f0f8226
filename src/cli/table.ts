/** A value for a person, on one line: dates to the second in UTC, nothing for what is not there. */
function cell(value: unknown): string {
	if (value === null || value === undefined) return '';
	if (value instanceof Date) return `${value.toISOString().slice(0, 19)}Z`;
	return typeof value === 'object' ? JSON.stringify(value) : String(value).replaceAll(/\p{Cc}+/gu, ' ');
}

/** Columns under their names, as wide as needed; the text ends without a line end. */
export function textTable<T extends object>(rows: readonly T[], columns: readonly (keyof T & string)[]): string {
	const lines = [columns.map((name) => name.toUpperCase()), ...rows.map((row) => columns.map((name) => cell(row[name])))];
	const widths = columns.map((_, column) => Math.max(...lines.map((line) => [...(line[column] ?? '')].length)));
	const pad = (text: string, width: number): string => text + ' '.repeat(width - [...text].length);
	return lines
		.map((line) =>
			line
				.map((text, column) => pad(text, widths[column] ?? 0))
				.join('  ')
				.trimEnd(),
		)
		.join('\n');
}
