import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Refusal, RefusedDecision } from '../catalogue/refused-decision.ts';
import { AppError, type ErrorCode } from '../lib/errors.ts';
import { WordedError } from '../lib/worded-error.ts';
import { accepted } from './accepted.ts';

/** Kinds of problem details (RFC 9457); the key is the end of the type URL and never changes. */
export const PROBLEMS = {
	'bad-request': { status: 400, vi: 'Yêu cầu không hợp lệ', en: 'The request is not valid' },
	'bad-cursor': { status: 400, vi: 'Con trỏ trang không hợp lệ', en: 'The cursor is not valid' },
	'key-needed': { status: 401, vi: 'Cần khoá truy cập', en: 'An API key is needed' },
	'not-found': { status: 404, vi: 'Không tìm thấy', en: 'Not found' },
	'method-not-allowed': { status: 405, vi: 'Phương thức không được phép', en: 'Method not allowed' },
	'no-such-format': { status: 406, vi: 'Không có định dạng này', en: 'There is no such format' },
	'does-not-fit': { status: 406, vi: 'Định dạng này không chứa được biểu ghi', en: 'The format cannot hold the record' },
	'request-timeout': { status: 408, vi: 'Yêu cầu đến quá chậm', en: 'The request came too slowly' },
	'confirmation-needed': {
		status: 409,
		vi: 'Cần xác nhận vì hai biểu ghi mâu thuẫn với nhau',
		en: 'The two records conflict: confirmation is needed',
	},
	'conflict-between-others': {
		status: 409,
		vi: 'Quyết định này sẽ gộp cả những biểu ghi mâu thuẫn với nhau',
		en: 'This would also join records that conflict',
	},
	'contradicts-decisions': { status: 409, vi: 'Trái với các quyết định trước', en: 'Earlier decisions say otherwise' },
	'decided-already': { status: 409, vi: 'Đã có quyết định như vậy', en: 'It was decided so already' },
	conflict: { status: 409, vi: 'Yêu cầu trái với tình trạng hiện tại', en: 'The request does not fit what is there' },
	gone: { status: 410, vi: 'Biểu ghi đã bị xoá', en: 'The record was deleted' },
	'not-shared': { status: 403, vi: 'Nguồn không cho phép chia sẻ biểu ghi này', en: 'The sources of this record do not share it' },
	'not-the-same': { status: 412, vi: 'Tệp không còn như bản đã biết', en: 'The file is not the one that was asked for' },
	'too-large': { status: 413, vi: 'Yêu cầu quá lớn', en: 'The request is too large' },
	'wrong-media-type': { status: 415, vi: 'Kiểu nội dung không được hỗ trợ', en: 'The media type is not supported' },
	'file-kind': { status: 422, vi: 'Tệp không phải là mục lục thư viện', en: 'The file is no catalogue' },
	'file-locked': { status: 422, vi: 'Tệp được bảo vệ bằng mật khẩu', en: 'The file is protected by a password' },
	'file-broken': { status: 422, vi: 'Tệp bị hỏng hoặc thiếu phần cuối', en: 'The file is broken or was cut off' },
	'no-title-column': { status: 422, vi: 'Bảng không có cột nhan đề', en: 'The table has no column of titles' },
	'too-many-requests': { status: 429, vi: 'Quá nhiều yêu cầu', en: 'Too many requests' },
	'headers-too-large': { status: 431, vi: 'Địa chỉ hoặc tiêu đề quá dài', en: 'The address or the headers are too long' },
	internal: { status: 500, vi: 'Lỗi bên trong hệ thống', en: 'Internal error' },
	busy: { status: 503, vi: 'Hệ thống đang bận', en: 'The service is busy' },
} as const;
export type ProblemCode = keyof typeof PROBLEMS;

/** Thrown in a route to answer with a problem; `detail` is shown to the client. */
export class Problem extends Error {
	override readonly name = 'Problem';
	readonly code: ProblemCode;
	readonly detail: string;

