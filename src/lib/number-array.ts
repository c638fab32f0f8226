/** Numbers as the text of a PostgreSQL array, for a parameter that is cast to bigint[] or int[]: the driver would quote each by itself. */
export const numberArray = (values: Iterable<number>): string => `{${[...values].join(',')}}`;
