import { xmlText } from './xml-text.ts';

/** A template of HTML in which every value is escaped. */
export function html(parts: TemplateStringsArray, ...values: readonly (string | number)[]): string {
	return parts.reduce((text, part, i) => text + xmlText(String(values[i - 1] ?? '')) + part);
}
