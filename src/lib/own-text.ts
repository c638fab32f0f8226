/**
 * The same text in memory of its own. What is cut out of a text keeps all of that text in memory (V8's sliced strings), so whatever is kept for longer than the
 * page that it was read from is copied first.
 */
export const ownText = (text: string): string => Buffer.from(text, 'utf16le').toString('utf16le');
