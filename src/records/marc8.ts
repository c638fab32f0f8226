import { eaccCharacter, type MarcSet, marcSet } from './marc8-tables.ts';

/** What is named when MARC-8 text had to be mended. */
export type Marc8Problem = 'marc8-unmapped' | 'marc8-escape' | 'marc8-mark' | 'marc8-reference';

const ESCAPE = 0x1b;
const EACC = '1';
const CUSTOM_SETS = 'bgp';
/** The C1 part of ANSEL: non-sorting begin and end, joiner and non-joiner. */
const CONTROLS: Readonly<Record<number, string>> = { 136: '\u0098', 137: '\u009c', 141: '\u200d', 142: '\u200c' };
/** Second halves of the double-width marks; their first halves are the whole mark in Unicode. */
const RIGHT_HALVES: Readonly<Record<number, string>> = { 236: '\u0361', 251: '\u0360' };

type Designation = MarcSet | typeof EACC;

/** Reads one run of text; marks wait in `marks` for the base that follows them. */
class Marc8Text {
	readonly #bytes: Uint8Array;
	readonly #end: number;
	readonly #problem: (code: Marc8Problem, detail: string) => void;
	#at: number;
	#out = '';
	#marks = '';
	#g0: Designation = marcSet('B') as MarcSet;
	#g1: Designation = marcSet('E') as MarcSet;

	constructor(bytes: Uint8Array, start: number, end: number, problem: (code: Marc8Problem, detail: string) => void) {
		this.#bytes = bytes;
		this.#at = start;
		this.#end = end;
		this.#problem = problem;
	}

	read(): string {
		while (this.#at < this.#end) {
			const byte = this.#byte(0);
			if (byte === ESCAPE) this.#escape();
			else if (byte <= 0x20) this.#take(String.fromCharCode(byte), 1);
			else if (byte >= 0x80 && byte <= 0xa0) this.#control(byte);
			else this.#graphic(byte);
		}
		if (this.#marks !== '') {
			this.#problem('marc8-mark', 'a combining mark without a letter after it');
			this.#out += this.#marks;
		}
		return this.#out.normalize('NFC');
	}

	#byte(ahead: number): number {
		return this.#at + ahead < this.#end ? (this.#bytes[this.#at + ahead] as number) : 0;
	}

	#take(character: string, length: number): void {
		this.#at += length;
		this.#out += character;
		if (this.#marks !== '') {
			this.#out += this.#marks;
			this.#marks = '';
		}
	}

	#control(byte: number): void {
		const known = CONTROLS[byte];
		if (known === undefined) this.#unmapped(1);
		else this.#take(known, 1);
	}

	#unmapped(length: number): void {
		let code = '';
		for (let i = 0; i < length && this.#at + i < this.#end; i++) code += this.#byte(i).toString(16).padStart(2, '0');
		this.#problem('marc8-unmapped', code);
		this.#take('\ufffd', length);
	}

	#graphic(byte: number): void {
		const set = byte < 0x80 ? this.#g0 : this.#g1;
		if (set === EACC) {
			this.#eacc();
			return;
		}
		const code = byte & 0x7f;
		const right = byte > 0x80 ? RIGHT_HALVES[byte] : undefined;
		if (right !== undefined && set === marcSet('E')) {
			this.#rightHalf(right);
			return;
		}
		const character = set.characters[code];
		if (character === undefined) this.#unmapped(1);
		else if (set.combining[code] === true) {
			this.#marks += character;
			this.#at++;
		} else if (byte === 0x26 && this.#byte(1) === 0x23 && this.#byte(2) === 0x78) this.#reference();
		else this.#take(character, 1);
	}

	/** The second half of a ligature or double tilde says nothing new when its first half was seen a letter before. */
	#rightHalf(mark: string): void {
		this.#at++;
		if (!this.#out.slice(-6).includes(mark)) this.#problem('marc8-mark', 'second half of a double mark without its first');
	}

	#eacc(): void {
		if (this.#at + 3 > this.#end) {
			this.#unmapped(this.#end - this.#at);
			return;
		}
		const code = ((this.#byte(0) & 0x7f) << 16) | ((this.#byte(1) & 0x7f) << 8) | (this.#byte(2) & 0x7f);
		// the table also holds a few codes whose first byte is 7F
		const character = eaccCharacter(code);
		if (character === undefined) this.#unmapped(3);
		else this.#take(character, 3);
	}

	/** `&#x` and four to six hexadecimal digits; the semicolon is missing in some files. */
	#reference(): void {
		let length = 0;
		let code = 0;
		while (length < 6) {
			const digit = Number.parseInt(String.fromCharCode(this.#byte(3 + length)), 16);
			if (Number.isNaN(digit)) break;
			code = code * 16 + digit;
			length++;
		}
		const closed = this.#byte(3 + length) === 0x3b;
		const character = code > 0x1f && code < 0x110000 && (code < 0xd800 || code > 0xdfff) ? String.fromCodePoint(code) : undefined;
		if (length < 4 || character === undefined || (!closed && length > 4)) {
			this.#take('&', 1);
			return;
		}
		if (!closed) this.#problem('marc8-reference', `&#x${code.toString(16)} without its semicolon`);
		this.#take(character, 3 + length + (closed ? 1 : 0));
	}

	/** Technique 1 (ESC and one letter) and technique 2 (ESC, intermediates, final), MARC 21 Specifications, MARC-8. */
	#escape(): void {
		const first = String.fromCharCode(this.#byte(1));
		if (first === 's') {
			this.#g0 = marcSet('B') as MarcSet;
			this.#at += 2;
			return;
		}
		if (CUSTOM_SETS.includes(first)) {
			this.#g0 = marcSet(first) as MarcSet;
			this.#at += 2;
			return;
		}
		let next = 1;
		const multibyte = first === '$';
		if (multibyte) next++;
		const half = String.fromCharCode(this.#byte(next));
		const named = '(,)-'.includes(half);
		if (named) next++;
		if (String.fromCharCode(this.#byte(next)) === '!') next++;
		const final = String.fromCharCode(this.#byte(next));
		const set: Designation | undefined = final === EACC && multibyte ? EACC : marcSet(final);
		if (set === undefined || (!named && !multibyte) || CUSTOM_SETS.includes(final)) {
			this.#problem('marc8-escape', `escape sequence not known: ${JSON.stringify(first + (named ? final : ''))}`);
			this.#at++;
			return;
		}
		if (half === ')' || half === '-') this.#g1 = set;
		else this.#g0 = set;
		this.#at += next + 1;
	}
}

/**
 * Text of one subfield from MARC-8 (MARC 21 Specifications for Record Structure, Character Sets and Exchange Media), in NFC. Sets are
 * ASCII and ANSEL at its beginning. What has no mapping becomes U+FFFD and is named through `problem`; nothing throws.
 */
export function decodeMarc8(
	bytes: Uint8Array,
	start = 0,
	end: number = bytes.length,
	problem: (code: Marc8Problem, detail: string) => void = () => undefined,
): string {
	return new Marc8Text(bytes, start, end, problem).read();
}
