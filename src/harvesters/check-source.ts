import { AppError } from '../lib/errors.ts';
import type { TargetSource } from './open-target.ts';
import { TARGET_SETTINGS, targetSettings } from './target-settings.ts';
import { parseTargetAddress, writeTargetAddress } from './z3950-address.ts';
import { syntaxesFor } from './z3950-target.ts';

/** The address of a source of kind z3950 or sru as it is to be kept, when all about the source is in order. Throws AppErrors usage, address-refused. */
export function checkedAddress({ kind, url, format, settings }: TargetSource): string {
	const unknown = Object.keys(settings).find((name) => !TARGET_SETTINGS.includes(name));
	if (unknown !== undefined)
		throw new AppError('usage', `there is no setting ${unknown}`, { hint: `one of ${TARGET_SETTINGS.join(', ')}` });
	targetSettings(settings);
	if (kind === 'z3950') {
		syntaxesFor(format);
		return writeTargetAddress(parseTargetAddress(url));
	}
	return sruAddress(url);
}

function sruAddress(text: string): string {
	const url = URL.canParse(text) ? new URL(text) : undefined;
	if (url === undefined || !/^https?:$/.test(url.protocol))
		throw new AppError('usage', `"${text}" is no address of an SRU server`, {
			hint: 'the base URL, for example https://thuvien.example.vn/sru',
		});
	if (url.username !== '' || url.password !== '')
		throw new AppError('usage', 'the address of a source must not hold a user and password: it is shown with its records', {
			hint: 'set them: --setting user=U --setting password=P',
		});
	if (url.searchParams.has('operation') || url.searchParams.has('query'))
		throw new AppError('usage', `"${text}" is a request, not a base URL`, {
			hint: `leave out what stands after the question mark: ${url.origin}${url.pathname}`,
		});
	url.hash = '';
	return url.href;
}
