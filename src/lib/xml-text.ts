const ILLEGAL_OR_MARKUP = /[&<>"\r\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;
const ILLEGAL_AND_MARKUP = /[&<>"\r\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;
const CHARACTERS: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\r': '&#13;' };

/**
 * Text for element content or a double-quoted attribute of XML 1.0 (and of HTML): markup escaped, what XML forbids left out
 * (C0 controls, U+FFFE, U+FFFF) or made U+FFFD (lone surrogates).
 */
export function xmlText(text: string): string {
	const whole = text.isWellFormed() ? text : text.toWellFormed();
	return ILLEGAL_OR_MARKUP.test(whole) ? whole.replace(ILLEGAL_AND_MARKUP, (letter) => ENTITIES[letter] ?? '') : whole;
}

/** What element content stands for: the five entities of XML 1.0 (§4.6) and numbered characters resolved, anything else as it is. */
export function xmlContent(text: string): string {
	if (!text.includes('&')) return text;
	return text.replace(
		/&(?:(amp|lt|gt|quot|apos)|#(\d{1,7})|#x([\da-fA-F]{1,6}));/g,
		(all, name?: string, decimal?: string, hex?: string) => {
			if (name !== undefined) return CHARACTERS[name] ?? all;
			const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
			return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : all;
		},
	);
}
