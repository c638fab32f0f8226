import { type Html, html } from '../lib/html.ts';
import { pageText } from './frame.ts';
import { href, type Language, say, type View } from './view.ts';

type Json = Readonly<Record<string, unknown>>;

/** What the page needs of an OpenAPI 3.1 document. */
export interface ApiDocument {
	readonly info?: { readonly title?: string; readonly description?: string };
	readonly tags?: readonly { readonly name: string; readonly description?: string }[];
	readonly paths?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

type Values = Readonly<Record<string, string>>;

interface Parameter {
	readonly name: string;
	readonly in: string;
	readonly required?: boolean;
	readonly description?: string;
	readonly schema?: Json;
}

interface Operation {
	readonly operationId?: string;
	readonly summary?: string;
	readonly description?: string;
	readonly tags?: readonly string[];
	readonly security?: readonly unknown[];
	readonly parameters?: readonly Parameter[];
	/** Values that show it. */
	readonly 'x-example'?: { readonly path?: Values; readonly query?: Values; readonly body?: Json | string };
	readonly responses?: Readonly<Record<string, { readonly description?: string }>>;
}

interface Place {
	readonly method: string;
	readonly path: string;
	readonly operation: Operation;
}

const WORDS = {
	vi: {
		title: 'Giao diện lập trình (REST)',
		lead: 'Mọi lệnh gọi được sinh ra từ chính lược đồ của máy chủ. Bản cho máy đọc:',
		name: 'Tham số',
		place: 'Nơi đặt',
		kind: 'Kiểu',
		meaning: 'Ý nghĩa',
		required: 'bắt buộc',
		answers: 'Trả lời',
		key: 'Cần khoá của người vận hành, tạo bằng: lienthong key create',
		example: 'Ví dụ',
		contents: 'Các lệnh gọi',
	},
	en: {
		title: 'The REST interface',
		lead: 'Every operation is made from the schemas that the server itself checks. For machines:',
		name: 'Parameter',
		place: 'Where',
		kind: 'Type',
		meaning: 'Meaning',
		required: 'required',
		answers: 'Answers',
		key: 'Needs the key of an operator, made by: lienthong key create',
		example: 'Example',
		contents: 'Operations',
	},
} as const;

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

function placesOf(document: ApiDocument): Place[] {
	return Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
		METHODS.filter((method) => item[method] !== undefined).map((method) => ({ method, path, operation: item[method] as Operation })),
	);
}

function exampleOf(path: string, { 'x-example': example = {} }: Operation, label: string, publicUrl: string): Html {
	const filled = path.replaceAll(/\{(\w+)\}/g, (whole, name: string) => encodeURIComponent(example.path?.[name] ?? whole));
	const query = new URLSearchParams(example.query).toString();
	const address = `${publicUrl}${filled}${query === '' ? '' : `?${query}`}`;
	return html`<p>${label}: <a href="${address}">${address}</a></p>`;
}

/** What is sent with an operation that changes something. */
function bodyOf({ 'x-example': example }: Operation, label: string): Html | null {
	if (example?.body === undefined) return null;
	const { body } = example;
	return html`<p>${label}:</p><pre tabindex="0">${typeof body === 'string' ? body : JSON.stringify(body, null, 2)}</pre>`;
}

/** A schema in a few words: `text, at most 1000 characters`, `a | b`, `number 1–500`. */
function kindOf(schema: Json): string {
	const { type, enum: choices, items, anyOf, minimum, maximum, maxLength } = schema as Record<string, never>;
	if (Array.isArray(choices)) return (choices as unknown[]).join(' | ');
	if (Array.isArray(anyOf)) return (anyOf as Json[]).map((one) => ('const' in one ? String(one['const']) : kindOf(one))).join(' | ');
	if ('const' in schema) return String(schema['const']);
	if (type === 'array') return `[${kindOf((items ?? {}) as Json)}]`;
	const range =
		minimum !== undefined && maximum !== undefined ? ` ${minimum}–${maximum}` : maxLength === undefined ? '' : ` ≤ ${maxLength}`;
	return `${typeof type === 'string' ? type : ''}${range}`;
}

function parameterTable(parameters: readonly Parameter[], language: Language, label: string): Html | null {
	const words = WORDS[language];
	if (parameters.length === 0) return null;
	const rows = parameters.map(
		(p) =>
			html`<tr><td><code>${p.name}</code></td><td>${p.in}${p.required === true ? `, ${words.required}` : ''}</td><td>${kindOf(p.schema ?? {})}</td><td>${p.description ?? ''}</td></tr>`,
	);
	return html`<div class="wide" tabindex="0" role="group" aria-label="${words.name}: ${label}"><table><thead><tr><th scope="col">${words.name}</th><th scope="col">${words.place}</th><th scope="col">${words.kind}</th><th scope="col">${words.meaning}</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

function operationPart({ method, path, operation }: Place, language: Language, publicUrl: string): Html {
	const words = WORDS[language];
	const id = operation.operationId ?? `${method} ${path}`;
	// what all of them may answer is only referred to
	const answers = Object.entries(operation.responses ?? {}).flatMap(([code, { description }]) =>
		description === undefined ? [] : [html`<li>${code}: ${description}</li>`],
	);
	return html`<section id="${id}"><h3>${operation.summary ?? id}</h3><p><code>${method.toUpperCase()} ${path}</code></p>${
		operation.description === undefined ? null : html`<p>${operation.description}</p>`
	}${operation.security === undefined ? null : html`<p>${words.key}</p>`}${
		method === 'get' ? exampleOf(path, operation, words.example, publicUrl) : bodyOf(operation, words.example)
	}${parameterTable(operation.parameters ?? [], language, operation.summary ?? id)}<p>${words.answers}:</p><ul>${answers}</ul></section>`;
}

/** The page of the REST interface for people, made from the OpenAPI document; it has no script and needs nothing from elsewhere. */
export function docsPage(view: View, document: ApiDocument): string {
	const { language, publicUrl } = view;
	const words = WORDS[language];
	const places = placesOf(document);
	const tags = [...new Set([...(document.tags ?? []).map((t) => t.name), ...places.flatMap((p) => p.operation.tags ?? [])])];
	const link = ({ method, path, operation }: Place): Html =>
		html`<li><a href="#${operation.operationId ?? `${method} ${path}`}">${operation.summary ?? path}</a></li>`;
	const parts = tags.map((tag) => {
		const description = document.tags?.find((t) => t.name === tag)?.description ?? tag;
		const within = places.filter((p) => p.operation.tags?.[0] === tag);
		return html`<h2>${description}</h2>${within.map((place) => operationPart(place, language, publicUrl))}`;
	});
	return pageText(view, {
		title: words.title,
		main: html`<h1>${words.title}</h1><p lang="en">${document.info?.description ?? ''}</p><p>${words.lead} <a href="/openapi.json">/openapi.json</a> · <a href="${href(view, '/problems')}">${say(view, 'problems')}</a></p>
<nav aria-labelledby="contents"><h2 id="contents">${words.contents}</h2><ul>${places.map(link)}</ul></nav>${parts}`,
	});
}
