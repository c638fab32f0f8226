import type { AppError } from '../lib/errors.ts';

const UNIQUE_VIOLATION = '23505';
const FOREIGN_KEY_VIOLATION = '23503';

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined);

/** Runs a write; a key that is already taken or that is not there becomes the AppError given for it. */
export async function withKeys<T>(write: () => Promise<T>, errors: { readonly taken?: AppError; readonly missing?: AppError }): Promise<T> {
	try {
		return await write();
	} catch (error) {
		if (codeOf(error) === UNIQUE_VIOLATION && errors.taken !== undefined) throw errors.taken;
		if (codeOf(error) === FOREIGN_KEY_VIOLATION && errors.missing !== undefined) throw errors.missing;
		throw error;
	}
}
