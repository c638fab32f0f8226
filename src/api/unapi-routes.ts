import type { FastifyInstance, FastifyReply } from 'fastify';
import { Type } from 'typebox';
import { showInFormat, showRecord } from '../catalogue/show.ts';
import { AppError } from '../lib/errors.ts';
import { publicId, recordNumber } from '../lib/ids.ts';
import { xmlText } from '../lib/xml-text.ts';
import { FORMAT_NAMES, RECORD_FORMATS } from '../records/record-format.ts';
import { formatNamed } from './choose-format.ts';
import type { ServerDeps } from './deps.ts';
import { Problem } from './problems.ts';
import { refuse } from './record-answers.ts';
import { describeRecord, namingFor } from './send-file.ts';

/** unAPI version 1 (unapi.info/specs): how reference managers fetch a record whose id stands on a page. */

const DOCS: Readonly<Record<string, string>> = {
	marcxml: 'http://www.loc.gov/standards/marcxml/',
	dc: 'http://www.openarchives.org/OAI/2.0/oai_dc.xsd',
	mods: 'http://www.loc.gov/standards/mods/',
};
/** OAI-PMH has the same Dublin Core under this name, and so have unAPI servers. */
const nameOf = (format: string): string => (format === 'dc' ? 'oai_dc' : format);

function formatsXml(id: string | undefined): string {
	const list = FORMAT_NAMES.map((format) => {
		const type = RECORD_FORMATS[format].mediaType.split(';')[0] as string;
		const docs = DOCS[format];
		return `<format name="${nameOf(format)}" type="${type}"${docs === undefined ? '' : ` docs="${docs}"`}/>\n`;
	});
	const open = id === undefined ? '<formats>' : `<formats id="${xmlText(id)}">`;
	return `<?xml version="1.0" encoding="UTF-8"?>\n${open}\n${list.join('')}</formats>\n`;
}

/** The id in what a client sends: the id itself, the address of the record, or its name in OAI-PMH. */
const idIn = (text: string): string => /[^/:]*$/.exec(text)?.[0] ?? '';

export async function unapiRoutes(app: FastifyInstance, deps: ServerDeps): Promise<void> {
	const address = (id: string, format: string | undefined): string =>
		`${deps.publicUrl}/unapi?${new URLSearchParams({ id, ...(format === undefined ? {} : { format }) })}`;
	const list = (reply: FastifyReply, id: string | undefined): FastifyReply =>
		reply
			.code(id === undefined ? 200 : 300)
			.type('application/xml; charset=utf-8')
			.send(formatsXml(id));
	const Query = Type.Object({
		id: Type.Optional(Type.String({ maxLength: 400 })),
		format: Type.Optional(Type.String({ maxLength: 100 })),
	});
	app.get<{ Querystring: { id?: string; format?: string } }>(
		'/unapi',
		{ schema: { hide: true, querystring: Query } },
		async (request, reply) => {
			const { id: asked, format: named } = request.query;
			if (asked === undefined || asked === '') return list(reply, undefined);
			const number = recordNumber(idIn(asked)) ?? 0;
			const path = (to: string): string => address(to, named);
			if (named === undefined || named === '') {
				const shown = await showRecord(deps, number);
				return shown.state === 'live' ? list(reply, asked) : refuse(reply, shown, path);
			}
			const format = formatNamed(named);
			if (format === undefined || format === 'json')
				throw new Problem('no-such-format', `Formats: ${FORMAT_NAMES.map(nameOf).join(', ')}.`);
			try {
				const shown = await showInFormat(deps, number, format, namingFor(deps, request, undefined));
				return shown.state === 'live' ? describeRecord(reply, format, publicId(number)).send(shown.record) : refuse(reply, shown, path);
			} catch (error) {
				if (error instanceof AppError && error.code === 'too-large')
					throw new Problem('does-not-fit', `Record ${publicId(number)}: ${error.message}. ${error.hint}`);
				throw error;
			}
		},
	);
}
