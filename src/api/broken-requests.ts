import type { Socket } from 'node:net';
import { PROBLEMS, type ProblemCode } from './problems.ts';

const OF_ERROR: Readonly<Record<string, ProblemCode>> = {
	HPE_HEADER_OVERFLOW: 'headers-too-large',
	HPE_CHUNK_EXTENSIONS_OVERFLOW: 'headers-too-large',
	ERR_HTTP_REQUEST_TIMEOUT: 'request-timeout',
};

/** Answers a connection on which no request could be read, with problem details, and closes it. */
export function answerBroken(error: NodeJS.ErrnoException, socket: Socket, publicUrl: string): void {
	if (error.code === 'ECONNRESET' || !socket.writable) {
		socket.destroy(error);
		return;
	}
	const code = OF_ERROR[error.code ?? ''] ?? 'bad-request';
	const { status, vi: title } = PROBLEMS[code];
	const body = JSON.stringify({ type: `${publicUrl}/problems/${code}`, title, status });
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
