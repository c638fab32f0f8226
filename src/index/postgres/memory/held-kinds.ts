import type { HeldKind } from './keeper.ts';
import { COLUMNS, MemoryIndex } from './memory-index.ts';
import { NAME_COLUMNS, NAMES_ORDER, NameIndex } from './name-index.ts';

/** The documents of the index. */
export const DOCUMENTS: HeldKind<MemoryIndex> = {
	make: () => new MemoryIndex(),
	epoch: null,
	all: `select ${COLUMNS} from search_document where tsv is not null`,
	some: (keys) => `select ${COLUMNS} from search_document where id = any (${keys})`,
	changed: 'ids',
};

/** The names of values, with their counts as of the last time they were counted; those that are new since come at the end, with 1. */
export const NAMES: HeldKind<NameIndex> = {
	make: () => new NameIndex(),
	epoch: 'settled',
	all: `select ${NAME_COLUMNS} from search_facet left join search_use using (key) order by ${NAMES_ORDER}`,
	some: (keys) =>
		`select ${NAME_COLUMNS} from search_facet left join search_use using (key) where key = any (${keys}) order by ${NAMES_ORDER}`,
	changed: 'named',
};
