import type { FastifyInstance } from 'fastify';
import { DumpFolder } from '../catalogue/dump-folder.ts';
import { CHECKSUMS, type DumpManifest, MANIFEST, TERMS } from '../catalogue/dump-manifest.ts';
import { isKnown, sendFile } from './byte-range.ts';
import type { ServerDeps } from './deps.ts';
import { Problem } from './problems.ts';
import { capabilityList, changeList, resourceList, sourceDescription } from './resource-sync.ts';

/** Addresses of ResourceSync documents, as ServerDeps.publicUrl is followed by them. */
export const RESOURCE_SYNC = {
	description: '/.well-known/resourcesync',
	capabilities: '/resourcesync/capabilitylist.xml',
	resources: '/resourcesync/resourcelist.xml',
	changes: '/resourcesync/changelist.xml',
} as const;

const listed = (dump: DumpManifest, publicUrl: string) => {
	const { name, kind, from, to, datestamp, made, records, deletions, files } = dump;
	const base = `${publicUrl}/dumps/${name}`;
	return {
		name,
		kind,
		from,
		to,
		datestamp,
		made,
		records,
		deletions,
		manifest: `${base}/${MANIFEST}`,
		licences: `${base}/${TERMS}`,
		checksums: `${base}/${CHECKSUMS}`,
		files: files.map((file) => ({ ...file, url: `${base}/${file.name}` })),
	};
};

/** Dumps, their files, and the lists of them that ResourceSync has. */
export async function dumpRoutes(app: FastifyInstance, deps: ServerDeps): Promise<void> {
	if (deps.dumpsFolder === undefined) return;
	const folder = new DumpFolder(deps.dumpsFolder);
	const schema = { hide: true };
	app.get('/dumps', { schema }, async (request, reply) => {
		const dumps = await folder.list();
		const newest = dumps.reduce((ms, { made }) => Math.max(ms, Date.parse(made)), 0);
		const tag = `"d${dumps.length}-${dumps[0]?.to ?? 0}-${newest}"`;
		reply.header('etag', tag).header('cache-control', 'no-cache');
		if (newest > 0) reply.header('last-modified', new Date(newest).toUTCString());
		if (newest > 0 && isKnown(request, tag, newest)) return reply.code(304).send();
		return reply.type('application/json; charset=utf-8').send(JSON.stringify({ dumps: dumps.map((dump) => listed(dump, deps.publicUrl)) }));
	});
	app.route<{ Params: { dump: string; file: string } }>({
		method: ['GET', 'HEAD'],
		url: '/dumps/:dump/:file',
		schema,
		handler: async (request, reply) => {
			const { dump, file } = request.params;
			const found = await folder.file(dump, file);
			if (found === undefined) throw new Problem('not-found', 'There is no such file; /dumps lists those that there are.');
			return sendFile(request, reply, found);
		},
	});
	const xml = { capabilities: capabilityList, description: sourceDescription } as const;
	for (const document of ['description', 'capabilities'] as const)
		app.get(RESOURCE_SYNC[document], { schema }, async (_, reply) =>
			reply.type('application/xml; charset=utf-8').send(xml[document](deps.publicUrl, RESOURCE_SYNC)),
		);
	app.get(RESOURCE_SYNC.resources, { schema }, async (_, reply) =>
		reply.type('application/xml; charset=utf-8').send(resourceList(await folder.list(), deps.publicUrl, RESOURCE_SYNC)),
	);
	app.get(RESOURCE_SYNC.changes, { schema }, async (_, reply) =>
		reply
			.type('application/xml; charset=utf-8')
			.send(changeList(await folder.list(), await folder.removed(), deps.publicUrl, RESOURCE_SYNC)),
	);
}
