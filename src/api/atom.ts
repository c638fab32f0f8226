import type { FeedTitle } from '../catalogue/feeds.ts';
import { wholeTitle } from '../catalogue/render-record.ts';
import { xmlText } from '../lib/xml-text.ts';

/** Names of a thing in both languages. */
export interface Named {
	readonly vi: string;
	readonly en: string;
}

export interface Feed {
	/** What the titles are of, after "new titles"; null for the whole union. */
	readonly of: Named | null;
	/** Path and query of this feed without its language. */
	readonly path: string;
	/** Path of the page for people with the same titles. */
	readonly page: string;
	readonly titles: readonly FeedTitle[];
}

interface LibraryNames {
	/** What the library with a code is called. */
	readonly libraryName: (code: string) => string;
}

const WORDS = {
	vi: { feed: 'Nhan đề mới', held: 'Có ở', untitled: 'Không có nhan đề' },
	en: { feed: 'New titles', held: 'Held by', untitled: 'Untitled' },
} as const;
export type FeedLanguage = keyof typeof WORDS;
/** Of a feed that has never had an entry. */
const NEVER = '1970-01-01T00:00:00Z';
const LIBRARIES_NAMED_MAX = 10;
/** What is neither seen nor said is no title. */
const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u;

const iso = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
const withLanguage = (path: string, language: FeedLanguage): string => `${path}${path.includes('?') ? '&' : '?'}lang=${language}`;
const link = (rel: string, href: string, type: string, language?: FeedLanguage): string =>
	`<link rel="${rel}" type="${type}" href="${xmlText(href)}"${language === undefined ? '' : ` hreflang="${language}"`}/>`;

/** The newest change or arrival of a title in the feed, milliseconds; 0 for none. */
export const feedUpdatedMs = ({ titles }: Feed): number =>
	titles.reduce((newest, { record, addedMs }) => Math.max(newest, record.changedMs, addedMs), 0);

/** The Atom feed (RFC 4287) in a language. An entry is a union record: its id is the record's address, which stays. */
export function atomFeed(feed: Feed & LibraryNames, language: FeedLanguage, publicUrl: string): string {
	const { of, path, page, titles } = feed;
	const words = WORDS[language];
	const other = language === 'vi' ? 'en' : 'vi';
	const updated = feedUpdatedMs(feed);
	const title = of === null ? words.feed : `${words.feed} – ${of[language] === '' ? of.vi : of[language]}`;
	return [
		`<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="${language}">`,
		`<id>${xmlText(publicUrl + path)}</id><title>${xmlText(title)}</title><updated>${updated === 0 ? NEVER : iso(updated)}</updated>`,
		`<author><name>Liên Thông</name><uri>${xmlText(publicUrl)}/</uri></author>`,
		link('self', publicUrl + withLanguage(path, language), 'application/atom+xml', language),
		link('alternate', publicUrl + page, 'text/html', language),
		// another representation of this feed: the type differs from the page's
		link('alternate', publicUrl + withLanguage(path, other), 'application/atom+xml', other),
		`<icon>${xmlText(publicUrl)}/icon.svg</icon>\n`,
		...titles.map((one) => entry(one, feed.libraryName, language, publicUrl)),
		'</feed>\n',
	].join('');
}

function entry(
	{ record, addedMs }: FeedTitle,
	libraryName: LibraryNames['libraryName'],
	language: FeedLanguage,
	publicUrl: string,
): string {
	const { id, creators, year, libraries, changedMs } = record;
	const words = WORDS[language];
	const whole = wholeTitle(record);
	const address = `${publicUrl}/records/${id}`;
	const more = libraries.length > LIBRARIES_NAMED_MAX ? '; …' : '';
	const held = `${words.held}: ${libraries.slice(0, LIBRARIES_NAMED_MAX).map(libraryName).join('; ')}${more}`;
	const about = [creators.join('; '), year ?? '', held].filter((part) => part !== '').join('. ');
	return [
		`<entry><id>${xmlText(address)}</id><title>${xmlText(VISIBLE.test(whole) ? whole : words.untitled)}</title>`,
		`<published>${iso(addedMs)}</published><updated>${iso(Math.max(changedMs, addedMs))}</updated>`,
		...creators.map((name) => `<author><name>${xmlText(name)}</name></author>`),
		link('alternate', address, 'text/html', language),
		link('alternate', `${publicUrl}/api/v1/records/${id}`, 'application/json'),
		`<summary>${xmlText(about)}</summary></entry>\n`,
	].join('');
}
