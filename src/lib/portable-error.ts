import { AppError, type ErrorCode } from './errors.ts';

interface PortableError {
	readonly appError: true;
	readonly code: ErrorCode;
	readonly message: string;
	readonly hint: string;
	readonly retriable: boolean;
}

/** An error as it goes between threads: class instances lose their kind on the way; `revive` makes AppErrors again. */
export const portable = (error: unknown): unknown =>
	error instanceof AppError
		? ({ appError: true, code: error.code, message: error.message, hint: error.hint, retriable: error.retriable } satisfies PortableError)
		: error;

export function revive(error: unknown): unknown {
	if (typeof error !== 'object' || error === null || !('appError' in error)) return error;
	const { code, message, hint, retriable } = error as PortableError;
	return new AppError(code, message, { hint, retriable });
}
