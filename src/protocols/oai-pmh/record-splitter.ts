/** A piece of a ListRecords response that has to be mended: everything before the records, one record, or everything after them. */
export interface Segment {
	readonly kind: 'head' | 'record' | 'tail';
	readonly text: string;
	/** The record went on past the limit, and this is only its beginning. */
	readonly cut: boolean;
}

const RECORD_BEGINS = '<(?:[\\w.-]+:)?record(?=[\\s>])[^<>]*>\\s*<(?:[\\w.-]+:)?(?:header|metadata)(?=[\\s/>])';
const LIST_ENDS = '<(?:[\\w.-]+:)?resumptionToken(?=[\\s/>])|</(?:[\\w.-]+:)?(?:ListRecords|GetRecord|OAI-PMH)\\s*>';
const BOUNDARY = new RegExp(`${RECORD_BEGINS}|${LIST_ENDS}`, 'g');
const ENDS = new RegExp(`^(?:${LIST_ENDS})`);

/**
 * Cuts text that does not parse where records begin and where the list ends, by looking at nothing else. The pieces joined are the
 * text, however it was fed (up to records longer than the limit, of which the beginning is given).
 */
export class RecordSplitter {
	#kind: Segment['kind'];
	#text = '';
	#cut = false;
	/** The text begins with a boundary that was found already. */
	#atBoundary = false;
	readonly #recordMax: number;

	/** `inList`: the text begins after a record of the list was read, rather than with the head. */
	constructor(inList: boolean, recordMax: number) {
		this.#kind = inList ? 'record' : 'head';
		this.#recordMax = recordMax;
	}

	get retained(): number {
		return this.#text.length;
	}

	/** What waits for the next boundary. */
	get text(): string {
		return this.#text;
	}

	feed(text: string): Segment[] {
		this.#text += text;
		const out: Segment[] = [];
		while (this.#kind !== 'tail') {
			BOUNDARY.lastIndex = this.#atBoundary ? 1 : 0;
			const boundary = BOUNDARY.exec(this.#text);
			if (boundary === null) break;
			this.#emit(out, this.#text.slice(0, boundary.index));
			this.#text = this.#text.slice(boundary.index);
			this.#cut = false;
			this.#atBoundary = true;
			this.#kind = ENDS.test(this.#text) ? 'tail' : 'record';
		}
		if (this.#kind === 'record' && this.#text.length > this.#recordMax) {
			if (!this.#cut) out.push({ kind: 'record', text: this.#text.slice(0, this.#recordMax), cut: true });
			this.#cut = true;
			this.#atBoundary = false;
			// A boundary that is half here must not be lost.
			this.#text = this.#text.slice(-1_000);
		}
		return out;
	}

	end(): Segment[] {
		const out: Segment[] = [];
		this.#emit(out, this.#text);
		this.#text = '';
		return out;
	}

	#emit(out: Segment[], text: string): void {
		if (text !== '' && !this.#cut) out.push({ kind: this.#kind, text, cut: false });
	}
}
