import { foldText } from '../lib/fold.ts';

const ISBN_10 = /^[0-9]{9}[0-9X]$/;
const ISBN_13 = /^97[89][0-9]{10}$/;
const SEPARATORS = /[\s\u00ad\u2010-\u2015\u2212.-]/g;
const LENGTH_MAX = 40;

function checkDigit13(digits: string): number {
	let sum = 0;
	for (let i = 0; i < 12; i++) sum += Number(digits.charAt(i)) * (i % 2 === 0 ? 1 : 3);
	return (10 - (sum % 10)) % 10;
}

function isValid10(digits: string): boolean {
	let sum = 0;
	for (let i = 0; i < 10; i++) sum += (digits.charAt(i) === 'X' ? 10 : Number(digits.charAt(i))) * (10 - i);
	return sum % 11 === 0;
}

/** The 13 digits of an ISBN-10 or ISBN-13 (ISO 2108) written with or without hyphens or spaces; undefined when its check digit is wrong. */
export function isbn13(text: string): string | undefined {
	if (text.length > LENGTH_MAX) return undefined;
	const digits = text.replaceAll(SEPARATORS, '').toUpperCase();
	if (ISBN_13.test(digits)) return checkDigit13(digits) === Number(digits.charAt(12)) ? digits : undefined;
	if (!ISBN_10.test(digits) || !isValid10(digits)) return undefined;
	const body = `978${digits.slice(0, 9)}`;
	return body + checkDigit13(body);
}

/** How a number of any kind is indexed and looked up: an ISBN as 13 digits, others as their letters and digits joined. */
export const identifierForm = (text: string): string => isbn13(text) ?? foldText(text).replaceAll(' ', '').slice(0, LENGTH_MAX);
