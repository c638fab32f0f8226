import type { RecordFormat } from '../protocols/oai-pmh/metadata-formats.ts';
import { DublinCoreBuilder } from '../records/dublin-core.ts';
import { MarcXmlBuilder } from '../records/marcxml.ts';
import type { MetadataBuilder } from '../records/metadata-builder.ts';

/** For answers that list no records. */
const NO_RECORDS: MetadataBuilder = { open: () => undefined, text: () => undefined, close: () => undefined, finish: () => [] };

/** The builder of records in a format; `none` for answers whose records do not matter. */
export function builderFor(format: RecordFormat | 'none'): MetadataBuilder {
	if (format === 'none') return NO_RECORDS;
	return format === 'marcxml' ? new MarcXmlBuilder() : new DublinCoreBuilder();
}
