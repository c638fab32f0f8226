import type { Socket } from 'node:net';
import { PROBLEMS, type ProblemCode } from './problems.ts';

const OF_ERROR: Readonly<Record<string, ProblemCode>> = {
	HPE_HEADER_OVERFLOW: 'headers-too-large',
	HPE_CHUNK_EXTENSIONS_OVERFLOW: 'headers-too-large',
	ERR_HTTP_REQUEST_TIMEOUT: 'request-timeout',
};

const NOT_ENCODED =
	'Địa chỉ có chữ hoặc dấu cách chưa mã hoá: đ viết là %C4%91, dấu cách là %20. The address has letters or spaces that are not percent-encoded.';

/** What was wrong in it: the address, or what the reader of requests says. */
function detailOf({ code, reason }: NodeJS.ErrnoException & { readonly reason?: unknown }): string | undefined {
	if (code === 'HPE_INVALID_URL' || code === 'HPE_INVALID_CONSTANT') return NOT_ENCODED;
	return typeof reason === 'string' && reason !== '' ? `${reason}.` : undefined;
}

/** Answers a connection on which no request could be read, with problem details, and closes it. */
export function answerBroken(error: NodeJS.ErrnoException, socket: Socket, publicUrl: string): void {
	if (error.code === 'ECONNRESET' || !socket.writable) {
		socket.destroy(error);
		return;
	}
	const code = OF_ERROR[error.code ?? ''] ?? 'bad-request';
	const { status, vi: title } = PROBLEMS[code];
	const body = JSON.stringify({ type: `${publicUrl}/problems/${code}`, title, status, detail: detailOf(error) });
	const head = [
		`HTTP/1.1 ${status} ${REASONS[status] ?? 'Bad Request'}`,
		'Content-Type: application/problem+json; charset=utf-8',
		'Content-Language: vi',
		`Content-Length: ${Buffer.byteLength(body)}`,
		'Connection: close',
	];
	socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

const REASONS: Readonly<Record<number, string>> = { 408: 'Request Timeout', 431: 'Request Header Fields Too Large' };