	constructor(code: ProblemCode, detail: string) {
		super(detail);
		this.code = code;
		this.detail = detail;
	}
}

const OF_APP_ERROR: Readonly<Partial<Record<ErrorCode, ProblemCode>>> = {
	usage: 'bad-request',
	'address-refused': 'bad-request',
	'host-unknown': 'bad-request',
	'not-found': 'not-found',
	conflict: 'conflict',
	held: 'conflict',
	'too-large': 'too-large',
	'file-kind': 'file-kind',
	'file-locked': 'file-locked',
	'file-broken': 'file-broken',
	'no-title-column': 'no-title-column',
	forbidden: 'key-needed',
	busy: 'busy',
	timeout: 'busy',
	database: 'busy',
};
/** Postgres is starting, stopping, full, gone, or gave a query up. */
const BUSY_CODES: ReadonlySet<unknown> = new Set(['ECONNREFUSED', 'ECONNRESET', '57P01', '57P03', '53300', '57014']);
const OF_STATUS: Readonly<Record<number, ProblemCode>> = {
	400: 'bad-request',
	401: 'key-needed',
	404: 'not-found',
	405: 'method-not-allowed',
	413: 'too-large',
	414: 'too-large',
	415: 'wrong-media-type',
	429: 'too-many-requests',
	503: 'busy',
};

/** What may be said to a client of an error. */
interface Told {
	readonly code: ProblemCode;
	/** '' for nothing; English where it has one language only. */
	readonly detail: string | Readonly<Record<'vi' | 'en', string>>;
	/** What to do, in Vietnamese, where that is at hand. */
	readonly adviceVi?: string;
	/** What a refused decision goes against, for programs. */
	readonly against?: { readonly conflicts: readonly string[]; readonly decisions: readonly number[] };
}

const ADVICE: Readonly<Record<Refusal, Readonly<Record<'vi' | 'en', string>>>> = {
	'confirmation-needed': {
		vi: 'Nếu vẫn là một tài liệu thì nêu tên trong "conflicts" vào "confirm".',
		en: 'When they are the same all the same, name "conflicts" in "confirm".',
	},
	'conflict-between-others': {
		vi: 'Nếu tất cả vẫn là một tài liệu thì nêu tên trong "conflicts" vào "confirm".',
		en: 'When all of them are the same all the same, name "conflicts" in "confirm".',
	},
	'contradicts-decisions': { vi: 'Trước hết hãy huỷ quyết định sai.', en: 'Undo what is wrong first.' },
	'decided-already': { vi: 'Hãy huỷ quyết định đó trước khi quyết định lại.', en: 'Undo it first to decide anew.' },
};

/** What happened and what to do, as two sentences of each language. */
const inBoth = (said: WordedError['said'], advice: Readonly<Record<'vi' | 'en', string>>): Record<'vi' | 'en', string> => ({
	vi: `${said.vi.message}. ${advice.vi}`,
	en: `${said.en.message}. ${advice.en}`,
});

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const OF_FILES = /\/files(?:[/?]|$)/;
/** What to do with a file that was refused; whoever sends files need not read English. */
const FILE_ADVICE_VI: Readonly<Partial<Record<ErrorCode, string>>> = {
	'file-kind':
		'Không nhận gì từ tệp này. Hãy gửi tệp ISO 2709 (.mrc), MARCXML, MARC-in-JSON, CSV, TSV hoặc sổ tính Excel (.xlsx), mỗi lần một tệp; tệp .xls hoặc .ods thì mở bằng Excel rồi lưu thành “Excel Workbook (.xlsx)” hoặc “CSV UTF-8”.',
	'file-locked': 'Không nhận gì từ tệp này. Hãy mở tệp, bỏ mật khẩu, lưu lại rồi gửi lại.',
	'file-broken': 'Không nhận gì từ tệp này. Hãy xuất lại tệp từ phần mềm thư viện rồi gửi lại.',
	'no-title-column':
		'Không nhận gì từ tệp này. Hãy ghi “Nhan đề” ở đầu cột nhan đề, hoặc cho biết cột nào là cột nhan đề bằng tham số column=TÊN CỘT=title.',
	'too-large':
		'Không nhận gì từ tệp này. Nếu đó đúng là mục lục, hãy giải nén hoặc chia thành nhiều tệp rồi gửi lại; sổ tính Excel thì lưu thành “CSV UTF-8”.',
};

