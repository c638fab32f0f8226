import type { RemovedDump } from '../catalogue/dump-folder.ts';
import type { DumpManifest } from '../catalogue/dump-manifest.ts';
import { xmlText } from '../lib/xml-text.ts';

/*
 * ResourceSync (ANSI/NISO Z39.99-2017): the files of the dumps are the resources. Who has read the resource list once asks for the change list,
 * which names the dumps that came since and those that were removed.
 */

/** Paths below the address of the service. */
export interface SyncPaths {
	readonly description: string;
	readonly capabilities: string;
	readonly resources: string;
	readonly changes: string;
}

const BEGIN =
	'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:rs="http://www.openarchives.org/rs/terms/">\n';
const END = '</urlset>\n';

const attributes = (values: Readonly<Record<string, string | number | null>>): string =>
	Object.entries(values)
		.map(([name, value]) => (value === null ? '' : ` ${name}="${xmlText(String(value))}"`))
		.join('');
const link = (rel: string, href: string, more: Readonly<Record<string, string>> = {}): string =>
	`<rs:ln${attributes({ rel, href, ...more })}/>\n`;
const entry = (location: string, modified: string | null, metadata: Readonly<Record<string, string | number | null>>, links = ''): string =>
	`<url><loc>${xmlText(location)}</loc>${modified === null ? '' : `<lastmod>${modified}</lastmod>`}<rs:md${attributes(metadata)}/>${links.trim()}</url>\n`;

/** The source description (§7), at the well-known address. */
export const sourceDescription = (url: string, paths: SyncPaths): string =>
	`${BEGIN}${link('describedby', `${url}/dumps`, { type: 'application/json' })}<rs:md capability="description"/>\n` +
	`${entry(url + paths.capabilities, null, { capability: 'capabilitylist' })}${END}`;

/** The capability list (§8). */
export const capabilityList = (url: string, paths: SyncPaths): string =>
	`${BEGIN}${link('describedby', `${url}/dumps`, { type: 'application/json' })}${link('up', url + paths.description)}<rs:md capability="capabilitylist"/>\n` +
	`${entry(url + paths.resources, null, { capability: 'resourcelist' })}${entry(url + paths.changes, null, { capability: 'changelist' })}${END}`;

const described = (url: string, { name }: DumpManifest): string =>
	link('describedby', `${url}/dumps/${name}/manifest.json`, { type: 'application/json' });

/** The resource list (§9): every file that can be downloaded now. */
export function resourceList(dumps: readonly DumpManifest[], url: string, paths: SyncPaths): string {
	// before the first dump nothing is there, and has been so since the beginning
	const at =
		dumps
			.map(({ made }) => made)
			.sort()
			.at(-1) ?? '1970-01-01T00:00:00Z';
	const entries = dumps.flatMap((dump) =>
		dump.files.map(({ name, sha256, bytes, mediaType }) =>
			entry(
				`${url}/dumps/${dump.name}/${name}`,
				dump.made,
				{ hash: `sha-256:${sha256}`, length: bytes, type: mediaType },
				described(url, dump),
			),
		),
	);
	return `${BEGIN}${link('up', url + paths.capabilities)}<rs:md${attributes({ capability: 'resourcelist', at })}/>\n${entries.join('')}${END}`;
}

/** The change list (§12), oldest first: files that came and files that were removed. It is open: what comes next is added at its end. */
export function changeList(dumps: readonly DumpManifest[], removed: readonly RemovedDump[], url: string, paths: SyncPaths): string {
	const came = dumps.flatMap((dump) =>
		dump.files.map(({ name, sha256, bytes, mediaType }) => ({
			at: dump.made,
			xml: entry(
				`${url}/dumps/${dump.name}/${name}`,
				dump.made,
				{ change: 'created', datetime: dump.made, hash: `sha-256:${sha256}`, length: bytes, type: mediaType },
				described(url, dump),
			),
		})),
	);
	const went = removed.flatMap(({ name, files, at }) =>
		files.map((file) => ({ at, xml: entry(`${url}/dumps/${name}/${file}`, at, { change: 'deleted', datetime: at }) })),
	);
	const entries = [...came, ...went].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
	const from = entries[0]?.at ?? '1970-01-01T00:00:00Z';
	return `${BEGIN}${link('up', url + paths.capabilities)}<rs:md${attributes({ capability: 'changelist', from })}/>\n${entries.map(({ xml }) => xml).join('')}${END}`;
}
