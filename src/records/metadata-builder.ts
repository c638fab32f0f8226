import type { PlainElement } from '../lib/plain-xml.ts';
import type { Decoded } from './marc.ts';

/**
 * Builds records from the XML events inside one OAI-PMH `<metadata>` (or a whole file). Names come without prefix; whoever
 * tokenises has checked well-formedness. `finish` gives what was found: none, one, or several when a collection was wrapped.
 */
export interface MetadataBuilder {
	open(localName: string, attribute: (name: string) => string | undefined): void;
	text(text: string): void;
	close(localName: string): void;
	/** Reads the element that begins at `from` at once, when it is plain XML and nothing in it has to be mended; null otherwise, and where that is not known. */
	readPlain?(text: string, from: number): PlainElement | null;
	/** Takes what was built and makes the builder ready for the next record. */
	finish(): Decoded[];
}
