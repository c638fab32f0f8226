import { AppError, type ErrorCode } from './errors.ts';

/** What happened and where, and what to do. */
export interface Said {
	readonly message: string;
	readonly hint: string;
}

/** An error that librarians meet, in both languages; what logs have of it is English. */
export class WordedError extends AppError {
	readonly said: Readonly<Record<'vi' | 'en', Said>>;

	constructor(code: ErrorCode, said: Readonly<Record<'vi' | 'en', Said>>) {
		super(code, said.en.message, { hint: said.en.hint });
		this.said = said;
	}
}
