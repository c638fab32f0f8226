import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { XmlDocument, XsdValidator } from 'libxml2-wasm';
import { xmlRegisterFsInputProviders } from 'libxml2-wasm/lib/nodejs.mjs';

const SCHEMAS = fileURLToPath(new URL('../../../shared/schemas/', import.meta.url));

/** Whether the official schemas lie beside the project. */
export const hasSchemas = existsSync(`${SCHEMAS}all.xsd`);

let validator: XsdValidator | undefined;

/** Throws when the text is no well-formed XML or not valid by the official schemas of its namespaces. */
export function validate(xml: string): void {
	if (validator === undefined) {
		xmlRegisterFsInputProviders();
		using schema = XmlDocument.fromBuffer(readFileSync(`${SCHEMAS}all.xsd`), { url: `${SCHEMAS}all.xsd` });
		validator = XsdValidator.fromDoc(schema);
	}
	using document = XmlDocument.fromString(xml);
	validator.validate(document);
}