/** What may be said to a client of an error; nothing of ours when it is not foreseen. */
export function problemOf(error: unknown): Told {
	if (error instanceof Problem) return { code: error.code, detail: error.detail };
	if (error instanceof RefusedDecision) {
		const { refusal, said, conflicts, decisions } = error;
		return { code: refusal, detail: inBoth(said, ADVICE[refusal]), against: { conflicts, decisions } };
	}
	if (error instanceof WordedError) {
		const { vi, en } = error.said;
		return {
			code: OF_APP_ERROR[error.code] ?? 'internal',
			detail: inBoth(error.said, { vi: `${capital(vi.hint)}.`, en: `${capital(en.hint)}.` }),
		};
	}
	if (error instanceof AppError) {
		const code = OF_APP_ERROR[error.code];
		// nothing that a request does connects to more than the database and the search engine
		if (error.code === 'database' || error.code === 'connection-refused') return { code: 'busy', detail: '' };
		if (code === undefined) return { code: 'internal', detail: '' };
		const adviceVi = FILE_ADVICE_VI[error.code];
		return {
			code,
			detail: `${error.message}${error.hint === '' ? '' : `. ${error.hint}`}`,
			...(adviceVi === undefined ? {} : { adviceVi }),
		};
	}
	if (error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number') {
		const code = OF_STATUS[error.statusCode];
		if (code !== undefined) return { code, detail: code === 'busy' ? '' : error.message };
		if (error.statusCode >= 400 && error.statusCode < 500) return { code: 'bad-request', detail: error.message };
	}
	if (error instanceof Error && 'code' in error && BUSY_CODES.has(error.code)) return { code: 'busy', detail: '' };
	return { code: 'internal', detail: '' };
}

/** The language that the client wants more, the one it names first when it wants both as much; else Vietnamese. */
export function languageOf(request: FastifyRequest): 'vi' | 'en' {
	const languages = accepted(request.headers['accept-language'] ?? '');
	const named = (language: string) => {
		const at = languages.findIndex(({ value }) => value.split('-')[0] === language);
		return at >= 0 ? at : languages.findIndex(({ value }) => value === '*');
	};
	const [en, vi] = [named('en'), named('vi')];
	const more = (languages[en]?.quality ?? 0) - (languages[vi]?.quality ?? 0);
	return more > 0 || (more === 0 && en < vi) ? 'en' : 'vi';
}

/** Says which language an answer is in, and that there is another. */
export const inLanguage = (reply: FastifyReply, language: 'vi' | 'en'): FastifyReply =>
	reply.header('content-language', language).header('vary', 'accept-language');

/** Sends problem details in the language of the client. */
export function sendProblem(
	request: FastifyRequest,
	reply: FastifyReply,
	publicUrl: string,
	{ code, detail, adviceVi, against }: Told,
): FastifyReply {
	const { status, ...titles } = PROBLEMS[code];
	const language = languageOf(request);
	if (code === 'key-needed') reply.header('www-authenticate', 'Bearer');
	if (code === 'busy') reply.header('retry-after', '10');
	const ofFile = language === 'vi' && adviceVi !== undefined && OF_FILES.test(request.url);
	const told = typeof detail !== 'string' ? detail[language] : ofFile ? `${adviceVi} (${detail})` : detail;
	const body = {
		type: `${publicUrl}/problems/${code}`,
		title: titles[language],
		status,
		...(told === '' ? {} : { detail: told }),
		...against,
	};
	return inLanguage(reply.code(status), language).type('application/problem+json; charset=utf-8').send(JSON.stringify(body));
}
