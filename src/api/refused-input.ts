import type { FastifySchemaValidationError } from 'fastify';
import type { Said } from '../lib/worded-error.ts';
import { WordedError } from '../lib/worded-error.ts';

/** An error of the schema check, with the schema that was not met and the value that did not meet it. */
interface Unmet extends FastifySchemaValidationError {
	readonly parentSchema?: { readonly properties?: Readonly<Record<string, unknown>>; readonly examples?: readonly unknown[] };
	readonly data?: unknown;
}

type Both = Readonly<Record<'vi' | 'en', Said>>;
const both = (vi: readonly [string, string], en: readonly [string, string]): Both => ({
	vi: { message: vi[0], hint: vi[1] },
	en: { message: en[0], hint: en[1] },
});

const SHOWN_MAX = 80;
const NAMES_MAX = 60;

/** A value as it came, cut where it is long. */
function shown(value: unknown): string {
	const text = JSON.stringify(value) ?? String(value);
	return text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text;
}

const listed = (values: readonly unknown[]): string =>
	values.slice(0, NAMES_MAX).map(String).join(', ') + (values.length > NAMES_MAX ? ', …' : '');

const TYPES: Readonly<Record<string, readonly [vi: string, en: string]>> = {
	integer: ['số nguyên', 'a whole number'],
	number: ['số', 'a number'],
	boolean: ['true hoặc false', 'true or false'],
	string: ['chữ', 'text'],
	array: ['danh sách', 'a list'],
	object: ['đối tượng', 'an object'],
	null: ['null', 'null'],
};
/** What a limit counts, and whether it is the least or the most. */
const LIMITS_OF: Readonly<Record<string, readonly [vi: string, en: string]>> = {
	minimum: ['phải từ {n} trở lên', 'is {n} or more'],
	maximum: ['nhiều nhất là {n}', 'is at most {n}'],
	minLength: ['phải có ít nhất {n} chữ', 'has at least {n} characters'],
	maxLength: ['dài nhất là {n} chữ', 'has at most {n} characters'],
	minItems: ['phải có ít nhất {n} giá trị', 'has at least {n} values'],
	maxItems: ['có nhiều nhất là {n} giá trị', 'has at most {n} values'],
};

/** How much there was of what a limit counts. */
function came(keyword: string, data: unknown): string {
	if (keyword.endsWith('Length')) return String([...String(data)].length);
	if (keyword.endsWith('Items')) return String((data as readonly unknown[]).length);
	return shown(data);
}

function said({ keyword, instancePath, params, message, parentSchema, data }: Unmet): Both {
	// of /facets/0 it is facets that is wrong
	const name = instancePath
		.replace(/(?:\/[0-9]+)+$/, '')
		.slice(1)
		.replaceAll('/', '.');
	if (keyword === 'additionalProperties') {
		const known = listed(Object.keys(parentSchema?.properties ?? {}));
		const wrong = shown(params.additionalProperty);
		return both(
			[`Không có tham số ${wrong} ở đây`, known === '' ? 'Hãy bỏ đi' : `Các tham số có thể dùng: ${known}`],
			[`There is no parameter ${wrong} here`, known === '' ? 'Leave it out' : `Those that there are: ${known}`],
		);
	}
	if (keyword === 'required')
		return both(
			[`Thiếu "${params.missingProperty}"`, 'Hãy thêm vào rồi gửi lại'],
			[`"${params.missingProperty}" is missing`, 'Send it too'],
		);
	if (keyword === 'enum') {
		const values = listed(params.allowedValues as readonly unknown[]);
		return both(
			[`"${name}" không nhận giá trị ${shown(data)}`, `Các giá trị có thể dùng: ${values}`],
			[`"${name}" cannot be ${shown(data)}`, `Its values: ${values}`],
		);
	}
	if (keyword === 'type') {
		const types = [params.type].flat().map((type) => TYPES[type as string] ?? [type, type]);
		return both(
			[`"${name}" không nhận giá trị ${shown(data)}`, `Giá trị phải là ${types.map(([vi]) => vi).join(' hoặc ')}`],
			[`"${name}" cannot be ${shown(data)}`, `It is ${types.map(([, en]) => en).join(' or ')}`],
		);
	}
	if (keyword === 'minLength' && params.limit === 1)
		return both([`"${name}" không được để trống`, 'Hãy điền rồi gửi lại'], [`"${name}" must not be empty`, 'Fill it in']);
	const [example] = parentSchema?.examples ?? [];
	if (keyword === 'pattern' && example !== undefined)
		return both(
			[`"${name}" không nhận giá trị ${shown(data)}`, `Hãy viết như ví dụ này: ${example}`],
			[`"${name}" cannot be ${shown(data)}`, `Write it as in this example: ${example}`],
		);
	const limit = LIMITS_OF[keyword];
	if (limit !== undefined) {
		const [vi, en] = limit.map((text) => text.replace('{n}', String(params.limit))) as [string, string];
		return both(
			[`"${name}" ${vi}`, `Giá trị đã gửi: ${came(keyword, data)}`],
			[`"${name}" ${en}`, `What was sent: ${came(keyword, data)}`],
		);
	}
	return both(
		[`"${name}" không nhận giá trị ${shown(data)}`, `Điều kiện: ${message}`],
		[`"${name}" cannot be ${shown(data)}`, `It ${message}`],
	);
}

/** What a request was refused with: the parameter or member that is wrong, what came, and what may come, in both languages. */
export function refusedInput(errors: readonly Unmet[]): WordedError {
	return new WordedError('usage', said(errors[0] as Unmet));
}
