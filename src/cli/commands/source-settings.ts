import { checkedAddress } from '../../harvesters/check-source.ts';
import type { TargetSource } from '../../harvesters/open-target.ts';
import { RECORD_RULE_SETTINGS, recordRules } from '../../harvesters/record-rules.ts';
import { checkFolderSettings } from '../../jobs/take-folder.ts';
import { AppError } from '../../lib/errors.ts';
import { checkFileSource } from '../../store/source.ts';

/** The address as it is kept, when all about the source is in order. AppErrors usage, address-refused. */
export async function checked(asked: TargetSource & { readonly schedule: string | null }): Promise<string> {
	const { noDoubles, ...settings } = asked.settings;
	if (noDoubles !== undefined && typeof noDoubles !== 'boolean')
		throw new AppError('usage', 'the setting noDoubles is true or false', { hint: '--setting noDoubles=true' });
	if (asked.kind === 'z3950' || asked.kind === 'sru') return checkedAddress({ ...asked, settings });
	if (asked.kind === 'oai-pmh') recordRules(asked.settings);
	if (asked.kind === 'file') {
		const { copies } = asked.settings;
		if (copies !== undefined && copies !== 'together' && copies !== 'apart')
			throw new AppError('usage', `copies=${copies} is neither together nor apart`, {
				hint: '--setting copies=together: rows that are copies of one title make one record',
			});
		checkFileSource(asked);
		await checkFolderSettings(asked.settings);
		if (asked.settings['folder'] !== undefined && asked.schedule === null)
			throw new AppError('usage', 'a source without a schedule watches no folder', {
				hint: 'lienthong source add --library C --kind file --folder F adds one that does',
			});
	}
	return asked.url;
}

/** A setting that is null is one that is taken away. */
export const withoutNulls = (settings: Readonly<Record<string, unknown>>): Record<string, unknown> =>
	Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== null));

/** `NAME=VALUE`, where a value that reads as JSON is that, and anything else a text. AppError usage. */
export function readSettings(texts: readonly string[]): Record<string, unknown> {
	const settings: Record<string, unknown> = {};
	for (const text of texts) {
		const at = text.indexOf('=');
		if (at < 1) throw new AppError('usage', `"${text}" is no setting`, { hint: 'write it as NAME=VALUE: --setting resultSetMax=1000' });
		const name = text.slice(0, at);
		const value = text.slice(at + 1);
		// a password of digits is still a text
		settings[name] = TEXT_SETTINGS.has(name) && value !== 'null' ? value : parsed(value);
	}
	return settings;
}

const TEXT_SETTINGS: ReadonlySet<string> = new Set([
	'user',
	'password',
	'group',
	'open',
	'allQuery',
	'changesBy',
	'filter',
	'folder',
	...RECORD_RULE_SETTINGS,
]);

function parsed(value: string): unknown {
	try {
		return JSON.parse(value);
	} catch {
		return value;
	}
}
