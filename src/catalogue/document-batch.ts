import { searchDocument } from '../index/document.ts';
import type { SearchDocument } from '../index/engine.ts';
import { bibFromMarc } from '../records/bib-from-marc.ts';
import { unpackDescription } from '../records/compact.ts';
import { unpackBody } from '../store/body-codec.ts';

export interface DocumentInput {
	readonly unions: readonly {
		readonly id: number;
		readonly seq: number;
		readonly body: Uint8Array;
		/** Codes of the collections that it is in. */
		readonly collections: readonly string[];
	}[];
	/** Library code to the codes of its areas. */
	readonly areas: ReadonlyMap<string, readonly string[]>;
	/** Library code to its kind. */
	readonly kinds: ReadonlyMap<string, string>;
}

/** Search documents of stored union records: pure computing, made for a worker thread. */
export function documentBatch(input: DocumentInput): SearchDocument[] {
	return input.unions.map(({ id, seq, body, collections }) => {
		const union = unpackDescription(unpackBody(body));
		const found = bibFromMarc({ leader: union.leader, fields: union.fields.map((f) => f.field) });
		if ('ignoredAs' in found) throw new Error(`union record ${id} is no bibliographic record`);
		return searchDocument(union, found.bib, {
			id,
			seq,
			collections,
			areas: (library) => input.areas.get(library) ?? [],
			kindOf: (library) => input.kinds.get(library) ?? 'other',
		});
	});
}
