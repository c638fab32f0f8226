/** Why a text is no query in CQL, and which diagnostic of SRU says so. */
export class CqlError extends Error {
	override readonly name = 'CqlError';
	/** 10 query syntax error, 12 too many characters, 26 wrong escape, 38 too many boolean operators. */
	readonly number: 10 | 12 | 26 | 38;
	/** Where, counted in characters from 1. */
	readonly position: number;

	constructor(number: CqlError['number'], message: string, position: number) {
		super(message);
		this.number = number;
		this.position = position;
	}
}
