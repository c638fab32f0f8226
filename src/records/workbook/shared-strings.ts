import { TextCollector } from './cell-text.ts';
import type { PartHandler } from './part-reader.ts';

/** Texts that are packed, and unpacked, together. */
const BLOCK_TEXTS = 256;
/** Letters of the texts that are kept unpacked: cells beside each other share few blocks. */
const UNPACKED_LETTERS_MAX = 2_097_152;
/** Stands in no text of a cell. */
const BETWEEN = '\n';

/**
 * The texts of a workbook that its cells name by number, packed: a byte a letter or so, instead of an object with two. Those that were
 * asked for last are at hand.
 */
export class SharedStrings {
	readonly #packed: Uint8Array[] = [];
	readonly #unpacked = new Map<number, readonly string[]>();
	#letters = 0;
	#open: string[] = [];

	add(text: string): void {
		this.#open.push(text);
		if (this.#open.length < BLOCK_TEXTS) return;
		this.#packed.push(new TextEncoder().encode(this.#open.join(BETWEEN)));
		this.#open = [];
	}

	/** '' when there is no such text. */
	at(index: number): string {
		const block = Math.floor(index / BLOCK_TEXTS);
		const texts = block === this.#packed.length ? this.#open : (this.#unpacked.get(block) ?? this.#unpack(block));
		return texts?.[index % BLOCK_TEXTS] ?? '';
	}

	#unpack(block: number): readonly string[] | undefined {
		const packed = this.#packed[block];
		if (packed === undefined) return undefined;
		for (const [oldest] of this.#unpacked) {
			if (this.#letters + packed.length <= UNPACKED_LETTERS_MAX) break;
			this.#letters -= this.#packed[oldest]?.length ?? 0;
			this.#unpacked.delete(oldest);
		}
		const texts = new TextDecoder().decode(packed).split(BETWEEN);
		this.#unpacked.set(block, texts);
		this.#letters += packed.length;
		return texts;
	}
}

/** Reads xl/sharedStrings.xml. */
export class SharedStringsPart implements PartHandler {
	readonly strings = new SharedStrings();
	readonly #collector = new TextCollector();

	open(name: string): void {
		if (name === 'si') this.#collector.begin();
		else this.#collector.open(name);
	}

	text(text: string): void {
		this.#collector.add(text);
	}

	close(name: string): void {
		if (name === 'si') this.strings.add(this.#collector.text);
		else this.#collector.close(name);
	}
}
