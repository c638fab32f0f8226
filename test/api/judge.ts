import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { XmlDocument, XsdValidator } from 'libxml2-wasm';
import { xmlRegisterFsInputProviders } from 'libxml2-wasm/lib/nodejs.mjs';

const SHARED = resolve('../shared/schemas');
export const haveSchemas = existsSync(resolve(SHARED, 'all.xsd'));

/** A validator of whole OAI-PMH responses: the official schemas, and ours for what stands in `about`. */
export function responseJudge(): { validate(xml: string): void; dispose(): void } {
	xmlRegisterFsInputProviders();
	const own = resolve('test/api/schemas');
	const imports = [
		['http://www.w3.org/XML/1998/namespace', `${SHARED}/xml.xsd`],
		['http://www.openarchives.org/OAI/2.0/', `${SHARED}/OAI-PMH.xsd`],
		['http://www.openarchives.org/OAI/2.0/oai_dc/', `${SHARED}/oai_dc.xsd`],
		['http://www.openarchives.org/OAI/2.0/oai-identifier', `${SHARED}/oai-identifier.xsd`],
		['http://www.loc.gov/MARC21/slim', `${SHARED}/MARC21slim.xsd`],
		['http://www.openarchives.org/OAI/2.0/provenance', `${own}/provenance.xsd`],
		['http://www.openarchives.org/OAI/2.0/rights/', `${own}/rights.xsd`],
	].map(([namespace, location]) => `<xs:import namespace="${namespace}" schemaLocation="${location}"/>`);
	const schema = XmlDocument.fromString(`<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">${imports.join('')}</xs:schema>`, {
		url: `file://${SHARED}/judge.xsd`,
	});
	const validator = XsdValidator.fromDoc(schema);
	return {
		validate: (xml) => {
			const document = XmlDocument.fromString(xml);
			try {
				validator.validate(document);
			} finally {
				document.dispose();
			}
		},
		dispose: () => {
			validator.dispose();
			schema.dispose();
		},
	};
}
