/** What a table says of a word that a stranger wrote; undefined for one that is not in it, `constructor` and `__proto__` among them. */
export const entryOf = <T>(table: Readonly<Record<string, T>>, word: string): T | undefined =>
	Object.hasOwn(table, word) ? table[word] : undefined;
