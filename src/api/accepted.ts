/** One of the values of an Accept or Accept-Language header: in small letters, with how much it is wanted, 0 to 1. */
export interface Accepted {
	readonly value: string;
	readonly quality: number;
}

const ACCEPTED_MAX = 50;

function qualityOf(parameters: readonly string[]): number {
	const quality = Number(parameters.find((one) => one.startsWith('q='))?.slice(2) ?? 1);
	return Number.isFinite(quality) ? Math.min(1, Math.max(0, quality)) : 0;
}

/** What a header says that a client takes (RFC 9110 §12.4.2), as it stands there. */
export function accepted(header: string): Accepted[] {
	return header
		.split(',', ACCEPTED_MAX)
		.map((part) => {
			const [value = '', ...parameters] = part.split(';').map((one) => one.trim().toLowerCase());
			return { value, quality: qualityOf(parameters) };
		})
		.filter(({ value }) => value !== '');
}
