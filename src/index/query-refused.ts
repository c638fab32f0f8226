/** A query that is well-formed but not answered here: the number of a diagnostic of SRU (info:srw/diagnostic/1), and which part it is about. */
export class QueryRefused extends Error {
	override readonly name = 'QueryRefused';
	readonly number: number;
	readonly details: string;

	/** `message` only where the words of the number do not say enough. */
	constructor(number: number, details: string, message = '') {
		super(message);
		this.number = number;
		this.details = details;
	}
}
