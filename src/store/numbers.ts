/** Numbers as the text of a PostgreSQL array, for a parameter that is cast to bigint[] or int[]: the driver would quote each by itself. */
export function numbers(values: Iterable<number>): string {
	return `{${(Array.isArray(values) ? values : [...values]).join(',')}}`;
}
