import { xmlText } from './xml-text.ts';

/** HTML that is safe to send: markup of ours with every text in it escaped. Only `html` makes it. */
export class Html {
	readonly #text: string;

	constructor(text: string) {
		this.#text = text;
	}

	toString(): string {
		return this.#text;
	}
}

export type HtmlValue = string | number | null | Html | readonly HtmlValue[];

/** A template of HTML in which every value is escaped but for HTML made by this function; lists are joined, null is nothing. */
export function html(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
	let text = parts[0] ?? '';
	values.forEach((value, i) => {
		text += escaped(value) + (parts[i + 1] ?? '');
	});
	return new Html(text);
}

function escaped(value: HtmlValue): string {
	if (value === null) return '';
	if (value instanceof Html) return value.toString();
	return typeof value === 'string' || typeof value === 'number' ? xmlText(String(value)) : value.map(escaped).join('');
}
