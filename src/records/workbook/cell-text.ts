const ESCAPED = /_x([0-9A-Fa-f]{4})_/g;
/** Line ends in a cell, which would make its row several lines. */
const LINE_END = /\r\n|[\r\n]/g;
const CONTROL = /[\0-\u0008\u000b\u000c\u000e-\u001f]/g;

/** Text of a cell as one line: line ends as U+2028, characters that XML has no room for (`_x000D_`) as what they stand for. */
export function cellText(text: string): string {
	const plain = text.includes('_x')
		? text.replace(ESCAPED, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))).replace(CONTROL, '')
		: text;
	return plain.replace(LINE_END, '\u2028');
}

/** Puts a text together that comes in pieces of other formats, without the reading aids of Japanese and Chinese beside it. */
export class TextCollector {
	#text = '';
	#inText = false;
	#aid = false;

	begin(): void {
		this.#text = '';
		this.#inText = false;
		this.#aid = false;
	}

	open(name: string): void {
		if (name === 'rPh') this.#aid = true;
		else if (name === 't') this.#inText = !this.#aid;
	}

	add(text: string): void {
		if (this.#inText) this.#text += text;
	}

	close(name: string): void {
		if (name === 't') this.#inText = false;
		else if (name === 'rPh') this.#aid = false;
	}

	get text(): string {
		return cellText(this.#text);
	}
}
